// What is being written: kept at every input, and a photo the moment it is chosen. Android kills pages behind the camera.
import { announce } from "./changes.js";
import { uuid7 } from "./names.js";
import { base, write } from "./store.js";

/**
 * @typedef {object} Draft
 * @property {string} id
 * @property {string} kind "report", "action" or "passage": whatever the screen wants to find again.
 * @property {object} fields
 * @property {Omit<import("./photos.js").Prepared, "bytes">[]} photos
 * @property {string} updated_at
 */

/** A new draft; it is written at once. @returns {Promise<Draft>} */
export async function newDraft(kind, fields = {}) {
  const draft = { id: uuid7(), kind, fields, photos: [], updated_at: new Date().toISOString() };
  await write(["drafts"], ({ store }) => store.put(draft));
  announce("drafts");
  return draft;
}

/** @returns {Promise<Draft[]>} The last touched first. */
export async function drafts() {
  const all = await (await base()).getAll("drafts");
  return all.sort((one, other) => (one.updated_at < other.updated_at ? 1 : -1));
}

/** @returns {Promise<(Draft & {photos: import("./photos.js").Prepared[]})|null>} With the bytes of its photos. */
export async function draft(id) {
  const transaction = (await base()).transaction(["drafts", "photos"]);
  const found = await transaction.objectStore("drafts").get(id);
  if (found === undefined) return null;
  const rows = await transaction.objectStore("photos").index("owner").getAll(id);
  const bytes = new Map(rows.map((row) => [row.uuid, row.bytes]));
  const photos = found.photos.filter((photo) => bytes.has(photo.uuid));
  return { ...found, photos: photos.map((photo) => ({ ...photo, bytes: bytes.get(photo.uuid) })) };
}

/** Call it at each input: `fields` are merged into those kept. Nothing happens to a draft that was sent or dropped. */
export function saveDraft(id, fields) {
  return edit(id, ["drafts"], (found) => Object.assign(found.fields, fields));
}

/** Raises NoRoom when the phone is full; the draft keeps its words. @param {import("./photos.js").Prepared} photo */
export function addDraftPhoto(id, { bytes, ...photo }) {
  return edit(id, ["drafts", "photos"], (found, transaction) => {
    found.photos.push(photo);
    return transaction.objectStore("photos").put({ uuid: photo.uuid, owner: id, bytes });
  });
}

export function removeDraftPhoto(id, uuid) {
  return edit(id, ["drafts", "photos"], (found, transaction) => {
    found.photos = found.photos.filter((photo) => photo.uuid !== uuid);
    return transaction.objectStore("photos").delete(uuid);
  });
}

export async function dropDraft(id) {
  await write(["drafts", "photos"], async (transaction) => {
    const photos = transaction.objectStore("photos");
    for (const uuid of await photos.index("owner").getAllKeys(id)) await photos.delete(uuid);
    await transaction.objectStore("drafts").delete(id);
  });
  announce("drafts");
}

async function edit(id, stores, apply) {
  await write(stores, async (transaction) => {
    const rows = transaction.objectStore("drafts");
    const found = await rows.get(id);
    if (found === undefined) return;
    await apply(found, transaction);
    found.updated_at = new Date().toISOString();
    await rows.put(found);
  });
  announce("drafts");
}
