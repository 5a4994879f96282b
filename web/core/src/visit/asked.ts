export interface Named {
  code: string
  zh: string
  en: string
}

/** What a disease profile asks beyond what every visit asks. `fever`: °C from which a temperature is one. */
export interface Asked {
  fever: number
  symptoms: readonly Named[]
  contacts: readonly Named[]
}

/** The symptoms of the profile, then those that every visit offers. */
export function symptomsOf(usual: readonly string[], asked: Asked | undefined): string[] {
  const own = (asked?.symptoms ?? []).map((one) => one.code)
  return [...own, ...usual.filter((code) => !own.includes(code))]
}

/** A field beyond the minimum that a campaign has switched on, and why. */
export interface SwitchedOn {
  field: string
  why: string
}

/** What the fields that are switched on mean for a form: texts of each person, the ID number of newcomers, photos. */
export interface Extras {
  texts: readonly SwitchedOn[]
  asksNumber: boolean
  numberWhy?: string
  photoWhy?: string
}

export function extrasOf(on: readonly SwitchedOn[]): Extras {
  const why = (field: string): string | undefined => on.find((one) => one.field === field)?.why
  return {
    texts: on.filter((one) => one.field !== 'photo' && one.field !== 'id_number'),
    asksNumber: why('id_number') !== undefined,
    numberWhy: why('id_number'),
    photoWhy: why('photo'),
  }
}

/** A temperature as typed, in °C; not a number when it is none. */
export const degreesOf = (typed: string): number => Number(typed.replace(/[，,]/, '.'))

/** Whether a temperature as typed is a fever; what is no temperature is none. */
export function isFever(typed: string, threshold: number): boolean {
  const degrees = degreesOf(typed)
  return degrees >= threshold && degrees <= 45
}
