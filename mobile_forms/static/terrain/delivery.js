// What is still to be said for one item, and saying it: one step, one question to the server.
import { change, photoArrived } from "./items.js";
import { noteIncident } from "./known.js";
import { sha256 } from "./names.js";
import { putPhoto, putRecord } from "./server.js";
import { photoBytes } from "./store.js";

/** @typedef {import("./items.js").Item} Item */

// A digest that does not match is the network's fault first: the same bytes are sent again this often.
const MOST_DAMAGES = 3;
const GONE = "Cette photo n'est plus sur ce téléphone : le navigateur l'a effacée.";
const SPOILT = "Cette photo s'est abîmée sur ce téléphone.";

/**
 * In order: a report first, its photos after; the photos that prove a repair first, the action that announces it after.
 * @param {Item} item @returns {("record"|import("./items.js").ItemPhoto)[]}
 */
export function stepsOf(item) {
  const record = item.accepted ? [] : ["record"];
  const photos = item.photos.filter((photo) => !photo.sent && !photo.problem);
  return item.kind === "action" ? [...photos, ...record] : [...record, ...photos];
}

/**
 * Say the steps of an item, all of them or only the words that come first (`wordsOnly`).
 * @returns {Promise<import("./server.js").Answer>} "ok" when there is nothing more to say now, whatever became of the
 *   item; a "later" or a "revoked" that stopped it.
 */
export async function deliver(item, token, { wordsOnly = false } = {}) {
  let present = await change(item.id, (row) => Object.assign(row, { state: "sending", frozen: true, why: "" }));
  while (present?.state === "sending") {
    const step = stepsOf(present)[0];
    if (step === undefined) return settle(present);
    if (wordsOnly && step !== "record") return rest(present, "");
    const answer = step === "record" ? await sayRecord(present, token) : await sayPhoto(present, step, token);
    if (answer.kind === "later") return rest(present, answer.why, answer);
    if (answer.kind === "revoked") return rest(present, answer.problem.detail, answer);
    present = await noted(present, step, answer);
  }
  return { kind: "ok" };
}

async function noted(item, step, answer) {
  if (answer.kind === "ok") {
    if (step !== "record") return photoArrived(item.id, step.uuid);
    await noteIncident(answer.body.incident);
    const ref = answer.body.ref ?? answer.body.incident?.ref ?? null;
    return change(item.id, (row) => Object.assign(row, { accepted: true, ref }));
  }
  return change(item.id, (row) => {
    const isOfPhoto = step !== "record";
    if (isOfPhoto) row.photos.find((each) => each.uuid === step.uuid).problem = answer.problem;
    // Beside a photo that was refused, the others of a report still go; a proof that was refused proves nothing.
    if (isOfPhoto && row.kind === "report") return;
    const state = answer.kind === "conflict" ? "conflict" : "refused";
    Object.assign(row, { state, problem: answer.problem, current: answer.current ?? null });
  });
}

/** Nothing more to say: it is sent, or lacks the photos that were refused. */
async function settle(item) {
  const problem = item.photos.find((photo) => photo.problem)?.problem ?? null;
  const end = problem ? { state: "refused", problem } : { state: "sent", problem: null, sent_at: new Date().toISOString() };
  await change(item.id, (row) => Object.assign(row, end));
  return { kind: "ok" };
}

async function rest(item, why, answer = { kind: "ok" }) {
  await change(item.id, (row) => Object.assign(row, { state: "waiting", why }));
  return answer;
}

function sayRecord(item, token) {
  if (item.kind === "report") {
    const photos = item.photos.map(({ uuid, sha256, size }) => ({ uuid, sha256, bytes: size }));
    return putRecord(token, `incidents/${item.id}`, item.id, { ...item.body, photos });
  }
  if (item.kind === "passage") return putRecord(token, `passages/${item.id}`, item.id, item.body);
  return putRecord(token, `incidents/${item.target}/actions/${item.id}`, item.id, item.body);
}

async function sayPhoto(item, photo, token) {
  const bytes = await photoBytes(photo.uuid);
  if (bytes === undefined) return unsayable(GONE);
  const asked = new URLSearchParams({ kind: photo.kind, made_at: photo.made_at });
  const key = item.kind === "report" ? item.id : item.target;
  const answer = await putPhoto(token, `incidents/${key}/photos/${photo.uuid}?${asked}`, photo, bytes);
  if (answer.kind !== "refused" || answer.problem.status !== 422) return answer;
  if ((await sha256(bytes)) !== photo.sha256) return unsayable(SPOILT);
  const damaged = photo.damaged + 1;
  await change(item.id, (row) => (row.photos.find((each) => each.uuid === photo.uuid).damaged = damaged));
  return damaged < MOST_DAMAGES ? { kind: "later", why: answer.problem.detail, after: null, everything: false } : answer;
}

function unsayable(detail) {
  return { kind: "refused", problem: { status: 0, detail, field: "photo", errors: [] } };
}
