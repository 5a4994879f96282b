import { api, type components } from '@lianfang/core'
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

/** After the server said that nobody is signed in any more. */
export function forget(): void {
  session.value = undefined
  asked.value = false
}

export const user = computed(() => session.value?.user ?? null)
export const may = (permission: string): boolean => user.value?.permissions.includes(permission) ?? false
