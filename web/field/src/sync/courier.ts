import { ApiError } from '@lianfang/core/client'
import type { GatePart } from '../gate/known'
import { bases, merged, type RefusedOut, type RefusedPart } from '../gate/lists'
import { held, keepSnapshot, readPart } from '../store/parts'
import type { Open } from '../store/vault'
import type { Server } from '../wire'
import { keepLeaving, mayLeave, sendFacts, sendPhotos } from './outbox'

const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 300_000
/** Between two looks at what others did in the area. */
export const REFRESH_MS = 10 * 60_000

/** Milliseconds before the next try after so many failures in a row; scattered, so that a hundred phones do not come back at once. */
export function pause(failures: number, chance: () => number = Math.random): number {
  const whole = Math.min(FIRST_WAIT_MS * 2 ** Math.max(failures - 1, 0), LONGEST_WAIT_MS)
  return Math.round(whole * (0.5 + chance() / 2))
}

/** Run `work` in one tab only; another one that is at it already does it for all. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  if (!('locks' in navigator)) return work()
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : Promise.resolve(undefined)))
}

export type Round = 'done' | 'left' | 'busy'

/**
 * One round with the server: photos and facts go, the snapshot comes. `left`: the phone has been withdrawn, everything
 * unsent was answered, and it has to be emptied. Throws ApiError; whatever was answered before stays answered.
 */
export async function round(open: Open, server: Server, now: () => Date, fresh: boolean, gate = false): Promise<Round> {
  const done = await alone('lianfang-field-sync', async () => {
    try {
      await send(open, server, now)
      if (await mayLeave(open.db)) return 'left' as const
      if (fresh) await fetchSnapshot(open, server, gate)
      return 'done' as const
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'device.withdrawn') throw error
      await keepLeaving(open.db)
      if (await mayLeave(open.db)) return 'left' as const
      throw error
    }
  })
  return done ?? 'busy'
}

async function send(open: Open, server: Server, now: () => Date): Promise<void> {
  await sendFacts(open, server, now) // first those that wait for nothing
  if (await sendPhotos(open, server)) await sendFacts(open, server, now)
}

async function fetchSnapshot(open: Open, server: Server, gate: boolean): Promise<void> {
  const [before, rules] = [await readPart<RefusedPart>(open, 'gate_refused'), await readPart<GatePart>(open, 'gate')]
  const snapshot = await server.snapshot(open.token, await held(open), gate, await bases(before, rules?.keys))
  const came = snapshot.parts.gate_refused
  if (came) came.data = merged(before, came.data as RefusedOut)
  await keepSnapshot(open, snapshot)
}
