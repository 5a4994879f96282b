import { random, text, utf8, type Bytes } from './bytes'

const IV = 12

/**
 * Seal bytes with AES-GCM under a fresh random IV, which stands before the ciphertext. `place` says what the bytes
 * are and where they lie ("fact:…", "part:work"): a sealed row that somebody moves elsewhere does not open there.
 */
export async function seal(key: CryptoKey, bytes: Bytes, place: string): Promise<Bytes> {
  const iv = random(IV)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(place) }, key, bytes)
  const whole = new Uint8Array(IV + sealed.byteLength)
  whole.set(iv)
  whole.set(new Uint8Array(sealed), IV)
  return whole
}

/** The bytes that `seal` was given. Rejects with an OperationError when key, place or content are not the same. */
export async function unseal(key: CryptoKey, sealed: Bytes, place: string): Promise<Bytes> {
  const options = { name: 'AES-GCM', iv: sealed.subarray(0, IV), additionalData: utf8(place) }
  return new Uint8Array(await crypto.subtle.decrypt(options, key, sealed.subarray(IV)))
}

export const sealJson = (key: CryptoKey, value: unknown, place: string): Promise<Bytes> =>
  seal(key, utf8(JSON.stringify(value)), place)

export const unsealJson = async <T>(key: CryptoKey, sealed: Bytes, place: string): Promise<T> =>
  JSON.parse(text(await unseal(key, sealed, place))) as T
