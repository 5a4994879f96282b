import { i18n } from '../i18n'
import type { Entry } from '../domain/book'

const { t } = i18n.global

/** A bare number gets its word ("3" → "3栋"); what has its own word already stays as it is ("甲楼", "1组18"). */
function worded(kind: 'building' | 'unit' | 'floor', value: string): string {
  return /^[0-9A-Za-z]+$/.test(value) ? t(`field.place.${kind}`, { value }) : value
}

export const buildingName = (compound: string, building: string): string =>
  compound ? [compound, building && worded('building', building)].filter(Boolean).join(' ') : t('field.place.none')

export const unitName = (unit: string): string => worded('unit', unit)

export const floorName = (floor: number): string => worded('floor', String(floor))

/** The whole place in one line. */
export function placeName(entry: Pick<Entry, 'door' | 'person' | 'place'>): string {
  const { door } = entry
  if (!door) return entry.place || t('field.place.none')
  return [buildingName(door.compound, door.building), door.unit && unitName(door.unit), door.room].filter(Boolean).join(' ')
}
