import type { Door, Entry, Standing } from './book'

export type Order = 'urgent' | 'walk'

/** Doors of one staircase, floor by floor. */
export interface UnitGroup {
  key: string
  unit: string
  entries: Entry[]
}

export interface BuildingGroup {
  key: string
  compound: string
  building: string
  urgency: number
  count: number
  units: UnitGroup[]
}

const natural = new Intl.Collator('zh-Hans-CN', { numeric: true })
const byText = (one: string, other: string): number => natural.compare(one, other)

function byDoor(one: Door, other: Door): number {
  return (
    byText(one.unit, other.unit) ||
    // From the top down: up with the lift, down on foot.
    (other.floor ?? -99) - (one.floor ?? -99) ||
    byText(one.room, other.room) ||
    one.id - other.id
  )
}

/** From this urgency on a door is marked, and comes before all buildings (the list's own points; plain doors have 1). */
export const URGENT = 50
/** A door about which there is no question. */
export const PLAIN = 1
const MOST_FIRST = 30

/** The most urgent places of all, wherever they lie. */
export const firstOf = (entries: readonly Entry[]): Entry[] =>
  byUrgency(entries.filter((entry) => entry.urgency >= URGENT)).slice(0, MOST_FIRST)

/**
 * Entries by building, unit and floor. In the order "urgent" the building with the most urgent door comes first, in
 * the order "walk" buildings come as they are named. Within a building everybody walks the same way.
 */
export function grouped(entries: readonly Entry[], order: Order): BuildingGroup[] {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = entry.door ? `${entry.door.compound}|${entry.door.building}` : '|'
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  const buildings = [...groups].map(([key, members]) => buildingOf(key, members))
  const named = (one: BuildingGroup, other: BuildingGroup) => byText(one.compound, other.compound) || byText(one.building, other.building)
  return buildings.sort(order === 'urgent' ? (one, other) => other.urgency - one.urgency || named(one, other) : named)
}

function buildingOf(key: string, members: Entry[]): BuildingGroup {
  const first = members[0]?.door
  const sorted = first ? [...members].sort((one, other) => byDoor(one.door as Door, other.door as Door)) : byUrgency(members)
  const units: UnitGroup[] = []
  for (const entry of sorted) {
    const unit = entry.door?.unit ?? ''
    const name = `${key}|${unit}`
    if (units.at(-1)?.key !== name) units.push({ key: name, unit, entries: [] })
    units.at(-1)?.entries.push(entry)
  }
  const urgency = Math.max(0, ...members.map((entry) => entry.urgency))
  return { key, compound: first?.compound ?? '', building: first?.building ?? '', urgency, count: members.length, units }
}

const byUrgency = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort((one, other) => other.urgency - one.urgency || (one.door && other.door ? byPlace(one.door, other.door) : 0))

const byPlace = (one: Door, other: Door): number =>
  byText(one.compound, other.compound) || byText(one.building, other.building) || byDoor(one, other)

export function counts(entries: readonly Entry[]): Record<Standing, number> {
  const found: Record<Standing, number> = { open: 0, retry: 0, done: 0 }
  for (const entry of entries) found[entry.standing] += 1
  return found
}
