/** Lists of refused passes as the phone keeps them: a whole one, signed, and what has changed since, signed as well. */
import { openRevocations, openSince, renewed, Trust, type Revocations, type TrustedKey } from '@lianfang/core/passcode'

/** As the server sends it; `base`: the number of the list that these are the changes of, null: a whole list. */
export interface ListOut { area: string; sequence: number; base: number | null; signed: string }
export interface RefusedOut { lists: ListOut[]; suspended: Record<string, number> }
/** `sequence`: of the whole list. */
export interface KeptList { area: string; sequence: number; signed: string; since?: string }
export interface RefusedPart { lists: KeptList[]; suspended: Record<string, number> }

const unbase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

/** What is kept after an answer: whole lists replace, changes go beside the list that they are of. */
export function merged(before: RefusedPart | undefined, came: RefusedOut): RefusedPart {
  const lists = came.lists.flatMap(({ area, sequence, base, signed }): KeptList[] => {
    if (base === null) return [{ area, sequence, signed }]
    const whole = before?.lists.find((one) => one.area === area && one.sequence === base)
    return whole ? [{ area, sequence: base, signed: whole.signed, since: signed }] : []
  })
  return { lists, suspended: came.suspended }
}

async function open(kept: KeptList, trust: Trust): Promise<Revocations | undefined> {
  // A list that no believed key signed counts as none: the phone then says "check by hand".
  const whole = await openRevocations(unbase64(kept.signed), trust).catch(() => undefined)
  if (!whole || !kept.since) return whole
  // Changes that do not open leave the list as old as it is.
  const since = kept.since
  return openSince(unbase64(since), trust).then((one) => renewed(whole, one)).catch(() => whole)
}

export async function openLists(part: RefusedPart | undefined, trust: Trust): Promise<Revocations[]> {
  const lists = await Promise.all((part?.lists ?? []).map((one) => open(one, trust)))
  return lists.filter((one): one is Revocations => one !== undefined)
}

/** Which whole lists the phone has and can open, area → number: of these it needs only what has changed. */
export async function bases(part: RefusedPart | undefined, keys: TrustedKey[] | undefined): Promise<Record<string, number>> {
  if (!part || !keys) return {}
  const trust = await Trust.of(keys)
  const found = await Promise.all(part.lists.map(async (one) => [one.area, await openRevocations(unbase64(one.signed), trust).then((list) => list.number, () => undefined)] as const))
  return Object.fromEntries(found.filter((one): one is [string, number] => one[1] !== undefined))
}
