import { api, codeName, useLoad, type components } from '@lianfang/core'
import { type Asked, type Named } from '@lianfang/core/visit'
import { computed, type ComputedRef } from 'vue'
import { told } from './risk'
import { may } from './session'

export type Profile = components['schemas']['ProfileOut']

/** Disease profiles that can be used, those of the data folder too. */
export async function usableProfiles(signal?: AbortSignal): Promise<Profile[]> {
  return (await api.get('/api/risk/profiles', { signal })).filter((one) => !one.mistakes)
}

/** What the profile of a campaign asks; undefined when it names no disease. */
export function askedOf(profiles: readonly Profile[], id: string): Asked | undefined {
  const found = profiles.find((one) => one.id === id)
  return found && { fever: found.fever ?? 37.3, symptoms: found.symptoms, contacts: found.contacts }
}

/** The usable profiles, of whoever may see what they are about. */
const useProfiles = () => useLoad(() => may('finding.view'), (allowed, signal) => (allowed ? usableProfiles(signal) : Promise.resolve([])))

/** Every kind of contact that some profile asks for, each once; as the server tells residents (screening/diseases.py). */
export function useContactKinds(): ComputedRef<readonly Named[]> {
  const { data: profiles } = useProfiles()
  return computed(() => {
    const kinds = (profiles.value ?? []).flatMap((one): readonly Named[] => one.contacts)
    return [...new Set(kinds.map((one) => one.code))].map((code) => {
      const same = kinds.filter((one) => one.code === code)
      const either = (words: string[]): string => [...new Set(words)].join(' / ')
      return { code, zh: either(same.map((one) => one.zh)), en: either(same.map((one) => one.en)) }
    })
  })
}

/** What answers are called: whatever the disease that they were asked for, some profile knows them. */
export function useAnswerNames(): (group: 'symptoms' | 'contacts', code: string) => string {
  const { data: profiles } = useProfiles()
  return (group, code) => answerName(profiles.value ?? [], group, code)
}

/** The name of a symptom or of a kind of contact, by whichever profile knows it; else as every visit calls it. */
function answerName(profiles: readonly Profile[], group: 'symptoms' | 'contacts', code: string): string {
  const named = profiles.flatMap((one): readonly Named[] => one[group]).find((one) => one.code === code)
  const usual = codeName('field.symptom', code)
  return group === 'symptoms' && usual !== code ? usual : named ? told(named) : code
}
