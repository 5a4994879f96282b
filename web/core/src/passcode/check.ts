/** Is this code a pass, and who signed it? No network, no clock; see the twin, src/lianfang/gates/passcode/check.py. */
import * as base45 from './base45'
import type { Bytes } from './cbor'
import { decode, hex, type Pass } from './claims'
import { toBeSigned, unseal, type Envelope } from './envelope'
import { RefusedError } from './refusal'

const PREFIX = 'LF1:'
const LONGEST = 256
const KEY_ID_BYTES = 4

/** A public key, for which areas it signs, and when it may begin and end to sign. */
export interface TrustedKey {
  public: string // 64 hexadecimal digits
  area: string
  since: number
  until: number
  withdrawn: boolean
}

export function bytes(text: string): Bytes {
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)))
}

/** The keys that a checker believes. */
export class Trust {
  private constructor(private readonly keys: Map<string, { key: TrustedKey; verifier: CryptoKey }>) {}

  static async of(keys: TrustedKey[]): Promise<Trust> {
    const entries = keys.map(async (key) => {
      const raw = bytes(key.public)
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', raw))
      const verifier = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])
      return [hex(digest.subarray(0, KEY_ID_BYTES)), { key, verifier }] as const
    })
    return new Trust(new Map(await Promise.all(entries)))
  }

  /** The key that signed. Throws RefusedError (unknown_key, withdrawn_key, signature). */
  async verify(envelope: Envelope, purpose: Bytes): Promise<TrustedKey> {
    const known = this.keys.get(hex(envelope.keyId))
    if (!known) throw new RefusedError('unknown_key')
    if (known.key.withdrawn) throw new RefusedError('withdrawn_key')
    const said = toBeSigned(envelope, purpose)
    if (!(await crypto.subtle.verify('Ed25519', known.verifier, envelope.signature, said))) {
      throw new RefusedError('signature')
    }
    return known.key
  }
}

/** The text of a QR code → the pass, if a key that is believed signed it. Throws RefusedError. */
export async function openPass(text: string, trust: Trust): Promise<Pass> {
  if (!text.startsWith(PREFIX)) throw new RefusedError('no_pass')
  if (text.length > LONGEST) throw new RefusedError('too_long')
  const envelope = unseal(base45.decode(text.slice(PREFIX.length)))
  const key = await trust.verify(envelope, new Uint8Array())
  const found = decode(envelope.payload)
  const inTime = key.since <= found.not_before && found.not_before <= key.until
  if (!found.area.startsWith(key.area) || !inTime) throw new RefusedError('key_elsewhere')
  return found
}
