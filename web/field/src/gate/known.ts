/** What a gate's phone knows, from the snapshot's parts: gates, rules, keys, passes, what is refused, who crossed lately. */
import { Trust, type Pass, type Revocations, type TrustedKey } from '@lianfang/core/passcode'
import type { Direction, Passage, Policy } from '@lianfang/core/quota'
import type { Marked } from '../store/parts'
import { openLists, type RefusedPart } from './lists'

/** `suspend_hours`: for how many a guard may suspend a pass there. */
export interface Compound { id: number; name: string; number: number; area: string; path: string; suspend_hours: number }
export interface Gate { id: number; compound: number; number: number; name: string; code: string; is_open: boolean; walking: boolean; vehicle: boolean }
export interface Kind { number: number; code: string; path: string; zh: string; en: string; holder: string; colour: string; hours: [string, string][]; at_gate: boolean }
export interface Quota extends Policy { number: number; path: string }
export interface Alert {
  id: number
  kind: 'fever' | 'forced' | 'held_out' | 'returnee'
  gate_name: string
  at: string
  name: string
  temperature: number | null
  direction: Direction
  decision: string
  guard_name: string
  acknowledged_at: string | null
  acknowledged_by_name: string
  done: string
}

/** A quota that two gates let through which did not see each other; both crossings stand. */
export interface Double { id: number; second: string; reason: 'exits_used' | 'entries_used'; name: string; first_gate: number; second_gate: number; first_at: number; second_at: number }

/** A row of the index: a pass, with what it is found by. */
export interface Listed extends Pass { subject: string; nameKey: string; phoneKey: string; tail: string }

/** What this phone itself recorded and the server may not have told back yet. */
export interface GateMark { crossing?: { pass: string; subject: string; gate: number; direction: Direction; at: number }; alert?: number; done?: string; suspended?: { pass: string; until: number } }

/** What was made of the parts once; a crossing more does not make it anew. */
export interface Ground {
  compounds: Compound[]
  gates: Gate[]
  kinds: Kind[]
  quotas: Quota[]
  salts: Record<string, string>
  trust: Trust
  lists: Revocations[]
  suspended: Record<string, number>
  passes: Map<string, Listed>
  fever: Record<string, number>
  held: Set<string>
  alerts: Alert[]
  doubles: Double[]
  rows: Row[]
}

export interface Known extends Ground {
  /** By subject: what counts for its quota. */
  passages: Map<string, Passage[]>
  /** By serial, or what stands for a visitor: the last crossing. */
  last: Map<string, Passage>
}

type Row = [id: string, pass: string, subject: string, gate: number, direction: Direction, at: number]
/** In the order of the part's `columns`. */
type IndexRow = [string, number, number, string, string, string, number[], number, number, string, string, string, string]
export interface GatePart { compounds: Compound[]; gates: Gate[]; kinds: Kind[]; quotas: Quota[]; keys: (TrustedKey & { kid: string })[]; salts: Record<string, string> }
interface NowPart { rows: Row[]; fever: Record<string, number>; held: string[]; alerts: Alert[]; doubles?: Double[] }

/** undefined: this phone's owner has no gate, or has not switched gate duty on. */
export async function makeGround(parts: Record<string, unknown>): Promise<Ground | undefined> {
  const gate = parts.gate as GatePart | undefined
  if (!gate) return undefined
  const refused = parts.gate_refused as RefusedPart | undefined
  const present = parts.gate_now as NowPart | undefined
  const trust = await Trust.of(gate.keys)
  return {
    compounds: gate.compounds,
    gates: gate.gates,
    kinds: gate.kinds,
    quotas: gate.quotas,
    salts: gate.salts,
    trust,
    lists: await openLists(refused, trust),
    suspended: refused?.suspended ?? {},
    passes: listed((parts.gate_index as { rows: unknown[][] } | undefined)?.rows ?? []),
    fever: present?.fever ?? {},
    held: new Set(present?.held),
    alerts: present?.alerts ?? [],
    doubles: present?.doubles ?? [],
    rows: [...((parts.gate_past as { rows: Row[] } | undefined)?.rows ?? []), ...(present?.rows ?? [])],
  }
}

function listed(rows: unknown[][]): Map<string, Listed> {
  return new Map(
    rows.map((row) => {
      const [serial, kind, quota, area, name, plate, gates, not_before, expires, subject, nameKey, phoneKey, tail] = row as IndexRow
      return [serial, { serial, kind, quota, area, name, plate, gates, not_before, expires, subject, nameKey, phoneKey, tail }]
    }),
  )
}

/** The ground with what this phone recorded since. */
export function withOwn(ground: Ground, marks: readonly Marked<GateMark>[]): Known {
  const told = new Set(ground.rows.map((row) => row[0]))
  const rows = [...ground.rows]
  const dealt = new Map<number, string>()
  const suspended = { ...ground.suspended }
  for (const { id, value } of marks) {
    const own = value.crossing
    if (own && !told.has(id)) rows.push([id, own.pass, own.subject, own.gate, own.direction, own.at])
    if (value.suspended) suspended[value.suspended.pass] = Math.max(suspended[value.suspended.pass] ?? 0, value.suspended.until)
    if (value.alert) dealt.set(value.alert, value.done ?? '')
  }
  const passages = new Map<string, Passage[]>()
  const last = new Map<string, Passage>()
  for (const [id, pass, subject, gate, direction, at] of rows) {
    const one: Passage = { id, gate, direction, at }
    if (subject) passages.set(subject, [...(passages.get(subject) ?? []), one])
    if (pass && (last.get(pass)?.at ?? 0) <= at) last.set(pass, one)
  }
  const alerts = ground.alerts.map((one) => (dealt.has(one.id) && !one.acknowledged_at ? { ...one, acknowledged_at: 'here', done: dealt.get(one.id) ?? '' } : one))
  return { ...ground, alerts, suspended, passages, last }
}

/** Of rules with one number, the one of the nearest area. */
export function ruleAt<R extends { number: number; path: string }>(rules: readonly R[], number: number, path: string): R | undefined {
  return rules
    .filter((one) => one.number === number && path.startsWith(one.path))
    .reduce<R | undefined>((best, one) => (best && best.path.length >= one.path.length ? best : one), undefined)
}
