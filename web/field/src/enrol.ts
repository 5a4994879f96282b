/** Signing in to the server, and making this phone somebody's. */
import { ApiError, api } from '@lianfang/core/client'
import { startAuthentication, WebAuthnError } from '@simplewebauthn/browser'
import { v4 } from 'uuid'
import { adopt, database, enter, inHand, now, signedOut, sync } from './phone'
import { writeMeta } from './store/database'
import { begin, renewToken, settle } from './store/vault'

export interface SignedIn {
  id: number
  username: string
  display_name: string
  permissions: readonly string[]
  second_factor?: string
}

export type Step = { user: SignedIn | null; factors: readonly string[] }

const step = (answer: { user?: unknown; factors?: readonly string[] }): Step => ({
  user: (answer.user ?? null) as SignedIn | null,
  factors: answer.factors ?? [],
})

/** The page may have come from the phone's own store: ask the server once, so that its forgery cookie is here. */
async function greet(): Promise<void> {
  if (document.cookie.includes('csrftoken=')) return
  await fetch(`${import.meta.env.BASE_URL}?fresh`, { cache: 'no-store' }).catch(() => undefined)
}

export async function signIn(username: string, password: string): Promise<Step> {
  await greet()
  return step(await api.post('/api/session', { body: { username, password } }))
}

export const prove = async (code: string): Promise<Step> => step(await api.post('/api/session/code', { body: { code } }))

export async function proveByPasskey(): Promise<Step> {
  const options = await api.post('/api/session/passkey/options')
  const credential = await startAuthentication({ optionsJSON: options as never })
  return step(await api.post('/api/session/passkey', { body: { credential: credential as never } }))
}

/** Whether the user closed the browser's dialog: nothing to complain about. */
export function wasCancelled(error: unknown): boolean {
  const cause = error instanceof WebAuthnError ? error.cause : error
  return cause instanceof Error && (cause.name === 'NotAllowedError' || cause.name === 'AbortError')
}

export const whoIsIn = async (): Promise<SignedIn | null> => step(await api.get('/api/session')).user

export const signOutOfServer = (): Promise<unknown> => api.delete('/api/session')

/** "Android · Chrome": what the owner recognises his phone by in the list of devices. */
export function phoneName(agent: string = navigator.userAgent): string {
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(agent)?.[0] ?? ''
  const app = /MicroMessenger|HuaweiBrowser|MiuiBrowser|QQBrowser|Edg|Firefox|Chrome|Safari/.exec(agent)?.[0] ?? ''
  return [system, app].filter(Boolean).join(' · ') || 'Phone'
}

async function ask(device: string, name: string, key: string): Promise<string> {
  return (await api.post('/api/devices', { body: { id: device, name, public_key: key } })).token
}

/**
 * Make this phone the user's device under a PIN of his choice, open it, and end the session: from here on the phone's
 * own token speaks. Throws ApiError.
 */
export async function enrol(user: SignedIn, name: string, pin: string): Promise<void> {
  const begun = await begin()
  const device = v4()
  const token = await ask(device, name, begun.signing.publicKey)
  const person = { id: user.id, username: user.username, name: user.display_name }
  const open = await settle(await database(), begun, { device, user: person, name, token }, pin, now())
  await endSession()
  await enter(open)
}

/** Somebody else than the phone's owner signed in. */
export class NotTheOwner extends Error {}

/**
 * The owner has signed in again: the server forgot this phone's token, or he had signed out. Keys, numbers and unsent
 * work stay as they are. Throws ApiError, NotTheOwner.
 */
export async function welcomeBack(user: SignedIn): Promise<void> {
  const open = inHand()
  if (user.id !== open.phone.user.id) {
    await endSession()
    throw new NotTheOwner()
  }
  const token = await ask(open.phone.device, open.phone.name, open.phone.publicKey)
  adopt(await renewToken(open, token))
  await writeMeta(open.db, 'signedOut', false)
  signedOut.value = false
  await endSession()
  await sync(true)
}

/** The phone's own token speaks from here on; a session that cannot be ended now ends by itself. */
async function endSession(): Promise<void> {
  try {
    await signOutOfServer()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
