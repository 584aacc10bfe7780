// Two lists of what waits for this person: what to do on site, and what to answer.
import { go, h } from "../elements.js";
import { incidents } from "../known.js";
import { items } from "../queue.js";
import { empty, incidentLine, list, live, queuedOn } from "./pieces.js";
import { HANDLING, when } from "./words.js";

const NEAR = 3 * 86_400_000;

export function awaitsAnswer(incident) {
  return incident.allowed_actions.some((verb) => verb === "confirm" || verb === "contest");
}

/** What this person can do something about: late, due within three days, and the rest; the most pressing first. */
export function ofRound(known, now = Date.now()) {
  const mine = known.filter(
    ({ status, allowed_actions }) => status !== "resolved" && allowed_actions.some((verb) => HANDLING.includes(verb)),
  );
  const due = (incident) => (incident.due_at ? Date.parse(incident.due_at) : Infinity);
  mine.sort((one, other) => due(one) - due(other) || 0);
  return {
    late: mine.filter((incident) => due(incident) < now),
    near: mine.filter((incident) => due(incident) >= now && due(incident) < now + NEAR),
    later: mine.filter((incident) => due(incident) >= now + NEAR),
  };
}

export async function round({ span = "" }, { signal }) {
  const isAll = span === "tout";
  const body = await live(async () => {
    const [known, queue] = await Promise.all([incidents(), items()]);
    const { late, near, later } = ofRound(known.list);
    const shown = isAll ? [...late, ...near, ...later] : [...late, ...near];
    return [
      known.at && h("p.small.muted", {}, `À jour ${when(known.at)}.`),
      shown.length === 0 ? empty("Rien en retard, et rien à faire dans les trois jours.") : byResidence(shown, queue),
      !isAll && later.length > 0 && go("#/tournee/tout", `Voir aussi la suite (${later.length})`, { look: ".wide" }),
      isAll && go("#/tournee", "Seulement ce qui presse", { look: ".wide" }),
    ];
  }, signal);
  return { title: isAll ? "Ma tournée, tout" : "Ma tournée", back: ["#/", "Accueil"], body: [body] };
}

/** In the order of the most pressing of each residence: one stop, everything there. */
function byResidence(shown, queue) {
  const stops = new Map();
  for (const incident of shown) {
    const stop = stops.get(incident.residence) ?? { name: incident.residence_name, rows: [] };
    stop.rows.push(incidentLine(incident, queuedOn(incident, queue), { isThere: true }));
    stops.set(incident.residence, stop);
  }
  return [...stops.values()].map(({ name, rows }) => h("section.card", {}, h("h2", {}, name), list(rows)));
}

export async function answers(_, { signal }) {
  const body = await live(async () => {
    const [known, queue] = await Promise.all([incidents(), items()]);
    const waiting = known.list.filter(awaitsAnswer);
    if (waiting.length === 0) return empty("Aucune réparation n'attend votre réponse.");
    return [
      h("p", {}, "Une réparation est annoncée. Est-ce vraiment réparé ? Ouvrez chaque ligne et répondez."),
      h("section.card", {}, list(waiting.map((incident) => incidentLine(incident, queuedOn(incident, queue))))),
    ];
  }, signal);
  return { title: "À suivre", back: ["#/", "Accueil"], body: [body] };
}
