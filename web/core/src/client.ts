import type { paths } from './api-types'

/** What the server said no to: a code with parameters, never a sentence. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Record<string, unknown> = {},
  ) {
    super(code)
  }
}

type Method = 'get' | 'post' | 'delete'
type PathWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths]
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never
type Json<R> = R extends { content: { 'application/json': infer J } } ? J : undefined
type Answer<O> = O extends { responses: { 200: infer R } } ? Json<R> : undefined
type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined
type PathParams<O> = O extends { parameters: { path: infer T } } ? T : Record<string, never>
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : Record<string, never>

interface Call<O> {
  path?: PathParams<O>
  query?: Query<O>
  body?: Body<O>
  signal?: AbortSignal
  /** Asked by the page itself and not by somebody in front of it: it does not keep an idle session alive. */
  background?: boolean
}

function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? ''
}

/** The address of a call: path parameters filled in, empty query parameters left out. */
export function address(template: string, path: Record<string, unknown> = {}, query: Record<string, unknown> = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.append(name, String(value))
  }
  const text = search.toString()
  return text ? `${filled}?${text}` : filled
}

export async function failure(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const body = JSON.parse(text) as { code?: string; params?: Record<string, unknown> }
    return new ApiError(response.status, body.code ?? 'unexpected', body.params)
  } catch (error) {
    if (error instanceof SyntaxError) return new ApiError(response.status, 'unexpected', { status: response.status })
    throw error
  }
}

async function ask<O>(method: Method, template: string, options: Call<O> = {}): Promise<Response> {
  const url = address(template, options.path as Record<string, unknown>, options.query as Record<string, unknown>)
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'get') headers['X-CSRFToken'] = csrfToken()
  if (options.background) headers['Lianfang-Background'] = '1'
  const init: RequestInit = { method: method.toUpperCase(), headers, credentials: 'same-origin', signal: options.signal }
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    init.body = JSON.stringify(options.body)
  }
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError(0, 'unreachable')
    throw error
  }
  if (!response.ok) throw await failure(response)
  return response
}

async function call<O>(method: Method, template: string, options: Call<O> = {}): Promise<Answer<O>> {
  const response = await ask(method, template, options)
  return (response.status === 204 ? undefined : await response.json()) as Answer<O>
}

/** Ask for a file and hand it to the browser under the name that the server gives it. */
export async function download<P extends PathWith<'post'>>(path: P, options?: Call<Operation<P, 'post'>>): Promise<void> {
  const response = await ask<Operation<P, 'post'>>('post', path, options)
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'download'
  const place = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = place
  link.download = name
  link.click()
  URL.revokeObjectURL(place)
}

export const api = {
  get: <P extends PathWith<'get'>>(path: P, options?: Call<Operation<P, 'get'>>) => call<Operation<P, 'get'>>('get', path, options),
  post: <P extends PathWith<'post'>>(path: P, options?: Call<Operation<P, 'post'>>) => call<Operation<P, 'post'>>('post', path, options),
  delete: <P extends PathWith<'delete'>>(path: P, options?: Call<Operation<P, 'delete'>>) =>
    call<Operation<P, 'delete'>>('delete', path, options),
}

/** Send one file as a form. The answer's type is the caller's to name: forms are not described in the contract's bodies. */
export async function sendFile<T>(template: string, file: File, query: Record<string, unknown> = {}): Promise<T> {
  const body = new FormData()
  body.append('file', file)
  let response: Response
  try {
    response = await fetch(address(template, {}, query), { method: 'POST', headers: { Accept: 'application/json', 'X-CSRFToken': csrfToken() }, credentials: 'same-origin', body })
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError(0, 'unreachable')
    throw error
  }
  if (!response.ok) throw await failure(response)
  return (await response.json()) as T
}
