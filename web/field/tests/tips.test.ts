// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { makeBook } from '../src/domain/book'
import { risksOf, searchRisk, type RiskArea } from '../src/domain/risk'
import { isOverdue, tipBody, type Tip } from '../src/domain/tip'
import { bodyOf, formAgain } from '../src/domain/visit'

const tip = (id: number): Tip => ({ id, version: 1, text: '三楼有人回来', said_at: '2020-02-20T01:00:00Z', place: '', door: 1, person: null, due: '2020-02-20T04:00:00Z', path: 'a/' })

describe('tips on the phone', () => {
  it('go when they were answered here, and stay when only a note was made', () => {
    const mark = (at: number, outcome: 'answered' | 'noted') => ({ id: `${at}`, value: { tip: at, outcome, at: '2020-02-20T02:00:00Z' } })
    const book = makeBook({ tips: [tip(1), tip(2), tip(3)] }, [mark(1, 'answered'), mark(2, 'noted')])
    expect(book.tips.map((one) => one.id)).toEqual([2, 3])
    expect(book.entries).toEqual([]) // a mark of a tip is no household
  })

  it('say what was found, and what the teller was told only when it is settled', () => {
    const form = { found: ' 一家三口 ', told: '谢谢' }
    expect(tipBody(tip(1), form, 'answered')).toEqual({ tip: 1, act: 'answered', found: '一家三口', told: '谢谢' })
    expect(tipBody(tip(1), form, 'noted')).toEqual({ tip: 1, act: 'noted', found: '一家三口' })
    expect(isOverdue(tip(1), new Date('2020-02-20T04:00:01Z'))).toBe(true)
  })
})

const area = (name: string, within: string[], more: Partial<RiskArea> = {}): RiskArea => ({
  key: name, code: '', detail: '', name, within, level: 'key', first: '2020-01-23', last: null, sources: ['市疾控中心'], ...more,
})
const AREAS = [
  area('湖北省武汉市', ['湖北省']),
  area('湖北省武汉市汉阳区', ['湖北省武汉市', '湖北省'], { level: 'high' }),
  area('浙江省温州市', ['浙江省'], { level: 'medium', last: '2020-02-10' }),
  area('北京市丰台区花乡地区', ['北京市丰台区', '北京市'].slice(1), { detail: '花乡地区', level: 'high' }),
]
const named = (text: string, left = '') => risksOf(AREAS, text, left).map((hit) => `${hit.area.name}${hit.sure ? '' : '?'}`)

describe('risk areas on the phone', () => {
  it('are found by the names that people say', () => {
    expect(named('武汉')).toEqual(['湖北省武汉市', '湖北省武汉市汉阳区?'])
    expect(named('武汉 汉阳')).toEqual(['湖北省武汉市汉阳区', '湖北省武汉市'])
    expect(named('湖北省')).toEqual(['湖北省武汉市汉阳区?', '湖北省武汉市?'])
    expect(named('湖北荆州')).toEqual([])
    expect(named('温州')).toEqual(['浙江省温州市'])
    expect(named('杭州')).toEqual([])
    expect(named('汉')).toEqual([])
  })

  it('count only when somebody may have been there in their time', () => {
    expect(named('温州', '2020-01-22')).toEqual([]) // left before it began
    expect(named('温州', '2020-02-25')).toEqual(['浙江省温州市']) // within three weeks of its end
    expect(named('温州', '2020-03-20')).toEqual([])
  })

  it('are looked up, the gravest first', () => {
    expect(searchRisk(AREAS, '').map((one) => one.level)).toEqual(['high', 'high', 'key', 'medium'])
    expect(searchRisk(AREAS, '武汉').map((one) => one.name)).toEqual(['湖北省武汉市汉阳区', '湖北省武汉市'])
  })
})

describe('a refused visit', () => {
  it('comes back into the form with all that was typed, and without what was refused', () => {
    const parts = {
      doors: [[1, '云滨湾', '1', '1', 2, '201', 'a/']],
      people: { 1: [{ uid: 11, name: '王秀英', sex: 'F', birth: 1960, relation: '', phone: '', id_number: '' }, { uid: 12, name: '王伟', sex: 'M', birth: 1988, relation: '', phone: '', id_number: '' }] },
      work: [{ id: 5, campaign: 1, door: 1, person: null, people: [], place: '', path: '', reasons: [], urgency: 1, state: 'open', due: null, tries: 0, last_outcome: '', last_at: null, next: {}, mine: true, worker: '' }],
    }
    const entry = makeBook(parts, []).entries[0]!
    const said = {
      door: 1, task: 5, channel: 'phone', outcome: 'seen', hazards: ['楼道堆物'], remarks: '狗',
      people: [
        { uid: 11, here: 'yes', from: { text: '武汉' }, returned_on: '2020-02-18', health: { temperature: 37.8, symptoms: ['cough'] },
          legs: [{ mode: 'train', number: 'G98', date: '2020-02-18', carriage: '4' }], contacts: [{ name: '李某', kind: 'same_car' }], extra: { income: '无', employer: '纺织厂' } },
        { new: { name: '欧阳海', phone: '139', id_number: '3301' }, here: 'yes' },
      ],
    }
    const form = formAgain(entry, said, 'the-fact', ['employer'])
    expect(form.people.map((one) => one.uid ?? one.fresh?.name)).toEqual([11, '欧阳海', 12])
    expect(form.instead).toBe('the-fact')
    form.people[2]!.here = 'no'
    const again = bodyOf(entry, form, 'seen') as { people: object[] }
    const [first] = said.people
    const fresh = { new: { name: '欧阳海', phone: '139' }, here: 'yes' } // nobody asks for his number
    expect(again).toMatchObject({ door: 1, task: 5, channel: 'phone', hazards: ['楼道堆物'], remarks: '狗' })
    expect(again.people).toEqual([{ ...first, extra: { employer: '纺织厂' } }, fresh, { uid: 12, here: 'no' }].map((one) => JSON.parse(JSON.stringify(one)) as object))
  })
})
