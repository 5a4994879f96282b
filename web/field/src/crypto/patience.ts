/** Wrong PINs so far, and until when no further one is tried; kept in clear, for it has to be read before the PIN. */
export interface Misses {
  failures: number
  since: number
  until: number
}

export const NO_MISSES: Misses = { failures: 0, since: 0, until: 0 }

const FREE = 3
const WAITS_S = [30, 60, 300, 900, 3600]

/** Seconds to wait after so many wrong PINs in a row: none at first, then longer and longer. */
export function waitAfter(failures: number): number {
  if (failures < FREE) return 0
  return WAITS_S[Math.min(failures - FREE, WAITS_S.length - 1)] ?? 0
}

export function missed(before: Misses, now: number): Misses {
  const failures = before.failures + 1
  return { failures, since: now, until: now + waitAfter(failures) * 1000 }
}

/** Milliseconds still to wait. A clock put back begins the whole wait anew: it does not shorten it. */
export function remaining(misses: Misses, now: number): number {
  if (now < misses.since) return misses.until - misses.since
  return Math.max(misses.until - now, 0)
}
