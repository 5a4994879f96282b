import { ref } from 'vue'
import { phase } from './phone'

/** A newer version waits to be taken. */
export const waiting = ref(false)

let registration: ServiceWorkerRegistration | undefined
let asked = false

/** Take the newer version now. Only this tab loads anew: another one keeps what it runs until it is opened again. */
export function takeUpdate(): void {
  asked = true
  registration?.waiting?.postMessage('take')
}

/** On the lock screen nobody has typed anything yet; a version that waits is taken there without a question. */
function note(): void {
  waiting.value = Boolean(registration?.waiting && navigator.serviceWorker.controller)
  if (waiting.value && phase.value !== 'open') takeUpdate()
}

export function register(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload()
  })
  void navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`, { updateViaCache: 'none' }).then((found) => {
    if (!found) return // the user's browser keeps no workers
    registration = found
    note()
    found.addEventListener('updatefound', () => {
      found.installing?.addEventListener('statechange', note)
    })
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void registration?.update().catch(() => undefined)
  })
}
