// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { freshContact, freshLeg } from '@lianfang/core/visit'
import { blankPaper, blankPerson, paperSaid } from '../src/paper'

describe('a paper form typed in', () => {
  it('says all that the online form says, and leaves out what stands empty', () => {
    const form = blankPaper()
    form.people = [
      { ...blankPerson(), name: '单红', sex: 'F', age: '61', temperature: '37，8', symptoms: ['cough'], legs: [{ ...freshLeg(), number: 'G98' }, freshLeg()], contacts: [{ ...freshContact(), name: '李叔' }, freshContact()] },
      blankPerson(),
    ]
    const said = paperSaid(form, '云滨湾 3-2-501')
    expect(said).toMatchObject({ kind: 'family', room: '云滨湾 3-2-501', arrives_on: null })
    expect(said.people).toHaveLength(1)
    expect(said.people[0]).toMatchObject({ age: 61, temperature: 37.8, birth: null, legs: [{ number: 'G98', date: null }], contacts: [{ name: '李叔', on: null }] })
  })

  it('tells the day of an arrival, and whose guests they are, only of an arrival', () => {
    const form = { ...blankPaper(), room: '501', host: '房东', arrives_on: '2020-03-01' }
    expect(paperSaid(form)).toMatchObject({ arrives_on: null, host: '' })
    expect(paperSaid({ ...form, kind: 'arrival' })).toMatchObject({ arrives_on: '2020-03-01', host: '房东' })
  })
})
