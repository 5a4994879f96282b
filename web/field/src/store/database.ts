import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Bytes } from '../crypto/bytes'
import type { Misses } from '../crypto/patience'
import type { Lockbox } from '../crypto/pin'
import type { KeptKey } from '../crypto/signer'

/** Who this phone belongs to, and the keys. Only `token` and the seed of an older browser's key are sealed: the rest is needed to open. */
export interface Phone {
  device: string
  user: { id: number; username: string; name: string }
  name: string
  enrolledAt: string
  deviceKey: CryptoKey
  lockbox: Lockbox
  signing: KeptKey
  publicKey: string
  token: Bytes
}

export type FactState = 'unsent' | 'rejected'

/** A fact that the server has not taken. What it says is sealed; what has to be counted and ordered is not. */
export interface FactRow {
  id: string
  seq: number
  state: FactState
  at: string
  /** {payload, sig}, exactly as they go over the wire. */
  sealed: Bytes
  /** Length of the payload's text, to keep a batch small enough for the server. */
  size: number
  exportedAt?: string
  /** Sealed {code, params}, once the server said no. */
  verdict?: Bytes
}

/** A photo that the server has not taken, sealed. A draft's has no fact yet. */
export interface PhotoRow {
  id: string
  fact: string
  state: FactState | 'draft'
  type: string
  sealed: Bytes
  code?: string
}

/** What a fact of this phone did to the work list, until a snapshot is newer than it. */
export interface MarkRow {
  id: string
  sealed: Bytes
  answeredAt?: string
}

export interface PartRow {
  name: string
  digest: string
  sealed: Bytes
}

export interface Tally {
  accepted: number
  duplicate: number
  rejected: number
}

export interface Contact {
  /** Moment of the server's last answer, on this phone's clock. */
  at: number
  /** Seconds by which this phone's clock is behind the server's (negative: ahead); 0 when it is near enough. */
  behind: number
}

export interface Settings {
  lockMinutes: number
  look: 'auto' | 'light' | 'dark'
  /** Gate duty: whoever also works in the field gets the gate's parts only then. */
  gate: boolean
  /** The gate that was chosen last. */
  gateId: number
}

interface Meta {
  phone: Phone
  misses: Misses
  seq: number
  tally: Tally
  contact: Contact
  settings: Settings
  /** The server has said that everything here has to go; it goes once nothing is unsent. */
  leaving: boolean
  /** Moment of the snapshot that the parts come from, on the server's clock. */
  asOf: string
  /** Signed out: the area's data is gone, unsent work waits for its owner. */
  signedOut: boolean
}
export type MetaKey = keyof Meta

export interface Schema extends DBSchema {
  meta: { key: string; value: unknown }
  facts: { key: string; value: FactRow; indexes: { byState: [FactState, number] } }
  photos: { key: string; value: PhotoRow; indexes: { byState: PhotoRow['state'] } }
  marks: { key: string; value: MarkRow }
  parts: { key: string; value: PartRow }
  drafts: { key: string; value: { key: string; sealed: Bytes } }
}
export type Database = IDBPDatabase<Schema>

export const NAME = 'lianfang-field'

export function openDatabase(name = NAME, gone: () => void = () => {}): Promise<Database> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore('meta')
      db.createObjectStore('facts', { keyPath: 'id' }).createIndex('byState', ['state', 'seq'])
      db.createObjectStore('photos', { keyPath: 'id' }).createIndex('byState', 'state')
      db.createObjectStore('marks', { keyPath: 'id' })
      db.createObjectStore('parts', { keyPath: 'name' })
      db.createObjectStore('drafts', { keyPath: 'key' })
    },
    // Another tab wipes the phone or brings a newer version: this one must not stand in the way.
    blocking(_old, _new, event) {
      ;(event.target as IDBDatabase).close()
      gone()
    },
    terminated: gone,
  })
}

export const readMeta = <K extends MetaKey>(db: Database, key: K): Promise<Meta[K] | undefined> =>
  db.get('meta', key) as Promise<Meta[K] | undefined>

export const writeMeta = async <K extends MetaKey>(db: Database, key: K, value: Meta[K]): Promise<void> => {
  await db.put('meta', value, key)
}

/** Delete everything that this app keeps on the phone. */
export async function destroy(db: Database): Promise<void> {
  const { name } = db
  db.close()
  await deleteDB(name)
}

export class DiskFull extends Error {}

/** Run a write; a full disk becomes DiskFull, whatever way the browser reports it. */
export async function orDiskFull<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Error && error.name === 'QuotaExceededError') throw new DiskFull()
    throw error
  }
}
