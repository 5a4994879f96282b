/** Green, yellow or red for somebody at this gate now, with the reasons. No network, no clock of its own. */
import { judge, openPass, RefusedError, STALE, type Pass, type Refusal } from '@lianfang/core/passcode'
import { askQuota, type Direction } from '@lianfang/core/quota'
import { ruleAt, type Compound, type Gate, type Kind, type Known } from './known'

export type Light = 'green' | 'yellow' | 'red'
export type Why = Refusal | 'held' | 'hours' | 'exits_used' | 'entries_used' | 'late' | 'list_old' | 'no_list' | 'not_listed' | 'fever' | 'no_document'

export interface Finding {
  code: Why
  light: Light
  /** Seconds since 1970: again allowed, ended or begins; minutes late. */
  at?: number
  minutes?: number
}

export interface Answer {
  light: Light
  findings: Finding[]
  pass?: Pass
  kind?: Kind
  subject: string
  direction: Direction
  /** Typed, not scanned: no signature was checked. */
  typed: boolean
}

export interface Here { gate: Gate; compound: Compound }

const RANK: Record<Light, number> = { green: 0, yellow: 1, red: 2 }
const CHINA_S = 8 * 3600

export const worst = (findings: readonly Finding[]): Light =>
  findings.reduce<Light>((light, one) => (RANK[one.light] > RANK[light] ? one.light : light), 'green')

/** Seconds since the list of refused passes was signed; undefined: there is none for this area. */
export function listAge(known: Known, here: Here, now: number): number | undefined {
  const made = known.lists.filter((one) => here.compound.area.startsWith(one.area)).map((one) => one.made)
  return made.length ? now - Math.max(...made) : undefined
}

/** What a scanned code is worth. */
export async function checkCode(text: string, known: Known, here: Here, now: number, wanted?: Direction): Promise<Answer> {
  try {
    return checkPass(await openPass(text, known.trust), known, here, now, { wanted, typed: false })
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return { light: 'red', findings: [{ code: error.refusal, light: 'red' }], subject: '', direction: wanted ?? 'in', typed: false }
  }
}

/** What a pass is worth that was read from a code, or found on the list by name, phone, plate or number. */
export function checkPass(pass: Pass, known: Known, here: Here, now: number, how: { wanted?: Direction; typed: boolean }): Answer {
  const kind = ruleAt(known.kinds, pass.kind, here.compound.path)
  const listed = known.passes.get(pass.serial)
  const subject = listed?.subject ?? `s${pass.serial}`
  const direction = how.wanted ?? nextDirection(pass.serial, known, kind)
  const findings = [
    ...standing(pass, known, here, now),
    ...(known.held.has(pass.serial) && direction === 'out' ? [red('held')] : []),
    ...(kind && !inHours(kind, now) ? [red('hours')] : []),
    ...quota(pass, subject, known, here, direction, now),
    ...(listed ? [] : [{ code: 'not_listed', light: 'green' } as Finding]),
  ]
  return { light: worst(findings), findings, pass, kind, subject, direction, typed: how.typed }
}

const red = (code: Why): Finding => ({ code, light: 'red' })

function standing(pass: Pass, known: Known, here: Here, now: number): Finding[] {
  const list = known.lists.filter((one) => here.compound.area.startsWith(one.area)).sort((a, b) => b.made - a.made)[0] ?? null
  const found = judge(pass, {
    gate: here.gate.number, area: here.compound.area, now, revocations: list, suspended: known.suspended, compound: here.compound.number,
  })
  const at = { not_yet: pass.not_before, expired: pass.expires, suspended: known.suspended[pass.serial] }[found.refusal as string]
  return [
    ...(found.refusal ? [{ ...red(found.refusal), at }] : []),
    ...(found.unsure ? [{ code: list ? 'list_old' : 'no_list', light: 'yellow' } as Finding] : []),
  ]
}

function quota(pass: Pass, subject: string, known: Known, here: Here, direction: Direction, now: number): Finding[] {
  const policy = ruleAt(known.quotas, pass.quota, here.compound.path)
  if (!policy) return []
  const said = askQuota(policy, known.passages.get(subject) ?? [], direction, now)
  const found: Finding[] = []
  if (!said.allowed && said.reason) found.push({ ...red(said.reason), at: said.again_at ?? undefined })
  if (said.late) found.push({ code: 'late', light: 'yellow', minutes: said.late })
  return found
}

/** The other way than last time; whoever was not seen yet comes from where his kind is at home. */
export function nextDirection(pass: string, known: Known, kind?: Kind): Direction {
  const last = known.last.get(pass)
  if (last) return last.direction === 'out' ? 'in' : 'out'
  return kind?.at_gate || kind?.code === 'service' || kind?.code === 'visitor' ? 'in' : 'out'
}

/** Whether the kind may pass at this time of the local day; spans may go over midnight. */
export function inHours(kind: Kind, now: number): boolean {
  if (!kind.hours.length) return true
  const minute = Math.floor((((now + CHINA_S) % 86_400) + 86_400) % 86_400 / 60)
  return kind.hours.some(([from, until]) => {
    const [start, end] = [minutes(from), minutes(until)]
    return start <= end ? start <= minute && minute < end : minute >= start || minute < end
  })
}

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** The answer after temperature and document: a pass without its holder's document does not count. */
export function settled(answer: Answer, said: { temperature?: number; fever: number; document?: boolean }): Answer {
  const findings = answer.findings.filter((one) => one.code !== 'fever' && one.code !== 'no_document')
  if (said.temperature !== undefined && said.temperature >= said.fever) findings.push(red('fever'))
  if (said.document === false) findings.push(red('no_document'))
  return { ...answer, findings, light: worst(findings) }
}

export { STALE }
