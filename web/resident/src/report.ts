import { ApiError } from '@lianfang/core/client'
import type { components } from '../../core/src/api-types'
import { i18n } from './i18n'

export type Ground = components['schemas']['GroundOut']
export type Own = components['schemas']['OwnReportOut']
export type Receipt = components['schemas']['ReceiptOut']
export type AskedPlan = components['schemas']['AskedPlanOut']
type Said = components['schemas']['Said']
export type Kind = Said['kind']

export interface Leg { mode: 'train' | 'flight' | 'coach' | 'car' | 'other'; number: string; date: string; carriage: string; from: string; to: string }
export type ContactKind = components['schemas']['ContactKindOut']
export interface ContactTyped { kind: string; name: string; phone: string; on: string; text: string }
/** A person as typed: every field a text, empty when nothing was typed. */
export interface Person {
  name: string; sex: '' | 'M' | 'F'; birth: string; age: string; id_number: string; phone: string; relation: string
  from_text: string; returned_on: string; temperature: string; symptoms: string[]; needs: string; remarks: string
  legs: Leg[]; contacts: ContactTyped[]
}
export interface Typed {
  kind: Kind; building: string; unit: string; room: string; host: string; phone: string; arrives_on: string; remarks: string; people: Person[]
}

export const MOST_PEOPLE = 20
export const emptyLeg = (): Leg => ({ mode: 'train', number: '', date: '', carriage: '', from: '', to: '' })
export const emptyContact = (): ContactTyped => ({ kind: '', name: '', phone: '', on: '', text: '' })
export const emptyPerson = (): Person => ({
  name: '', sex: '', birth: '', age: '', id_number: '', phone: '', relation: '', from_text: '', returned_on: '', temperature: '',
  symptoms: [], needs: '', remarks: '', legs: [], contacts: [],
})
export const emptyReport = (kind: Kind): Typed => ({
  kind, building: '', unit: '', room: '', host: '', phone: '', arrives_on: '', remarks: '', people: [emptyPerson()],
})

const number = (text: string): number | null => (text.trim() === '' ? null : Number(text.trim().replace('，', '.').replace(',', '.')))

/** What goes to the server; empty people, rides and contacts are left out. */
export function said(typed: Typed): Said {
  const people = typed.people.filter((one) => one.name.trim() !== '')
  return {
    kind: typed.kind, building: typed.building, unit: typed.unit, room: typed.room, host: typed.host, phone: typed.phone,
    remarks: typed.remarks, arrives_on: typed.kind === 'arrival' ? typed.arrives_on || null : null,
    people: people.map((one) => ({
      ...one,
      birth: one.birth || null,
      age: number(String(one.age)),
      returned_on: one.returned_on || null,
      temperature: number(String(one.temperature)),
      legs: one.legs.filter((leg) => leg.number || leg.date || leg.from || leg.to).map((leg) => ({ ...leg, date: leg.date || null, seat: '' })),
      contacts: one.contacts
        .filter((contact) => contact.kind || contact.name || contact.phone || contact.text)
        .map((contact) => ({ ...contact, on: contact.on || null, kind: contact.kind || null })),
    })),
  } as Said
}

/** A report that comes back from the server, ready to be typed in. */
export function typed(told: Record<string, unknown>): Typed {
  const from = told as unknown as Typed
  const plain = (value: unknown): string => (value === null || value === undefined ? '' : String(value))
  return {
    ...emptyReport(from.kind),
    ...from,
    arrives_on: plain(from.arrives_on),
    people: from.people.map((one) => ({
      ...emptyPerson(),
      ...one,
      birth: plain(one.birth),
      age: plain(one.age),
      returned_on: plain(one.returned_on),
      temperature: plain(one.temperature),
      legs: one.legs.map((leg) => ({ mode: leg.mode, number: leg.number, carriage: leg.carriage, from: leg.from, to: leg.to, date: plain(leg.date) })),
      contacts: one.contacts.map((contact) => ({ kind: plain(contact.kind), name: contact.name, phone: contact.phone, text: contact.text, on: plain(contact.on) })),
    })),
  }
}

/** A UUID (version 4), also where the browser is too old or the page has no TLS for crypto.randomUUID. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** What to tell about an error; `missing`: what a 404 means here. */
export function explain(error: unknown, missing: 'gone' | 'noReceipt' | 'noPass'): string {
  const { t } = i18n.global
  if (!(error instanceof ApiError)) return t('resident.error.other')
  if (error.code === 'not_found') return t(`resident.error.${missing}`)
  if (error.code === 'unreachable') return t('resident.error.offline')
  const known: Record<string, string> = {
    'self_report.throttled': 'throttled', 'pass.throttled': 'throttled', 'self_report.day': 'day', 'self_report.handled': 'handled', conflict: 'conflict', invalid: 'invalid',
  }
  return t(`resident.error.${known[error.code] ?? 'other'}`, error.params)
}
