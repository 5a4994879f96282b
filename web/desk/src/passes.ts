import { language, type components } from '@lianfang/core'

export type PassLine = components['schemas']['PassOut']
export type PassDetail = components['schemas']['PassDetailOut']
export type PassState = PassLine['state']

export const STATES: readonly PassState[] = ['valid', 'early', 'over', 'revoked', 'suspended', 'replaced', 'void', 'returned']
export const REASONS = ['quarantine', 'lent', 'quota', 'false_data', 'moved', 'refused_check', 'suspected_fake'] as const
/** How a state looks, beside its words: green counts, yellow waits, red does not count. */
export const LOOKS: Record<PassState, 'success' | 'warning' | 'danger' | 'info'> = {
  valid: 'success', early: 'warning', over: 'info', revoked: 'danger', suspended: 'danger', replaced: 'info', void: 'danger', returned: 'info',
}
/** A kind in the language of the screen. */
export const kindName = (one: { kind_zh: string; kind_en: string }): string => (language.value === 'zh' ? one.kind_zh : one.kind_en)
