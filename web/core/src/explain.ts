import { ApiError } from './client'
import { i18n } from './i18n'

/** What to tell the user about an error: what happened, and what to do about it. */
export function explain(error: unknown): string {
  const { t, te } = i18n.global
  if (!(error instanceof ApiError)) return t('errors.unexpected')
  const key = `errors.${error.code}`
  return te(key) ? t(key, error.params) : t('errors.unexpected')
}
