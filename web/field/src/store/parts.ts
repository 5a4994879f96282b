import { sealJson, unsealJson } from '../crypto/seal'
import type { SnapshotOut } from '../wire'
import { orDiskFull, readMeta, type PartRow } from './database'
import type { Open } from './vault'

/** User and areas: they come with every snapshot and are kept like a part. */
const OWN = 'own'

/** Which parts the phone holds: name → digest. */
export async function held(open: Open): Promise<Record<string, string>> {
  const rows = await open.db.getAll('parts')
  return Object.fromEntries(rows.filter((row) => row.name !== OWN).map((row) => [row.name, row.digest]))
}

/** Every part, opened. One blob a part: a thousand households open with a handful of decryptions. */
export async function readParts(open: Open): Promise<Record<string, unknown>> {
  const rows = await open.db.getAll('parts')
  const opened = rows.map(async (row) => [row.name, await unsealJson(open.dataKey, row.sealed, `part:${row.name}`)] as const)
  return Object.fromEntries(await Promise.all(opened))
}

/** One part, opened; undefined: the phone has none. */
export async function readPart<T>(open: Open, name: string): Promise<T | undefined> {
  const row = await open.db.get('parts', name)
  return row && unsealJson<T>(open.dataKey, row.sealed, `part:${name}`)
}

/**
 * Keep a snapshot: changed parts are replaced, unnamed ones stay. Marks whose facts the server had answered before it
 * made the snapshot go: its own list says it now. Throws DiskFull; the former parts stay then.
 */
export async function keepSnapshot(open: Open, snapshot: SnapshotOut): Promise<void> {
  const { parts, as_of, user, areas } = snapshot
  const own = { digest: as_of, data: { user, areas } }
  const sealing = Object.entries({ ...parts, [OWN]: own }).map(async ([name, part]): Promise<PartRow> => {
    return { name, digest: part.digest, sealed: await sealJson(open.dataKey, part.data, `part:${name}`) }
  })
  const rows = await Promise.all(sealing)
  await orDiskFull(async () => {
    const tx = open.db.transaction(['parts', 'marks', 'meta'], 'readwrite')
    for (const row of rows) await tx.objectStore('parts').put(row)
    await tx.objectStore('meta').put(as_of, 'asOf')
    for await (const cursor of tx.objectStore('marks')) {
      if (cursor.value.answeredAt && cursor.value.answeredAt < as_of) await cursor.delete()
    }
    await tx.done
  })
}

export const asOf = (open: Open): Promise<string | undefined> => readMeta(open.db, 'asOf')

export interface Marked<T> {
  id: string
  answeredAt?: string
  value: T
}

/** All marks; those that are `known` are not opened again. */
export async function readMarks<T>(open: Open, known: ReadonlyMap<string, Marked<T>> = new Map()): Promise<Marked<T>[]> {
  const rows = await open.db.getAll('marks')
  const opened = rows.map(async ({ id, sealed, answeredAt }) => {
    const value = known.get(id)?.value ?? (await unsealJson<T>(open.dataKey, sealed, `mark:${id}`))
    return { id, answeredAt, value }
  })
  return Promise.all(opened)
}

/** Forget the area's people and doors: what signing out leaves behind is only unsent work. */
export async function forgetArea(open: Open): Promise<void> {
  const tx = open.db.transaction(['parts', 'meta'], 'readwrite')
  await tx.objectStore('parts').clear()
  await tx.objectStore('meta').delete('asOf')
  await tx.objectStore('meta').put(true, 'signedOut')
  await tx.done
}
