// One item of the queue: correct it, settle a conflict, or take it out.
import { button, choice, field, go, h, icon, notice } from "../elements.js";
import { itemOf } from "../items.js";
import { reference } from "../known.js";
import { amend, discard, enqueueAction, retry, withoutPhoto } from "../queue.js";
import { leaveFor, QUEUED } from "./flash.js";
import { badge, complain, names, statusBadge } from "./pieces.js";
import { form } from "./writing.js";
import { count, promise, VERBS, when } from "./words.js";

const BACK = ["#/envois", "Envois"];
const WORDS = {
  report: [
    ["title", "En une ligne", 140],
    ["description", "Détails", 4000],
  ],
  action: [["text", "En quelques mots", 4000]],
  passage: [
    ["code", "Code du lieu", 300],
    ["note", "Remarque", 1000],
  ],
};

export async function sending({ id, step = "" }) {
  const item = await itemOf(id);
  if (!item)
    return { title: "Envoi introuvable", back: BACK, body: [h("p", {}, "Cet envoi n'est plus sur ce téléphone.")] };
  const told = await names();
  if (step === "retirer") return removal(item, told);
  if (item.state === "conflict") return conflict(item, told);
  return correction(item, told, await reference());
}

function removal(item, told) {
  const problem = h("div", {});
  const photos = item.photos.filter((photo) => !photo.sent).length;
  const remove = () =>
    discard(item.id).then(
      () => leaveFor("#/envois", "L'envoi est supprimé de ce téléphone."),
      (error) => complain(problem, error),
    );
  return {
    title: "Supprimer cet envoi ?",
    back: BACK,
    body: [
      notice(
        "warning",
        h("p", {}, h("strong", {}, told.title(item))),
        h(
          "p",
          {},
          item.accepted
            ? "Le serveur a déjà les mots ; les photos qui restent seront perdues."
            : `Il n'est pas arrivé au serveur : personne d'autre ne l'a vu. ${photos > 0 ? `${count(photos, "photo sera perdue", "photos seront perdues")} avec lui.` : ""}`,
        ),
      ),
      problem,
      h(
        "div.pair-of-buttons",
        {},
        go("#/envois", "Non, le garder", { look: ".primary" }),
        button("Oui, supprimer", remove, { look: ".danger" }),
      ),
    ],
  };
}

/** What I did beside what the incident is today; then, in plain words, what can be done about it. */
function conflict(item, told) {
  const { current, body } = item;
  const problem = h("div", {});
  const allowed = current?.allowed_actions ?? [];
  const leave = (promised, words) =>
    promised.then(
      () => leaveFor("#/envois", words),
      (error) => complain(problem, error),
    );
  const tell = async () => {
    const done = VERBS[body.verb]?.done ?? body.verb;
    const text = [`${done}, fait ${when(item.made_at)} sans réseau.`, body.text].filter(Boolean).join("\n");
    await enqueueAction(item.target, { verb: "comment", text });
    await discard(item.id);
  };
  return {
    title: "Deux versions",
    back: BACK,
    body: [
      h("p", {}, item.problem?.detail ?? "L'incident a changé entre-temps."),
      h("div.versions", {}, mine(item, told), current && today(current)),
      problem,
      h("h2", {}, "Que voulez-vous faire ?"),
      h(
        "div.choices",
        {},
        current &&
          allowed.includes("comment") &&
          item.kind === "action" &&
          button("Le dire en commentaire", () => leave(tell(), QUEUED), { look: ".wide.primary" }),
        (item.kind !== "action" || allowed.includes(body.verb)) &&
          button("Le refaire quand même", () => leave(retry(item.id), QUEUED), { look: ".wide" }),
        button(
          "Laisser l'incident comme il est",
          () => leave(discard(item.id), "L'incident reste comme il est. Votre envoi est retiré."),
          { look: ".wide" },
        ),
        current && go(`#/incident/${current.ref}`, "Ouvrir l'incident", { look: ".wide.quiet" }),
      ),
    ],
  };
}

