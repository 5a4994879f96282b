import { ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'

export interface Loaded<T> {
  data: ShallowRef<T | undefined>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  reload: () => Promise<void>
}

/**
 * Load once and again whenever the source changes. A newer question cancels the older one, so that a slow answer
 * never replaces a fast later one; what is shown stays until the next answer is there.
 */
export function useLoad<S, T>(source: WatchSource<S>, load: (value: S, signal: AbortSignal) => Promise<T>): Loaded<T> {
  const data = shallowRef<T>()
  const error = shallowRef<unknown>()
  const loading = ref(false)
  let running: AbortController | undefined
  let latest: S

  async function reload(): Promise<void> {
    running?.abort()
    const own = new AbortController()
    running = own
    loading.value = true
    try {
      data.value = await load(latest, own.signal)
      error.value = undefined
    } catch (problem) {
      if (!own.signal.aborted) error.value = problem
    } finally {
      if (running === own) loading.value = false
    }
  }

  watch(
    source,
    (value) => {
      latest = value as S
      void reload()
    },
    { immediate: true },
  )
  return { data, error, loading, reload }
}
