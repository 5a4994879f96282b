import { ApiError } from '@lianfang/core/client'
import { sealJson, unseal } from '../crypto/seal'
import { readMeta, writeMeta, type Database, type FactRow, type Tally } from '../store/database'
import { countIn, factsIn, signedFact } from '../store/facts'
import type { Open } from '../store/vault'
import type { FactsOut, Server, Verdict } from '../wire'

export const MOST_IN_BATCH = 200
/** Characters of payload in a batch: far below what the server accepts in a request. */
const MOST_CHARACTERS = 1_500_000

export interface Sent {
  answered: number
  wipe: boolean
}

const NOTHING: Tally = { accepted: 0, duplicate: 0, rejected: 0 }

/** Whether the server will never take these facts as they are, and did not say which of them it minds. */
const unfit = (error: unknown): boolean =>
  error instanceof ApiError && [400, 413, 422].includes(error.status)

/** The first unsent facts, as many as fit into one request, without those that wait for their photos. */
async function nextBatch(db: Database, most: number): Promise<FactRow[]> {
  const pending = await db.getAllFromIndex('photos', 'byState', 'unsent')
  const waiting = new Set(pending.map((photo) => photo.fact))
  const rows = (await factsIn(db, 'unsent', most + waiting.size)).filter((row) => !waiting.has(row.id)).slice(0, most)
  let characters = 0
  const fits = rows.findIndex((row) => (characters += row.size) > MOST_CHARACTERS)
  return fits < 0 ? rows : rows.slice(0, Math.max(fits, 1))
}

/**
 * Send what is unsent, batch by batch, until nothing is left. Only what the server answered leaves: accepted and
 * duplicates go, rejected ones stay with their reason. A request refused as a whole is cut in halves until the one fact
 * is found that the server cannot take, so that one bad fact never holds up the others.
 * Throws ApiError when the server cannot be reached or does not know this phone; nothing is lost then.
 */
export async function sendFacts(open: Open, server: Server, now: () => Date): Promise<Sent> {
  const sent: Sent = { answered: 0, wipe: false }
  let most = MOST_IN_BATCH
  for (;;) {
    const rows = await nextBatch(open.db, most)
    // An empty batch asks only whether this phone is still welcome.
    if (!rows.length && sent.answered) return sent
    const facts = await Promise.all(rows.map((row) => signedFact(open, row)))
    try {
      const answer = await server.facts(open.token, { device: open.phone.device, sent_at: now().toISOString(), facts })
      const answered = await settle(open, rows, answer, now())
      if (!answered && rows.length) throw new ApiError(502, 'unexpected') // or it would be asked for ever
      sent.answered += answered
      sent.wipe ||= answer.wipe
      most = MOST_IN_BATCH
      if (!rows.length) return sent
    } catch (error) {
      if (!unfit(error) || !rows.length) throw error
      if (rows.length > 1) most = Math.ceil(rows.length / 2)
      else await settle(open, rows, refusal(rows[0] as FactRow, error as ApiError), now())
    }
  }
}

function refusal(row: FactRow, error: ApiError): FactsOut {
  const verdict: Verdict = { id: row.id, verdict: 'rejected', code: error.code, params: error.params }
  return { received_at: '', clock_skew_seconds: 0, wipe: false, verdicts: [verdict] }
}

/** Write down what the server said, all at once; returns how many facts it answered. One it did not mention stays unsent. */
async function settle(open: Open, rows: readonly FactRow[], answer: FactsOut, now: Date): Promise<number> {
  const verdicts = new Map(rows.map((row, at) => [row.id, answer.verdicts[at]] as const).filter(([id, told]) => told && (told.id ?? id) === id))
  const refused = new Map<string, FactRow>()
  for (const row of rows) {
    const verdict = verdicts.get(row.id)
    if (verdict?.verdict !== 'rejected') continue
    const why = { code: verdict.code ?? 'unexpected', params: verdict.params ?? {} }
    refused.set(row.id, { ...row, state: 'rejected', verdict: await sealJson(open.dataKey, why, `verdict:${row.id}`) })
  }
  const tx = open.db.transaction(['meta', 'facts', 'marks'], 'readwrite')
  const tally = { ...NOTHING, ...((await tx.objectStore('meta').get('tally')) as Tally | undefined) }
  for (const row of rows) {
    const verdict = verdicts.get(row.id)
    if (!verdict) continue
    tally[verdict.verdict] += 1
    const rejected = refused.get(row.id)
    if (rejected) {
      await tx.objectStore('facts').put(rejected)
      await tx.objectStore('marks').delete(row.id)
      continue
    }
    await tx.objectStore('facts').delete(row.id)
    const mark = await tx.objectStore('marks').get(row.id)
    if (mark) await tx.objectStore('marks').put({ ...mark, answeredAt: answer.received_at })
  }
  await tx.objectStore('meta').put(tally, 'tally')
  if (answer.received_at) await tx.objectStore('meta').put({ at: now.getTime(), behind: answer.clock_skew_seconds }, 'contact')
  if (answer.wipe) await tx.objectStore('meta').put(true, 'leaving')
  await tx.done
  return rows.filter((row) => verdicts.has(row.id)).length
}

/** Whether the photo will never be taken; of a withdrawn phone none is, and its visit must not wait for it. */
const unwanted = (error: ApiError): boolean =>
  [400, 404, 409, 413, 415, 422].includes(error.status) || error.code === 'device.withdrawn'

/** Send photos; their facts follow them. One that the server does not want stays, with the reason, and lets its fact go. */
export async function sendPhotos(open: Open, server: Server): Promise<number> {
  const rows = await open.db.getAllFromIndex('photos', 'byState', 'unsent')
  for (const row of rows) {
    try {
      await server.photo(open.token, row.id, row.type, await unseal(open.dataKey, row.sealed, `photo:${row.id}`))
      await open.db.delete('photos', row.id)
    } catch (error) {
      if (!(error instanceof ApiError) || !unwanted(error)) throw error
      await open.db.put('photos', { ...row, state: 'rejected', code: error.code })
    }
  }
  return rows.length
}

export interface Standing {
  unsent: number
  rejected: number
  photos: number
  tally: Tally
}

export async function standing(db: Database): Promise<Standing> {
  const [unsent, rejected, photos, tally] = await Promise.all([
    countIn(db, 'unsent'),
    countIn(db, 'rejected'),
    db.countFromIndex('photos', 'byState', 'unsent'),
    readMeta(db, 'tally'),
  ])
  return { unsent, rejected, photos, tally: { ...NOTHING, ...tally } }
}

/** Whether the phone was told to empty itself and nothing unsent keeps it from doing so. */
export async function mayLeave(db: Database): Promise<boolean> {
  return (await readMeta(db, 'leaving')) === true && (await countIn(db, 'unsent')) === 0
}

export const keepLeaving = (db: Database): Promise<void> => writeMeta(db, 'leaving', true)
