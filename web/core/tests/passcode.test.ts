// @vitest-environment node
/** The same answers as the Python twin on shared vectors; no altered pass is ever accepted. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

import {
  judge,
  openPass,
  openRevocations,
  openSince,
  renewed,
  RefusedError,
  Trust,
  type Asked,
  type Pass,
  type Refusal,
  type Revocations,
  type TrustedKey,
} from '../src/passcode'
import { ALPHABET, decode, encode } from '../src/passcode/base45'
import { bytes } from '../src/passcode/check'

interface Vectors {
  trust: TrustedKey[]
  opened: { name: string; text: string; pass: Pass }[]
  refused: { name: string; text: string; refusal: Refusal }[]
  standings: Standing[]
  increments: { name: string; hex: string; refusal?: Refusal; serials?: string[]; number?: number; made?: number }[]
  revocations: { good: Record<string, string>; bad: { name: string; hex: string; refusal: Refusal }[] }
}
interface Standing {
  name: string
  text: string
  asked: Omit<Asked, 'revocations'> & { list: string | null }
  refusal: Refusal | null
  unsure: boolean
}

const file = new URL('../../../contracts/vectors/passes.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'))
const trust = await Trust.of(vectors.trust)
const CODE: string = vectors.opened[0]!.text

async function refusalOf(opening: Promise<unknown>): Promise<string | null> {
  try {
    await opening
    return null
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal
    throw error
  }
}

test.each(vectors.opened)('opens: $name', async (one) => {
  expect(await openPass(one.text, trust)).toEqual(one.pass)
})

test.each(vectors.refused)('refuses: $name', async (one) => {
  expect(await refusalOf(openPass(one.text, trust))).toBe(one.refusal)
})

test.each(vectors.standings)('at the gate: $name', async (one) => {
  const { list, ...asked } = one.asked
  const hex = list && vectors.revocations.good[list]
  const revocations: Revocations | null = hex ? await openRevocations(bytes(hex), trust) : null
  const standing = judge(await openPass(one.text, trust), { ...asked, revocations })
  expect(standing).toEqual({ refusal: one.refusal, unsure: one.unsure })
})

test.each(vectors.revocations.bad)('refuses a list: $name', async (one) => {
  expect(await refusalOf(openRevocations(bytes(one.hex), trust))).toBe(one.refusal)
})

test.each(vectors.increments)('what has changed: $name', async (one) => {
  const known = await openRevocations(bytes(vectors.revocations.good.revoked!), trust)
  const now = openSince(bytes(one.hex), trust).then((since) => renewed(known, since))
  if (one.refusal) return expect(await refusalOf(now)).toBe(one.refusal)
  const { serials, number, made } = await now
  expect([[...serials].sort(), number, made]).toEqual([one.serials, one.number, one.made])
})

test('no bit can be altered', async () => {
  const data = decode(CODE.slice(4))
  for (let bit = 0; bit < data.length * 8; bit += 1) {
    const altered = data.slice()
    altered[bit >> 3]! ^= 1 << (bit & 7)
    expect(await refusalOf(openPass(`LF1:${encode(altered)}`, trust))).not.toBeNull()
  }
})

test('no character can be altered', async () => {
  for (let at = 4; at < CODE.length; at += 1) {
    const letter = ALPHABET[(ALPHABET.indexOf(CODE[at]!) + 1 + (at % 43)) % 45]!
    expect(await refusalOf(openPass(CODE.slice(0, at) + letter + CODE.slice(at + 1), trust))).not.toBeNull()
  }
})

/** A small generator of random numbers (mulberry32): the same mutations in every run. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

test('a hundred thousand mutations', { timeout: 120_000 }, async () => {
  const below = random(20200224)
  const sources: Uint8Array[] = vectors.opened.map((one) => decode(one.text.slice(4)))
  const known = new Set(sources.map((one) => encode(one)))
  let accepted = 0
  for (let tried = 0; tried < 100_000; ) {
    const data = [...sources[below(sources.length)]!]
    for (let changes = 1 + below(3); changes > 0; changes -= 1) {
      const at = below(data.length + 1)
      const kind = below(4)
      if (kind === 0 && at < data.length) data[at] = below(256)
      else if (kind === 1) data.splice(at, 0, below(256))
      else if (kind === 2 && data.length > 8) data.splice(at, 1 + below(8))
      else data.splice(at, data.length, ...sources[below(sources.length)]!.slice(at))
    }
    const code = encode(new Uint8Array(data))
    if (known.has(code)) continue
    tried += 1
    if ((await refusalOf(openPass(`LF1:${code}`, trust))) === null) accepted += 1
  }
  expect(accepted).toBe(0)
})
