/** What phone and server say to each other; docs/develop/sync.md is the server's side of it. */
import type { SignedFact } from './store/facts'

export interface FactsIn {
  device: string
  sent_at: string
  facts: SignedFact[]
}

export interface Verdict {
  /** null: the server could not read even that. The verdicts stand in the order of the facts. */
  id: string | null
  verdict: 'accepted' | 'duplicate' | 'rejected'
  code?: string | null
  params?: Record<string, unknown> | null
}

export interface FactsOut {
  received_at: string
  /** Seconds to add to the phone's clock; 0 when it is near enough. */
  clock_skew_seconds: number
  wipe: boolean
  verdicts: Verdict[]
}

export interface PartOut {
  digest: string
  data: unknown
}

export interface SnapshotOut {
  as_of: string
  user: { id: number; name: string; language: string }
  areas: { id: number; name: string; level: string; path: string }[]
  parts: Record<string, PartOut>
}

/** The server as the phone sees it. Every call rejects with ApiError; status 0 is no network. */
export interface Server {
  facts: (token: string, batch: FactsIn) => Promise<FactsOut>
  photo: (token: string, id: string, type: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>
  /** `refused`: numbers of the lists of refused passes that the phone has, by area. */
  snapshot: (token: string, have: Record<string, string>, gate: boolean, refused: Record<string, number>) => Promise<SnapshotOut>
}
