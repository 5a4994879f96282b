/** Findings as sentences. */
import { i18n, moment } from '../i18n'
import type { Finding } from './check'

export function sayFinding(one: Finding): string {
  const at = one.at ? moment(one.at * 1000) : ''
  return i18n.global.t(`field.gate.why.${one.code}${at && i18n.global.te(`field.gate.why.${one.code}_at`) ? '_at' : ''}`, { at, minutes: one.minutes ?? 0 })
}

export function ageWords(seconds: number): string {
  const minutes = Math.max(0, Math.round(seconds / 60))
  return minutes < 120 ? i18n.global.t('field.gate.minutes', { count: minutes }) : i18n.global.t('field.gate.hours', { count: Math.round(minutes / 60) })
}
