import { sealJson, unsealJson } from '../crypto/seal'
import { orDiskFull } from './database'
import type { Open } from './vault'

/** A visit that is half typed, sealed like everything else: a lock, a call or an empty battery does not lose it. */
export async function saveDraft(open: Open, key: string, value: unknown): Promise<void> {
  const sealed = await sealJson(open.dataKey, value, `draft:${key}`)
  await orDiskFull(() => open.db.put('drafts', { key, sealed }))
}

export async function readDraft<T>(open: Open, key: string): Promise<T | undefined> {
  const row = await open.db.get('drafts', key)
  return row && unsealJson<T>(open.dataKey, row.sealed, `draft:${key}`)
}

export const dropDraft = (open: Open, key: string): Promise<void> => open.db.delete('drafts', key)

export const draftKeys = (open: Open): Promise<string[]> => open.db.getAllKeys('drafts')
