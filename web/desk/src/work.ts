import { api, codeName, i18n, type components } from '@lianfang/core'
import type { Finding } from './run'

export type Task = 'assign' | 'done' | 'dismissed' | 'reopen' | 'note' | 'undo'
export type Which = components['schemas']['FindingQuery']
export type Step = components['schemas']['FindingStepOut']

/** Some findings, or all that a filter finds; `total` is what the page said there are. */
export type Selection = { rows: Finding[] } | { which: Which; total: number }

export interface Order {
  note: string
  worker?: number
  area?: number
  due?: string
}

export function sizeOf(selection: Selection): number {
  return 'rows' in selection ? selection.rows.length : selection.total
}

/** Do one thing with the findings; answers how many. Throws finding.changed when somebody was quicker. */
export async function perform(task: Task, selection: Selection, order: Order): Promise<number> {
  const meant =
    'rows' in selection
      ? { chosen: selection.rows.map((row) => ({ key: row.key, version: row.work?.version ?? 0 })) }
      : { chosen: [], matching: selection }
  const body = { ...meant, note: order.note }
  if (task === 'assign') {
    const answer = await api.post('/api/work/assign', { body: { ...body, worker: order.worker ?? null, area: order.area ?? null, due: order.due ?? null } })
    return answer.findings
  }
  if (task === 'done' || task === 'dismissed') return (await api.post('/api/work/settle', { body: { ...body, state: task } })).findings
  if (task === 'reopen') return (await api.post('/api/work/reopen', { body })).findings
  if (task === 'note') return (await api.post('/api/work/note', { body })).findings
  return (await api.post('/api/work/undo', { body })).findings
}

/** Who has a finding, in words. */
export function holder(row: Finding): string {
  return row.work ? row.work.assignee_name || row.work.team_name : ''
}

/** How a finding stands, in words: done by whom, assigned to whom. */
export function standing(row: Finding): string {
  const who = row.state === 'assigned' ? holder(row) : row.state === 'open' ? '' : (row.work?.changed_by ?? '')
  return who ? `${codeName('work.states', row.state)} · ${who}` : codeName('work.states', row.state)
}

/** Whether nobody has settled it yet. */
export const waits = (row: Finding): boolean => row.state === 'open' || row.state === 'assigned'

export const isLate = (row: Finding): boolean =>
  row.due !== null && waits(row) && row.due < new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })

export const dueWords = (row: Finding): string => (row.due ? i18n.global.t(isLate(row) ? 'work.late' : 'work.until', { day: row.due }) : '')
