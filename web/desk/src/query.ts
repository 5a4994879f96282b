import { computed, type ComputedRef, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

type Text = Record<string, string | undefined>

/** Filters, order and page live in the address: they survive a reload and can be sent to a colleague. */
export function useQuery(): {
  text: (name: string) => WritableComputedRef<string>
  number: (name: string, keepsPage?: boolean) => WritableComputedRef<number | undefined>
  page: WritableComputedRef<number>
  all: ComputedRef<Text>
  clear: (but?: readonly string[]) => void
} {
  const route = useRoute()
  const router = useRouter()
  const all = computed<Text>(() => Object.fromEntries(Object.entries(route.query).map(([key, value]) => [key, String(value)])))

  function write(change: Text, keepsPage = false): void {
    const next: Text = { ...all.value, ...change }
    if (!keepsPage) delete next.page // another question starts at its first page
    const query = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== ''))
    void router.replace({ query })
  }

  const text = (name: string) => computed({ get: () => all.value[name] ?? '', set: (value: string) => write({ [name]: value }) })
  const number = (name: string, keepsPage = false) =>
    computed({
      get: () => (all.value[name] && /^\d+$/.test(all.value[name]) ? Number(all.value[name]) : undefined),
      set: (value: number | undefined) => write({ [name]: value?.toString() }, keepsPage),
    })
  const page = computed({
    get: () => Math.max(1, Number(all.value.page) || 1),
    set: (value: number) => write({ page: value > 1 ? String(value) : undefined }, true),
  })
  return { text, number, page, all, clear: (but = []) => void router.replace({ query: Object.fromEntries(but.filter((name) => all.value[name]).map((name) => [name, all.value[name]])) }) }
}
