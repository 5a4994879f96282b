import { ApiError, api, codeName, explain, i18n, isOver, stirred, type Job } from '@lianfang/core'
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** What a job is called: a code of the catalogues with parameters. */
export function jobTitle(job: Job): string {
  const key = `jobs.title.${job.title}`
  return i18n.global.te(key) ? i18n.global.t(key, job.title_params) : codeName('jobs.title', job.title)
}

/** Why a job failed, in words. */
export const jobError = (job: Job): string => explain(new ApiError(0, job.error, job.error_params))

const BUSY = 2000 // milliseconds
const IDLE = 30_000

/** How many of one's own jobs are under way, and the newest of them. Looks often only while there are some. */
export function useRunningJobs(): { count: ShallowRef<number>; newest: ShallowRef<Job | undefined> } {
  const count = shallowRef(0)
  const newest = shallowRef<Job>()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    clearTimeout(timer)
    if (document.visibilityState === 'visible') {
      try {
        const page = await api.get('/api/jobs', { query: { which: 'running', mine: true, size: 1 }, background: true })
        count.value = page.running
        newest.value = page.items.find((job) => !isOver(job))
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        count.value = 0 // signed out, or no network: the screens say so
      }
    }
    clearTimeout(timer)
    timer = setTimeout(() => void look(), count.value > 0 ? BUSY : IDLE)
  }

  const seen = (): void => void look()
  watch(stirred, seen)
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', seen)
  })
  void look()
  return { count, newest }
}
