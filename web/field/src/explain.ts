import { ApiError } from '@lianfang/core/client'
import { i18n } from './i18n'
import { DiskFull } from './store/database'
import { NotAPicture } from './store/photos'
import { NotTheOwner } from './enrol'

/** What a server's code means, in words; with what to do where something can be done. */
export function sentence(code: string, params: Record<string, unknown> = {}): string {
  const { t, te } = i18n.global
  const key = `errors.${code}`
  return te(key) ? t(key, params) : t('field.errors.code', { code })
}

/** What to tell somebody about an error. */
export function explain(error: unknown): string {
  const { t } = i18n.global
  if (error instanceof DiskFull) return t('field.errors.full')
  if (error instanceof NotAPicture) return t('field.errors.picture')
  if (error instanceof NotTheOwner) return t('field.errors.otherOwner')
  if (error instanceof ApiError) return sentence(error.code, error.params)
  return t('field.errors.app')
}
