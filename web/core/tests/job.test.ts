import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { useJob, type Job } from '../src/job'

const answers: Partial<Job>[] = []
const asked: string[] = []

function answer(...jobs: Partial<Job>[]): void {
  answers.push(...jobs)
}

beforeEach(() => {
  vi.useFakeTimers()
  answers.length = asked.length = 0
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`)
    const next = answers.length > 1 ? answers.shift() : answers[0]
    return Promise.resolve(new Response(JSON.stringify(next), { status: 200 }))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const running = (share: number): Partial<Job> => ({ id: 7, state: 'running', step: 'reading', share })
const done: Partial<Job> = { id: 7, state: 'done', step: '', share: 1 }

describe('a watched job', () => {
  it('is looked at until it is over, and its end is told once', async () => {
    answer(running(0.1), running(0.5), done)
    const ended = vi.fn()
    const scope = effectScope()
    const watched = scope.run(() => useJob(() => 7, ended))!
    await vi.advanceTimersByTimeAsync(600)
    expect(watched.job.value?.share).toBe(0.5)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(watched.over.value).toBe(true)
    expect(ended).toHaveBeenCalledTimes(1)
    expect(asked).toHaveLength(3)
    scope.stop()
  })

  it('is looked at ever more rarely while it does not move', async () => {
    answer(running(0.1))
    const scope = effectScope()
    scope.run(() => useJob(() => 7))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.length).toBeLessThan(25)
    scope.stop()
  })

  it('is left alone when the screen goes or shows another one', async () => {
    answer(running(0.1))
    const id = ref<number | undefined>(7)
    const scope = effectScope()
    scope.run(() => useJob(id))
    await vi.advanceTimersByTimeAsync(100)
    id.value = undefined
    await vi.advanceTimersByTimeAsync(20_000)
    expect(asked).toHaveLength(1)
    scope.stop()
  })

  it('that is over at the first look has ended as well, and is not looked at again', async () => {
    answer(done)
    const ended = vi.fn()
    const scope = effectScope()
    scope.run(() => useJob(() => 7, ended))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ended).toHaveBeenCalledTimes(1)
    expect(asked).toHaveLength(1)
    scope.stop()
  })

  it('can be cancelled', async () => {
    answer(running(0.1), { ...done, state: 'cancelled' })
    const scope = effectScope()
    const watched = scope.run(() => useJob(() => 7))!
    await vi.advanceTimersByTimeAsync(100)
    await watched.cancel()
    expect(asked.at(-1)).toBe('POST /api/jobs/7/cancel')
    expect(watched.job.value?.state).toBe('cancelled')
    scope.stop()
  })
})
