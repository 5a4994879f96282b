// @vitest-environment node
import { ApiError } from '@lianfang/core/client'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { DiskFull } from '../src/store/database'
import { readDraft, saveDraft } from '../src/store/drafts'
import { countIn, factsIn, newId, payloadOf, record, signedFact, type Recording } from '../src/store/facts'
import { keepPhoto } from '../src/store/photos'
import { keepSnapshot, readMarks, readParts } from '../src/store/parts'
import { changePin, TooManyPins, unlock, WrongPin, type Open } from '../src/store/vault'
import { exportFile, noteExported } from '../src/sync/exporting'
import { mayLeave, sendFacts, sendPhotos, standing } from '../src/sync/outbox'
import { DEVICE, FakeServer, freshPhone, isSigned, NOW, PIN } from './phone'

const now = () => NOW
const visits = (count: number): Recording[] => Array.from({ length: count }, (_, door) => ({ kind: 'visit', body: { door, outcome: 'no_answer' } }))
let phone: Open & { publicKey: string }
let server: FakeServer

beforeEach(async () => {
  phone = await freshPhone()
  server = new FakeServer()
})

describe('a fact', () => {
  it('is numbered, signed and sealed before anybody is told that it is saved', async () => {
    await record(phone, visits(2), now)
    await record(phone, [{ kind: 'visit', body: { door: 9, remarks: '水管漏水' } }], now)
    const rows = await factsIn(phone.db, 'unsent')
    expect(rows.map((row) => row.seq)).toEqual([1, 2, 3])
    const signed = await signedFact(phone, rows[2]!)
    expect(isSigned(signed, phone.publicKey)).toBe(true)
    expect(JSON.parse(signed.payload)).toEqual({
      id: rows[2]!.id, device: DEVICE, seq: 3, at: NOW.toISOString(), v: 1, kind: 'visit', body: { door: 9, remarks: '水管漏水' },
    })
    expect(new TextDecoder().decode(rows[2]!.sealed)).not.toContain('水管')
  })

  it('has an id that sorts by time and is never the same', () => {
    const ids = Array.from({ length: 5000 }, newId)
    expect(new Set(ids).size).toBe(5000)
    expect([...ids].sort()).toEqual(ids)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('gets a number of its own when two tabs record at once', async () => {
    await Promise.all(Array.from({ length: 12 }, () => record(phone, visits(1), now)))
    expect((await factsIn(phone.db, 'unsent')).map((row) => row.seq)).toEqual([...Array(12).keys()].map((at) => at + 1))
  })

  it('takes its draft with it, and leaves it where it was when the disk is full', async () => {
    await saveDraft(phone, 'door:9', { remarks: '水管漏水' })
    const full = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    await expect(record(phone, [{ ...visits(1)[0]!, draft: 'door:9' }], now)).rejects.toThrow(DiskFull)
    full.mockRestore()
    expect(await readDraft(phone, 'door:9')).toEqual({ remarks: '水管漏水' })
    const [row] = await record(phone, [{ ...visits(1)[0]!, draft: 'door:9' }], now)
    expect(row?.seq).toBe(1) // no number was used up
    expect(await readDraft(phone, 'door:9')).toBeUndefined()
  })
})

describe('sending', () => {
  it('goes in batches of at most two hundred, in order', async () => {
    await record(phone, visits(450), now)
    expect((await sendFacts(phone, server, now)).answered).toBe(450)
    expect(server.batches).toEqual([200, 200, 50])
    expect(server.kept.size).toBe(450)
    expect(await standing(phone.db)).toMatchObject({ unsent: 0, rejected: 0, tally: { accepted: 450 } })
  })

  it('keeps what got no answer, and a lost answer doubles nothing', async () => {
    await record(phone, visits(30), now)
    server.losesRequests = 1
    await expect(sendFacts(phone, server, now)).rejects.toThrow('unreachable')
    server.losesRequests = 0
    server.losesAnswers = 1
    await expect(sendFacts(phone, server, now)).rejects.toThrow('unreachable')
    expect(await countIn(phone.db, 'unsent')).toBe(30)
    server.losesAnswers = 0
    await sendFacts(phone, server, now)
    expect(server.kept.size).toBe(30)
    expect(await standing(phone.db)).toMatchObject({ unsent: 0, tally: { accepted: 0, duplicate: 30 } })
  })

  it('keeps rejected facts with the reason and sends the others', async () => {
    server.refuses = (payload) => ((payload.body as { door: number }).door === 1 ? 'fact.not_found' : undefined)
    await record(phone, visits(3), now)
    await sendFacts(phone, server, now)
    const [row] = await factsIn(phone.db, 'rejected')
    expect((await payloadOf(phone, row!)).body).toEqual({ door: 1, outcome: 'no_answer' })
    expect(await standing(phone.db)).toMatchObject({ unsent: 0, rejected: 1, tally: { accepted: 2, rejected: 1 } })
    await sendFacts(phone, server, now)
    expect(server.batches.at(-1)).toBe(0) // a rejected one is not sent again by itself
  })

  it('finds the one fact that makes the server refuse a whole request', async () => {
    await record(phone, visits(9), now)
    server.chokesOn = (batch) => (batch.facts.some((fact) => fact.payload.includes('"door":6')) ? new ApiError(422, 'invalid') : undefined)
    await sendFacts(phone, server, now)
    expect(server.kept.size).toBe(8)
    expect(await standing(phone.db)).toMatchObject({ unsent: 0, rejected: 1 })
  })

  it('stops when the server does not mention a fact, instead of asking for ever', async () => {
    await record(phone, visits(1), now)
    const forgetful = { ...server, facts: () => Promise.resolve({ received_at: '', clock_skew_seconds: 0, wipe: false, verdicts: [] }) }
    await expect(sendFacts(phone, forgetful as never, now)).rejects.toThrow()
    expect(await countIn(phone.db, 'unsent')).toBe(1)
  })

  it('of a withdrawn phone: everything is answered first, then it may empty itself', async () => {
    await record(phone, visits(250), now)
    server.withdrawn = true
    expect(await mayLeave(phone.db)).toBe(false)
    expect((await sendFacts(phone, server, now)).wipe).toBe(true)
    expect(server.batches).toEqual([200, 50])
    expect(await mayLeave(phone.db)).toBe(true)
  })
})

describe('photos', () => {
  const visitWith = async (bytes: number) => {
    const id = await keepPhoto(phone, new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }))
    await record(phone, [{ ...visits(1)[0]!, photos: [id] }], now)
    return id
  }

  it('go before their fact, which waits for them; other facts do not', async () => {
    const id = await visitWith(500)
    await record(phone, visits(2), now)
    await sendFacts(phone, server, now)
    expect(server.kept.size).toBe(2)
    await sendPhotos(phone, server)
    expect(server.photos.get(id)).toBe(500)
    await sendFacts(phone, server, now)
    expect(server.kept.size).toBe(3)
    expect(await standing(phone.db)).toMatchObject({ unsent: 0, photos: 0 })
  })

  it('of a withdrawn phone are not taken, and do not keep their visits on it', async () => {
    await visitWith(500)
    server.withdrawn = true
    await sendPhotos(phone, server)
    await sendFacts(phone, server, now)
    expect(await mayLeave(phone.db)).toBe(true)
  })

  it('of a visit that was never saved are not sent', async () => {
    await keepPhoto(phone, new Blob([new Uint8Array(5)], { type: 'image/jpeg' }))
    expect(await sendPhotos(phone, server)).toBe(0)
  })

  it('that are too large stay, are not sent again and again, and do not hold up their fact', async () => {
    await visitWith(5000)
    await sendPhotos(phone, server)
    await sendFacts(phone, server, now)
    expect(await phone.db.getAll('photos')).toMatchObject([{ state: 'rejected', code: 'photo.large' }])
    expect(await standing(phone.db)).toMatchObject({ unsent: 0 })
  })
})

