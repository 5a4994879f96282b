/** One leg against published trips: the twin of screening/engine/cotravel/index.py and sentences.py. */
import { MODES, modeOf, readCarriages, readSeatRows, readVehicles, type Vehicle } from './vehicles'

/** A published trip as the server sends it. Empty carriages and rows mean unknown. */
export interface Trip {
  key: string
  mode: string
  numbers: string[]
  also: string[]
  dates: string[]
  overnight: boolean
  carriages: string[]
  rows: number[]
  from: string
  to: string
  sources: string[]
  notes: string[]
}

export interface Leg {
  number: string
  mode?: string | null
  date?: string | null
  carriage?: string
  seat?: string
}

export type Day = 'same' | 'night' | 'unknown'
export type Where = 'close' | 'apart' | 'unknown'

export interface Hit {
  trip: Trip
  number: string
  day: Day
  where: Where
}

const NEAR_ROWS = 3
const MAY_BE: Record<string, string[]> = {
  coach: ['coach', 'bus', 'car'],
  car: ['car', 'coach'],
  bus: ['bus', 'coach'],
  other: ['bus', 'ship', 'metro', 'coach', 'car', 'other'],
}
const DAYS: Record<Day, number> = { same: 0, night: 1, unknown: 2 }
const WHERES: Record<Where, number> = { close: 0, unknown: 1, apart: 2 }
const A_DAY = 86_400_000

/** Trips by mode and number. */
export class Index {
  private readonly byNumber = new Map<string, Trip[]>()

  constructor(trips: readonly Trip[]) {
    for (const trip of trips) {
      for (const number of [...trip.numbers, ...trip.also]) {
        const key = `${trip.mode}|${number}`
        const known = this.byNumber.get(key)
        if (known) known.push(trip)
        else this.byNumber.set(key, [trip])
      }
    }
  }

  /** The trips that the leg may have been, the likeliest first; each once. */
  check(leg: Leg): Hit[] {
    const found = new Map<Trip, Hit>()
    for (const vehicle of vehiclesOf(leg)) {
      for (const number of vehicle.numbers) {
        for (const trip of this.byNumber.get(`${vehicle.mode}|${number}`) ?? []) {
          const day = dayOf(trip, leg.date)
          if (day && !found.has(trip)) found.set(trip, { trip, number, day, where: whereOf(trip, vehicle, leg) })
        }
      }
    }
    return [...found.values()].sort(byRank)
  }
}

const texts = (trip: Trip): string[][] => [trip.dates, trip.numbers, trip.carriages, [trip.key]]

function byRank(one: Hit, other: Hit): number {
  const near = DAYS[one.day] - DAYS[other.day] || WHERES[one.where] - WHERES[other.where]
  if (near) return near
  const [mine, theirs] = [texts(one.trip), texts(other.trip)]
  for (let at = 0; at < mine.length; at++) {
    const order = compare(mine[at] ?? [], theirs[at] ?? [])
    if (order) return order
  }
  return 0
}

/** Lists of texts as Python orders them: place by place, the shorter first. */
function compare(one: readonly string[], other: readonly string[]): number {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const [mine = '', theirs = ''] = [one[at], other[at]]
    if (mine !== theirs) return mine < theirs ? -1 : 1
  }
  return one.length - other.length
}

function vehiclesOf(leg: Leg): Vehicle[] {
  const mode = (MODES as readonly string[]).includes(leg.mode ?? '') ? (leg.mode as string) : modeOf(leg.mode)
  const tried = (mode && MAY_BE[mode]) || [mode]
  const vehicles = tried.flatMap((one) => readVehicles(leg.number, one).vehicles)
  if (mode === 'other') vehicles.push(...readVehicles(leg.number).vehicles)
  return vehicles
}

function dayOf(trip: Trip, date: string | null | undefined): Day | undefined {
  if (!date) return 'unknown'
  if (trip.dates.includes(date)) return 'same'
  const at = Date.parse(`${date}T00:00:00Z`)
  const beside = [-A_DAY, A_DAY].some((step) => trip.dates.includes(new Date(at + step).toISOString().slice(0, 10)))
  return trip.overnight && beside ? 'night' : undefined
}

function whereOf(trip: Trip, vehicle: Vehicle, leg: Leg): Where {
  if (trip.mode === 'train') {
    const said = [...vehicle.carriages, ...readCarriages(leg.carriage), ...readCarriages(leg.seat)]
    if (!said.length || !trip.carriages.length) return 'unknown'
    return said.some((carriage) => trip.carriages.includes(carriage)) ? 'close' : 'apart'
  }
  if (trip.mode === 'flight') {
    const rows = [...vehicle.rows, ...readSeatRows(leg.seat), ...readSeatRows(leg.carriage)]
    if (!rows.length || !trip.rows.length) return 'unknown'
    return rows.some((row) => trip.rows.some((other) => Math.abs(row - other) <= NEAR_ROWS)) ? 'close' : 'apart'
  }
  return 'unknown'
}
