import { api } from '@lianfang/core'
import { startAuthentication, startRegistration, WebAuthnError } from '@simplewebauthn/browser'


/** Why passkeys cannot work here: the browser knows none, or the page was opened under a bare address. */
export function passkeyObstacle(): 'browser' | 'address' | undefined {
  if (/^(\d+\.){3}\d+$|^\[/.test(window.location.hostname)) return 'address'
  return typeof window.PublicKeyCredential === 'function' ? undefined : 'browser'
}

/** This page under the name that every machine has for itself. */
export function byName(): string {
  const address = new URL(window.location.href)
  address.hostname = 'localhost'
  return address.href
}

/** Whether the user closed the browser's dialog: nothing to complain about. */
export function wasCancelled(error: unknown): boolean {
  const cause = error instanceof WebAuthnError ? error.cause : error
  return cause instanceof Error && (cause.name === 'NotAllowedError' || cause.name === 'AbortError')
}

/** Prove oneself with a passkey: alone, or as the second step. */
export async function signInByPasskey() {
  const options = await api.post('/api/session/passkey/options')
  const credential = await startAuthentication({ optionsJSON: options as never })
  return api.post('/api/session/passkey', { body: { credential: credential as never } })
}

/** Make a passkey on this device and register it. */
export async function addPasskey(password: string, name: string) {
  const options = await api.post('/api/account/passkeys/options', { body: { password } })
  const credential = await startRegistration({ optionsJSON: options as never })
  return api.post('/api/account/passkeys', { body: { credential: credential as never, name } })
}
