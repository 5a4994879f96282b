/** What a pass says; see the twin, src/lianfang/gates/passcode/claims.py. */
import { decode as decodeCbor, type Bytes, type Value } from './cbor'
import { RefusedError } from './refusal'

const ISSUER = 1
const EXPIRES = 4
const NOT_BEFORE = 5
const SERIAL = 7
const OURS = -65537
const SERIAL_BYTES = 8
const MOST_GATES = 16
const LONGEST_NAME = 24
const LONGEST_PLATE = 12
const LAST = 253_402_300_799

/** A right to cross. Kind and quota are numbers of rules that the checker has; times are seconds since 1970. */
export interface Pass {
  serial: string // 16 hexadecimal digits
  area: string
  kind: number
  quota: number
  gates: number[] // ascending; empty: every gate of the area
  not_before: number
  expires: number // the first second in which it does not count any more
  name: string // masked
  plate: string
}

/** Throws RefusedError (unreadable, claims). */
export function decode(data: Bytes): Pass {
  const claims = decodeCbor(data)
  const wanted = [ISSUER, EXPIRES, NOT_BEFORE, SERIAL, OURS]
  if (!(claims instanceof Map) || claims.size !== wanted.length || !wanted.every((key) => claims.has(key))) {
    throw new RefusedError('claims')
  }
  const [area, expires, notBefore, serial, ours] = wanted.map((key) => claims.get(key)!)
  if (!Array.isArray(ours) || ours.length < 4 || ours.length > 5) throw new RefusedError('claims')
  const [kind, quota, gates, name, plate = ''] = ours
  if (
    isDigits(area) &&
    isSerial(serial) &&
    isGates(gates) &&
    isNumber(expires, LAST) &&
    isNumber(notBefore, LAST) &&
    notBefore < expires &&
    isNumber(kind, 255) &&
    isNumber(quota, 255) &&
    isText(name, LONGEST_NAME) &&
    isText(plate, LONGEST_PLATE) &&
    (ours.length === 4 || plate !== '')
  ) {
    return { serial: hex(serial), area, kind, quota, gates, not_before: notBefore, expires, name, plate }
  }
  throw new RefusedError('claims')
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function isNumber(value: Value | undefined, most: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= most
}

function isText(value: Value | undefined, longest: number): value is string {
  const short = typeof value === 'string' && new TextEncoder().encode(value).length <= longest
  return short && [...value].every((char) => char >= ' ')
}

function isDigits(value: Value | undefined): value is string {
  return typeof value === 'string' && /^[0-9]{2,15}$/.test(value)
}

function isSerial(value: Value | undefined): value is Bytes {
  return value instanceof Uint8Array && value.length === SERIAL_BYTES
}

function isGates(value: Value | undefined): value is number[] {
  if (!Array.isArray(value) || value.length > MOST_GATES) return false
  return value.every((gate, i) => isNumber(gate, 0xffffffff) && (i === 0 || (value[i - 1] as number) < gate))
}
