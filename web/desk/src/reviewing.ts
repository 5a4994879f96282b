import { ApiError, api, explain, i18n, type components } from '@lianfang/core'
import { computed, ref, shallowRef, type Ref } from 'vue'

export type Case = components['schemas']['CaseOut']
export type Verdict = components['schemas']['DecideIn']['verdict']
export type Which = Pick<components['schemas']['NextIn'], 'state' | 'sort' | 'area' | 'place' | 'days'>

/** A measured share with its interval, in words. */
export function shareWords(share: components['schemas']['ShareOut']): string {
  const { t, n } = i18n.global
  if (share.share === null || share.low === null || share.high === null) return t('review.notYet')
  return t('review.interval', { share: n(share.share, 'probability'), low: n(share.low, 'probability'), high: n(share.high, 'probability') })
}

/** So many decisions may be on their way, the one just made included. */
const AHEAD = 4

/** Rows of a case as they are, by their numbers in the run. */
export type Revealed = ReadonlyMap<number, components['schemas']['RevealedOut']['records'][number]>

interface Done {
  number: number
  decision: Promise<number | undefined>
}

/**
 * Cases one after the other. The next one is fetched while this one is looked at, and a decision is sent while the next
 * one is shown: one key press a case. What the server refuses comes back on the screen.
 */
export function useReviewing(which: Ref<Which>, say: (problem: string, code: string) => void) {
  const current = shallowRef<Case | null>()
  const error = shallowRef<unknown>()
  const busy = ref(false)
  const run = ref(0)
  const done = shallowRef<readonly Done[]>([])
  const passed = new Set<number>()
  let upcoming: Promise<Case | null> | undefined

  async function fetchNext(): Promise<Case | null> {
    const answer = await api.post('/api/reviews/next', { body: { ...which.value, skip: [...passed].slice(-50) } })
    run.value = answer.run
    if (answer.case) {
      // A set keeps the place of what it has: only taken out and put in again does a case count as shown just now.
      passed.delete(answer.case.number)
      passed.add(answer.case.number)
    }
    return answer.case ?? null
  }

  function prefetch(): void {
    upcoming = fetchNext()
    upcoming.catch(() => undefined) // told when it is wanted
  }

  async function start(): Promise<void> {
    passed.clear()
    upcoming = undefined
    await move()
  }

  async function move(): Promise<void> {
    busy.value = true
    try {
      current.value = await (upcoming ?? fetchNext())
      error.value = undefined
      if (current.value) prefetch()
      else upcoming = undefined
    } catch (problem) {
      upcoming = undefined
      error.value = problem
    } finally {
      busy.value = false
    }
  }

  async function decide(verdict: Verdict, note = ''): Promise<void> {
    const was = current.value
    if (!was || busy.value || !was.decidable) return
    const decision = api
      .post('/api/reviews/{case}/decision', { path: { case: was.number }, body: { verdict, note } })
      .then((made) => made.id)
      .catch((problem: unknown) => {
        refused(was, problem)
        return undefined
      })
    done.value = [...done.value, { number: was.number, decision }]
    // Whoever is quicker than the server waits for it: it asks about nothing that he has answered already.
    await done.value.at(-AHEAD)?.decision
    await move()
  }

  function refused(was: Case, problem: unknown): void {
    done.value = done.value.filter((one) => one.number !== was.number)
    const code = problem instanceof ApiError ? problem.code : ''
    say(explain(problem), code)
    if (code === 'review.decided') return // somebody else did it: nothing to come back to
    const shown = current.value
    upcoming = shown ? Promise.resolve(shown) : undefined
    current.value = was
  }

  async function undo(): Promise<void> {
    const last = done.value.at(-1)
    if (!last || busy.value) return
    done.value = done.value.slice(0, -1)
    busy.value = true
    try {
      const decision = await last.decision
      if (decision === undefined) return
      await api.delete('/api/reviews/decisions/{decision}', { path: { decision } })
      const shown = current.value
      current.value = (await api.post('/api/reviews/{case}/open', { path: { case: last.number } })).case
      if (shown) upcoming = Promise.resolve(shown)
    } catch (problem) {
      say(explain(problem), '')
    } finally {
      busy.value = false
    }
  }

  const decided = computed(() => done.value.length)
  return { current, error, busy, run, decided, start, move, decide, undo }
}
