// Whom this phone speaks for. The token stays in the base, and goes to the field API only.
import { announce } from "./changes.js";
import { keepIncidents, keepReference, reference } from "./known.js";
import { get, post } from "./server.js";
import { askToPersist, keep, kept, letGo } from "./store.js";

/**
 * @typedef {object} Session
 * @property {string} token
 * @property {{id: number, name: string}} device
 * @property {string|null} person Null until the server has said who.
 * @property {string|null} organisation
 * @property {string[]} roles
 * @property {boolean} may_report
 * @property {boolean} revoked The server opens no more to this token: enrol again, nothing is lost.
 * @property {string} say Why, when it is revoked.
 * @property {boolean} persisted Whether the browser promised to keep the base.
 */

/** @returns {Promise<Session|null>} */
export async function session() {
  return (await kept("session")) ?? null;
}

/**
 * Exchange a code of one use for this phone's token; what waits in the queue will go with it.
 * @returns {Promise<import("./server.js").Answer>} Its `kind` is "ok", "refused" (wrong code) or "later".
 */
export async function enrol(code, name) {
  const answer = await post("enrol", { code, name });
  if (answer.kind !== "ok") return answer;
  const { token, device } = answer.body;
  const nobodyYet = { person: null, organisation: null, roles: [], may_report: false, revoked: false, say: "" };
  await keep("session", { token, device, ...nobodyYet, persisted: await askToPersist() });
  await refresh();
  announce("session");
  return answer;
}

/** Leave: the token and what the server said are dropped, the queue and the drafts stay. */
export async function forget() {
  await letGo("session", "reference", "incidents");
  announce("session");
}

/** The server opens no more to `token`. Told once; another enrolment since then is not undone. */
export async function noteRevoked(token, say) {
  const present = await session();
  if (present?.token !== token || present.revoked) return;
  await keep("session", { ...present, revoked: true, say });
  announce("session");
}

/**
 * Ask who I am, what there is to know, and the incidents at hand.
 * @returns {Promise<import("./server.js").Answer>} The first answer that is no "ok", or the last.
 */
export async function refresh() {
  const present = await session();
  if (!present || present.revoked) return { kind: "later", why: "", after: null, everything: true };
  const { token } = present;
  let answer = { kind: "ok" };
  for (const ask of [askMe, askReference, askIncidents]) {
    answer = await ask(token);
    if (answer.kind === "revoked") await noteRevoked(token, answer.problem.detail);
    if (!["ok", "unchanged"].includes(answer.kind)) return answer;
  }
  return answer;
}

async function askMe(token) {
  const answer = await get(token, "me");
  const present = await session();
  if (answer.kind !== "ok" || present?.token !== token) return answer;
  const { person, organisation, roles, may_report, device } = answer.body;
  await keep("session", { ...present, person, organisation, roles, may_report, device });
  announce("session");
  return answer;
}

async function askReference(token) {
  const answer = await get(token, "reference", { etag: (await reference())?.etag });
  if (answer.kind === "ok") await keepReference(answer.body, answer.etag);
  return answer;
}

async function askIncidents(token) {
  const answer = await get(token, "incidents");
  if (answer.kind === "ok") await keepIncidents(answer.body);
  return answer;
}
