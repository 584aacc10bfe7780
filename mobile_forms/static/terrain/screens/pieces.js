// What several screens show: an incident in a list, a state, a thumbnail, a part that follows what changes.
import { onChange } from "../changes.js";
import { h, icon, present } from "../elements.js";
import { allItems } from "../items.js";
import { incidents, reference } from "../known.js";
import { thumbnail } from "../server.js";
import { session } from "../session.js";
import { promise, STATES, titleOf } from "./words.js";

const ALL = ["items", "known", "session", "status"];
const MOST_PICTURES = 200;

/** A part of a screen that is drawn again when something changes; who was typing or standing there stays there. */
export async function live(draw, signal, about = ALL) {
  const place = h("div", {}, await draw());
  let asked = false;
  const stop = onChange((what) => {
    if (asked || !about.includes(what)) return;
    asked = true;
    setTimeout(async () => {
      asked = false;
      const fresh = h("div", {}, await draw());
      if (!signal.aborted && !fresh.isEqualNode(place)) swap(place, fresh);
    }, 60);
  });
  signal.addEventListener("abort", stop);
  return place;
}

function swap(place, fresh) {
  const stood = place.contains(document.activeElement) ? document.activeElement : null;
  const mark = stood?.dataset.key ?? stood?.getAttribute("href");
  place.replaceChildren(...fresh.childNodes);
  if (!stood) return;
  const same = [...place.querySelectorAll("a, button")].find(
    (each) => (each.dataset.key ?? each.getAttribute("href")) === mark,
  );
  (same ?? document.querySelector("#contenu")).focus();
}

const pictures = new Map();

/** The thumbnail of a photo once it is here, a sign until then. `alt` says what it shows. */
export function picture(uuid, alt, sign) {
  const place = h("span.thumb", {}, icon(sign));
  if (!uuid) return place;
  const show = (address) => place.replaceChildren(h("img", { src: address, alt }));
  if (pictures.has(uuid)) show(pictures.get(uuid));
  else load(uuid).then((address) => address && show(address));
  return place;
}

async function load(uuid) {
  const bearer = await session();
  const blob = bearer && !bearer.revoked ? await thumbnail(bearer.token, uuid) : null;
  if (!blob) return null;
  if (!pictures.has(uuid)) pictures.set(uuid, URL.createObjectURL(blob));
  if (pictures.size > MOST_PICTURES) {
    const [oldest, address] = pictures.entries().next().value;
    pictures.delete(oldest);
    URL.revokeObjectURL(address);
  }
  return pictures.get(uuid);
}

export function badge(state) {
  const { label, look, sign } = STATES[state];
  return h(`span.badge${look}`, {}, icon(sign), label);
}

/** One line of a list of incidents; `queued` is what waits on this phone for it, `isThere` that its residence is said. */
export function incidentLine(incident, queued = [], { isThere = false } = {}) {
  const where = [!isThere && incident.residence_name, incident.spot_name].filter(Boolean).join(" · ");
  return h(
    "li",
    {},
    h(
      "a.known-incident",
      { href: `#/incident/${incident.ref}` },
      picture(incident.thumbnail, "", incident.family),
      h(
        "span.what",
        {},
        h("span.title", {}, incident.title),
        where && h("span.small.muted", {}, where),
        h("span.signs", {}, statusBadge(incident), promiseChip(incident)),
        queued.length > 0 && h("span.signs", {}, badge(queued[0].state)),
      ),
    ),
  );
}

/** The promised date, where a delay runs. */
export function promiseChip(incident) {
  const { words, look } = promise(incident);
  return words && h(`span.chip${look}`, {}, icon("clock"), words);
}

export function statusBadge(incident) {
  return h(`span.badge.${incident.status}`, {}, incident.status_label);
}

export function list(rows) {
  return h("ul.list", {}, rows);
}

export function empty(words) {
  return h("div.empty", {}, icon("check"), h("p", {}, words));
}

/** What this phone has not sent yet about an incident. */
export function queuedOn(incident, items) {
  const keys = [incident.ref, incident.uuid].filter(Boolean);
  return items.filter((item) => item.state !== "sent" && (keys.includes(item.target) || keys.includes(item.id)));
}

/** Names for what is known by its key, whether the server or this phone knows it. */
export async function names() {
  const [{ list: at_hand }, told, items] = await Promise.all([incidents(), reference(), allItems()]);
  const mine = (key) => items.find((each) => each.id === key)?.body.title;
  const known = {
    incident: (key) => at_hand.find((each) => each.ref === key || each.uuid === key)?.title ?? mine(key) ?? key,
    commitment: (key) => told?.passages.find((each) => each.commitment === key)?.name ?? "promesse",
    residence: (slug) => told?.residences.find((each) => each.slug === slug)?.name ?? slug,
    category: (slug) => told?.categories.find((each) => each.slug === slug)?.name ?? slug,
    spot: (id) => told?.residences.flatMap((each) => each.spots).find((each) => each.id === id)?.name ?? "",
  };
  return { ...known, title: (item) => titleOf(item, known) };
}

/** Show an error where the person is, and say it. */
export function complain(place, error) {
  place.replaceChildren(...present([h("p.notice.error", { role: "alert" }, error.message ?? String(error))]));
}
