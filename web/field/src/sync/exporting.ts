import { factsIn, signedFact, type SignedFact } from '../store/facts'
import type { Open } from '../store/vault'

export const FORMAT = 'lianfang-facts-1'

export interface FactsFile {
  format: typeof FORMAT
  device: string
  exported_at: string
  facts: SignedFact[]
}

/** Everything that the server has not taken, as a file for the desk. Nothing leaves the phone by this: only an answer does that. */
export async function exportFile(open: Open, now: Date): Promise<{ file: File; count: number }> {
  const rows = [...(await factsIn(open.db, 'unsent')), ...(await factsIn(open.db, 'rejected'))]
  const facts = await Promise.all(rows.map((row) => signedFact(open, row)))
  const content: FactsFile = { format: FORMAT, device: open.phone.device, exported_at: now.toISOString(), facts }
  const name = `lianfang-${open.phone.user.username}-${now.toISOString().slice(0, 16).replace(/\D/g, '')}.json`
  return { file: new File([JSON.stringify(content)], name, { type: 'application/json' }), count: facts.length }
}

/** After the file was handed over: note it at every fact in it, so that the screen can say which are in a file already. */
export async function noteExported(open: Open, now: Date): Promise<void> {
  const tx = open.db.transaction('facts', 'readwrite')
  for await (const cursor of tx.store) await cursor.update({ ...cursor.value, exportedAt: now.toISOString() })
  await tx.done
}

/** Hand a file to another app where the phone can, else as a download. False: the user thought better of it. */
export async function handOver(file: File): Promise<boolean> {
  if (navigator.canShare?.({ files: [file] })) {
    try {
      await navigator.share({ files: [file], title: file.name })
      return true
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') return false
      if (!(error instanceof Error && error.name === 'NotAllowedError')) throw error
    }
  }
  const place = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = place
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(place), 60_000)
  return true
}
