import { getPublicKeyAsync, signAsync } from '@noble/ed25519'
import { base64url, random, utf8, type Bytes } from './bytes'
import { seal, unseal } from './seal'

/**
 * The phone's signing key. Where the browser knows Ed25519 it keeps the private key itself and gives it to nobody;
 * older ones get it as a seed that lies sealed under the data key.
 */
export type KeptKey = { kind: 'native'; key: CryptoKey } | { kind: 'sealed'; seed: Bytes }

export interface Signer {
  /** base64url of the 64-byte Ed25519 signature over the text's UTF-8 bytes. */
  sign: (text: string) => Promise<string>
}

export interface FreshKey {
  kept: KeptKey
  publicKey: string
}

const PLACE = 'signing-seed'

async function native(): Promise<FreshKey | undefined> {
  try {
    const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    return { kept: { kind: 'native', key: pair.privateKey }, publicKey: base64url(raw) }
  } catch (error) {
    if (error instanceof Error && error.name === 'NotSupportedError') return undefined
    throw error
  }
}

async function ownSeed(dataKey: CryptoKey): Promise<FreshKey> {
  const seed = random(32)
  const publicKey = base64url(await getPublicKeyAsync(seed))
  return { kept: { kind: 'sealed', seed: await seal(dataKey, seed, PLACE) }, publicKey }
}

export async function makeSigningKey(dataKey: CryptoKey, try_: typeof native = native): Promise<FreshKey> {
  return (await try_()) ?? ownSeed(dataKey)
}

export async function signerOf(kept: KeptKey, dataKey: CryptoKey): Promise<Signer> {
  if (kept.kind === 'native') {
    return { sign: async (words) => base64url(new Uint8Array(await crypto.subtle.sign('Ed25519', kept.key, utf8(words)))) }
  }
  const seed = await unseal(dataKey, kept.seed, PLACE)
  return { sign: async (words) => base64url(await signAsync(utf8(words), seed)) }
}
