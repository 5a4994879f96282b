import type { IDBPObjectStore, StoreNames } from 'idb'
import { v7 } from 'uuid'
import { sealJson, unsealJson } from '../crypto/seal'
import { orDiskFull, type Database, type FactRow, type MarkRow, type Schema } from './database'
import type { Open } from './vault'

/** A fact as it goes over the wire: the signature covers exactly this text. */
export interface SignedFact {
  payload: string
  sig: string
}

export interface Payload {
  id: string
  device: string
  seq: number
  at: string
  v: 1
  kind: string
  body: unknown
}

/** What is written together with a fact: all of it or nothing. */
export interface Recording {
  kind: string
  body: unknown
  /** Ids of photos that lie here as a draft's. */
  photos?: readonly string[]
  /** What the fact does to the work list here, until the server's own list says it. */
  mark?: unknown
  /** The draft that it was made from, which goes with it. */
  draft?: string
}

interface Made {
  fact: FactRow
  photos: readonly string[]
  mark?: MarkRow
  draft?: string
}

export const newId = (): string => v7()

async function make(open: Open, seq: number, at: Date, recording: Recording): Promise<Made> {
  const id = newId()
  const payload: Payload = {
    id,
    device: open.phone.device,
    seq,
    at: at.toISOString(),
    v: 1,
    kind: recording.kind,
    body: recording.body,
  }
  const words = JSON.stringify(payload)
  const signed: SignedFact = { payload: words, sig: await open.signer.sign(words) }
  return {
    fact: { id, seq, state: 'unsent', at: payload.at, size: words.length, sealed: await sealJson(open.dataKey, signed, `fact:${id}`) },
    photos: recording.photos ?? [],
    mark: recording.mark === undefined ? undefined : { id, sealed: await sealJson(open.dataKey, recording.mark, `mark:${id}`) },
    draft: recording.draft,
  }
}

/** The draft's photo belongs to the fact from now on. */
async function claim(store: IDBPObjectStore<Schema, StoreNames<Schema>[], 'photos', 'readwrite'>, id: string, fact: string): Promise<void> {
  const photo = await store.get(id)
  if (photo) await store.put({ ...photo, fact, state: 'unsent' })
}

/** Write everything in one transaction that counts on from `last`; false when another tab has counted meanwhile. */
async function write(db: Database, last: number, made: readonly Made[]): Promise<boolean> {
  // "Saved" is said after this: strict waits until the disk has it, not just the system's memory.
  const tx = db.transaction(['meta', 'facts', 'photos', 'marks', 'drafts'], 'readwrite', { durability: 'strict' })
  const counted = ((await tx.objectStore('meta').get('seq')) as number | undefined) ?? 0
  if (counted !== last) {
    tx.abort()
    await tx.done.catch(() => undefined)
    return false
  }
  const writes: Promise<unknown>[] = []
  try {
    writes.push(tx.objectStore('meta').put(last + made.length, 'seq'))
    for (const { fact, photos, mark, draft } of made) {
      writes.push(tx.objectStore('facts').add(fact))
      for (const photo of photos) writes.push(claim(tx.objectStore('photos'), photo, fact.id))
      if (mark) writes.push(tx.objectStore('marks').put(mark))
      if (draft) writes.push(tx.objectStore('drafts').delete(draft))
    }
    await Promise.all(writes)
  } catch (error) {
    undo(tx) // the number as well: it is not used up by a fact that does not exist
    await Promise.allSettled([...writes, tx.done])
    throw error
  }
  await tx.done
  return true
}

function undo(tx: { abort: () => void }): void {
  try {
    tx.abort()
  } catch (error) {
    if (!(error instanceof Error && error.name === 'InvalidStateError')) throw error // else it is undone already
  }
}

/**
 * Record facts: when this returns they are on the disk, numbered without gaps, and will be sent. Signing needs the number
 * and takes longer than a transaction lives, so the number is taken first and checked while writing.
 * Throws DiskFull; then nothing at all is written.
 */
export async function record(open: Open, recordings: readonly Recording[], now: () => Date): Promise<FactRow[]> {
  for (;;) {
    const last = ((await open.db.get('meta', 'seq')) as number | undefined) ?? 0
    const at = now()
    const made = await Promise.all(recordings.map((one, place) => make(open, last + 1 + place, at, one)))
    if (await orDiskFull(() => write(open.db, last, made))) return made.map((one) => one.fact)
  }
}

const inState = (state: FactRow['state']) => IDBKeyRange.bound([state, 0], [state, Infinity])

export const countIn = (db: Database, state: FactRow['state']): Promise<number> =>
  db.countFromIndex('facts', 'byState', inState(state))

/** Facts in the order in which they were recorded. */
export const factsIn = (db: Database, state: FactRow['state'], most?: number): Promise<FactRow[]> =>
  db.getAllFromIndex('facts', 'byState', inState(state), most)

export const signedFact = (open: Open, row: FactRow): Promise<SignedFact> =>
  unsealJson<SignedFact>(open.dataKey, row.sealed, `fact:${row.id}`)

export const payloadOf = async (open: Open, row: FactRow): Promise<Payload> =>
  JSON.parse((await signedFact(open, row)).payload) as Payload
