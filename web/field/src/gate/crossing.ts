/** What is recorded of a passage; docs/develop/sync.md, kind `crossing`. */
import type { Direction } from '@lianfang/core/quota'
import type { Recording } from '../store/facts'
import type { Answer } from './check'
import { cleanPlate } from './finding'
import type { GateMark } from './known'

export type Decision = 'admitted' | 'refused' | 'forced'
export interface Occupant { name?: string; temperature?: number; document_seen?: boolean }
export interface VisitorSaid { name: string; phone: string; from: string; to: string; purpose: string; returnee: boolean; id_number: string; returned_on: string }

export interface Said {
  gate: number
  direction: Direction
  decision: Decision
  temperature?: number
  document?: boolean
  occupants: Occupant[]
  reasons: string[]
  byHand: boolean
}

const occupantsOf = (occupants: readonly Occupant[]): Occupant[] =>
  occupants.map(({ name, temperature, document_seen }) => ({ ...(name?.trim() ? { name: name.trim() } : {}), ...(temperature ? { temperature } : {}), ...(document_seen === undefined ? {} : { document_seen }) }))

const common = (said: Said): Record<string, unknown> => ({
  gate: said.gate, direction: said.direction, decision: said.decision, reasons: [...new Set(said.reasons)].slice(0, 10), by_hand: said.byHand,
  ...(said.temperature === undefined ? {} : { temperature: said.temperature }),
  ...(said.document === undefined ? {} : { document_seen: said.document }),
  ...(said.occupants.length ? { occupants: occupantsOf(said.occupants) } : {}),
})

/** Somebody with a pass, or with a code that is none. */
export function ofAnswer(answer: Answer, said: Said, now: number): Recording {
  const { pass } = answer
  const went = said.decision !== 'refused' && pass
  const mark: GateMark = went ? { crossing: { pass: pass.serial, subject: answer.subject, gate: said.gate, direction: said.direction, at: now } } : {}
  return { kind: 'crossing', body: { ...common(said), ...(pass ? { serial: pass.serial, plate: pass.plate } : {}) }, mark }
}

/** Why a guard may refuse a pass for hours; the server's list (gates/rules.py, Reason) but for what is not his to say. */
export const SUSPEND_REASONS = ['lent', 'suspected_fake', 'false_data', 'refused_check', 'quota', 'quarantine'] as const
export interface Suspension { reason: (typeof SUSPEND_REASONS)[number]; text: string; hours: number }

/** A pass refused at every gate for hours; it ends by itself. `now`: seconds since 1970. */
export function ofSuspension(pass: string, said: Suspension, now: number): Recording {
  const mark: GateMark = { suspended: { pass, until: now + said.hours * 3600 } }
  return { kind: 'suspend', body: { serial: pass, reason: said.reason, text: said.text.trim(), hours: said.hours }, mark }
}

const RETURNEES: readonly string[] = ['id_number', 'returned_on']

/** Somebody without one. */
export function ofVisitor(visitor: VisitorSaid, plate: string, said: Said): Recording {
  const typed = Object.entries(visitor).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value] as const)
  // What is asked of returnees only, and what they did not say, is not sent.
  const words = Object.fromEntries(typed.filter(([name, value]) => !RETURNEES.includes(name) || (visitor.returnee && value !== '')))
  return { kind: 'crossing', body: { ...common(said), visitor: words, plate: cleanPlate(plate).slice(0, 8) }, mark: {} }
}

/** "365", "36.5", "36,5" → 36.5; undefined for what is no temperature of a person. */
export function temperatureOf(typed: string): number | undefined {
  const plain = typed.replace(',', '.').trim()
  const value = /^\d{3}$/.test(plain) ? Number(plain) / 10 : Number(plain)
  return plain && value >= 30 && value <= 45 ? Math.round(value * 10) / 10 : undefined
}
