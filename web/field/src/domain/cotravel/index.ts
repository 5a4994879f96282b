import type { Language } from '../../i18n'
import type { LegForm } from '@lianfang/core/visit'
import { Index, type Trip } from './check'
import { sentence } from './sentences'

export interface ShownHit {
  key: string
  sentence: string
}

const indexes = new WeakMap<object, Index>()

/** What published cases say about a leg that is being typed, in sentences. `risk` is that part of the snapshot. */
export function hitsOf(risk: unknown, leg: LegForm, language: Language): ShownHit[] {
  const trips = (risk as { trips?: Trip[] } | undefined)?.trips
  if (!trips?.length || leg.number.trim().length < 2) return []
  const index = indexes.get(trips) ?? new Index(trips)
  indexes.set(trips, index)
  return index.check(leg).map((hit) => ({ key: hit.trip.key, sentence: sentence(hit, language) }))
}
