import type { Mark } from './book'

/** Something that somebody told, given to this worker to look into. Who told it is not on the phone. */
export interface Tip {
  id: number
  version: number
  text: string
  /** Where the program itself says it; phones that synced before have none. */
  text_en?: string
  said_at: string
  place: string
  door: number | null
  person: number | null
  due: string
  path: string
}

export interface TipForm {
  found: string
  told: string
}

export const tipText = (tip: Tip, language: string): string => (language === 'en' && tip.text_en) || tip.text

export const LEAST_WORDS = 2

/** What waits here: tips that were answered on this phone are gone before the server says so. */
export function waitingTips(tips: readonly Tip[], marks: readonly Mark[]): Tip[] {
  const answered = new Set(marks.filter((mark) => mark.outcome === 'answered').map((mark) => mark.tip))
  return tips.filter((tip) => !answered.has(tip.id))
}

export const isOverdue = (tip: Tip, now: Date): boolean => Date.parse(tip.due) < now.getTime()

/** The body of the fact, version 1; `act` noted: somebody looked, it is not settled. */
export function tipBody(tip: Tip, form: TipForm, act: 'answered' | 'noted'): Record<string, unknown> {
  const told = form.told.trim()
  return { tip: tip.id, act, found: form.found.trim(), ...(act === 'answered' && told ? { told } : {}) }
}
