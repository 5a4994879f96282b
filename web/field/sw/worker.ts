/// <reference lib="webworker" />
// The phone app's service worker: it keeps the app's own files, so that it starts without any network. Data never
// passes through it: the app itself keeps that, sealed, and requests to the API go to the network as they are.
declare const self: ServiceWorkerGlobalScope

interface Precache {
  version: string
  files: string[]
}

// Filled in when the app is built, by build/precache.ts.
const precache = JSON.parse('__PRECACHE__') as Precache
const KEPT = 'lianfang-field-'
const cacheName = KEPT + precache.version
const scope = new URL(self.registration.scope)
const page = new URL('index.html', scope).href

/** Every file anew from the server, all or none: an app in pieces of two versions would be worse than an old one. */
async function fill(): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.addAll(precache.files.map((file) => new Request(new URL(file, scope), { cache: 'reload' })))
}

async function clear(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(KEPT) && name !== cacheName).map((name) => caches.delete(name)))
}

async function answer(request: Request, kept: string): Promise<Response> {
  const cache = await caches.open(cacheName)
  return (await cache.match(kept, { ignoreVary: true })) ?? fetch(request)
}

self.addEventListener('install', (event) => event.waitUntil(fill()))

// The first worker takes the page that installed it, so that the app works without a network from its first minute.
self.addEventListener('activate', (event) => event.waitUntil(clear().then(() => self.clients.claim())))

self.addEventListener('message', (event) => {
  if (event.data === 'take') void self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return
  if (request.mode === 'navigate') event.respondWith(answer(request, page))
  else if (!url.search) event.respondWith(answer(request, url.href))
})

export {}
