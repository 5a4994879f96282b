/** Base45 (RFC 9285), strictly: every text that decodes is what its bytes encode to. */
import { RefusedError } from './refusal'

export const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

export function encode(data: Uint8Array): string {
  let text = ''
  for (let at = 0; at < data.length; at += 2) {
    const pair = at + 1 < data.length
    const number = pair ? data[at]! * 256 + data[at + 1]! : data[at]!
    text += ALPHABET[number % 45]! + ALPHABET[Math.floor(number / 45) % 45]!
    if (pair) text += ALPHABET[Math.floor(number / 2025)]!
  }
  return text
}

/** Throws RefusedError (unreadable). */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(Math.floor((text.length * 2) / 3))
  let end = 0
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)].map((letter) => ALPHABET.indexOf(letter))
    const number = group.reduceRight((sum, value) => sum * 45 + value, 0)
    const most = group.length === 3 ? 0xffff : 0xff
    if (group.length === 1 || group.includes(-1) || number > most) throw new RefusedError('unreadable')
    if (group.length === 3) data[end++] = number >> 8
    data[end++] = number & 0xff
  }
  return data.subarray(0, end)
}
