import { api, codeName, type components } from '@lianfang/core'
import { type Asked, type Named } from '@lianfang/core/visit'
import { told } from './risk'

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

/** The name of a symptom or of a kind of contact, by whichever profile knows it; else as every visit calls it. */
export function answerName(profiles: readonly Profile[], group: 'symptoms' | 'contacts', code: string): string {
  const named = profiles.flatMap((one): readonly Named[] => one[group]).find((one) => one.code === code)
  const usual = codeName('field.symptom', code)
  return group === 'symptoms' && usual !== code ? usual : named ? told(named) : code
}
