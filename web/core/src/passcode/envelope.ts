/** COSE_Sign1 (RFC 9052) with Ed25519, in one form only; see the twin, src/lianfang/gates/passcode/envelope.py. */
import { decode, encodeStrings, type Bytes, type Value } from './cbor'
import { RefusedError } from './refusal'

const TAG_SIGN1 = 0xd2
const ALGORITHM = 1
const KEY_ID = 4
const EDDSA = -8
const KEY_ID_BYTES = 4
const SIGNATURE_BYTES = 64

export interface Envelope {
  keyId: Bytes
  protected: Bytes
  payload: Bytes
  signature: Bytes
}

/** RFC 9052, 4.4. `purpose` keeps a list from being shown as a pass. */
export function toBeSigned(envelope: Envelope, purpose: Bytes): Bytes {
  return encodeStrings(['Signature1', envelope.protected, purpose, envelope.payload])
}

/** Bytes → their parts; nothing is verified yet. Throws RefusedError (unreadable, algorithm). */
export function unseal(data: Bytes): Envelope {
  if (data[0] !== TAG_SIGN1) throw new RefusedError('unreadable')
  const parts = decode(data.subarray(1))
  if (!Array.isArray(parts) || parts.length !== 4) throw new RefusedError('unreadable')
  const [header, loose, payload, signature] = parts
  const bare = loose instanceof Map && loose.size === 0
  if (!bare || !isBytes(header) || !isBytes(payload) || !isBytes(signature)) throw new RefusedError('unreadable')
  const keyId = keyIdOf(decode(header))
  if (signature.length !== SIGNATURE_BYTES) throw new RefusedError('algorithm')
  return { keyId, protected: header, payload, signature }
}

function isBytes(value: Value | undefined): value is Bytes {
  return value instanceof Uint8Array
}

/** The key's id from a header that names Ed25519 and nothing else. */
function keyIdOf(header: Value): Bytes {
  if (!(header instanceof Map) || header.get(ALGORITHM) !== EDDSA) throw new RefusedError('algorithm')
  const keyId = header.get(KEY_ID)
  if (header.size !== 2 || !isBytes(keyId) || keyId.length !== KEY_ID_BYTES) throw new RefusedError('unreadable')
  return keyId
}
