import type { components } from '@lianfang/core'
import { degreesOf, type ContactForm, type LegForm } from '@lianfang/core/visit'

type Said = components['schemas']['Said']
/** A person of a paper form as typed: every field a text, empty when nothing stands there. */
export interface PaperPerson {
  name: string; sex: '' | 'M' | 'F'; birth: string; age: string; id_number: string; phone: string; relation: string; from_text: string
  returned_on: string; temperature: string; symptoms: string[]; needs: string; remarks: string; legs: LegForm[]; contacts: ContactForm[]
}
export interface Paper {
  kind: 'family' | 'arrival'; building: string; unit: string; room: string; phone: string; host: string; arrives_on: string; remarks: string; people: PaperPerson[]
}

export const blankPerson = (): PaperPerson => ({
  name: '', sex: '', birth: '', age: '', id_number: '', phone: '', relation: '', from_text: '', returned_on: '', temperature: '', symptoms: [],
  needs: '', remarks: '', legs: [], contacts: [],
})
export const blankPaper = (): Paper => ({ kind: 'family', building: '', unit: '', room: '', phone: '', host: '', arrives_on: '', remarks: '', people: [blankPerson()] })

const number = (text: string): number | null => (text.trim() === '' ? null : degreesOf(text.trim()))

/** What goes to the server; empty people, rides and contacts are left out. `door`: how a door that was looked up is called. */
export function paperSaid(form: Paper, door?: string): Said {
  const people = form.people.filter((one) => one.name.trim())
  return {
    ...form,
    room: form.room.trim() || door?.slice(0, 40) || '',
    arrives_on: form.kind === 'arrival' ? form.arrives_on || null : null,
    host: form.kind === 'arrival' ? form.host : '',
    people: people.map((one) => ({
      ...one,
      birth: one.birth || null,
      age: number(one.age),
      returned_on: one.returned_on || null,
      temperature: number(one.temperature),
      legs: one.legs.filter((leg) => leg.number || leg.date || leg.from || leg.to).map((leg) => ({ ...leg, date: leg.date || null })),
      contacts: one.contacts.filter((contact) => contact.kind || contact.name || contact.phone || contact.text).map((contact) => ({ ...contact, on: contact.on || null, kind: contact.kind || null })),
    })),
  } as Said
}
