/**
 * The part of CBOR (RFC 8949) that passes use, in its deterministic form and in no other: see the twin,
 * src/lianfang/gates/passcode/cbor.py.
 */
import { RefusedError } from './refusal'

export type Bytes = Uint8Array<ArrayBuffer>
export type Value = number | Bytes | string | Value[] | Map<number, Value>

const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const MOST = 2 ** 53
const DEEPEST = 4

/** The bytes of an array of byte and text strings: all that a checker ever writes (what was signed). */
export function encodeStrings(items: (Bytes | string)[]): Bytes {
  const parts = items.map((item) => {
    const raw = typeof item === 'string' ? new TextEncoder().encode(item) : item
    return [...head(typeof item === 'string' ? TEXT : BYTES, raw.length), ...raw]
  })
  return new Uint8Array([...head(ARRAY, items.length), ...parts.flat()])
}

function head(major: number, number: number): number[] {
  if (number < 24) return [(major << 5) | number]
  if (number < 256) return [(major << 5) | 24, number]
  if (number < 65536) return [(major << 5) | 25, number >> 8, number & 255]
  return [(major << 5) | 26, number >>> 24, (number >> 16) & 255, (number >> 8) & 255, number & 255]
}

/** Bytes → the value. Throws RefusedError (unreadable). */
export function decode(data: Bytes): Value {
  const reader = new Reader(data)
  const value = reader.value(0)
  if (reader.at !== data.length) throw new RefusedError('unreadable')
  return value
}

class Reader {
  at = 0

  constructor(readonly data: Bytes) {}

  take(count: number): Bytes {
    if (count > this.data.length - this.at) throw new RefusedError('unreadable')
    this.at += count
    return this.data.subarray(this.at - count, this.at)
  }

  /** Major type and argument, which must be written in the fewest bytes. */
  head(): [number, number] {
    const first = this.take(1)[0]!
    const short = first & 31
    if (short < 24) return [first >> 5, short]
    if (short > 27) throw new RefusedError('unreadable')
    const size = 1 << (short - 24)
    const number = this.take(size).reduce((sum, byte) => sum * 256 + byte, 0)
    const least = size === 1 ? 24 : 2 ** (4 * size)
    if (number < least || number > MOST) throw new RefusedError('unreadable')
    return [first >> 5, number]
  }

  value(depth: number): Value {
    if (depth > DEEPEST) throw new RefusedError('unreadable')
    const [major, number] = this.head()
    if (major === UNSIGNED) return number
    if (major === NEGATIVE) return -1 - number
    if (major === BYTES) return this.take(number)
    if (major === TEXT) return text(this.take(number))
    if (major === ARRAY) return Array.from({ length: this.count(number) }, () => this.value(depth + 1))
    if (major === MAP) return this.map(this.count(number), depth)
    throw new RefusedError('unreadable')
  }

  /** Every item takes a byte at least: a count beyond what is left is a lie, not a reason to allocate. */
  private count(number: number): number {
    if (number > this.data.length - this.at) throw new RefusedError('unreadable')
    return number
  }

  private map(count: number, depth: number): Map<number, Value> {
    const found = new Map<number, Value>()
    let before: Bytes = new Uint8Array()
    for (let i = 0; i < count; i += 1) {
      const start = this.at
      const key = this.value(depth + 1)
      const raw = this.data.subarray(start, this.at)
      if (typeof key !== 'number' || !ascends(before, raw)) throw new RefusedError('unreadable')
      before = raw
      found.set(key, this.value(depth + 1))
    }
    return found
  }
}

function text(raw: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch {
    throw new RefusedError('unreadable')
  }
}

/** Whether `after` comes behind `before`, byte by byte. */
function ascends(before: Bytes, after: Bytes): boolean {
  for (let at = 0; at < Math.min(before.length, after.length); at += 1) {
    if (before[at] !== after[at]) return before[at]! < after[at]!
  }
  return before.length < after.length
}
