/** The signed list of passes that count no more; see the twin, src/lianfang/gates/passcode/revocations.py. */
import { decode, type Bytes } from './cbor'
import type { Trust } from './check'
import { hex } from './claims'
import { unseal } from './envelope'
import { RefusedError } from './refusal'

const raw = new TextEncoder()
const PURPOSE = raw.encode('lianfang revocations 2')
const INCREMENT = raw.encode('lianfang revocations since 2')
const [AREA, MADE, SERIALS, NUMBER, BASE, GONE] = [1, 2, 3, 4, 5, 6] as const
const SERIAL_BYTES = 8

/** Serials (hexadecimal) that are refused everywhere in the area, as of `made` (seconds since 1970); `number` grows with every change. */
export interface Revocations {
  area: string
  made: number
  serials: Set<string>
  number: number
}

/** What has changed since the list with the number `base`; nothing, when only its age is renewed. */
export interface Since {
  area: string
  made: number
  number: number
  base: number
  added: Set<string>
  gone: Set<string>
}

/** Signed bytes → the list. Throws RefusedError. */
export async function openRevocations(data: Bytes, trust: Trust): Promise<Revocations> {
  const said = await opened(data, trust, PURPOSE, 4)
  return { area: text(said, AREA), made: count(said, MADE), serials: serials(said, SERIALS), number: count(said, NUMBER) }
}

/** Signed bytes → what has changed. Throws RefusedError. */
export async function openSince(data: Bytes, trust: Trust): Promise<Since> {
  const said = await opened(data, trust, INCREMENT, 6)
  return { area: text(said, AREA), made: count(said, MADE), number: count(said, NUMBER), base: count(said, BASE), added: serials(said, SERIALS), gone: serials(said, GONE) }
}

/** The list as it is now. Throws RefusedError for changes of another list. */
export function renewed(known: Revocations, since: Since): Revocations {
  if (since.area !== known.area || since.base !== known.number || since.number < since.base) throw new RefusedError('claims')
  const now = new Set(known.serials)
  for (const one of since.gone) now.delete(one)
  for (const one of since.added) now.add(one)
  return { area: known.area, made: since.made, serials: now, number: since.number }
}

type Said = Map<unknown, unknown>

async function opened(data: Bytes, trust: Trust, purpose: Bytes, size: number): Promise<Said> {
  const envelope = unseal(data)
  const key = await trust.verify(envelope, purpose)
  const said: unknown = decode(envelope.payload)
  if (!(said instanceof Map) || said.size !== size || !text(said, AREA).startsWith(key.area)) throw new RefusedError('claims')
  return said
}

function text(said: Said, name: number): string {
  const value = said.get(name)
  if (typeof value !== 'string') throw new RefusedError('claims')
  return value
}

function count(said: Said, name: number): number {
  const value = said.get(name)
  if (typeof value !== 'number' || value < 0) throw new RefusedError('claims')
  return value
}

function serials(said: Said, name: number): Set<string> {
  const joined = said.get(name)
  if (!(joined instanceof Uint8Array) || joined.length % SERIAL_BYTES) throw new RefusedError('claims')
  const found = new Set<string>()
  for (let at = 0; at < joined.length; at += SERIAL_BYTES) found.add(hex(joined.subarray(at, at + SERIAL_BYTES)))
  return found
}
