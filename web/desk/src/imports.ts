import { api, codeName, explain, i18n, ApiError, type components } from '@lianfang/core'
import { ElMessage } from 'element-plus'
import type { Router } from 'vue-router'
import { may } from './session'

export type Import = components['schemas']['ImportOut']
export type FileDraft = components['schemas']['FileDraftOut']
export type Listed = components['schemas']['ListedOut']
export type Sheet = components['schemas']['SheetOut']
export type Source = components['schemas']['ListSourceOut']
export type Difference = components['schemas']['DifferenceOut']
export type FileIn = components['schemas']['FileIn']
export type Renewal = components['schemas']['RenewalOut']
type Progress = components['schemas']['ProgressOut']

export const KINDS = ['register', 'carrier', 'transport', 'gate', 'visit', 'self_report', 'other'] as const
export const BASES = ['epidemic_law', 'emergency_law', 'duty', 'consent', 'other'] as const

/** Bytes as people say them. */
export function sizeOf(bytes: number): string {
  const { n } = i18n.global
  if (bytes < 1_000_000) return `${n(Math.max(1, Math.round(bytes / 1000)))} KB`
  return `${n(Math.round(bytes / 100_000) / 10)} MB`
}

/** What an import is called. */
export function titleOf(batch: Pick<Import, 'kind' | 'id'>): string {
  const { t } = i18n.global
  if (batch.kind === 'add') return t('imports.title', { number: batch.id })
  return batch.kind === 'withdraw' ? t('imports.withdrawal') : t('imports.renewal')
}

/** What a job is doing, or why it ended. */
export function stepOf(progress: Progress): string {
  if (progress.state === 'failed') return explain(new ApiError(0, progress.error, progress.params))
  if (progress.state === 'cancelled') return i18n.global.t('imports.cancelled')
  if (progress.state === 'queued') return i18n.global.t('imports.queued')
  return codeName('imports.step', progress.step.replace(/^import\./, ''))
}

/** What working the live lists out once more would be for; nothing for whoever may not, or not over the whole territory. */
export async function loadRenewal(signal: AbortSignal): Promise<Renewal | undefined> {
  if (!may('list.import')) return undefined
  return api.get('/api/lists/renewal', { signal }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'not_found') return undefined
    throw error
  })
}

/** Begin it, and go where its dry run is seen. */
export async function renew(router: Router, taught: boolean): Promise<void> {
  try {
    const made = await api.post('/api/lists/renewal', { body: { taught } })
    await router.push({ name: 'import', params: { import: made.id } })
  } catch (error) {
    ElMessage.error(explain(error))
  }
}

/** A day as the server writes it, so many days after another. */
export function later(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}
