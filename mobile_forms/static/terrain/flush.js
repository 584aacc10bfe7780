// When the queue is sent. One tab at a time, each waiting its turn: a lock that is only tried would strand items.
import { announce, onChange } from "./changes.js";
import { deliver, stepsOf } from "./delivery.js";
import { allItems, isPending } from "./items.js";
import { noteRevoked, session } from "./session.js";
import { keep, kept } from "./store.js";

/** @typedef {import("./items.js").Item} Item */
/**
 * @typedef {object} Status
 * @property {boolean} sending
 * @property {""|"later"|"revoked"|"nobody"} stopped Why the last flush did not send everything.
 * @property {string} why The same in French, for the person.
 * @property {number|null} next When it will be tried again by itself (milliseconds).
 */

const LOCK = "gup-terrain-queue";
const SHORTEST = 2_000;
const LONGEST = 300_000;
const NOBODY = "Associez ce téléphone à votre compte : ce qui attend partira ensuite.";

/** @type {Status} */
let present = { sending: false, stopped: "", why: "", next: null };
let failures = 0;
let timer = null;
let queued = null;

/** @returns {Status} */
export function status() {
  return present;
}

/** Send what can be sent. One that is asked while another waits for its turn is the same one. @returns {Promise<Status>} */
export function flush() {
  queued ??= inTurn(async () => {
    queued = null;
    return sendAll();
  });
  return queued;
}

/** Flush at every occasion, from now on. `navigator.onLine` is not asked: it lies. */
export function keepFlushing() {
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  onChange((what, more) => {
    if (what === "session") flush();
    if (what === "status") present = { ...more, next: present.next };
  });
  return flush();
}

let turn = Promise.resolve();

function inTurn(work) {
  if (navigator.locks) return navigator.locks.request(LOCK, work);
  // An old browser: in order in this tab, and the server counts once what two tabs say.
  turn = turn.then(work, work);
  return turn;
}

async function sendAll() {
  clearTimeout(timer);
  const asked = await kept("pause");
  if (asked && asked.until > Date.now() && asked.until < Date.now() + LONGEST) {
    return finish({ stopped: "later", why: asked.why }, asked.until - Date.now());
  }
  if (!(await allItems()).some(isPending)) return finish({ stopped: "", why: "" }, null);
  const bearer = await session();
  if (!bearer) return finish({ stopped: "nobody", why: NOBODY }, null);
  if (bearer.revoked) return finish({ stopped: "revoked", why: bearer.say }, null);
  tell({ ...present, sending: true });
  // Words first: on a poor network a whole day of reports is known before the first photo has passed.
  const halt = (await round(bearer, { wordsOnly: true })) ?? (await round(bearer, {}));
  return conclude(halt, bearer);
}

/**
 * Each item that may go, once. Stops at an answer that holds for all of them, and returns it; otherwise the last
 * "later" of one item alone after the round, or null.
 */
async function round(bearer, how) {
  let alone = null;
  const tried = new Set();
  for (let item = await nextOf(bearer, tried, how); item; item = await nextOf(bearer, tried, how)) {
    tried.add(item.id);
    const answer = await deliver(item, bearer.token, how);
    if (answer.kind === "revoked" || (answer.kind === "later" && answer.everything)) return answer;
    if (answer.kind === "later") alone = answer;
  }
  // Words that fail alone do not keep the photos of the others waiting.
  return how.wordsOnly ? null : alone;
}

/** Asked anew each time: items are made, amended and discarded while others are on their way. */
async function nextOf(bearer, tried, { wordsOnly }) {
  const all = await allItems();
  return all.find(
    (item) =>
      !tried.has(item.id) &&
      isPending(item) &&
      item.settling <= Date.now() &&
      isOf(item, bearer) &&
      (!wordsOnly || stepsOf(item)[0] === "record") &&
      !isHeldBack(item, all),
  );
}

/** What somebody else made on this phone waits for that person: it never goes under another name. */
export function isOf(item, bearer) {
  return !item.by || !bearer?.person || item.by === nameOf(bearer);
}

export function nameOf(bearer) {
  return bearer?.person ? [bearer.person, bearer.organisation].filter(Boolean).join(" · ") : null;
}

/** An action goes after the report it is about, and after what was done there before it. @param {Item[]} all */
function isHeldBack(item, all) {
  if (item.kind !== "action") return false;
  return all.some(
    (other) =>
      (other.id === item.target && !other.accepted) ||
      (other.order < item.order && other.kind === "action" && other.target === item.target && isPending(other)),
  );
}

async function conclude(halt, bearer) {
  if (halt?.kind === "revoked") {
    await noteRevoked(bearer.token, halt.problem.detail);
    return finish({ stopped: "revoked", why: halt.problem.detail }, null);
  }
  const left = (await allItems()).filter((item) => isPending(item) && isOf(item, bearer));
  if (halt === null && left.every((item) => item.settling <= Date.now())) {
    failures = 0;
    return finish({ stopped: "", why: "" }, null);
  }
  failures += 1;
  const wait = Math.max(backOff(), (halt?.after ?? 0) * 1000);
  if (halt?.after) await keep("pause", { until: Date.now() + wait, why: halt.why });
  return finish({ stopped: "later", why: halt?.why ?? "" }, wait);
}

/** From 2 seconds to 5 minutes, doubled at each failure; spread, so that phones do not come back all at once. */
function backOff() {
  return Math.min(LONGEST, SHORTEST * 2 ** Math.min(failures - 1, 10)) * (0.5 + Math.random() / 2);
}

function finish(end, wait) {
  if (wait !== null) timer = setTimeout(flush, wait);
  tell({ sending: false, ...end, next: wait === null ? null : Date.now() + wait });
  return present;
}

function tell(next) {
  present = next;
  announce("status", next);
}
