import { describe, expect, it } from 'vitest'

import cases from '../../../contracts/vectors/quota.json'
import { askQuota, doubleUses, type Direction, type Passage } from '../src/quota'

describe('quotas, as the vectors that both languages share say', () => {
  it.each(cases)('$name', (one) => {
    const crossings = one.crossings as Passage[]
    expect(askQuota(one.policy, crossings, one.direction as Direction, one.at)).toEqual(one.answer)
    const doubles = doubleUses(one.policy, crossings).map((each) => [each.first.id, each.second.id, each.reason])
    expect(doubles).toEqual(one.doubles)
  })
})
