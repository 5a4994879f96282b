import type { Bytes } from '../crypto/bytes'
import { seal, unseal } from '../crypto/seal'
import { orDiskFull } from './database'
import { newId } from './facts'
import type { Open } from './vault'

/** Longest edge in pixels: a meter reading or a cable can be read, a face across the yard cannot. */
const LONGEST_EDGE = 1600
const QUALITIES = [0.8, 0.65, 0.5, 0.35]
/** Bytes after shrinking; the server takes four times as much. */
export const LARGEST = 1_000_000

export class NotAPicture extends Error {}

/**
 * A picture drawn anew, smaller, as JPEG. What the camera wrote into the file (place, time, phone) is left behind.
 * Throws NotAPicture when the browser cannot read it.
 */
export async function shrink(file: Blob): Promise<Blob> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    throw new NotAPicture()
  }
  const scale = Math.min(1, LONGEST_EDGE / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(bitmap.width * scale)
  canvas.height = Math.round(bitmap.height * scale)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))
    if (blob && (blob.size <= LARGEST || quality === QUALITIES.at(-1))) return blob
  }
  throw new NotAPicture()
}

/** Keep a photo of a visit that is not saved yet; returns its id. Throws DiskFull. */
export async function keepPhoto(open: Open, blob: Blob): Promise<string> {
  const id = newId()
  const bytes = new Uint8Array(await blob.arrayBuffer())
  const sealed = await seal(open.dataKey, bytes, `photo:${id}`)
  await orDiskFull(() => open.db.put('photos', { id, fact: '', state: 'draft', type: blob.type, sealed }))
  return id
}

export async function readPhoto(open: Open, id: string): Promise<Blob | undefined> {
  const row = await open.db.get('photos', id)
  if (!row) return undefined
  const bytes: Bytes = await unseal(open.dataKey, row.sealed, `photo:${id}`)
  return new Blob([bytes], { type: row.type })
}

export const dropPhoto = (open: Open, id: string): Promise<void> => open.db.delete('photos', id)
