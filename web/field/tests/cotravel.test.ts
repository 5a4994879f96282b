// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Index, type Leg, type Trip } from '../src/domain/cotravel/check'
import { sentence } from '../src/domain/cotravel/sentences'
import { readCarriages, readSeatRows, readVehicles, type Vehicle } from '../src/domain/cotravel/vehicles'

// The same file that pytest checks the server's engine with: phone and server may never say different things of a train.
interface Vectors {
  fields: { text: string; mode: string | null; vehicles: Vehicle[]; code: string | null; notes: string[] }[]
  places: { text: string; carriages: string[]; rows: number[] }[]
  trips: Trip[]
  checks: { leg: Leg; hits: { key: string; number: string; day: string; where: string; zh: string; en: string }[] }[]
}
const file = process.env.COTRAVEL_VECTORS ?? join(import.meta.dirname, '../../../contracts/vectors/cotravel.json')
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors

describe('co-travel on the phone says what the server says', () => {
  it.each(vectors.fields)('$text as $mode', ({ text, mode, vehicles, code, notes }) => {
    const reading = readVehicles(text, mode)
    expect({ vehicles: reading.vehicles, code: reading.code ?? null, notes: reading.notes }).toEqual({ vehicles, code, notes })
  })

  it.each(vectors.places)('the place $text', ({ text, carriages, rows }) => {
    expect({ carriages: readCarriages(text), rows: readSeatRows(text) }).toEqual({ carriages, rows })
  })

  const index = new Index(vectors.trips)
  it.each(vectors.checks)('the leg $leg', ({ leg, hits }) => {
    const found = index.check(leg).map((hit) => ({
      key: hit.trip.key, number: hit.number, day: hit.day, where: hit.where, zh: sentence(hit, 'zh'), en: sentence(hit, 'en'),
    }))
    expect(found).toEqual(hits)
  })

  it('and there is something to say', () => {
    expect(vectors.checks.filter((check) => check.hits.length).length).toBeGreaterThan(10)
  })
})
