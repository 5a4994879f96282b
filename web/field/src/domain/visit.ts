import type { Entry } from './book'
import type { Channel, NextTry, Outcome } from './parts'

export type Here = 'yes' | 'no' | 'moved' | 'unknown'
export type Mode = 'train' | 'flight' | 'coach' | 'car' | 'other'

export interface LegForm {
  mode: Mode
  number: string
  date: string
  carriage: string
  seat: string
  from: string
  to: string
}

export interface ContactForm {
  /** As the disease profile names it; empty: nobody said. */
  kind: string
  name: string
  phone: string
  on: string
  text: string
}

export interface FreshForm {
  name: string
  sex: 'M' | 'F' | ''
  birth: string
  id_number: string
  phone: string
  relation: string
}

export interface PersonForm {
  uid?: number
  fresh?: FreshForm
  here?: Here
  from: string
  returned_on: string
  legs: LegForm[]
  contacts: ContactForm[]
  temperature: string
  symptoms: string[]
  needs: string[]
  extra: Record<string, string>
  remarks: string
}

/** A visit while it is typed; kept as a draft. */
export interface VisitForm {
  channel: Channel
  people: PersonForm[]
  hazards: string[]
  remarks: string
  photos: string[]
  /** The refused fact that this visit is recorded instead of. */
  instead?: string
}

export const freshLeg = (): LegForm => ({ mode: 'train', number: '', date: '', carriage: '', seat: '', from: '', to: '' })
export const freshContact = (): ContactForm => ({ kind: '', name: '', phone: '', on: '', text: '' })

const blank = (): Omit<PersonForm, 'uid' | 'fresh' | 'here'> => ({
  from: '', returned_on: '', legs: [], contacts: [], temperature: '', symptoms: [], needs: [], extra: {}, remarks: '',
})
export const knownForm = (uid: number): PersonForm => ({ uid, ...blank() })
export const newcomerForm = (): PersonForm => ({
  fresh: { name: '', sex: '', birth: '', id_number: '', phone: '', relation: '' }, here: 'yes', ...blank(),
})

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

/** Whether something was entered that a draft has to keep. */
export const isTouched = (form: VisitForm): boolean =>
  Boolean(form.remarks || form.hazards.length || form.photos.length) || form.people.some((person) => person.here !== undefined || person.fresh)

/** Whether more than "here or not" was said of somebody. */
export const hasDetails = (person: PersonForm): boolean =>
  Boolean(
    person.from || person.returned_on || person.legs.length || person.contacts.length || person.temperature ||
    person.symptoms.length || person.needs.length || person.remarks || Object.values(person.extra).some(Boolean),
  )

export type Fault = 'name' | 'temperature' | 'leg' | 'nobody'

/** What keeps the form from being saved; with the place of the person it is about. */
export function faultsOf(form: VisitForm): { fault: Fault; person?: number }[] {
  const faults: { fault: Fault; person?: number }[] = []
  form.people.forEach((person, at) => {
    if (person.fresh && !person.fresh.name.trim()) faults.push({ fault: 'name', person: at })
    const degrees = Number(person.temperature.replace(',', '.'))
    if (person.temperature && !(degrees >= 30 && degrees <= 45)) faults.push({ fault: 'temperature', person: at })
    if (person.legs.some((leg) => !leg.number && !leg.from && !leg.to && !leg.date)) faults.push({ fault: 'leg', person: at })
  })
  if (!form.people.some((person) => person.here && person.here !== 'unknown')) faults.push({ fault: 'nobody' })
  return faults
}

/** What a conversation came to: everybody accounted for, some, or all of them gone. */
export function outcomeOf(form: VisitForm): Outcome {
  const said = form.people.map((person) => person.here ?? 'unknown')
  if (said.length && said.every((here) => here === 'moved')) return 'moved'
  return said.every((here) => here !== 'unknown') ? 'seen' : 'partly'
}

type Body = Record<string, unknown>

/** Without empty texts and lists: a visit where nothing is new says next to nothing. */
function compact(body: Body): Body {
  const full = Object.entries(body).filter(([, value]) => {
    if (value === undefined || value === '') return false
    if (Array.isArray(value)) return value.length > 0
    return typeof value !== 'object' || value === null || Object.keys(value).length > 0
  })
  return Object.fromEntries(full)
}

function personBody(person: PersonForm): Body {
  const health = compact({
    temperature: person.temperature ? Number(person.temperature.replace(',', '.')) : undefined,
    symptoms: person.symptoms,
  })
  const { fresh } = person
  const trimmed = fresh && Object.fromEntries(Object.entries(fresh).map(([field, value]) => [field, value.trim()]))
  return compact({
    uid: person.uid,
    new: trimmed && compact(trimmed),
    here: person.here ?? 'unknown',
    from: person.from.trim() ? { text: person.from.trim() } : undefined,
    returned_on: person.returned_on,
    legs: person.legs.map((leg) => compact({ ...leg, number: leg.number.trim() })),
    contacts: person.contacts.map((contact) => compact({ ...contact })).filter((contact) => Object.keys(contact).length),
    health,
    needs: person.needs,
    extra: compact(person.extra),
    remarks: person.remarks.trim(),
  })
}

/** The body of the fact, version 1. In vain, it says nothing of people: nobody was seen. */
export function bodyOf(entry: Entry, form: VisitForm, outcome: Outcome, next?: NextTry): Body {
  const talked = outcome === 'seen' || outcome === 'partly' || outcome === 'moved'
  return compact({
    door: entry.door?.id,
    person: entry.door ? undefined : entry.person?.uid,
    task: entry.tasks[0]?.id,
    channel: form.channel,
    outcome,
    people: talked ? form.people.map(personBody) : [],
    hazards: form.hazards,
    remarks: form.remarks.trim(),
    photos: form.photos,
    next: next && compact({ ...next }),
  })
}

/** A suggestion for the next try: another hour, and after a second try or a refusal another means. */
export function nextTry(outcome: Outcome, channel: Channel, tries: number): { hour: string; channel: Channel } {
  const hours = ['evening', 'weekend', 'morning']
  const other: Channel = channel === 'door' ? 'phone' : 'door'
  return { hour: hours[tries % hours.length] ?? 'evening', channel: outcome === 'refused' || tries >= 1 ? other : channel }
}

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
    ...(fresh && { fresh: filled(newcomerForm().fresh as FreshForm, fresh) }),
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
