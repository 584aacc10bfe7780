// The queue, told item by item.
import { button, go, h, icon, notice } from "../elements.js";
import { exportFile, flush, items, retry, status } from "../queue.js";
import { session } from "../session.js";
import { room } from "../store.js";
import { badge, complain, empty, live, names } from "./pieces.js";
import { count, when } from "./words.js";

const LITTLE = 50 * 2 ** 20;

export async function sendings(_, { signal }) {
  const problem = h("div", {});
  const body = await live(() => drawn(problem), signal, ["items", "status", "session"]);
  return { title: "Envois", back: ["#/", "Accueil"], body: [problem, body] };
}

async function drawn(problem) {
  const [queue, told, bearer, space] = await Promise.all([items(), names(), session(), room()]);
  const left = queue.filter((item) => item.state !== "sent");
  const sent = queue.filter((item) => item.state === "sent");
  return [
    bearer?.revoked &&
      notice(
        "warning",
        h("h2", {}, "Rien n'est perdu"),
        h("p", {}, `${bearer.say} Tout reste ici, et partira quand ce téléphone sera associé de nouveau.`),
        go("#/associer", "Associer de nouveau", { look: ".primary" }),
      ),
    state(left, status()),
    storage(space, left),
    left.length > 0 &&
      h(
        "div.pair-of-buttons",
        {},
        button("Envoyer maintenant", () => flush(), { sign: "arrow-right", look: ".primary", key: "flush" }),
        button("Exporter", () => save(problem), { sign: "download", key: "export" }),
      ),
    left.map((item) => card(item, told, problem)),
    sent.length > 0 &&
      h(
        "section.card",
        {},
        h("h2", {}, "Envoyés"),
        h(
          "ul.list",
          {},
          sent.map((item) => done(item, told)),
        ),
      ),
  ];
}

function state(left, present) {
  if (left.length === 0) return empty("Tout est envoyé. Rien n'attend sur ce téléphone.");
  const waiting = left.filter((item) => item.state === "waiting" || item.state === "sending").length;
  const words = present.sending
    ? "Envoi en cours…"
    : present.why || (waiting > 0 ? "L'envoi part tout seul dès que le réseau répond." : "");
  const told = waiting > 0 ? `${count(waiting, "envoi attend", "envois attendent")}. ` : "";
  return told + words && h("p", {}, told, words);
}

function storage({ free, persisted }, left) {
  if (free !== null && free < LITTLE)
    return notice(
      "warning",
      h(
        "p",
        {},
        "Ce téléphone est presque plein : libérez de la place. Les mots passent avant les photos, et rien de ce qui attend n'est effacé.",
      ),
    );
  if (left.length > 0 && !persisted)
    return h("p.small.muted", {}, "Ne videz pas les données du navigateur avant la fin des envois.");
  return null;
}

function card(item, told, problem) {
  const again = () => retry(item.id).catch((error) => complain(problem, error));
  const isOver = item.state === "refused" || item.state === "conflict";
  const where =
    item.body.residence && [told.residence(item.body.residence), told.spot(item.body.spot)].filter(Boolean).join(" · ");
  return h(
    "section.card.sending",
    { "data-state": item.state },
    h("div.row.between", {}, h("h2", {}, told.title(item)), badge(item.state)),
    h("p.small.muted", {}, [where, `fait ${when(item.made_at)}`].filter(Boolean).join(" · ")),
    photoWords(item),
    isOver && item.problem && h("p.notice.error", {}, item.problem.detail),
    !isOver &&
      (item.why || item.held) &&
      h(
        "p.small",
        {},
        icon("clock"),
        ` ${item.held ? `Attend ${item.by} : à envoyer depuis son association.` : item.why}`,
      ),
    h(
      "div.pair-of-buttons",
      {},
      item.state === "conflict" && go(`#/envois/${item.id}`, "Comparer et choisir", { look: ".primary" }),
      item.state === "refused" && go(`#/envois/${item.id}`, "Corriger", { look: ".primary" }),
      item.state === "refused" && button("Réessayer", again, { key: `retry-${item.id}` }),
      item.state === "waiting" && !item.frozen && go(`#/envois/${item.id}`, "Modifier"),
      item.state !== "sending" && go(`#/envois/${item.id}/retirer`, "Supprimer", { look: ".danger" }),
    ),
  );
}

function photoWords({ photos, unkept }) {
  if (photos.length === 0 && !unkept) return null;
  const gone = photos.filter((photo) => photo.sent).length;
  const words = [
    photos.length > 0 && `${count(photos.length, "photo", "photos")}, ${count(gone, "envoyée", "envoyées")}`,
    unkept > 0 && `${unkept} non gardée${unkept > 1 ? "s" : ""}, faute de place`,
  ];
  return h("p.small", {}, icon("camera"), ` ${words.filter(Boolean).join(" ; ")}`);
}

function done(item, told) {
  const title = told.title(item);
  const link = item.ref ? h("a.title", { href: `#/incident/${item.ref}` }, title) : h("span.title", {}, title);
  return h(
    "li.line",
    {},
    h(
      "div",
      {},
      link,
      h("div.small.muted", {}, [item.ref, `envoyé ${when(item.sent_at)}`].filter(Boolean).join(" · ")),
    ),
    h("div", {}, badge("sent")),
  );
}

async function save(problem) {
  try {
    const address = URL.createObjectURL(await exportFile());
    h("a", {
      href: address,
      download: `envois-gup-${new Date().toISOString().slice(0, 16).replace(":", "h")}.json`,
    }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    problem.replaceChildren(
      h(
        "p.notice.success",
        { role: "status" },
        "Le fichier est enregistré avec vos téléchargements. Gardez-le, ou donnez-le à la DSU.",
      ),
    );
  } catch (error) {
    complain(problem, error);
  }
}
