// @vitest-environment node
/** What a gate answers without a network, on the passes of the shared vectors. */
import { readFileSync } from 'node:fs'
import { Trust, type Pass, type TrustedKey } from '@lianfang/core/passcode'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkCode, checkPass, inHours, settled, worst, type Here } from '../src/gate/check'
import { ofAnswer, ofSuspension, ofVisitor, temperatureOf } from '../src/gate/crossing'
import { findPasses } from '../src/gate/finding'
import { bases, merged, openLists } from '../src/gate/lists'
import { makeGround, withOwn, type Ground, type Kind, type Known, type Listed } from '../src/gate/known'

const file = new URL('../../../contracts/vectors/passes.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as { trust: TrustedKey[]; opened: { text: string; pass: Pass }[]; refused: { text: string; refusal: string }[]; revocations: { good: Record<string, string> }; increments: { hex: string; serials?: string[] }[] }
const { text, pass } = vectors.opened[0]!
const NOW = pass.not_before + 3600
const here: Here = {
  compound: { id: 1, name: '云滨湾', number: 3, area: pass.area, path: `${pass.area}/`, suspend_hours: 12 },
  gate: { id: 1, compound: 1, number: pass.gates[0] ?? 2, name: '东门', code: 'G', is_open: true, walking: true, vehicle: false },
}
const listed: Listed = { ...pass, subject: 'd7', nameKey: '', phoneKey: '', tail: '5678' }
const kind: Kind = { number: pass.kind, code: 'resident', path: '', zh: '居民', en: 'Resident', holder: 'person', colour: '', hours: [], at_gate: false }
let ground: Ground

beforeAll(async () => {
  ground = {
    compounds: [here.compound], gates: [here.gate], kinds: [kind], salts: {}, trust: await Trust.of(vectors.trust),
    quotas: [{ number: pass.quota, path: '', per: 'household', window_days: 2, exits: 1, entries: 0, minutes_outside: 120 }],
    lists: [{ area: pass.area, made: NOW - 60, serials: new Set(), number: 1 }], suspended: {}, passes: new Map([[pass.serial, listed]]),
    fever: { 1: 37.3 }, held: new Set(), alerts: [], doubles: [], rows: [],
  }
})
const known = (change: Partial<Ground> = {}): Known => withOwn({ ...ground, ...change }, [])
const codes = (answer: { findings: { code: string }[] }): string[] => answer.findings.map((one) => one.code)

describe('a pass at a gate', () => {
  it('is green, out, for somebody who was not seen yet', async () => {
    const answer = await checkCode(text, known(), here, NOW)
    expect([answer.light, answer.direction, answer.subject, codes(answer)]).toEqual(['green', 'out', 'd7', []])
  })
  it('is red with its own reason for every refused vector', async () => {
    for (const one of vectors.refused) {
      const answer = await checkCode(one.text, known(), here, NOW)
      expect([answer.light, codes(answer)]).toEqual(['red', [one.refusal]])
      expect(answer.pass).toBeUndefined()
    }
  })
  it('is yellow when the list is old or missing, and red when it names the pass', () => {
    const typed = { typed: false }
    expect(codes(checkPass(pass, known({ lists: [{ area: pass.area, made: NOW - 90_000, serials: new Set(), number: 1 }] }), here, NOW, typed))).toEqual(['list_old'])
    expect(checkPass(pass, known({ lists: [] }), here, NOW, typed).light).toBe('yellow')
    expect(codes(checkPass(pass, known({ lists: [{ area: pass.area, made: NOW, serials: new Set([pass.serial]), number: 1 }] }), here, NOW, typed))).toEqual(['revoked'])
    expect(codes(checkPass(pass, known({ suspended: { [pass.serial]: NOW + 60 } }), here, NOW, typed))).toEqual(['suspended'])
  })
  it('turns by itself, counts the household at every gate, and lets in who is late', () => {
    const out = known({ rows: [['a', pass.serial, 'd7', 9, 'out', NOW - 3 * 3600]] })
    const back = checkPass(pass, out, here, NOW, { typed: false })
    expect([back.direction, back.light, codes(back)]).toEqual(['in', 'yellow', ['late']])
    const again = checkPass(pass, out, here, NOW, { typed: false, wanted: 'out' })
    expect([again.light, codes(again)]).toEqual(['red', ['exits_used']])
    expect(again.findings[0]!.at).toBeGreaterThan(NOW)
  })
  it('counts what this phone recorded itself, once', () => {
    const mark = { id: 'b', value: { crossing: { pass: pass.serial, subject: 'd7', gate: 1, direction: 'out' as const, at: NOW - 10 } } }
    expect(withOwn(ground, [mark as never]).passages.get('d7')).toHaveLength(1)
    const told = { ...ground, rows: [['b', pass.serial, 'd7', 1, 'out', NOW - 10] as never] }
    expect(withOwn(told, [mark as never]).passages.get('d7')).toHaveLength(1)
  })
  it('does not go out when its holder stays, and may come in', () => {
    const held = known({ held: new Set([pass.serial]) })
    expect(codes(checkPass(pass, held, here, NOW, { typed: false }))).toEqual(['held'])
    expect(checkPass(pass, held, here, NOW, { typed: false, wanted: 'in' }).light).toBe('green')
  })
  it('does not count with a fever or without a document', () => {
    const answer = checkPass(pass, known(), here, NOW, { typed: false })
    expect(settled(answer, { temperature: 37.2, fever: 37.3, document: true }).light).toBe('green')
    expect(codes(settled(answer, { temperature: 37.3, fever: 37.3 }))).toEqual(['fever'])
    expect(codes(settled(answer, { fever: 37.3, document: false }))).toEqual(['no_document'])
    expect(worst([])).toBe('green')
  })
})

it('refuses a pass that this phone suspended, until the hours are over', () => {
  const said = { reason: 'lent' as const, text: ' 借给同事 ', hours: 2 }
  const { kind: of, body, mark } = ofSuspension(pass.serial, said, NOW)
  expect([of, body]).toEqual(['suspend', { serial: pass.serial, reason: 'lent', text: '借给同事', hours: 2 }])
  const own = withOwn(ground, [{ id: 's', value: mark as never }])
  const refused = checkPass(pass, own, here, NOW + 60, { typed: false })
  expect([refused.light, codes(refused), refused.findings[0]!.at]).toEqual(['red', ['suspended'], NOW + 7200])
  expect(codes(checkPass(pass, own, here, NOW + 7200, { typed: false }))).toEqual([])
})

describe('lists of refused passes', () => {
  const whole = (vectors.revocations.good.revoked ?? '').replace(/../g, (two) => String.fromCharCode(Number.parseInt(two, 16)))
  const since = (vectors.increments[0]?.hex ?? '').replace(/../g, (two) => String.fromCharCode(Number.parseInt(two, 16)))
  const [full, change] = [btoa(whole), btoa(since)]
  const area = '330109005'
  const first = merged(undefined, { lists: [{ area, sequence: 7, base: null, signed: full }], suspended: {} })

  it('are fetched whole once, then only what has changed', async () => {
    expect(await bases(undefined, vectors.trust)).toEqual({})
    expect(await bases(first, vectors.trust)).toEqual({ [area]: 7 })
    const next = merged(first, { lists: [{ area, sequence: 9, base: 7, signed: change }], suspended: {} })
    const [list] = await openLists(next, ground.trust)
    expect([list?.number, [...(list?.serials ?? [])].sort()]).toEqual([9, vectors.increments[0]!.serials])
    expect(await bases(next, vectors.trust)).toEqual({ [area]: 7 }) // changes are always those since the whole list
  })
  it('are asked for whole again when the key is not believed any more', async () => {
    const none = vectors.trust.map((one) => ({ ...one, withdrawn: true }))
    expect(await bases(first, none)).toEqual({})
    expect(await openLists(first, await Trust.of(none))).toEqual([])
  })
  it('stay as old as they are when a change does not open, and are none without their list', async () => {
    const torn = merged(first, { lists: [{ area, sequence: 9, base: 7, signed: btoa('no list') }], suspended: {} })
    expect((await openLists(torn, ground.trust))[0]?.number).toBe(7)
    expect(merged(undefined, { lists: [{ area, sequence: 9, base: 7, signed: change }], suspended: {} }).lists).toEqual([])
  })
})

it('knows hours of the local day, also over midnight', () => {
  const noon = Date.UTC(2020, 1, 24, 4) / 1000
  expect(inHours({ ...kind, hours: [['06:00', '22:00']] }, noon)).toBe(true)
  expect(inHours({ ...kind, hours: [['22:00', '06:00']] }, noon)).toBe(false)
  expect(inHours({ ...kind, hours: [['22:00', '06:00']] }, noon + 11 * 3600)).toBe(true)
})

it('finds passes by the whole phone’s tail, a plate’s end, and the end of a number, never by a piece of a name', async () => {
  const car = { ...listed, serial: '00112233445566aa', plate: '浙A12345', tail: '' }
  const all = known({ passes: new Map([[pass.serial, listed], [car.serial, car]]) })
  expect((await findPasses('5678', all)).map((one) => one.serial)).toEqual([pass.serial])
  expect((await findPasses('浙a·12345', all)).map((one) => one.serial)).toEqual([car.serial])
  expect((await findPasses('66AA', all)).map((one) => one.serial)).toContain(car.serial)
  expect(await findPasses('王', all)).toEqual([])
})

it('records what the server takes', () => {
  const said = { gate: 1, direction: 'out' as const, decision: 'refused' as const, occupants: [], reasons: ['fever', 'fever'], byHand: false }
  const answer = checkPass(pass, known(), here, NOW, { typed: false })
  expect(ofAnswer(answer, said, NOW)).toMatchObject({ kind: 'crossing', body: { serial: pass.serial, reasons: ['fever'] }, mark: {} })
  expect(ofAnswer(answer, { ...said, decision: 'admitted' }, NOW).mark).toMatchObject({ crossing: { subject: 'd7', at: NOW } })
  const visitor = { name: ' 张三 ', phone: '', from: '', to: '', purpose: '', returnee: false, id_number: '3301', returned_on: '' }
  expect(ofVisitor(visitor, '浙a·1', said).body).toMatchObject({ visitor: { name: '张三' }, plate: '浙A1' })
  expect(ofVisitor(visitor, '', said).body).not.toHaveProperty('visitor.id_number') // a visitor is not asked for it
  expect(ofVisitor({ ...visitor, returnee: true }, '', said).body).toMatchObject({ visitor: { id_number: '3301', returnee: true } })
  expect(ofVisitor({ ...visitor, returnee: true }, '', said).body).not.toHaveProperty('visitor.returned_on')
  expect([temperatureOf('365'), temperatureOf('36,5'), temperatureOf('366.'), temperatureOf('50')]).toEqual([36.5, 36.5, undefined, undefined])
})

it('has no gate without the part', async () => {
  expect(await makeGround({})).toBeUndefined()
})
