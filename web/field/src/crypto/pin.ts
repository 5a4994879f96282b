import { random, utf8, type Bytes } from './bytes'

/** The data key as it lies on the phone: wrapped by a key that needs the PIN *and* the device key. */
export interface Lockbox {
  salt: Bytes
  iterations: number
  iv: Bytes
  wrapped: Bytes
}

export const SHORTEST_PIN = 6
export const LONGEST_PIN = 12
/** Rounds of PBKDF2: as many as the phone does in about this time, and never fewer than the least. */
const PATIENCE_MS = 400
export const LEAST_ROUNDS = 200_000
const MOST_ROUNDS = 2_000_000

export class WrongPin extends Error {}

/** A key that the browser keeps and shows to nobody, not even to this app: a copied database is worth nothing without it. */
export const makeDeviceKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

/** A fresh data key; extractable until it is wrapped, the one that `open` gives is not. */
export const makeDataKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])

async function stretch(pin: string, salt: Bytes, iterations: number): Promise<ArrayBuffer> {
  const secret = await crypto.subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveBits'])
  return crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, secret, 256)
}

async function wrappingKey(pin: string, salt: Bytes, iterations: number, deviceKey: CryptoKey): Promise<CryptoKey> {
  const both = await crypto.subtle.sign('HMAC', deviceKey, await stretch(pin, salt, iterations))
  return crypto.subtle.importKey('raw', both, 'AES-GCM', false, ['wrapKey', 'unwrapKey'])
}

/** How many rounds this phone can afford. */
export async function calibrate(clock: () => number = () => performance.now()): Promise<number> {
  const probe = LEAST_ROUNDS / 4
  const began = clock()
  await stretch('000000', random(16), probe)
  const perRound = Math.max(clock() - began, 0.1) / probe
  return Math.round(Math.min(Math.max(PATIENCE_MS / perRound, LEAST_ROUNDS), MOST_ROUNDS))
}

/** Wrap the data key under PIN and device key. */
export async function close(pin: string, dataKey: CryptoKey, deviceKey: CryptoKey, iterations: number): Promise<Lockbox> {
  const salt = random(16)
  const iv = random(12)
  const wrapping = await wrappingKey(pin, salt, iterations, deviceKey)
  const wrapped = await crypto.subtle.wrapKey('raw', dataKey, wrapping, { name: 'AES-GCM', iv })
  return { salt, iterations, iv, wrapped: new Uint8Array(wrapped) }
}

/** The data key; `extractable` only to wrap it again under another PIN. Throws WrongPin. */
export async function open(pin: string, box: Lockbox, deviceKey: CryptoKey, extractable = false): Promise<CryptoKey> {
  const wrapping = await wrappingKey(pin, box.salt, box.iterations, deviceKey)
  try {
    const how = { name: 'AES-GCM', iv: box.iv }
    return await crypto.subtle.unwrapKey('raw', box.wrapped, wrapping, how, 'AES-GCM', extractable, ['encrypt', 'decrypt'])
  } catch (error) {
    if (error instanceof Error && error.name === 'OperationError') throw new WrongPin()
    throw error
  }
}

/** PINs that are tried first by whoever finds a phone: one digit repeated, digits in a row. */
export function isEasy(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at])))
  return steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? 9)
}

export const isPin = (pin: string): boolean => /^\d+$/.test(pin) && pin.length >= SHORTEST_PIN && pin.length <= LONGEST_PIN