describe('an exported file', () => {
  it('holds unsent and rejected facts as they are signed, and takes none off the phone', async () => {
    server.refuses = (payload) => ((payload.body as { door: number }).door === 0 ? 'fact.not_found' : undefined)
    await record(phone, visits(1), now)
    await sendFacts(phone, server, now)
    await record(phone, visits(3), now)
    const { file, count } = await exportFile(phone, NOW)
    const content = JSON.parse(await file.text())
    expect(content.format).toBe('lianfang-facts-1')
    expect(count).toBe(4)
    expect(content.facts.every((fact: never) => isSigned(fact, phone.publicKey))).toBe(true)
    await noteExported(phone, NOW)
    expect(await standing(phone.db)).toMatchObject({ unsent: 3, rejected: 1 })
    expect((await factsIn(phone.db, 'unsent')).every((row) => row.exportedAt)).toBe(true)
  })
})

describe('the PIN of a phone', () => {
  it('opens it, waits after three misses, and can be changed without losing anything', async () => {
    await record(phone, visits(1), now)
    for (const time of [1, 2, 3]) await expect(unlock(phone.db, `00000${time}`, NOW)).rejects.toThrow(WrongPin)
    await expect(unlock(phone.db, PIN, NOW)).rejects.toThrow(TooManyPins)
    const later = new Date(NOW.getTime() + 31_000)
    await changePin(phone.db, PIN, '314159', later)
    const again = await unlock(phone.db, '314159', later)
    expect(again.token).toBe('secret-token')
    expect((await payloadOf(again, (await factsIn(again.db, 'unsent'))[0]!)).seq).toBe(1)
  }, 20_000)
})

describe('a snapshot', () => {
  const snapshot = (as_of: string, parts: Record<string, unknown>) => ({
    as_of, user: { id: 7, name: '李娜', language: 'zh' }, areas: [],
    parts: Object.fromEntries(Object.entries(parts).map(([name, data]) => [name, { digest: as_of, data }])),
  })

  it('replaces what changed, keeps what it does not name, and clears what it knows by itself', async () => {
    await keepSnapshot(phone, snapshot('2026-03-01T00:00:00Z', { doors: [1], work: [1] }))
    await record(phone, [{ ...visits(1)[0]!, mark: { door: 1 } }], now)
    await keepSnapshot(phone, snapshot('2026-03-02T07:00:00Z', { work: [2] }))
    expect(await readParts(phone)).toMatchObject({ doors: [1], work: [2] })
    expect(await readMarks(phone)).toHaveLength(1) // not even sent
    await sendFacts(phone, server, now)
    expect(await readMarks(phone)).toMatchObject([{ value: { door: 1 } }])
    await keepSnapshot(phone, snapshot('2026-03-02T09:00:00Z', {}))
    expect(await readMarks(phone)).toEqual([])
  })
})
