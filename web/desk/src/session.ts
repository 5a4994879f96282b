import { api, setLanguage, type components } from '@lianfang/core'
import { computed, ref, shallowRef } from 'vue'

type Session = components['schemas']['SessionOut']

const session = shallowRef<Session>()
const asked = ref(false)

/** The signed-in user, or null; asks the server once and remembers. */
export async function currentUser(): Promise<Session['user']> {
  if (!asked.value) adopt(await api.get('/api/session'))
  return session.value?.user ?? null
}

export function adopt(next: Session): void {
  session.value = next
  asked.value = true
}

export async function signOut(): Promise<void> {
  await api.delete('/api/session')
  forget()
}

/** Somebody has just signed in: the desk speaks the language of his account, unless he leaves it to the browser. */
export function enter(next: Session): void {
  adopt(next)
  if (next.user?.language) setLanguage(next.user.language)
}

/** Ask again, after something of the own account changed. */
export async function refresh(): Promise<void> {
  adopt(await api.get('/api/session'))
}

/** After the server said that nobody is signed in any more. */
export function forget(): void {
  session.value = undefined
  asked.value = false
}

export const user = computed(() => session.value?.user ?? null)
export const may = (permission: string): boolean => user.value?.permissions.includes(permission) ?? false
