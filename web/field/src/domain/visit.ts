import { bodyAt, freshContact, freshLeg, knownForm, newcomerForm, type FreshForm, type Here, type PersonForm, type VisitForm } from '@lianfang/core/visit'
import type { Entry } from './book'
import type { Channel, NextTry, Outcome } from './parts'

const CHANNELS: readonly string[] = ['door', 'phone', 'chat']

export function formFor(entry: Entry): VisitForm {
  const wished = entry.next?.channel
  return {
    channel: wished && CHANNELS.includes(wished) ? (wished as Channel) : 'door',
    people: entry.people.map((person) => knownForm(person.uid)),
    hazards: [],
    remarks: '',
    photos: [],
  }
}

/** The body of the fact about the place of this entry. */
export const bodyOf = (entry: Entry, form: VisitForm, outcome: Outcome, next?: NextTry): Record<string, unknown> =>
  bodyAt({ door: entry.door?.id, person: entry.person?.uid, task: entry.tasks[0]?.id }, form, outcome, next)

type Told = Record<string, unknown>
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const rows = (value: unknown): Told[] => (Array.isArray(value) ? (value as Told[]) : [])

/** `blank` with what was said, as texts. */
function filled<T extends object>(blank: T, said: Told): T {
  const names = Object.keys(blank) as (keyof T & string)[]
  return { ...blank, ...Object.fromEntries(names.filter((name) => said[name] !== undefined).map((name) => [name, text(said[name])])) }
}

function personForm(said: Told, on: readonly string[]): PersonForm {
  const health = (said.health ?? {}) as Told
  const fresh = said.new as Told | undefined
  return {
    ...(fresh ? newcomerForm() : knownForm(said.uid as number)),
    ...(fresh && { fresh: { ...filled(newcomerForm().fresh as FreshForm, fresh), ...(!on.includes('id_number') && { id_number: '' }) } }),
    here: said.here as Here,
    from: text((said.from as Told | undefined)?.text),
    returned_on: text(said.returned_on),
    legs: rows(said.legs).map((leg) => filled(freshLeg(), leg)),
    contacts: rows(said.contacts).map((contact) => filled(freshContact(), contact)),
    temperature: text(health.temperature),
    symptoms: texts(health.symptoms),
    needs: texts(said.needs),
    extra: Object.fromEntries(Object.entries((said.extra ?? {}) as Record<string, string>).filter(([field]) => on.includes(field))),
    remarks: text(said.remarks),
  }
}

/**
 * The form as it was when a visit was recorded, to be corrected: everybody of today's list is in it, once. Of fields beyond
 * the minimum only those that are `on` now come back: nobody could see the others.
 */
export function formAgain(entry: Entry, said: Told, instead: string, on: readonly string[]): VisitForm {
  const form = formFor(entry)
  const people = rows(said.people).map((one) => personForm(one, on))
  const missing = form.people.filter((person) => !people.some((one) => one.uid === person.uid))
  return {
    channel: CHANNELS.includes(text(said.channel)) ? (said.channel as Channel) : form.channel,
    people: [...people, ...missing],
    hazards: texts(said.hazards),
    remarks: text(said.remarks),
    photos: on.includes('photo') ? texts(said.photos) : [],
    instead,
  }
}
