// What changed is told to all that look at it: in this tab, and in the others.

const listeners = new Set();
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("gup-terrain");
if (channel) channel.onmessage = (event) => tell(event.data);

/** @param {"items"|"session"|"known"|"drafts"|"status"} what @param {any} [more] What can be copied to another tab. */
export function announce(what, more) {
  tell({ what, more });
  channel?.postMessage({ what, more });
}

/** Calls `fn(what, more)` at each change. Returns what ends it. */
export function onChange(fn) {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

function tell({ what, more }) {
  for (const fn of listeners) fn(what, more);
}
