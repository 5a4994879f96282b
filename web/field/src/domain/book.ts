import type { Marked } from '../store/parts'
import type { Campaign, DoorRow, Forms, KnownPerson, NextTry, Outcome, Reason, WorkItem } from './parts'
import { waitingTips, type Tip } from './tip'

export interface Door {
  id: number
  compound: string
  building: string
  unit: string
  floor: number | null
  room: string
  path: string
}

/** What a visit of this phone, or an answer to a tip, did to the list here. */
export interface Mark {
  door?: number
  person?: number
  tip?: number
  outcome: Outcome | 'answered' | 'noted'
  at: string
  next?: NextTry
}

export type Standing = 'open' | 'retry' | 'done'

/** One place to go to: a door, or a person without one. */
export interface Entry {
  key: string
  door?: Door
  person?: KnownPerson
  people: readonly KnownPerson[]
  place: string
  tasks: readonly WorkItem[]
  reasons: readonly Reason[]
  urgency: number
  standing: Standing
  tries: number
  due?: string
  next?: NextTry
  last?: { outcome: string; at: string }
}

/** Everything of the own area that the phone knows, in memory while it is open. */
export interface Book {
  asOf?: string
  areas: readonly { id: number; name: string; path: string }[]
  doors: ReadonlyMap<number, Door>
  people: ReadonlyMap<number, readonly KnownPerson[]>
  homeless: ReadonlyMap<number, KnownPerson>
  campaigns: readonly Campaign[]
  forms?: Forms
  risk?: unknown
  tips: readonly Tip[]
  entries: readonly Entry[]
}

const IN_VAIN: readonly string[] = ['no_answer', 'refused', 'partly']

const doorOf = ([id, compound, building, unit, floor, room, path]: DoorRow): Door => ({ id, compound, building, unit, floor, room, path })

/** Parts and marks → what the screens show. */
export function makeBook(parts: Record<string, unknown>, marks: readonly Marked<Mark>[], asOf?: string): Book {
  const doors = new Map(((parts.doors ?? []) as DoorRow[]).map((row) => [row[0], doorOf(row)]))
  const byDoor = (parts.people ?? {}) as Record<string, KnownPerson[]>
  const people = new Map(Object.entries(byDoor).map(([door, those]) => [Number(door), those]))
  const homeless = new Map((people.get(0) ?? []).map((person) => [person.uid, person]))
  const work = (parts.work ?? []) as WorkItem[]
  const own = parts.own as { areas?: Book['areas'] } | undefined
  return {
    asOf,
    areas: outermost(own?.areas ?? []),
    doors,
    people,
    homeless,
    campaigns: (parts.campaigns ?? []) as Campaign[],
    forms: parts.forms as Forms | undefined,
    risk: parts.risk,
    tips: waitingTips((parts.tips ?? []) as Tip[], marks.map((mark) => mark.value)),
    entries: entriesOf(work, doors, people, homeless, marks.filter((mark) => !mark.value.tip)),
  }
}

/** Areas that lie in no other of them: a community, not its grids as well. */
const outermost = (areas: Book['areas']): Book['areas'] =>
  areas.filter((area) => !areas.some((other) => other !== area && area.path.startsWith(other.path)))

export const keyOf = (door: number | null | undefined, person: number | null | undefined): string =>
  door ? `door:${door}` : `person:${person}`

function entriesOf(
  work: readonly WorkItem[],
  doors: ReadonlyMap<number, Door>,
  people: ReadonlyMap<number, readonly KnownPerson[]>,
  homeless: ReadonlyMap<number, KnownPerson>,
  marks: readonly Marked<Mark>[],
): Entry[] {
  const groups = new Map<string, WorkItem[]>()
  for (const item of work) groups.set(keyOf(item.door, item.person), [...(groups.get(keyOf(item.door, item.person)) ?? []), item])
  const latest = new Map<string, Mark>()
  for (const { value } of marks) latest.set(keyOf(value.door, value.person), value)
  for (const key of latest.keys()) if (!groups.has(key)) groups.set(key, [])
  return [...groups].flatMap(([key, items]) => {
    const number = Number(key.slice(key.indexOf(':') + 1))
    const door = key.startsWith('door:') ? doors.get(number) : undefined
    const person = key.startsWith('person:') ? (homeless.get(number) ?? nameless(number)) : undefined
    const there = door ? (people.get(door.id) ?? []) : person ? [person] : []
    return [entryOf(key, items, { door, person, people: there, place: items[0]?.place ?? '' }, latest.get(key))]
  })
}

/** Somebody whom the list asks for and of whom the phone knows no more than the number. */
const nameless = (uid: number): KnownPerson => ({ uid, name: '', sex: '', birth: null, relation: '', phone: '', id_number: '' })

type Where = Pick<Entry, 'door' | 'person' | 'people' | 'place'>

/** An entry of the tasks at one place; what this phone did there counts more than what the list says. */
export function entryOf(key: string, items: readonly WorkItem[], where: Where, mark?: Mark): Entry {
  const tries = Math.max(0, ...items.map((item) => item.tries))
  const returned = items.some((item) => item.state !== 'open')
  const before = items.find((item) => item.last_outcome && item.last_at)
  const last = before && { outcome: before.last_outcome, at: before.last_at as string }
  return {
    key,
    ...where,
    tasks: items,
    reasons: items.flatMap((item) => item.reasons),
    urgency: Math.max(0, ...items.map((item) => item.urgency)),
    standing: mark ? (IN_VAIN.includes(mark.outcome) ? 'retry' : 'done') : returned ? 'retry' : 'open',
    tries: mark && IN_VAIN.includes(mark.outcome) ? tries + 1 : tries,
    due: items.map((item) => item.due).filter((due): due is string => Boolean(due)).sort()[0],
    next: mark?.next ?? items.map((item) => item.next).find((next) => next.hour || next.channel),
    last: mark ? { outcome: mark.outcome, at: mark.at } : last,
  }
}

/** The place to go to with this key, whether somebody asks for it or not; undefined outside the area. */
export function entryAt(book: Book, key: string): Entry | undefined {
  const known = book.entries.find((entry) => entry.key === key)
  if (known) return known
  const number = Number(key.slice(key.indexOf(':') + 1))
  const door = key.startsWith('door:') ? book.doors.get(number) : undefined
  const person = key.startsWith('person:') ? book.homeless.get(number) : undefined
  if (!door && !person) return undefined
  const people = door ? (book.people.get(door.id) ?? []) : person ? [person] : []
  return entryOf(key, [], { door, person, people, place: '' })
}

/** The fields beyond the minimum that the campaigns at a place have switched on, each once, with the first reason. */
export function fieldsOf(book: Book, entry: Entry): { field: string; why: string }[] {
  const all = entry.tasks.flatMap((task) => book.campaigns.find((one) => one.id === task.campaign)?.extra_fields ?? [])
  return all.filter((one, at) => all.findIndex((other) => other.field === one.field) === at)
}
