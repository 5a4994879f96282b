import { language, type components } from '@lianfang/core'

export type Tip = components['schemas']['TipOut']
export type TipDetail = components['schemas']['TipDetailOut']
/** In the reader's language where the program says it, else as it was told. */
export const tipText = (tip: Pick<Tip, 'text' | 'text_en'>): string => (language.value === 'en' && tip.text_en) || tip.text
export const STATES = ['todo', 'overdue', 'new', 'assigned', 'answered', 'passed_on', 'closed'] as const
export const CHANNELS = ['hotline', 'chat', 'walk_in', 'self', 'gate'] as const

/** A UUID (version 4): sent twice, a thing is kept once. Also on pages without TLS, where crypto.randomUUID is not there. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
