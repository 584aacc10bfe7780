// The queue, as the screens see it: what a person did waits here until the server has said that it has it.
import { announce, onChange } from "./changes.js";
import { flush, isOf, nameOf, status } from "./flush.js";
import { allItems, change, isPending } from "./items.js";
import { base64, uuid7 } from "./names.js";
import { session } from "./session.js";
import { base, NoRoom, photoBytes, write } from "./store.js";

export { flush, keepFlushing, status } from "./flush.js";

/** @typedef {import("./items.js").Item} Item */
/** @typedef {import("./photos.js").Prepared} Prepared */

const KIND_OF_PROOF = { resolve: "after", contest: "contest", hold: "access", decline: "access" };
const SENT_KEPT_FOR = 14 * 86_400_000;
const SETTLING = 60_000;
const ORPHAN = "Le signalement dont il s'agissait a été retiré de la file.";
const RECEIVED = "Le serveur a déjà ces mots : ajoutez un commentaire à l'incident.";
const ALL_STORES = ["items", "photos", "drafts", "kept"];

/**
 * A report: `{residence, spot?, category, title, description?, is_confidential?}`. With `draft`, the draft of that id
 * becomes the report: it goes in the same transaction.
 * @param {Prepared[]} photos @returns {Promise<Item>} Its `unkept` counts the photos that found no room.
 */
export function enqueueReport(report, photos = [], { draft = null } = {}) {
  return enqueue({ kind: "report", target: null, body: report, photos, kindOfPhotos: "before" }, draft);
}

/**
 * An action: `{verb, text?, reason?, review_at?, planned_for?}` on `target`, a reference or the id of a queued report.
 * @param {Prepared[]} photos @returns {Promise<Item>}
 */
export async function enqueueAction(target, action, photos = [], { draft = null } = {}) {
  const mine = (await allItems()).find((item) => item.kind === "report" && item.ref === target);
  const kindOfPhotos = KIND_OF_PROOF[action.verb] ?? "before";
  return enqueue({ kind: "action", target: mine?.id ?? target, body: action, photos, kindOfPhotos }, draft);
}

/** A passage: `{commitment, residence, code, note?}`. @returns {Promise<Item>} */
export function enqueuePassage(passage, { draft = null } = {}) {
  return enqueue({ kind: "passage", target: null, body: passage, photos: [], kindOfPhotos: "before" }, draft);
}

/**
 * @returns {Promise<(Item & {held: boolean})[]>} Newest first; `held` is what another person made on this phone, which
 *   waits for her.
 */
export async function items() {
  const bearer = await session();
  const all = await allItems();
  return all.reverse().map((item) => ({ ...item, held: isPending(item) && !isOf(item, bearer) }));
}

/** Calls `fn(items, status)` now and after each change, in whatever tab. Returns what ends it. */
export function subscribe(fn) {
  let asked = false;
  const tell = async () => {
    asked = false;
    fn(await items(), status());
  };
  const soon = () => {
    if (!asked) setTimeout(tell, 30);
    asked = true;
  };
  soon();
  return onChange(soon);
}

/** Try a refused item again as it is: a right may have been given, a place opened. */
export async function retry(id) {
  await reopen(id, () => {});
}

/**
 * Change the words of what was refused, or of what has not left yet, and try again; `{made_at}` dates its photos too.
 * Raises Error when it is on its way, for it may have been heard already, and when only its photos are wanting.
 */
export async function amend(id, fields) {
  await reopen(id, (item) => {
    const isOnlyDated = Object.keys(fields).every((name) => name === "made_at");
    if (item.accepted && !isOnlyDated) throw new Error(RECEIVED);
    if (!item.accepted) Object.assign(item.body, fields);
    if (!fields.made_at) return;
    for (const photo of item.photos) if (!photo.sent) photo.made_at = fields.made_at;
  });
}

/** Go on without a photo that was refused, or that is not wanted any more. */
export async function withoutPhoto(id, uuid) {
  await reopen(id, (item) => {
    // A report that has left has announced it: it is said again in the same words or not at all.
    if (item.kind === "report" && item.frozen && !item.accepted && isPending(item)) throw onItsWay();
    item.photos = item.photos.filter((photo) => photo.uuid !== uuid);
  });
  await write(["photos"], ({ store }) => store.delete(uuid));
}

/** Take an item out of the queue, with its photos. What was to follow it is refused, and kept. */
export async function discard(id) {
  await write(["items", "photos"], async (transaction) => {
    const rows = transaction.objectStore("items");
    for (const item of await rows.getAll()) {
      if (item.target !== id || !isPending(item)) continue;
      const problem = { status: 0, detail: ORPHAN, field: "", errors: [] };
      await rows.put({ ...item, state: "refused", problem });
    }
    await rows.delete(id);
    await dropPhotosOf(transaction.objectStore("photos"), id);
  });
  announce("items");
}

