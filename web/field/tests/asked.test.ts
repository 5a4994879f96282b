import { freshContact, knownForm, type Asked, type PersonForm } from '@lianfang/core/visit'
import { createApp, defineComponent, h, nextTick, ref, type App } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { ASKED } from '../src/domain/profile'
import { i18n } from '../src/i18n'
import PersonDetails from '../src/parts/PersonDetails.vue'
import vectors from '../../../contracts/vectors/profiles.json'

/** What the server sends of each shipped profile; its own tests hold this file against the profiles. */
const profiles: Record<string, Asked> = vectors
let app: App | undefined

function shown(asked: Asked | undefined, form: PersonForm, extras: { field: string; why: string }[] = []) {
  const person = ref(form)
  const host = document.createElement('div')
  document.body.append(host)
  const Form = defineComponent(() => () => h(PersonDetails, { modelValue: person.value, extras, 'onUpdate:modelValue': (next: PersonForm) => (person.value = next) }))
  app = createApp(Form).use(i18n).provide(ASKED, ref(asked))
  app.mount(host)
  return { host, person }
}

afterEach(() => {
  app?.unmount()
  document.body.innerHTML = ''
})

describe.each(Object.entries(profiles))('the form of a visit under %s', (_, asked) => {
  it.each(['zh', 'en'] as const)('asks its symptoms and kinds of contact in words (%s)', async (language) => {
    i18n.global.locale.value = language
    const { host, person } = shown(asked, { ...knownForm(1), here: 'yes', contacts: [freshContact()] })
    const chips = [...host.querySelectorAll<HTMLElement>('[data-chips=symptoms] [data-value]')]
    const own = asked.symptoms.map((one) => one.code)
    expect(chips.map((chip) => chip.dataset.value).slice(0, own.length)).toEqual(own)
    expect(chips.slice(0, own.length).map((chip) => chip.textContent?.trim())).toEqual(asked.symptoms.map((one) => one[language]))
    expect(new Set(chips.map((chip) => chip.dataset.value)).size).toBe(chips.length)
    const kinds = [...host.querySelectorAll<HTMLElement>('[data-contact]')]
    expect(kinds.map((one) => [one.dataset.contact, one.textContent?.trim()])).toEqual(asked.contacts.map((one) => [one.code, one[language]]))

    chips.at(own.length - 1)?.click()
    await nextTick()
    host.querySelectorAll<HTMLElement>('[data-contact]')[kinds.length - 1]?.click()
    await nextTick()
    expect(person.value.symptoms).toEqual([own.at(-1)])
    expect(person.value.contacts[0]?.kind).toBe(asked.contacts.at(-1)?.code)
    host.querySelectorAll<HTMLElement>('[data-contact]')[kinds.length - 1]?.click()
    await nextTick()
    expect(person.value.contacts[0]?.kind).toBe('')
  })

  it('calls a temperature a fever from its own threshold on', () => {
    i18n.global.locale.value = 'zh'
    const said = (temperature: number): string => shown(asked, { ...knownForm(1), temperature: temperature.toFixed(1) }).host.textContent ?? ''
    expect(said(asked.fever)).toContain('发热：请按规定立即上报')
    app?.unmount()
    expect(said(asked.fever - 0.1)).not.toContain('发热：请按规定立即上报')
  })
})

describe('the form of a visit', () => {
  it('without a disease asks no kind of contact, and beyond the minimum only what was switched on', () => {
    i18n.global.locale.value = 'zh'
    const bare = shown(undefined, { ...knownForm(1), contacts: [freshContact()] }).host
    expect(bare.querySelectorAll('[data-contact]')).toHaveLength(0)
    expect(bare.querySelectorAll('[name^=extra-]')).toHaveLength(0)
    app?.unmount()
    const { host } = shown(undefined, knownForm(1), [{ field: 'employer', why: '复工单位需要通知' }])
    expect(host.querySelectorAll('[name=extra-employer]')).toHaveLength(1)
    expect(host.textContent).toContain('收集原因：复工单位需要通知')
  })
})
