import { unsealJson } from '../crypto/seal'
import type { FactRow } from './database'
import { payloadOf } from './facts'
import type { Open } from './vault'

/** A fact that the server did not take, opened to be shown. */
export interface Rejected {
  id: string
  at: string
  door?: number
  person?: number
  tip?: number
  kind: string
  body: Record<string, unknown>
  outcome: string
  code: string
  params: Record<string, unknown>
}

export async function readRejected(open: Open, row: FactRow): Promise<Rejected> {
  const why = row.verdict
    ? await unsealJson<{ code: string; params: Record<string, unknown> }>(open.dataKey, row.verdict, `verdict:${row.id}`)
    : { code: 'unexpected', params: {} }
  const { at, kind, body } = await payloadOf(open, row)
  const said = body as { door?: number; person?: number; tip?: number; outcome?: string; act?: string }
  const { door, person, tip } = said
  return { id: row.id, at, kind, body: { ...said }, door, person, tip, outcome: said.outcome ?? said.act ?? '', ...why }
}

/** Its worker has dealt with it: the fact leaves the phone, with the photos that were to go with it. The server keeps its own copy. */
export async function drop(open: Open, id: string): Promise<void> {
  const tx = open.db.transaction(['facts', 'photos'], 'readwrite')
  await tx.objectStore('facts').delete(id)
  for await (const cursor of tx.objectStore('photos')) if (cursor.value.fact === id) await cursor.delete()
  await tx.done
}
