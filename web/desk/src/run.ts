import { api, i18n, useLoad, type Loaded, type components } from '@lianfang/core'
import { computed, shallowRef, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import { may } from './session'

export type Place = components['schemas']['PlaceOut']
export type Finding = components['schemas']['FindingOut']
/** One value of a file; of an earlier run only what its lists say. */
export type Known = components['schemas']['KnownFieldOut']
export type Told = components['schemas']['FileFieldOut'] & Partial<Omit<Known, 'values'>>
export type RecordCard = components['schemas']['RecordOut']
export type Person = components['schemas']['PersonOut']

const known = shallowRef<number | null>()

/** The number of the run that the desk works on; null while there is none, or for those who may not see runs. */
export async function loadCurrentRun(): Promise<number | null> {
  known.value = may('run.view') ? ((await api.get('/api/runs')).find((run) => run.current)?.id ?? null) : null
  return known.value
}

export const currentRun = computed(() => known.value ?? null)

/** The run that the address names, else the current one. */
export function useRunNumber(): ComputedRef<number> {
  const route = useRoute()
  return computed(() => (route.params.run === undefined ? (currentRun.value ?? 0) : Number(route.params.run)))
}

/** Grids of communities first; then compounds and addresses that belong to none; what has no address last. */
function inOrder(places: Place[]): Place[] {
  const rank = (place: Place): number => (place.number === 0 ? 2 : place.community ? 0 : 1)
  return [...places].sort((a, b) => rank(a) - rank(b) || a.number - b.number)
}

// As the work lists name the sheet of doors that belong to no grid (findings/worklist.py).
const ELSEWHERE = '其他地址'

/** What a place is called on the screen; grids keep the name that the lists give them. */
export function nameOf(place: Place): string {
  if (!place.name) return i18n.global.t('place.unknown')
  return place.name === ELSEWHERE ? i18n.global.t('place.elsewhere') : place.name
}

/** Grids of the run, for filters and for the names of places. */
export function usePlaces(run: ComputedRef<number>): Loaded<Place[]> & { placeName: (number: number) => string } {
  const loaded = useLoad(run, async (number, signal) =>
    number ? inOrder(await api.get('/api/runs/{run}/places', { path: { run: number }, signal })) : [],
  )
  const names = computed(() => new Map((loaded.data.value ?? []).map((place) => [place.number, nameOf(place)])))
  return { ...loaded, placeName: (number) => names.value.get(number) ?? '' }
}

/** The lists of the run and the files that could not be read. */
export function useLists(run: ComputedRef<number>) {
  const loaded = useLoad(run, (number, signal) => api.get('/api/runs/{run}/lists', { path: { run: number }, signal }))
  const labels = computed(() => new Map((loaded.data.value?.lists ?? []).map((list) => [list.number, list.label])))
  return { ...loaded, listLabel: (number: number | null) => (number === null ? '' : (labels.value.get(number) ?? '')) }
}
