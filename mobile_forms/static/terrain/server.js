// One question to the server, and what its answer means for the queue. Nothing here keeps anything.
import { base64OfHexadecimal } from "./names.js";

/**
 * @typedef {object} Problem What the server says against a sending, for the person to read.
 * @property {number} status
 * @property {string} detail A French sentence.
 * @property {string} field The first field at fault, or "".
 * @property {{field: string, message: string}[]} errors
 *
 * @typedef {object} Answer
 * @property {"ok"|"unchanged"|"refused"|"conflict"|"later"|"revoked"} kind
 * @property {any} [body] Of an "ok".
 * @property {string} [etag] Of an "ok".
 * @property {Problem} [problem] Of a "refused", a "conflict", a "revoked".
 * @property {any} [current] Of a "conflict": the incident as it stands.
 * @property {string} [why] Of a "later": a French sentence.
 * @property {number|null} [after] Of a "later": the seconds that the server asks us to wait.
 * @property {boolean} [everything] Of a "later": nothing else would pass now either.
 */

const FIELD = "/api/v1/field/";
const PATIENCE = 30_000;
// A photo of 15 MB at 40 kB/s.
const PATIENCE_FOR_PHOTOS = 400_000;
const FINAL = new Set([400, 403, 404, 409, 413, 415, 422]);
const BUSY = new Set([429, 502, 503, 504]);
const UNREACHED = "Le serveur ne répond pas : l'envoi reprendra tout seul.";
const NOT_OURS = "Le réseau répond à la place du serveur (une page de connexion Wi-Fi ?) : l'envoi reprendra tout seul.";
const IN_TROUBLE = "Le serveur n'a pas pu répondre : l'envoi reprendra tout seul.";

/** @returns {Promise<Answer>} */
export function get(token, path, { etag = "" } = {}) {
  return ask(path, { headers: { ...authorization(token), ...(etag && { "If-None-Match": etag }) } });
}

/** @returns {Promise<Answer>} */
export function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** A record under its own name: "ok" only if the answer repeats that name. @returns {Promise<Answer>} */
export function putRecord(token, path, uuid, body) {
  const headers = { ...authorization(token), "Content-Type": "application/json", "Sent-At": new Date().toISOString() };
  return ask(path, { method: "PUT", headers, body: JSON.stringify(body) }, (said) => said.uuid === uuid);
}

/** The bytes of a photo: "ok" only if the answer repeats its name and its digest. @returns {Promise<Answer>} */
export function putPhoto(token, path, photo, bytes) {
  const headers = {
    ...authorization(token),
    "Content-Type": photo.type,
    "Content-Digest": `sha-256=:${base64OfHexadecimal(photo.sha256)}:`,
    "Sent-At": new Date().toISOString(),
  };
  const echoes = (said) => said.uuid === photo.uuid && said.sha256 === photo.sha256;
  return ask(path, { method: "PUT", headers, body: bytes, patience: PATIENCE_FOR_PHOTOS }, echoes);
}

/** The thumbnail of a photo, null where it cannot be had now. @returns {Promise<Blob|null>} */
export async function thumbnail(token, uuid) {
  try {
    const response = await reach(`photos/${uuid}`, { headers: authorization(token) });
    const isPicture = response.ok && response.headers.get("Content-Type") === "image/jpeg";
    return isPicture ? await response.blob() : null;
  } catch {
    return null;
  }
}

function authorization(token) {
  return { Authorization: `Device ${token}` };
}

async function ask(path, options, echoes = () => true) {
  let response;
  let said;
  try {
    response = await reach(path, options);
    said = await spoken(response);
  } catch {
    return later(UNREACHED, { everything: true });
  }
  if (response.status === 304) return { kind: "unchanged" };
  if (response.ok) {
    const isOurs = said !== null && echoes(said);
    return isOurs ? { kind: "ok", body: said, etag: response.headers.get("ETag") ?? "" } : later(NOT_OURS, { everything: true });
  }
  return refusal(response, said);
}

/** Cookies stay at home, and a redirection is nobody we know: a captive portal answers so. */
function reach(path, { patience = PATIENCE, ...options }) {
  const settled = { credentials: "omit", cache: "no-store", redirect: "manual", signal: timeout(patience) };
  return fetch(FIELD + path, { ...settled, ...options });
}

function timeout(milliseconds) {
  if (AbortSignal.timeout) return AbortSignal.timeout(milliseconds);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

/** The body as JSON; null where it is no JSON. */
async function spoken(response) {
  if (!/^application\/(problem\+)?json/.test(response.headers.get("Content-Type") ?? "")) return null;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(response, said) {
  const isProblem = said?.status === response.status && typeof said.detail === "string";
  if (response.status === 401 && isProblem && said.code === "device_revoked") {
    return { kind: "revoked", problem: problemOf(said) };
  }
  if (isProblem && response.status === 409 && said.current) {
    return { kind: "conflict", problem: problemOf(said), current: said.current };
  }
  if (isProblem && FINAL.has(response.status)) return { kind: "refused", problem: problemOf(said) };
  const after = secondsOf(response.headers.get("Retry-After"));
  const everything = BUSY.has(response.status) || !isProblem;
  return later(isProblem ? said.detail : IN_TROUBLE, { after, everything });
}

function problemOf(said) {
  const errors = Array.isArray(said.errors) ? said.errors : [];
  // One field at fault: its own sentence says more than "correct the fields".
  const detail = errors.length === 1 ? errors[0].message : said.detail;
  return { status: said.status, detail, field: errors[0]?.field ?? "", errors };
}

function secondsOf(header) {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

function later(why, { after = null, everything = false }) {
  return { kind: "later", why, after, everything };
}
