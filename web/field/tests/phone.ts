import 'fake-indexeddb/auto'
import { createPublicKey, verify } from 'node:crypto'
import { IDBFactory } from 'fake-indexeddb'
import { ApiError } from '@lianfang/core/client'
import { fromBase64url } from '../src/crypto/bytes'
import { openDatabase, type Database } from '../src/store/database'
import type { Payload, SignedFact } from '../src/store/facts'
import { begin, settle, type Open } from '../src/store/vault'
import type { FactsIn, FactsOut, Server, SnapshotOut, Verdict } from '../src/wire'

export const NOW = new Date('2026-03-02T08:00:00Z')
export const PIN = '271828'
export const DEVICE = '0b8a6a36-54a5-4c8e-9d4e-0e4b1a2c3d4e'

/** A new, empty database, as of a phone that was never used. */
export function freshDatabase(): Promise<Database> {
  indexedDB = new IDBFactory()
  return openDatabase()
}

/** A phone of 李娜, open. Returns her public key as well. */
export async function freshPhone(): Promise<Open & { publicKey: string }> {
  const db = await freshDatabase()
  const begun = await begin()
  const user = { id: 7, username: 'li.na', name: '李娜' }
  const open = await settle(db, begun, { device: DEVICE, user, name: 'phone', token: 'secret-token' }, PIN, NOW, () => Promise.resolve(1000))
  return { ...open, publicKey: begun.signing.publicKey }
}

export function isSigned(fact: SignedFact, publicKey: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  return verify(null, Buffer.from(fact.payload), key, fromBase64url(fact.sig))
}

/**
 * A server of the contract in memory: it keeps facts by id, knows duplicates and altered ones, and can be told to lose
 * requests or answers, to be off, or to withdraw the phone.
 */
export class FakeServer implements Server {
  kept = new Map<string, string>()
  photos = new Map<string, number>()
  batches: number[] = []
  losesRequests = 0
  losesAnswers = 0
  withdrawn = false
  refuses: (payload: Payload) => string | undefined = () => undefined
  /** What a whole request is refused with. */
  chokesOn: (batch: FactsIn) => ApiError | undefined = () => undefined
  next?: SnapshotOut

  facts = (_token: string, batch: FactsIn): Promise<FactsOut> => {
    if (this.losesRequests-- > 0) return Promise.reject(new ApiError(0, 'unreachable'))
    const choked = this.chokesOn(batch)
    if (choked) return Promise.reject(choked)
    this.batches.push(batch.facts.length)
    const verdicts = batch.facts.map((fact) => this.judge(fact))
    if (this.losesAnswers-- > 0) return Promise.reject(new ApiError(0, 'unreachable'))
    return Promise.resolve({ received_at: NOW.toISOString(), clock_skew_seconds: 0, wipe: this.withdrawn, verdicts })
  }

  private judge(fact: SignedFact): Verdict {
    const payload = JSON.parse(fact.payload) as Payload
    const known = this.kept.get(payload.id)
    if (known === fact.payload) return { id: payload.id, verdict: 'duplicate' }
    const code = this.withdrawn ? 'device.withdrawn' : known ? 'fact.altered' : this.refuses(payload)
    if (code) return { id: payload.id, verdict: 'rejected', code, params: {} }
    this.kept.set(payload.id, fact.payload)
    return { id: payload.id, verdict: 'accepted' }
  }

  photo = (_token: string, id: string, _type: string, bytes: Uint8Array): Promise<void> => {
    if (this.withdrawn) return Promise.reject(new ApiError(403, 'device.withdrawn'))
    if (bytes.length > 1000) return Promise.reject(new ApiError(413, 'photo.large'))
    this.photos.set(id, bytes.length)
    return Promise.resolve()
  }

  snapshot = (): Promise<SnapshotOut> =>
    this.next ? Promise.resolve(this.next) : Promise.reject(new ApiError(0, 'unreachable'))
}
