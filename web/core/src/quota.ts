/**
 * May this holder go out or come in once more? Pure: policy and crossings in, answer out.
 * The twin is src/lianfang/gates/quota.py; contracts/vectors/quota.json holds what both must answer.
 */
export type Direction = 'out' | 'in'

/** Exits and entries within `window_days` local days, today included; 0: as often as one likes. */
export interface Policy {
  per: string
  window_days: number
  exits: number
  entries: number
  minutes_outside: number
}

/** One passage that was admitted; `at` in seconds since 1970. */
export interface Passage {
  id: string
  gate: number
  direction: Direction
  at: number
}

/** `again_at`: when it is allowed again; `late`: minutes outside beyond those allowed, with which one may come in. */
export interface QuotaAnswer {
  allowed: boolean
  reason: '' | 'exits_used' | 'entries_used'
  again_at: number | null
  late: number
}

/** `second` was admitted although `first` had used the quota up. */
export interface DoubleUse {
  first: Passage
  second: Passage
  reason: string
}

const DAY = 86_400
/** Seconds that the local day (China) is ahead of UTC; it has no summer time. */
const ZONE = 8 * 3600

/** Days since 1970 in China. */
export function localDay(at: number): number {
  return Math.floor((at + ZONE) / DAY)
}

/** What the policy says to one more crossing at `at`, given those of the same subject up to then. */
export function askQuota(policy: Policy, passages: Passage[], direction: Direction, at: number): QuotaAnswer {
  const before = inOrder(passages.filter((one) => one.at <= at))
  const first = localDay(at) - policy.window_days + 1
  const used = before.filter((one) => one.direction === direction && localDay(one.at) >= first)
  const allowed = direction === 'out' ? policy.exits : policy.entries
  const late = direction === 'in' ? lateBy(policy, before, at) : 0
  const leaving = allowed ? used[used.length - allowed] : undefined
  if (!leaving) return { allowed: true, reason: '', again_at: null, late }
  // The oldest of those that count leaves the window when its day is `window_days` ago.
  const again = (localDay(leaving.at) + policy.window_days) * DAY - ZONE
  return { allowed: false, reason: direction === 'out' ? 'exits_used' : 'entries_used', again_at: again, late }
}

/** Crossings of one subject that were admitted although the quota was used up, each with the last that counted. */
export function doubleUses(policy: Policy, passages: Passage[]): DoubleUse[] {
  const ordered = inOrder(passages)
  const found: DoubleUse[] = []
  ordered.forEach((second, number) => {
    const before = ordered.slice(0, number)
    const answer = askQuota(policy, before, second.direction, second.at)
    const first = before.filter((one) => one.direction === second.direction).at(-1)
    if (!answer.allowed && first) found.push({ first, second, reason: answer.reason })
  })
  return found
}

function inOrder(passages: Passage[]): Passage[] {
  return [...passages].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/** Minutes beyond those allowed since the last exit, if nothing came in after it. */
function lateBy(policy: Policy, before: Passage[], at: number): number {
  const last = before.at(-1)
  if (!policy.minutes_outside || last?.direction !== 'out') return 0
  return Math.max(0, Math.floor((at - last.at) / 60) - policy.minutes_outside)
}
