import { ApiError, codeName, explain, i18n, moment, type components } from '@lianfang/core'

export type UserRow = components['schemas']['UserRowOut']
export type UserFile = components['schemas']['UserFileOut']
export type FreshLink = components['schemas']['FreshLinkOut']
export type Appointment = components['schemas']['AppointmentOut']
export type Post = components['schemas']['PostIn']
export type Role = components['schemas']['Role']

export const ROLES = ['administrator', 'data_centre', 'leader', 'secretary', 'grid_worker', 'guard', 'volunteer', 'auditor'] as const satisfies readonly Role[]
export const STATES = ['active', 'invited', 'locked'] as const

/** Over what somebody is appointed: the area's name, or the whole territory. */
export function areaName(area: Appointment['area']): string {
  return area ? area.name : i18n.global.t('users.everywhere')
}

export type Running = 'later' | 'now' | 'over'

export function running(one: Appointment, at = Date.now()): Running {
  if (one.ends_at && Date.parse(one.ends_at) <= at) return 'over'
  return Date.parse(one.starts_at) > at ? 'later' : 'now'
}

/** The last moment of an appointment in words: a whole day when it ends at midnight, else the minute. */
export function endOf(one: Appointment): string {
  if (!one.ends_at) return i18n.global.t('users.noEnd')
  if (!moment(one.ends_at).endsWith('00:00')) return moment(one.ends_at)
  return moment(new Date(Date.parse(one.ends_at) - 1).toISOString()).slice(0, 10)
}

/** As `explain`; a page that is behind is told what others did meanwhile, in words. */
export function explainUser(error: unknown): string {
  if (!(error instanceof ApiError) || error.code !== 'user.changed') return explain(error)
  const { t } = i18n.global
  const list = (words: unknown, name: (word: string) => string): string =>
    Array.isArray(words) ? words.map((word) => name(String(word))).join(t('lists.comma')) : ''
  return t('errors.user.changed', {
    by: list(error.params.by, (name) => name),
    acts: list(error.params.acts, (act) => codeName('userAct', act.replace('.', '_'))),
  })
}

export const isStale = (error: unknown): boolean => error instanceof ApiError && error.code === 'user.changed'