/** All that has not reached the server, with its photos in base64: a file to keep, or to hand to somebody. */
export async function exportFile() {
  const left = (await allItems()).filter((item) => item.state !== "sent");
  const told = [];
  for (const item of left) told.push({ ...item, photos: await Promise.all(item.photos.map(withBytes)) });
  const file = { format: "gup-terrain-1", exported_at: new Date().toISOString(), items: told };
  return new Blob([JSON.stringify(file, null, 1)], { type: "application/json" });
}

async function withBytes(photo) {
  const bytes = await photoBytes(photo.uuid);
  return { ...photo, base64: bytes === undefined ? null : base64(bytes) };
}

async function enqueue({ kind, target, body, photos, kindOfPhotos }, draft) {
  const made_at = new Date().toISOString();
  const item = {
    ...{ id: uuid7(), order: 0, kind, target, body: { ...body, made_at }, photos: [], unkept: 0, made_at },
    ...{ state: "waiting", frozen: false, accepted: false, sent_at: null, settling: 0, why: "" },
    ...{ problem: null, current: null, ref: null, by: nameOf(await session()) },
  };
  const given = photos.map((photo) => ({ bytes: photo.bytes, row: rowOf(photo, kindOfPhotos, made_at) }));
  try {
    await store({ ...item, photos: given.map(({ row }) => row) }, given, draft);
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error;
    await storeWordsFirst(item, given, draft);
  }
  announce("items");
  flush();
  return (await base()).get("items", item.id);
}

function rowOf(photo, kind, made_at) {
  const { uuid, sha256, width, height, type, bytes } = photo;
  const said = { uuid, sha256, width, height, type, size: bytes.byteLength, kind: photo.kind ?? kind };
  return { ...said, made_at: photo.made_at ?? made_at, sent: false, damaged: 0, problem: null };
}

function store(item, given, draft) {
  return write(ALL_STORES, async (transaction) => {
    const [rows, pictures, kept] = ["items", "photos", "kept"].map((name) => transaction.objectStore(name));
    item.order = ((await kept.get("order")) ?? 0) + 1;
    await kept.put(item.order, "order");
    if (draft !== null) {
      await transaction.objectStore("drafts").delete(draft);
      await dropPhotosOf(pictures, draft);
    }
    await rows.put(item);
    for (const { row, bytes } of given) await pictures.put({ uuid: row.uuid, owner: item.id, bytes });
    await dropOld(rows);
  });
}

/** A full phone: the words first, then each photo that still finds room; what does not is counted, and said. */
async function storeWordsFirst(item, given, draft) {
  await store({ ...item, settling: Date.now() + SETTLING }, [], draft);
  let unkept = 0;
  for (const { row, bytes } of given) {
    try {
      await write(["items", "photos"], async (transaction) => {
        const present = await transaction.objectStore("items").get(item.id);
        present.photos.push(row);
        await transaction.objectStore("items").put(present);
        await transaction.objectStore("photos").put({ uuid: row.uuid, owner: item.id, bytes });
      });
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      unkept += 1;
    }
  }
  await change(item.id, (present) => Object.assign(present, { unkept, settling: 0 }));
}

async function dropPhotosOf(pictures, owner) {
  for (const uuid of await pictures.index("owner").getAllKeys(owner)) await pictures.delete(uuid);
}

async function dropOld(rows) {
  const since = new Date(Date.now() - SENT_KEPT_FOR).toISOString();
  const all = await rows.getAll();
  const awaited = new Set(all.filter(isPending).map((item) => item.target));
  for (const item of all) {
    if (item.state === "sent" && item.sent_at < since && !awaited.has(item.id)) await rows.delete(item.id);
  }
}

/** Back to waiting, with `edit` applied. A name that has served for something else is drawn anew. */
async function reopen(id, edit) {
  await write(["items", "photos"], async (transaction) => {
    const rows = transaction.objectStore("items");
    const item = await rows.get(id);
    if (item === undefined) return;
    if (item.state === "sent" || (isPending(item) && item.frozen)) throw onItsWay();
    const hasServed = item.problem?.field === "uuid" && !item.accepted;
    edit(item);
    for (const photo of item.photos) photo.problem = null;
    // The server keeps nothing of what it refuses: other words may come under the same name.
    Object.assign(item, { state: "waiting", frozen: false, problem: null, current: null, why: "" });
    if (hasServed) await rename(item, rows, transaction.objectStore("photos"));
    await rows.put(item);
  });
  announce("items");
  flush();
}

async function rename(item, rows, pictures) {
  const former = item.id;
  item.id = uuid7();
  await rows.delete(former);
  for (const other of await rows.getAll()) if (other.target === former) await rows.put({ ...other, target: item.id });
  for (const photo of await pictures.index("owner").getAll(former)) await pictures.put({ ...photo, owner: item.id });
}

function onItsWay() {
  return new Error("Cet envoi est en route : attendez sa réponse, puis corrigez-le s'il est refusé.");
}
