import { api, type components } from '@lianfang/core'

export type Coverage = components['schemas']['CoverageOut']
export type Compound = components['schemas']['CompoundOut']
export type Building = components['schemas']['BuildingOut']
export type CompoundDetail = components['schemas']['CompoundDetailOut']
export type Gate = components['schemas']['GateOut']
export type Door = components['schemas']['DoorOut']
export type DoorState = components['schemas']['DoorState']
export type Shape = components['schemas']['ShapeOut']
export type Area = components['schemas']['AreaOut']

export const DOOR_STATES = ['seen', 'known', 'conflicting', 'empty'] as const satisfies readonly DoorState[]
export const GATE_KINDS = ['walking', 'vehicle', 'emergency'] as const satisfies readonly Gate['kinds'][number][]
/** One sign a state: colours alone say nothing to many. */
export const SIGNS: Record<DoorState, string> = { seen: '✓', known: '○', conflicting: '!', empty: '' }

/** Everything that the screens of places show of the territory: areas with figures, shapes. Without a run no figures. */
export async function loadTerritory(signal: AbortSignal): Promise<{ areas: Area[]; coverage: Coverage[]; shapes: Shape[] }> {
  const [areas, shapes, coverage] = await Promise.all([
    api.get('/api/areas', { signal }),
    api.get('/api/areas/shapes', { signal }),
    api.get('/api/places/coverage', { signal }).catch((error: unknown) => {
      if (error instanceof Error && ['not_found', 'forbidden'].includes(error.message)) return []
      throw error
    }),
  ])
  return { areas, shapes, coverage }
}

export function share(figures: { registered: number; seen: number } | undefined): number | undefined {
  return figures && figures.registered > 0 ? figures.seen / figures.registered : undefined
}

/** A step of the scale of coverage, the same on map, tree and table. */
export function step(figures: { registered: number; seen: number } | undefined): string {
  const seen = share(figures)
  return seen === undefined ? 'none' : `s${Math.min(4, Math.floor(seen * 5))}`
}