function mine(item, told) {
  return h(
    "section.card",
    {},
    h("h2", {}, "Ce que vous avez fait"),
    h("p", {}, h("strong", {}, told.title(item))),
    h("p.small.muted", {}, `Fait ${when(item.made_at)}`),
    item.body.text && h("p.letter", {}, item.body.text),
    item.photos.length > 0 && h("p.small", {}, icon("camera"), ` ${count(item.photos.length, "photo", "photos")}`),
  );
}

function today(current) {
  return h(
    "section.card",
    {},
    h("h2", {}, "L'incident aujourd'hui"),
    h("p", {}, h("strong", {}, current.title)),
    h("p", {}, statusBadge(current)),
    h("p.small.muted", {}, [current.residence_name, current.spot_name].filter(Boolean).join(" · ")),
    promise(current).words && h("p.small", {}, promise(current).words),
  );
}

function correction(item, told, known) {
  const canChange = item.state === "refused" || (item.state === "waiting" && !item.frozen);
  const head = h("div.row", {}, badge(item.state), h("span.small.muted", {}, `fait ${when(item.made_at)}`));
  const why = item.problem && notice("error", h("p", {}, item.problem.detail));
  const link = item.ref && go(`#/incident/${item.ref}`, "Ouvrir l'incident", { look: ".wide" });
  if (!canChange)
    return {
      title: told.title(item),
      back: BACK,
      body: [head, h("p", {}, item.body.description ?? item.body.text ?? ""), link],
    };
  const controls = WORDS[item.kind].map(([name, words, maxlength]) => [name, words, control(item, name, maxlength)]);
  const places = item.kind === "report" && known ? reportPlaces(item, known) : [];
  // Too old to be dated by itself: the person says that it holds today.
  const isOld = item.problem?.field === "made_at";
  const submit = async () => {
    const fields = Object.fromEntries(
      [...controls, ...places]
        .map(([name, , input]) => [name, input.value.trim()])
        .filter(([name, value]) => value || item.body[name]),
    );
    if (isOld) fields.made_at = new Date().toISOString();
    await amend(item.id, fields);
    leaveFor("#/envois", QUEUED);
  };
  const inputs = [...places, ...controls].map(([name, words, input]) => field(name, words, input));
  const old =
    isOld && h("p", {}, "L'envoi est trop ancien pour sa date. « Enregistrer et renvoyer » le date de maintenant.");
  return {
    title: told.title(item),
    back: BACK,
    body: [
      head,
      why,
      photoProblems(item),
      form([old, inputs], "Enregistrer et renvoyer", submit),
      go(`#/envois/${item.id}/retirer`, "Supprimer", { look: ".danger.wide" }),
    ],
  };
}

function control(item, name, maxlength) {
  const value = item.body[name] ?? "";
  return maxlength > 300
    ? h("textarea", { name, rows: 4, maxlength, value })
    : h("input", { name, maxlength, value, required: true });
}

function reportPlaces(item, known) {
  const residences = choice(
    known.residences.map(({ slug, name }) => [slug, name]),
    item.body.residence,
    { name: "residence" },
  );
  const subjects = choice(
    known.categories.map(({ slug, name }) => [slug, name]),
    item.body.category,
    { name: "category" },
  );
  return [
    ["residence", "Résidence", residences],
    ["category", "Sujet", subjects],
  ];
}

function photoProblems(item) {
  return item.photos
    .filter((photo) => photo.problem)
    .map((photo) => {
      const goOn = () =>
        withoutPhoto(item.id, photo.uuid).then(() => leaveFor("#/envois", "La photo est retirée, le reste part."));
      return h(
        "div.card",
        {},
        h("p", {}, icon("camera"), ` Une photo est refusée : ${photo.problem.detail}`),
        button("Continuer sans cette photo", goOn, { look: ".wide" }),
      );
    });
}
