const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Bytes that own their memory: what WebCrypto and IndexedDB take. */
export type Bytes = Uint8Array<ArrayBuffer>

export const utf8 = (text: string): Bytes => encoder.encode(text)
export const text = (bytes: Uint8Array): string => decoder.decode(bytes)

export function base64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export function fromBase64url(coded: string): Bytes {
  const binary = atob(coded.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
}

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))
