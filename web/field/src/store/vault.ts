import { calibrate, close, makeDataKey, makeDeviceKey, open, WrongPin } from '../crypto/pin'
import { missed, NO_MISSES, remaining, type Misses } from '../crypto/patience'
import { seal, unseal } from '../crypto/seal'
import { makeSigningKey, signerOf, type FreshKey, type Signer } from '../crypto/signer'
import { text, utf8 } from '../crypto/bytes'
import { readMeta, writeMeta, type Database, type Phone } from './database'

/** What is in hand while the phone is open; gone from memory when it locks. */
export interface Open {
  db: Database
  phone: Phone
  dataKey: CryptoKey
  signer: Signer
  token: string
}

/** No PIN is tried before this moment (milliseconds). */
export class TooManyPins extends Error {
  constructor(readonly waitMs: number) {
    super()
  }
}

/** Keys that exist before the server knows the phone. */
export interface Begun {
  dataKey: CryptoKey
  deviceKey: CryptoKey
  signing: FreshKey
}

export async function begin(): Promise<Begun> {
  const dataKey = await makeDataKey()
  return { dataKey, deviceKey: await makeDeviceKey(), signing: await makeSigningKey(dataKey) }
}

export interface Owner {
  device: string
  user: Phone['user']
  name: string
  token: string
}

/** Close the new keys under the PIN and write the phone down, in one step. */
export async function settle(
  db: Database, begun: Begun, owner: Owner, pin: string, now: Date, rounds: () => Promise<number> = calibrate,
): Promise<Open> {
  const iterations = await rounds()
  const phone: Phone = {
    device: owner.device,
    user: owner.user,
    name: owner.name,
    enrolledAt: now.toISOString(),
    deviceKey: begun.deviceKey,
    lockbox: await close(pin, begun.dataKey, begun.deviceKey, iterations),
    signing: begun.signing.kept,
    publicKey: begun.signing.publicKey,
    token: await seal(begun.dataKey, utf8(owner.token), 'token'),
  }
  await writeMeta(db, 'phone', phone)
  return unlock(db, pin, now)
}

/** Throws WrongPin (counted) or TooManyPins (not tried). */
export async function unlock(db: Database, pin: string, now: Date): Promise<Open> {
  const phone = await phoneOf(db)
  const dataKey = await tried(db, now, () => open(pin, phone.lockbox, phone.deviceKey))
  const token = text(await unseal(dataKey, phone.token, 'token'))
  return { db, phone, dataKey, signer: await signerOf(phone.signing, dataKey), token }
}

export async function changePin(db: Database, before: string, after: string, now: Date): Promise<void> {
  const phone = await phoneOf(db)
  const dataKey = await tried(db, now, () => open(before, phone.lockbox, phone.deviceKey, true))
  const lockbox = await close(after, dataKey, phone.deviceKey, await calibrate())
  await writeMeta(db, 'phone', { ...phone, lockbox })
}

/** A fresh token for the phone as it is, after signing in again. */
export async function renewToken(opened: Open, token: string): Promise<Open> {
  const phone = { ...opened.phone, token: await seal(opened.dataKey, utf8(token), 'token') }
  await writeMeta(opened.db, 'phone', phone)
  return { ...opened, phone, token }
}

async function phoneOf(db: Database): Promise<Phone> {
  const phone = await readMeta(db, 'phone')
  if (!phone) throw new Error('this phone has no owner yet')
  return phone
}

/**
 * One try with a PIN. The miss is written before the key is tried: who kills the app in between has not won a try.
 */
async function tried(db: Database, now: Date, attempt: () => Promise<CryptoKey>): Promise<CryptoKey> {
  const before = (await readMeta(db, 'misses')) ?? NO_MISSES
  const waitMs = remaining(before, now.getTime())
  if (waitMs > 0) throw new TooManyPins(waitMs)
  await writeMeta(db, 'misses', missed(before, now.getTime()))
  const dataKey = await attempt()
  await writeMeta(db, 'misses', NO_MISSES)
  return dataKey
}

export async function misses(db: Database): Promise<Misses> {
  return (await readMeta(db, 'misses')) ?? NO_MISSES
}

export { WrongPin }
