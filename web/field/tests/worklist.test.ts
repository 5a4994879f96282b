// @vitest-environment node
import { extrasOf, faultsOf, freshLeg, isFever, newcomerForm, nextTry, outcomeOf, symptomsOf } from '@lianfang/core/visit'
import { describe, expect, it } from 'vitest'
import { makeBook, type Entry } from '../src/domain/book'
import { standingHere } from '../src/domain/pace'
import type { Campaign, WorkItem } from '../src/domain/parts'
import { loadSounds } from '../src/domain/pinyin'
import { search } from '../src/domain/search'
import { bodyOf, formFor } from '../src/domain/visit'
import { counts, firstOf, grouped } from '../src/domain/worklist'

const item = (id: number, door: number, more: Partial<WorkItem> = {}): WorkItem => ({
  id, campaign: 1, door, person: null, people: [], place: '', path: '', reasons: [], urgency: 1, state: 'open', due: null,
  tries: 0, last_outcome: '', last_at: null, next: {}, mine: true, worker: '', ...more,
})
const person = (uid: number, name: string) => ({ uid, name, sex: 'F' as const, birth: 1960, relation: '', phone: '', id_number: '' })
const parts = {
  doors: [
    [1, '云滨湾', '10', '1', 2, '201', 'a/'],
    [2, '云滨湾', '2', '1', 15, '1501', 'a/'],
    [3, '云滨湾', '2', '1', 3, '301', 'a/'],
    [4, '云滨湾', '2', '2', 3, '302', 'a/'],
    [5, '江岸苑', '2', '1', 3, '501', 'a/'],
  ],
  people: { 1: [person(11, '王秀英')], 2: [person(21, '单红')], 3: [person(31, '曾伟')], 5: [person(51, '王建国')] },
  work: [item(1, 1, { urgency: 70 }), item(2, 2), item(3, 3, { state: 'returned', tries: 1 }), item(4, 4), item(9, 4, { campaign: 2, urgency: 20 })],
}
const keys = (entries: readonly Entry[]) => entries.map((entry) => entry.door?.id)

describe('the work list', () => {
  const { entries } = makeBook(parts, [])

  it('has one entry a door, whatever the campaigns, and says how it stands', () => {
    expect(keys(entries)).toEqual([1, 2, 3, 4])
    expect(entries[3]).toMatchObject({ urgency: 20, tasks: [{ id: 4 }, { id: 9 }] })
    expect(counts(entries)).toEqual({ open: 3, retry: 1, done: 0 })
  })

  it('goes by building, stairs and floors, the building with the most urgent door first', () => {
    const groups = grouped(entries, 'urgent')
    expect(groups.map((group) => group.building)).toEqual(['10', '2'])
    expect(groups[1]?.units.map((unit) => [unit.unit, keys(unit.entries)])).toEqual([['1', [2, 3]], ['2', [4]]])
    expect(grouped(entries, 'walk').map((group) => group.building)).toEqual(['2', '10']) // 2 before 10
    expect(keys(firstOf(entries))).toEqual([1])
  })

  it('asks for people without a door as well, by name where it is known', () => {
    const some = { ...parts, people: { ...parts.people, 0: [person(77, '欧阳海')] }, work: [item(1, 0, { door: null, person: 77, place: '外省' }), item(2, 0, { door: null, person: 78 })] }
    const found = makeBook(some, []).entries
    expect(found.map((entry) => [entry.key, entry.people.map((one) => one.name)])).toEqual([['person:77', ['欧阳海']], ['person:78', ['']]])
    const form = formFor(found[0]!)
    form.people[0]!.here = 'no'
    expect(bodyOf(found[0]!, form, outcomeOf(form))).toEqual({ person: 77, task: 1, channel: 'door', outcome: 'seen', people: [{ uid: 77, here: 'no' }] })
  })

  it('shows what this phone did before the server says it', () => {
    const mark = (door: number, outcome: 'seen' | 'no_answer', next?: object) => ({ id: `${door}`, value: { door, outcome, at: '2026-03-02T08:00:00Z', next } })
    const book = makeBook(parts, [mark(2, 'seen'), mark(1, 'no_answer', { hour: 'evening' }), mark(5, 'seen')])
    expect(Object.fromEntries(book.entries.map((entry) => [entry.door?.id, entry.standing]))).toEqual({ 1: 'retry', 2: 'done', 3: 'retry', 4: 'open', 5: 'done' })
    expect(book.entries[0]).toMatchObject({ tries: 1, next: { hour: 'evening' } })
    const campaign = { id: 1, due: '2026-03-04T00:00:00Z', progress: { total: 10, done: 5, open: 3, returned: 1, with_secretary: 1, pace: 2, expected_on: '2026-03-05', mine: 4 } } as Campaign
    expect(standingHere(campaign, book.entries)).toEqual({ done: 6, left: 4, retry: 2, share: 60, late: true })
  })
})

