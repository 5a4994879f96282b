import { degreesOf } from './asked'
import type { Channel, NextTry, Outcome } from './words'

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
    const degrees = degreesOf(person.temperature)
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
    temperature: person.temperature ? degreesOf(person.temperature) : undefined,
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

/** What a visit is about: a door or a person without one, and the work that it does. */
export interface Place {
  door?: number
  person?: number
  task?: number
}

/** The body of the fact, version 1. In vain, it says nothing of people: nobody was seen. */
export function bodyAt(place: Place, form: VisitForm, outcome: Outcome, next?: NextTry): Body {
  const talked = outcome === 'seen' || outcome === 'partly' || outcome === 'moved'
  return compact({
    door: place.door,
    person: place.door ? undefined : place.person,
    task: place.task,
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
