// The words of the screens: dates, verbs, states.

const HERE = "America/Martinique";
const DAY = new Intl.DateTimeFormat("fr-FR", { timeZone: HERE, weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = new Intl.DateTimeFormat("fr-FR", { timeZone: HERE, day: "numeric", month: "long" });
const HOUR = new Intl.DateTimeFormat("fr-FR", { timeZone: HERE, hour: "2-digit", minute: "2-digit" });
const ISO_DAY = new Intl.DateTimeFormat("fr-CA", { timeZone: HERE, year: "numeric", month: "2-digit", day: "2-digit" });

/** « aujourd'hui à 14:05 », « le 3 mars à 09:00 ». */
export function when(instant, now = new Date()) {
  const at = new Date(instant);
  const day = dayOf(at) === dayOf(now) ? "aujourd'hui" : `le ${SHORT_DAY.format(at)}`;
  return `${day} à ${HOUR.format(at)}`;
}

export function longDay(instant) {
  return DAY.format(new Date(instant));
}

/** The day of an instant here, as 2026-03-01. */
export function dayOf(instant) {
  return ISO_DAY.format(new Date(instant));
}

/** What is promised, and whether it is missed: `{words, look}`. */
export function promise(incident, now = new Date()) {
  if (!incident.due_at) return { words: "", look: "" };
  const due = new Date(incident.due_at);
  if (due < now) return { words: `En retard : promis ${when(due, now)}`, look: ".late" };
  return { words: `Promis pour ${when(due, now)}`, look: dayOf(due) === dayOf(now) ? ".soon" : "" };
}

export function count(number, one, many) {
  return `${number} ${number > 1 ? many : one}`;
}

/** Each verb: what its button says, what was done, and what its screen asks for. */
export const VERBS = {
  acknowledge: { label: "Prendre en charge", done: "Prise en charge", sign: "check" },
  attend: { label: "Je suis sur place", done: "Venue sur place", sign: "pin" },
  make_safe: {
    label: "Mise en sécurité faite",
    done: "Mise en sécurité",
    sign: "alert",
    photos: "Photo de la mise en sécurité",
  },
  resolve: {
    ...{ label: "C'est réparé", done: "Réparation annoncée", sign: "check", photos: "Photo après réparation" },
    help: "Une photo après réparation vaut preuve. Le signalant pourra confirmer ou contester.",
  },
  plan: { label: "Planifier l'intervention", done: "Intervention planifiée", sign: "clock" },
  hold: {
    ...{ label: "Mettre en attente", done: "Mise en attente", sign: "pause", owed: true, photos: "Preuve du passage" },
    help: "Le signalant lira pourquoi. Accès impossible : joignez une photo (avis de passage, porte close).",
  },
  resume: { label: "Reprendre", done: "Reprise", sign: "arrow-right" },
  decline: {
    label: "Ne relève pas de nous",
    done: "Signalement décliné",
    sign: "cross",
    owed: true,
    photos: "Photo utile",
  },
  confirm: { label: "Oui, c'est réparé", done: "Réparation confirmée", sign: "check" },
  contest: {
    ...{ label: "Non, le problème est toujours là", done: "Réparation contestée", sign: "cross", owed: true },
    ...{ photos: "Photo de ce que vous voyez", help: "Une photo et quelques mots : l'incident sera rouvert." },
  },
  support: { label: "Moi aussi", done: "Moi aussi", sign: "user" },
  comment: { label: "Ajouter un commentaire", done: "Commentaire", sign: "user", owed: true, photos: "Photo" },
};

export const HANDLING = ["acknowledge", "attend", "make_safe", "plan", "hold", "resume", "resolve", "decline"];

export const STATES = {
  waiting: { label: "En attente", look: ".on_hold", sign: "clock" },
  sending: { label: "Envoi…", look: ".planned", sign: "arrow-right" },
  sent: { label: "Envoyé", look: ".closed", sign: "check" },
  refused: { label: "Refusé", look: ".opened", sign: "cross" },
  conflict: { label: "Conflit", look: ".opened", sign: "alert" },
};

/** What an item of the queue is about, in one line. */
export function titleOf(item, known) {
  if (item.kind === "report") return `Signalement : ${item.body.title}`;
  if (item.kind === "passage") return `Passage : ${known.commitment(item.body.commitment)}`;
  const done = VERBS[item.body.verb]?.done ?? item.body.verb;
  return `${done} : ${known.incident(item.target)}`;
}
