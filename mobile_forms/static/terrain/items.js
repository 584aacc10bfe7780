// The rows of the queue. Each change is one transaction that reads the row again: two tabs never write over each other.
import { announce } from "./changes.js";
import { base, write } from "./store.js";

/**
 * @typedef {object} ItemPhoto A photo of an item, without its bytes.
 * @property {string} uuid
 * @property {string} sha256
 * @property {number} size Bytes.
 * @property {number|null} width
 * @property {number|null} height
 * @property {string} type image/jpeg, or what the browser could not decode.
 * @property {"before"|"after"|"contest"|"access"} kind
 * @property {string} made_at
 * @property {boolean} sent
 * @property {number} damaged How often it arrived in another state than it left.
 * @property {import("./server.js").Problem|null} problem
 *
 * @typedef {object} Item
 * @property {string} id A UUID of version 7: the name of the report, action or passage on the server.
 * @property {number} order
 * @property {"report"|"action"|"passage"} kind
 * @property {string|null} target Of an action: the reference of an incident, or the id of a report of this queue.
 * @property {object} body What is said, as the field API wants it, without photos.
 * @property {ItemPhoto[]} photos
 * @property {number} unkept How many photos the phone had no room for.
 * @property {"waiting"|"sending"|"sent"|"refused"|"conflict"} state
 * @property {boolean} frozen Its sending has begun, and may have been heard: it is said again in the same words.
 * @property {boolean} accepted The server has it; its photos may still be on their way.
 * @property {string|null} by Who made it, where the phone knew.
 * @property {string} made_at
 * @property {string|null} sent_at
 * @property {number} settling Not to be sent before this time (milliseconds): its photos are being kept.
 * @property {string} why What it waits for, a French sentence, or "".
 * @property {import("./server.js").Problem|null} problem
 * @property {any} current Of a "conflict": the incident as the server has it.
 * @property {string|null} ref The reference that the server gave.
 */

/** @returns {Promise<Item[]>} In the order in which they were made. */
export async function allItems() {
  const all = await (await base()).getAll("items");
  return all.sort((one, other) => one.order - other.order);
}

/** @returns {Promise<Item|undefined>} */
export async function itemOf(id) {
  return (await base()).get("items", id);
}

/** Apply `edit` to the row as it is now. Returns the row, or undefined when somebody discarded it. */
export async function change(id, edit) {
  const changed = await write(["items"], async ({ store }) => {
    const item = await store.get(id);
    if (item === undefined) return undefined;
    edit(item);
    await store.put(item);
    return item;
  });
  announce("items");
  return changed;
}

/** The photo is on the server: its bytes leave the phone with the word that says so. */
export async function photoArrived(id, uuid) {
  const changed = await write(["items", "photos"], async (transaction) => {
    const items = transaction.objectStore("items");
    const item = await items.get(id);
    if (item === undefined) return undefined;
    item.photos.find((each) => each.uuid === uuid).sent = true;
    await items.put(item);
    await transaction.objectStore("photos").delete(uuid);
    return item;
  });
  announce("items");
  return changed;
}

export function isPending(item) {
  return item.state === "waiting" || item.state === "sending";
}
