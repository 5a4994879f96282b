import { ref } from 'vue'

const LASTS_MS = 2500

/** What the app says in passing. */
export const said = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

export function say(words: string): void {
  said.value = words
  clearTimeout(timer)
  timer = setTimeout(() => (said.value = ''), LASTS_MS)
}
