import { ApiError, failure } from '@lianfang/core/client'
import type { FactsOut, Server, SnapshotOut } from '../wire'

/** No answer within this time is none: a phone between two cells would otherwise wait for minutes. */
const PATIENCE_MS = 60_000

async function ask(token: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      headers: { Accept: 'application/json', Authorization: `Device ${token}`, ...init.headers },
      credentials: 'omit', // the token alone says who this is
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
  } catch (error) {
    if (error instanceof TypeError || (error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name))) throw new ApiError(0, 'unreachable')
    throw error
  }
  if (!response.ok) throw await failure(response)
  return response
}

/** An answer that breaks off half-way counts as none. */
async function json<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T
  } catch {
    throw new ApiError(0, 'unreachable')
  }
}

const asJson = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

export const realServer: Server = {
  facts: async (token, batch) => json<FactsOut>(await ask(token, '/api/sync/facts', asJson(batch))),
  photo: async (token, id, type, bytes) => {
    await ask(token, `/api/sync/photos/${id}`, { method: 'POST', headers: { 'Content-Type': type }, body: bytes })
  },
  snapshot: async (token, have, gate, refused) => {
    const named = Object.entries(have).map(([part, digest]) => `${part}:${digest}`)
    const lists = Object.entries(refused).map(([area, number]) => `${area}:${number}`)
    const query = new URLSearchParams({ have: named.join(','), ...(gate ? { gate: 'true' } : {}), ...(lists.length ? { refused: lists.join(',') } : {}) })
    return json<SnapshotOut>(await ask(token, `/api/sync/snapshot?${query.toString()}`, {}))
  },
}
