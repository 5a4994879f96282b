/** The signed list of passes that count no more; see the twin, src/lianfang/gates/passcode/revocations.py. */
import { decode, type Bytes } from './cbor'
import type { Trust } from './check'
import { hex } from './claims'
import { unseal } from './envelope'
import { RefusedError } from './refusal'

const PURPOSE = new TextEncoder().encode('lianfang revocations 1')
const AREA = 1
const MADE = 2
const SERIALS = 3
const SERIAL_BYTES = 8

/** Serials (hexadecimal) that are refused everywhere in the area, as of `made` (seconds since 1970). */
export interface Revocations {
  area: string
  made: number
  serials: Set<string>
}

/** Signed bytes → the list. Throws RefusedError. */
export async function openRevocations(data: Bytes, trust: Trust): Promise<Revocations> {
  const envelope = unseal(data)
  const key = await trust.verify(envelope, PURPOSE)
  const said = decode(envelope.payload)
  if (!(said instanceof Map) || said.size !== 3) throw new RefusedError('claims')
  const [area, made, joined] = [said.get(AREA), said.get(MADE), said.get(SERIALS)]
  if (typeof area !== 'string' || typeof made !== 'number' || !(joined instanceof Uint8Array)) {
    throw new RefusedError('claims')
  }
  if (joined.length % SERIAL_BYTES || !area.startsWith(key.area)) throw new RefusedError('claims')
  const serials = new Set<string>()
  for (let at = 0; at < joined.length; at += SERIAL_BYTES) serials.add(hex(joined.subarray(at, at + SERIAL_BYTES)))
  return { area, made, serials }
}
