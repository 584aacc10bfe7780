// What the phone keeps: one IndexedDB base, shared by all tabs. Photos are ArrayBuffers: WebKit loses Blobs.
import { openDB } from "./vendor/idb/idb.js";

/**
 * @typedef {object} PhotoRow A photo and its bytes; `owner` is the draft or the item that it belongs to.
 * @property {string} uuid
 * @property {string} owner
 * @property {ArrayBuffer} bytes
 */

const NAME = "gup-terrain";
const VERSION = 1;
// What can be asked of the server again: dropped first when room is wanting.
const CACHES = ["incidents", "reference"];
export const NO_ROOM = "Il n'y a plus de place sur ce téléphone : libérez-en, puis réessayez. Ce qui attendait est intact.";

/** Nothing was written: the phone is full. Its message is for the person. */
export class NoRoom extends Error {
  constructor() {
    super(NO_ROOM);
    this.name = "NoRoom";
  }
}

let opening = null;

/** The base, open. Asked again after a failure: a private window or a full disk may refuse once. */
export function base() {
  opening ??= openDB(NAME, VERSION, {
    upgrade(made) {
      made.createObjectStore("kept");
      made.createObjectStore("drafts", { keyPath: "id" });
      made.createObjectStore("items", { keyPath: "id" });
      made.createObjectStore("photos", { keyPath: "uuid" }).createIndex("owner", "owner");
    },
    // A newer version of the app waits for this one to let go.
    blocking: (_current, _blocked, event) => {
      event.target.close();
      opening = null;
    },
    terminated: () => (opening = null),
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

/**
 * One transaction over `stores`: all of `work(transaction)` is written, or nothing is.
 * Raises NoRoom when the phone is full even without what can be asked of the server again.
 */
export async function write(stores, work) {
  try {
    return await attempt(stores, work);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  await dropCaches();
  try {
    return await attempt(stores, work);
  } catch (error) {
    throw isFull(error) ? new NoRoom() : error;
  }
}

async function attempt(stores, work) {
  const transaction = (await base()).transaction(stores, "readwrite", { durability: "strict" });
  try {
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    // An error of `work` itself leaves the transaction open: what it wrote is taken back.
    transaction.done.catch(() => {});
    try {
      transaction.abort();
    } catch {
      // It had ended by itself.
    }
    throw transaction.error ?? error;
  }
}

function isFull(error) {
  return error?.name === "QuotaExceededError";
}

async function dropCaches() {
  const transaction = (await base()).transaction("kept", "readwrite");
  await Promise.all(CACHES.map((name) => transaction.store.delete(name)));
  await transaction.done.catch(() => {});
}

/** What was kept under a name, undefined if nothing was. */
export async function kept(name) {
  return (await base()).get("kept", name);
}

export async function keep(name, value) {
  await write(["kept"], (transaction) => transaction.objectStore("kept").put(value, name));
}

export async function letGo(...names) {
  await write(["kept"], (transaction) => Promise.all(names.map((name) => transaction.objectStore("kept").delete(name))));
}

/** The bytes of a photo, undefined when they are gone. @returns {Promise<ArrayBuffer|undefined>} */
export async function photoBytes(uuid) {
  return (await (await base()).get("photos", uuid))?.bytes;
}

/** Whether the browser promises not to evict the base by itself. Asked at each enrolment; some ask the person. */
export async function askToPersist() {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

/** @returns {Promise<{used: number, free: number|null, persisted: boolean}>} Bytes; null where the browser does not say. */
export async function room() {
  const { usage = 0, quota } = (await navigator.storage?.estimate?.()) ?? {};
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  return { used: usage, free: quota === undefined ? null : Math.max(0, quota - usage), persisted };
}
