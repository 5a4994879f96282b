import { api, useLoad, type Loaded, type components } from '@lianfang/core'
import { computed, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'

export type Place = components['schemas']['PlaceOut']
export type Finding = components['schemas']['FindingOut']
export type RecordCard = components['schemas']['RecordOut']
export type Person = components['schemas']['PersonOut']

/** The run that the address names. */
export function useRunNumber(): ComputedRef<number> {
  const route = useRoute()
  return computed(() => Number(route.params.run))
}

/** Grids of the run, for filters and for the names of places. */
export function usePlaces(run: ComputedRef<number>): Loaded<Place[]> & { placeName: (number: number) => string } {
  const loaded = useLoad(run, (number, signal) => api.get('/api/runs/{run}/places', { path: { run: number }, signal }))
  const names = computed(() => new Map((loaded.data.value ?? []).map((place) => [place.number, place.name])))
  return { ...loaded, placeName: (number) => names.value.get(number) ?? '' }
}

/** The lists of the run and the files that could not be read. */
export function useLists(run: ComputedRef<number>) {
  const loaded = useLoad(run, (number, signal) => api.get('/api/runs/{run}/lists', { path: { run: number }, signal }))
  const labels = computed(() => new Map((loaded.data.value?.lists ?? []).map((list) => [list.number, list.label])))
  return { ...loaded, listLabel: (number: number | null) => (number === null ? '' : (labels.value.get(number) ?? '')) }
}