describe('the search', () => {
  const book = makeBook(parts, [])

  it.each([['2-1-301', [3]], ['1501', [2, 5]], ['云滨湾2栋1单元', [2, 3]], ['秀英', [1]], ['501', [5, 2]], ['nobody', []]])('%s', (query, found) => {
    expect(keys(search(book, query))).toEqual(found)
  })

  it('knows names by their sound, surnames as surnames are read', async () => {
    const sounds = await loadSounds()
    expect(keys(search(book, 'wxy', sounds))).toEqual([1])
    expect(keys(search(book, 'wang', sounds))).toEqual([1, 5])
    expect(keys(search(book, 'shanhong', sounds))).toEqual([2]) // 单 is Shan as a surname, else dan
    expect(keys(search(book, 'zw', sounds))).toEqual([3]) // 曾 is Zeng, else ceng
  })
})

describe('a visit', () => {
  const [entry] = makeBook(parts, []).entries as [Entry]
  const filled = () => {
    const form = formFor(entry)
    form.people[0]!.here = 'yes'
    return form
  }

  it('says next to nothing when nothing is new', () => {
    const form = filled()
    expect(bodyOf(entry, form, outcomeOf(form))).toEqual({ door: 1, task: 1, channel: 'door', outcome: 'seen', people: [{ uid: 11, here: 'yes' }] })
  })

  it('says all that was typed, and leaves out what is empty', () => {
    const form = filled()
    Object.assign(form.people[0]!, { from: ' 武汉 ', temperature: '37,8', symptoms: ['cough'], legs: [{ ...freshLeg(), number: ' k447次 ', date: '2020-01-21' }] })
    const newcomer = newcomerForm()
    newcomer.fresh!.name = '欧阳海'
    form.people.push(newcomer)
    expect(bodyOf(entry, form, outcomeOf(form)).people).toEqual([
      { uid: 11, here: 'yes', from: { text: '武汉' }, health: { temperature: 37.8, symptoms: ['cough'] }, legs: [{ mode: 'train', number: 'k447次', date: '2020-01-21' }] },
      { new: { name: '欧阳海' }, here: 'yes' },
    ])
  })

  it('asks beyond the minimum only what was switched on, with its reason', () => {
    expect(extrasOf([])).toEqual({ texts: [], asksNumber: false, numberWhy: undefined, photoWhy: undefined })
    const on = [{ field: 'photo', why: '隐患' }, { field: 'id_number', why: '同名' }, { field: 'employer', why: '复工' }]
    expect(extrasOf(on)).toEqual({ texts: [on[2]], asksNumber: true, numberWhy: '同名', photoWhy: '隐患' })
  })

  it('asks the symptoms of the disease first, each once', () => {
    const asked = { fever: 38, symptoms: [{ code: 'rash', zh: '皮疹', en: 'rash' }, { code: 'koplik', zh: '口腔斑', en: 'spots' }], contacts: [] }
    expect(symptomsOf(['fever', 'rash'], asked)).toEqual(['rash', 'koplik', 'fever'])
    expect(symptomsOf(['fever', 'rash'], undefined)).toEqual(['fever', 'rash'])
    expect(['37.9', '38，0', '38.1', '46', '', 'hot'].map((typed) => isFever(typed, asked.fever))).toEqual([false, true, true, false, false, false])
  })

  it('comes to what was said of the people', () => {
    const form = filled()
    expect(outcomeOf(form)).toBe('seen')
    form.people.push({ ...newcomerForm(), here: undefined })
    expect(outcomeOf(form)).toBe('partly')
    form.people.forEach((one) => (one.here = 'moved'))
    expect(outcomeOf(form)).toBe('moved')
  })

  it('in vain says nothing of people and when to come again', () => {
    const body = bodyOf(entry, filled(), 'no_answer', nextTry('no_answer', 'door', 0))
    expect(body).toEqual({ door: 1, task: 1, channel: 'door', outcome: 'no_answer', next: { hour: 'evening', channel: 'door' } })
    expect(nextTry('no_answer', 'door', 1)).toEqual({ hour: 'weekend', channel: 'phone' })
    expect(nextTry('refused', 'door', 0)).toEqual({ hour: 'evening', channel: 'phone' })
  })

  it('is not saved with a newcomer without a name, an impossible temperature, an empty ride, or nobody', () => {
    const form = formFor(entry)
    expect(faultsOf(form)).toEqual([{ fault: 'nobody' }])
    form.people.push(newcomerForm())
    Object.assign(form.people[0]!, { here: 'yes', temperature: '377', legs: [freshLeg()] })
    expect(faultsOf(form).map((one) => [one.fault, one.person])).toEqual([['temperature', 0], ['leg', 0], ['name', 1]])
    form.people[0]!.temperature = '37，8'
    expect(faultsOf(form)[0]?.fault).toBe('leg')
    form.people[0]!.temperature = 'hot'
    expect(faultsOf(form)[0]).toEqual({ fault: 'temperature', person: 0 })
  })
})
