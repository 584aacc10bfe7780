// The service worker, served at /terrain/sw.js with `SHELL`, `FILES` and `VERSION` in front. It answers same-origin GETs
// of the shell and of its files, from the phone; all else, and /api/ above all, goes to the network without it.
/* global SHELL, FILES, VERSION */

const CACHE = `gup-terrain-${VERSION}`;
const known = new Set(FILES);

self.addEventListener("install", (event) => {
  // All of it or nothing: half a version would break in a stairwell. `reload` passes by the browser's own cache.
  const files = [SHELL, ...FILES].map((address) => new Request(address, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

// A new version waits until the person says so.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const isShell = request.mode === "navigate" && address.pathname === SHELL;
  if (isShell) event.respondWith(kept(SHELL, request));
  else if (known.has(address.pathname)) event.respondWith(kept(address.pathname, request));
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

async function dropOthers() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith("gup-terrain-") && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}
