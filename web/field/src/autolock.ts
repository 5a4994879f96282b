import { lock, phase, settings, sync } from './phone'

/** Lock after the chosen minutes in the background; come back to the server when the app or the network does. */
export function autoLock(): () => void {
  let hiddenAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const overdue = (): boolean => hiddenAt > 0 && Date.now() - hiddenAt >= settings.lockMinutes * 60_000
  const onVisibility = (): void => {
    clearTimeout(timer)
    if (document.visibilityState === 'hidden') {
      hiddenAt = Date.now()
      // The system may stop a hidden page, so this may never ring: coming back looks at the clock as well.
      timer = setTimeout(lock, settings.lockMinutes * 60_000)
      return
    }
    if (overdue()) lock()
    hiddenAt = 0
    if (phase.value === 'open') void sync(false)
  }
  const onOnline = (): void => void sync(false)

  document.addEventListener('visibilitychange', onVisibility)
  window.addEventListener('online', onOnline)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', onVisibility)
    window.removeEventListener('online', onOnline)
  }
}
