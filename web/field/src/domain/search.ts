import type { Book, Door, Entry } from './book'
import { entryOf, keyOf } from './book'

/** Pinyin of a name: whole syllables run together, and their initials. */
export interface Sound {
  full: string
  initials: string
}
export type Sounds = (name: string) => Sound

const MOST = 60

/** Letters of a place without what people leave out when they type: "3栋2单元501室" → "32501". */
const bare = (words: string): string => words.normalize('NFKC').toLowerCase().replace(/[\s\-－—_栋幢号楼单元室层房]/g, '')

const placeOf = (door: Door): string => bare(`${door.compound}${door.building}${door.unit}${door.room}`)

const told = (name: string, query: string, sounds?: Sounds): boolean => {
  if (name.toLowerCase().includes(query)) return true
  if (!sounds || !/^[a-z]+$/.test(query)) return false
  const { full, initials } = sounds(name)
  return full.startsWith(query) || initials.startsWith(query)
}

/**
 * Places of the own area that a query means: a room ("3-2-501", "501"), a name, or its pinyin ("wangxiuying", "wxy").
 * Places with work come first; those without are found as well, for somebody may open any door.
 */
export function search(book: Book, query: string, sounds?: Sounds): Entry[] {
  const typed = query.trim().toLowerCase()
  const place = bare(typed)
  if (!place) return []
  const fits = (entry: Entry): boolean =>
    (entry.door !== undefined && placeOf(entry.door).includes(place)) || entry.people.some((person) => told(person.name, typed, sounds))
  const found = book.entries.filter(fits)
  const seen = new Set(found.map((entry) => entry.key))
  for (const door of book.doors.values()) {
    if (found.length >= MOST) break
    const entry = entryOf(keyOf(door.id, null), [], { door, people: book.people.get(door.id) ?? [], place: '' })
    if (!seen.has(entry.key) && fits(entry)) found.push({ ...entry, standing: 'open' })
  }
  // Digits run together may mean another door than the one whose room was typed: that one comes first.
  const meant = (entry: Entry): number => (entry.door && bare(entry.door.room) === place ? 0 : 1)
  return found.sort((one, other) => meant(one) - meant(other)).slice(0, MOST)
}
