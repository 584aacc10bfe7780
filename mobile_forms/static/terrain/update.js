// Versions of the app: a new one is fetched aside, and takes over when the person taps. Drafts are in the base already.

const WORKER = "/terrain/sw.js";
const SCOPE = "/terrain/";
const AGAIN_AFTER = 3_600_000;

const listeners = new Set();
let waiting = null;

/** Install the service worker. Without one (an old browser, a private window) the app needs the network. */
export async function register() {
  if (!("serviceWorker" in navigator)) return;
  // The first worker that comes is no new version: nothing was shown by another.
  let hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne) location.reload();
    hadOne = true;
  });
  try {
    watch(await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" }));
  } catch {
    // No network, or no room: the next visit tries again.
  }
}

/** Calls `fn()` when a new version waits for a tap, at once if one does already. Returns what ends it. */
export function updateWaiting(fn) {
  listeners.add(fn);
  if (waiting) fn();
  return () => listeners.delete(fn);
}

/** The new version takes over, and all tabs show it. */
export function applyUpdate() {
  waiting?.postMessage("take-over");
}

function watch(registration) {
  const look = () => {
    if (!registration.waiting || !registration.active || waiting === registration.waiting) return;
    waiting = registration.waiting;
    for (const fn of listeners) fn();
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  look();
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < AGAIN_AFTER) return;
    asked = Date.now();
    registration.update().catch(() => {});
  });
}
