// One incident: what, where, what was promised, what happened, and what this person can do about it.
import { go, h, icon, notice } from "../elements.js";
import { incidents } from "../known.js";
import { itemOf } from "../items.js";
import { items } from "../queue.js";
import { get } from "../server.js";
import { badge, live, names, picture, promiseChip, queuedOn, statusBadge } from "./pieces.js";
import { count, longDay, VERBS, when } from "./words.js";

const KINDS = { before: "Avant", after: "Après réparation", contest: "Contestation", access: "Preuve du passage" };

/** What the list and the server say of it; null where neither knows it. */
export async function known(key) {
  const { list } = await incidents();
  return list.find((each) => each.ref === key || each.uuid === key) ?? null;
}

export async function incident({ key }, { signal, bearer }) {
  let read = null;
  const part = h("div", {});
  const body = await live(async () => drawn(read?.incident ?? (await known(key)), key, read), signal, [
    "items",
    "known",
  ]);
  const more = async () => {
    const answer =
      bearer && !bearer.revoked ? await get(bearer.token, `incidents/${encodeURIComponent(key)}`) : { kind: "later" };
    if (signal.aborted) return;
    if (answer.kind === "ok") {
      read = answer.body;
      body.replaceChildren(...(await parts(drawn(read.incident, key, read))));
    }
    part.replaceChildren(...history(answer, read));
  };
  // What is at hand is shown at once; the network adds to it when it can.
  more();
  const present = (await known(key)) ?? (await itemOf(key))?.body;
  return { title: present?.title ?? `Incident ${key}`, back: ["#/residences", "Mes résidences"], body: [body, part] };
}

async function parts(drawing) {
  return [h("div", {}, await drawing)];
}

async function drawn(present, key, read) {
  const queue = await items();
  if (!present) {
    const own = queue.find((item) => item.id === key && item.state !== "sent");
    if (own)
      return [
        h(
          "section.card",
          {},
          badge(own.state),
          h("p", {}, own.body.description ?? ""),
          go(`#/envois/${own.id}`, "Voir cet envoi"),
        ),
      ];
    return read === null
      ? [
          notice(
            "",
            h(
              "p",
              {},
              "Cet incident n'est pas sur ce téléphone. Avec le réseau, il s'affichera ici s'il vous est ouvert.",
            ),
          ),
        ]
      : [];
  }
  const queued = queuedOn(present, queue);
  const told = await names();
  return [queued.length > 0 && waiting(queued, told), facts(present), actions(present, queued)];
}

function waiting(queued, told) {
  const rows = queued.map((item) =>
    h("li.line", {}, h("a", { href: `#/envois/${item.id}` }, told.title(item)), badge(item.state)),
  );
  return h("section.card.queued", {}, h("h2", {}, "Fait sur ce téléphone"), h("ul.list", {}, rows));
}

function facts(present) {
  return h(
    "section.card",
    {},
    h(
      "div.known-incident",
      {},
      picture(present.thumbnail, "Photo de l'incident", present.family),
      h(
        "span.what",
        {},
        h("span.signs", {}, statusBadge(present), promiseChip(present)),
        h("span", {}, [present.residence_name, present.spot_name].filter(Boolean).join(" · ")),
        h("span.small.muted", {}, `${present.category_name} · ${present.ref}`),
      ),
    ),
    present.description && h("p.letter", {}, present.description),
    h(
      "p.small.muted",
      {},
      `Signalé ${when(present.reported_at)}.`,
      present.awaited_photos > 0 && ` ${count(present.awaited_photos, "photo attendue", "photos attendues")}.`,
    ),
    present.is_confidential &&
      h("p.small", {}, icon("lock"), " Confidentiel : n'en parlez qu'aux personnes concernées."),
  );
}

function actions(present, queued) {
  const said = new Set(
    queued
      .filter((item) => item.kind === "action" && ["waiting", "sending"].includes(item.state))
      .map((item) => item.body.verb),
  );
  const order = Object.keys(VERBS).filter((verb) => present.allowed_actions.includes(verb) && !said.has(verb));
  if (order.length === 0) return null;
  const links = order.map((verb, at) =>
    go(`#/incident/${present.ref}/${verb}`, VERBS[verb].label, {
      sign: VERBS[verb].sign,
      look: at === 0 && verb !== "comment" ? ".wide.primary" : ".wide",
    }),
  );
  return h("section.card.actions", {}, h("h2", {}, "Que faire ?"), links);
}

function history(answer, read) {
  if (answer.kind !== "ok") {
    const why =
      answer.kind === "refused" ? answer.problem.detail : "L'historique et les photos viendront avec le réseau.";
    return [h("p.small.muted", {}, why)];
  }
  const photos = read.photos.map((photo) =>
    h(
      "figure",
      {},
      photo.status === "ready"
        ? picture(photo.uuid, `Photo : ${KINDS[photo.kind] ?? ""}`, "camera")
        : h("span.thumb", {}, icon("camera")),
      h("figcaption", {}, KINDS[photo.kind] ?? ""),
    ),
  );
  const lines = read.history.map(({ at, label, text, who }) =>
    h(
      "li",
      {},
      h("strong", {}, label),
      h("div.small.muted", {}, [who, `${longDay(at)}, ${when(at).split(" à ")[1]}`].filter(Boolean).join(" · ")),
      text && h("p", {}, text),
    ),
  );
  return [
    photos.length > 0 && h("section.card", {}, h("h2", {}, "Photos"), h("div.photos", {}, photos)),
    h("section.card", {}, h("h2", {}, "Ce qui s'est passé"), h("ol.thread", {}, lines)),
  ].filter(Boolean);
}
