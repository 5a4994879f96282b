import { computed, onScopeDispose, ref, shallowRef, toValue, watch, type ComputedRef, type MaybeRefOrGetter, type Ref, type ShallowRef } from 'vue'
import { api } from './client'
import type { components } from './api-types'

export type Job = components['schemas']['JobOut']

const SOONEST = 500 // milliseconds between two looks at a job that moves
const LATEST = 5000 // … that has not moved for long

export interface WatchedJob {
  job: ShallowRef<Job | undefined>
  error: ShallowRef<unknown>
  over: ComputedRef<boolean>
  cancel: () => Promise<void>
}

/** Counts up whenever a job is watched or ends: the indicator of the shell looks at once. */
export const stirred: Ref<number> = ref(0)

export const isOver = (job: Job): boolean => job.state !== 'queued' && job.state !== 'running'

/**
 * Watch one job while the component lives: looks often while it moves, rarely while it does not, and stops when it is over.
 * `onEnd` is called once, with the job as it ended; quick work may be over at the first look.
 */
export function useJob(id: MaybeRefOrGetter<number | undefined>, onEnd?: (job: Job) => void): WatchedJob {
  const job = shallowRef<Job>()
  const error = shallowRef<unknown>()
  const over = computed(() => job.value !== undefined && isOver(job.value))
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = SOONEST
  let turn = 0

  async function look(number: number): Promise<void> {
    const own = ++turn
    clearTimeout(timer)
    try {
      const next = await api.get('/api/jobs/{number}', { path: { number } })
      if (own === turn) take(number, next)
    } catch (problem) {
      if (own !== turn) return
      error.value = problem
      pause = LATEST
      timer = setTimeout(() => void look(number), pause)
    }
  }

  function take(number: number, next: Job): void {
    const before = job.value
    const moved = before?.share !== next.share || before.step !== next.step || before.state !== next.state
    pause = moved ? SOONEST : Math.min(LATEST, pause * 1.5)
    job.value = next
    error.value = undefined
    if (!isOver(next)) timer = setTimeout(() => void look(number), pause)
    else if (!before || !isOver(before)) {
      stirred.value += 1
      onEnd?.(next)
    }
  }

  async function cancel(): Promise<void> {
    if (!job.value) return
    const number = job.value.id
    turn += 1
    take(number, await api.post('/api/jobs/{number}/cancel', { path: { number } }))
  }

  watch(
    () => toValue(id),
    (number) => {
      turn += 1
      clearTimeout(timer)
      job.value = undefined
      error.value = undefined
      pause = SOONEST
      if (number === undefined) return
      stirred.value += 1
      void look(number)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    turn += 1
    clearTimeout(timer)
  })
  return { job, error, over, cancel }
}
