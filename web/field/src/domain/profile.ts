import type { InjectionKey, Ref } from 'vue'

interface Named {
  code: string
  zh: string
  en: string
}

/** What a disease profile asks beyond what every visit asks. */
export interface Asked {
  fever: number
  symptoms: readonly Named[]
  contacts: readonly Named[]
}

/** The profile of the visit's campaign; undefined when it names no disease. */
export const ASKED: InjectionKey<Ref<Asked | undefined>> = Symbol('profile')

export const profileIn = (risk: unknown, name: string | undefined): Asked | undefined =>
  name ? (risk as { profiles?: Record<string, Asked> } | undefined)?.profiles?.[name] : undefined

/** The codes that every visit offers, then those that only the profile knows. */
export function symptomsOf(usual: readonly string[], asked: Asked | undefined): string[] {
  const own = (asked?.symptoms ?? []).map((one) => one.code)
  return asked ? [...own, ...usual.filter((code) => !own.includes(code))] : [...usual]
}
