// What the server said last, readable without network: places and nomenclature, and the incidents at hand.
import { announce } from "./changes.js";
import { keep, kept, NoRoom } from "./store.js";

/** The reference as GET reference gives it, with `at` and `etag`; null before the first refresh. */
export async function reference() {
  return (await kept("reference")) ?? null;
}

/** @returns {Promise<{list: any[], at: string|null}>} The incidents at hand, and when the server said so. */
export async function incidents() {
  return (await kept("incidents")) ?? { list: [], at: null };
}

export async function keepReference(body, etag) {
  await keepIfRoom("reference", { ...body, etag, at: new Date().toISOString() });
}

export async function keepIncidents(list) {
  await keepIfRoom("incidents", { list, at: new Date().toISOString() });
}

/** One incident as the answer to a sending shows it: the list says the same. */
export async function noteIncident(incident) {
  if (!incident?.ref) return;
  const { list, at } = await incidents();
  const others = list.filter((each) => each.ref !== incident.ref);
  await keepIfRoom("incidents", { list: others.length < list.length ? replaced(list, incident) : [incident, ...list], at });
}

function replaced(list, incident) {
  return list.map((each) => (each.ref === incident.ref ? incident : each));
}

/** What can be asked again is never worth an error: a full phone goes without it. */
async function keepIfRoom(name, value) {
  try {
    await keep(name, value);
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error;
  }
  announce("known");
}
