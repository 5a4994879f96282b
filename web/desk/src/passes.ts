import { i18n, language, type components } from '@lianfang/core'

export type PassLine = components['schemas']['PassOut']
export type PassDetail = components['schemas']['PassDetailOut']
export type PassState = PassLine['state']

export const STATES: readonly PassState[] = ['valid', 'early', 'over', 'revoked', 'suspended', 'replaced', 'void', 'returned']
export const REASONS = ['quarantine', 'lent', 'quota', 'false_data', 'moved', 'refused_check', 'suspected_fake'] as const
/** How a state looks, beside its words: green counts, yellow waits, red does not count. */
export const LOOKS: Record<PassState, 'success' | 'warning' | 'danger' | 'info'> = {
  valid: 'success', early: 'warning', over: 'info', revoked: 'danger', suspended: 'danger', replaced: 'info', void: 'danger', returned: 'info',
}
/** What narrows or widens where a pass counts, beside its compound. */
export function whereElse(one: Pick<PassLine, 'whole_area' | 'gates' | 'further'>): string {
  const { t } = i18n.global
  if (one.whole_area) return t('passes.wholeArea')
  const comma = t('lists.comma')
  if (one.gates.length) return t('passes.onlyGates', { gates: one.gates.join(comma) })
  return one.further.length ? t('passes.alsoIn', { names: one.further.join(comma) }) : ''
}
/** A kind in the language of the screen. */
export const kindName = (one: { kind_zh: string; kind_en: string }): string => (language.value === 'zh' ? one.kind_zh : one.kind_en)
