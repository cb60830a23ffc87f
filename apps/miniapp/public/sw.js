// SPDX-License-Identifier: MIT
// Lets the app start without a network, where the client's web view has service workers. It keeps the
// build's own files under their names, and nothing that anybody answered: no key, no launch data.
// scripts/sw.mjs, at the end of scripts/csp.mjs, puts the names in.
const BASE = '%base%';
const CACHE = 'qent-%build%';
const FILES = '%files%'.split(' ');
const PATIENCE_MS = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then((names) =>
    Promise.all(names.filter((name) => name.startsWith('qent-') && name !== CACHE).map((name) => caches.delete(name)))));
});

/** The page from the server, so that a new build is seen at once; the kept one when that takes too long or has trouble. */
async function page(request) {
  const kept = await caches.match(`${BASE}/`, { cacheName: CACHE });
  if (!kept)
    return fetch(request);
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, kept));
  const fresh = fetch(request).then((answer) => (answer.status < 500 ? answer : kept), () => kept);
  return Promise.race([fresh, late]);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin)
    return;
  if (request.mode === 'navigate' && pathname === `${BASE}/`)
    event.respondWith(page(request));
  else if (pathname.startsWith(`${BASE}/_next/static/`))
    event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)));
});
