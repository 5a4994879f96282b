import { ApiError, api, type components } from '@lianfang/core'
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { useRoute } from 'vue-router'
import { may } from './session'

export type Crossing = components['schemas']['CrossingOut']
export type GateAlert = components['schemas']['GateAlertOut']
export type Waiting = components['schemas']['GateWaitingOut']

export const DECISIONS = ['admitted', 'refused', 'forced'] as const
export const WAYS = ['in', 'out'] as const
/** How an answer looks, beside its words. */
export const LOOKS: Record<string, 'success' | 'warning' | 'danger' | 'info'> = { admitted: 'success', refused: 'warning', forced: 'danger' }

const OFTEN = 60_000 // milliseconds
const stirs = shallowRef(0)
/** Something that waited was dealt with: the number in the navigation is asked anew. */
export const stirGates = (): void => void (stirs.value += 1)

/** What waits at the gates for this user; asked every minute while the page is seen, and at every change of screen. */
export function useWaiting(): ShallowRef<Waiting | undefined> {
  const waiting = shallowRef<Waiting>()
  const route = useRoute()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    clearTimeout(timer)
    if (document.visibilityState === 'visible' && (may('pass.view') || may('gate.work'))) {
      try {
        waiting.value = await api.get('/api/gates/waiting', { background: true })
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        waiting.value = undefined // signed out, or no network: the screens say so
      }
    }
    clearTimeout(timer)
    timer = setTimeout(() => void look(), OFTEN)
  }

  const seen = (): void => void look()
  watch([stirs, () => route.name], seen)
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', seen)
  })
  void look()
  return waiting
}
