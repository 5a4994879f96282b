/** What was typed, on this phone, until it is sent. A browser without storage (or a full one) keeps nothing. */
export function keep(name: string, value: unknown): boolean {
  try {
    localStorage.setItem(name, JSON.stringify(value))
    return true
  } catch {
    return false // private browsing of old phones, or full: the page works without
  }
}

export function kept<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(name)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined // unreadable: as if nothing had been kept
  }
}

export function drop(name: string): void {
  try {
    localStorage.removeItem(name)
  } catch {
    // the same browser: there is nothing to remove
  }
}
