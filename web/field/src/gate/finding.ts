/** Somebody without a code at hand: his pass by name, phone, plate, or the last digits. */
import type { Known, Listed } from './known'

const MOST = 20

async function key(salt: string, said: string): Promise<string> {
  const raw = new TextEncoder()
  const secret = await crypto.subtle.importKey('raw', raw.encode(salt), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', secret, raw.encode(said)))
  return Array.from(mac.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const cleanPlate = (text: string): string => text.toUpperCase().replace(/[^0-9A-Z\u4e00-\u9fff]/g, '')

/** Passes that fit what was typed; nothing for fewer than two characters. Names and phones only as a whole. */
export async function findPasses(typed: string, known: Known): Promise<Listed[]> {
  const text = typed.trim()
  if (text.length < 2) return []
  const digits = text.replace(/\D/g, '')
  const plate = cleanPlate(text)
  const hex = /^[0-9a-f]{4,16}$/i.test(text) ? text.toLowerCase() : ''
  const names = await Promise.all(
    Object.entries(known.salts).map(async ([area, salt]) => [area, await key(salt, `name:${text.replace(/\s/g, '').toLowerCase()}`), digits.length > 4 ? await key(salt, `phone:${digits}`) : ''] as const),
  )
  const byArea = new Map(names.map(([area, name, phone]) => [area, { name, phone }]))
  const fits = (one: Listed): boolean => {
    const keys = byArea.get(one.area)
    return (
      (Boolean(keys) && one.nameKey === keys?.name) ||
      (Boolean(keys?.phone) && one.phoneKey === keys?.phone) ||
      (digits.length === 4 && one.tail === digits && digits === text) ||
      (plate.length >= 4 && Boolean(one.plate) && one.plate.endsWith(plate)) ||
      (Boolean(hex) && one.serial.endsWith(hex))
    )
  }
  const found: Listed[] = []
  for (const one of known.passes.values()) if (found.length < MOST && fits(one)) found.push(one)
  return found
}
