/** Does a rightly signed pass count here and now? See the twin, src/lianfang/gates/passcode/standing.py. */
import type { Pass } from './claims'
import type { Refusal } from './refusal'
import type { Revocations } from './revocations'

/** Seconds after which a list of revocations is too old to be sure: check by hand. */
export const STALE = 24 * 3600

/** The gate that asks, and what it knows. Times are seconds since 1970. */
export interface Asked {
  gate: number
  area: string
  now: number
  revocations: Revocations | null // null: none ever received
  suspended: Record<string, number> // by guards, for hours: serial → until
  compound: number // that the gate belongs to, as passes name it; 0: none
}

/** `refusal` null: it counts. `unsure`: the list of revocations is missing or too old. */
export interface Standing {
  refusal: Refusal | null
  unsure: boolean
}

export function judge(pass: Pass, asked: Asked): Standing {
  const known = asked.revocations
  return { refusal: refusalOf(pass, asked), unsure: !known || Math.abs(asked.now - known.made) > STALE }
}

/** In the order in which a guard would say it: revoked first, because then nothing else matters. */
function refusalOf(pass: Pass, asked: Asked): Refusal | null {
  if (asked.revocations?.serials.has(pass.serial)) return 'revoked'
  if ((asked.suspended[pass.serial] ?? 0) > asked.now) return 'suspended'
  if (asked.now < pass.not_before) return 'not_yet'
  if (asked.now >= pass.expires) return 'expired'
  return here(pass, asked) ? null : 'other_gate'
}

/** A pass names gates, or a compound with all its gates, or nothing: then it counts in its whole area. */
function here(pass: Pass, asked: Asked): boolean {
  if (!pass.gates.length) return asked.area.startsWith(pass.area)
  return pass.gates.includes(asked.gate) || (asked.compound !== 0 && pass.gates.includes(asked.compound))
}
