// Reporting: danger first, then where, what, words and photos. Each step is an address, so that "back" goes back.
import { dropDraft, saveDraft } from "../drafts.js";
import { button, choice, field, h, icon, notice } from "../elements.js";
import { incidents, reference } from "../known.js";
import { sha256 } from "../names.js";
import { enqueueAction, enqueueReport } from "../queue.js";
import { get } from "../server.js";
import { session } from "../session.js";
import { keep, kept as keptUnder } from "../store.js";
import { again, leaveFor, QUEUED } from "./flash.js";
import { picture, statusBadge } from "./pieces.js";
import { scanButton } from "./scan.js";
import { begun, form, kept, photoField } from "./writing.js";
import { when } from "./words.js";

const LONGEST_TITLE = 140;
const PATIENCE = 5_000;
const STEPS = { lieu: place, famille: family, sujet: subject, mots: words, connus: known };
// The last answer about what is known already, for the step that shows it.
let alike = [];

export async function report({ step = "" }, { signal }) {
  const told = await reference();
  if (!told || told.residences.length === 0) return nowhere(told);
  const last = (await keptUnder("last-place")) ?? {};
  const first = told.residences.find((each) => each.slug === last.residence) ?? told.residences[0];
  const start = { residence: first.slug, spot: String((first.slug === last.residence && last.spot) || "") };
  const writing = await begun("report", () => true, start);
  const wanted = step || resumed(writing, told);
  return (STEPS[wanted] ?? place)({ writing, told, signal });
}

/** Where somebody whose page was killed behind the camera finds herself again. */
function resumed({ fields, photos }, told) {
  if (!told.categories.some((each) => each.slug === fields.category)) return "lieu";
  return photos.length > 0 || fields.words ? "mots" : "lieu";
}

function nowhere(told) {
  const why = told
    ? "Aucune résidence ne vous est confiée."
    : "Les résidences ne sont pas encore arrivées : il faut le réseau une première fois.";
  return { title: "Signaler", back: ["#/", "Accueil"], body: [notice("warning", h("p", {}, why))] };
}

function place({ writing, told, signal }) {
  const where = choice(
    told.residences.map(({ slug, name }) => [slug, name]),
    writing.fields.residence,
    { name: "residence" },
  );
  const spot = h("select", { name: "spot" });
  const call = h("p", {});
  const chosen = () => told.residences.find((each) => each.slug === where.value) ?? told.residences[0];
  const follow = () => {
    const options = [
      ["", "Toute la résidence, ou je ne sais pas"],
      ...chosen().spots.map(({ id, name }) => [String(id), name]),
    ];
    const wanted = String(writing.fields.spot ?? "");
    spot.replaceChildren(...options.map(([value, name]) => h("option", { value, selected: value === wanted }, name)));
    const number = chosen().on_call_phone;
    call.replaceChildren(...(number ? ["Astreinte du bailleur : ", telephone(number, number)] : []));
  };
  kept(where, writing, "residence");
  where.addEventListener("change", () => {
    writing.fields.spot = "";
    saveDraft(writing.id, { spot: "" });
    follow();
  });
  kept(spot, writing, "spot");
  follow();
  const scanned = async (code) => {
    const found = await ofPoster(code, told);
    if (!found) throw new Error("Ce code n'est pas celui d'une de vos résidences : choisissez le lieu dans la liste.");
    where.value = found.residence;
    await saveDraft(writing.id, found);
    Object.assign(writing.fields, found);
    follow();
    spot.focus();
  };
  const scan =
    told.residences.some((each) => each.codes?.length) && scanButton("Scanner l'affiche du lieu", scanned, signal);
  const next = form(
    [field("residence", "Résidence", where), field("lieu", "Endroit", spot), scan],
    "Continuer",
    async () => {
      await saveDraft(writing.id, { residence: where.value, spot: spot.value });
      location.hash = "#/signaler/famille";
    },
  );
  const restart =
    begunWords(writing) &&
    button("Effacer ce qui était commencé", () => dropDraft(writing.id).then(again), { look: ".quiet.wide" });
  return { title: "Signaler : où ?", back: ["#/", "Accueil"], body: [danger(told, call), next, restart] };
}

function danger(told, call) {
  const numbers = told.emergency.map(({ number, name }) =>
    h("li", {}, telephone(number, h("strong", {}, number), ` ${name}`)),
  );
  return h(
    "section.emergency",
    { "aria-labelledby": "danger" },
    h("h2", { id: "danger" }, icon("alert"), "Danger ? Appelez d'abord"),
    h("ul", {}, numbers),
    call,
  );
}

function telephone(number, ...words) {
  return h("a", { href: `tel:${number.replace(/\s/g, "")}` }, words);
}

function begunWords({ fields, photos }) {
  return Boolean(fields.category || fields.words || photos.length);
}

/** Whose poster it is: the phone knows digests of codes, never the codes, which prove that somebody stood there. */
async function ofPoster(code, told) {
  const digest = await sha256(new TextEncoder().encode(code));
  for (const { slug, codes = [] } of told.residences) {
    const found = codes.find((each) => each.sha256 === digest);
    if (found) return { residence: slug, spot: String(found.spot ?? "") };
  }
  return null;
}

function family({ writing, told }) {
  const families = new Map(told.categories.map((each) => [each.family, each.family_name]));
  const choose = (slug) => async () => {
    await saveDraft(writing.id, { family: slug });
    location.hash = "#/signaler/sujet";
  };
  const rows = [...families].map(([slug, name]) =>
    h("li", {}, h("button", { type: "button", onclick: choose(slug) }, icon(slug), h("span", {}, name))),
  );
  return {
    title: "De quoi s'agit-il ?",
    back: ["#/signaler/lieu", placeName(writing, told)],
    body: [h("ul.families", {}, rows)],
  };
}

function subject({ writing, told }) {
  const of = told.categories.filter((each) => each.family === writing.fields.family);
  if (of.length === 0) return family({ writing, told });
  const choose = (slug) => async () => {
    await saveDraft(writing.id, { category: slug });
    location.hash = "#/signaler/mots";
  };
  const rows = of.map(({ slug, name }) =>
    h(
      "li",
      {},
      h("button.subject", { type: "button", onclick: choose(slug) }, h("span", {}, name), icon("arrow-right")),
    ),
  );
  return {
    title: "Plus précisément ?",
    back: ["#/signaler/famille", of[0].family_name],
    body: [h("ul.subjects", {}, rows)],
  };
}

function words({ writing, told, signal }) {
  const category = told.categories.find((each) => each.slug === writing.fields.category);
  if (!category) return family({ writing, told });
  const text = kept(
    h("textarea", { name: "words", rows: 4, maxlength: 4000, value: writing.fields.words }),
    writing,
    "words",
  );
  const secret = kept(h("input", { type: "checkbox", checked: Boolean(writing.fields.secret) }), writing, "secret");
  const privacy = category.is_confidential
    ? h("p.small", {}, icon("lock"), " Ce sujet reste confidentiel : il n'apparaît sur aucune page publique.")
    : h("div.field", {}, h("label", {}, secret, "Sujet sensible : ne pas le montrer aux autres"));
  const fields = [
    h(
      "p.summary",
      {},
      h("span.family", {}, icon(category.family)),
      h("span", {}, h("strong", {}, category.name), h("br"), placeName(writing, told)),
    ),
    photoField(writing, "Photo", signal),
    field("mots", "En quelques mots", text, {
      optional: true,
      help: "Où exactement, depuis quand, qui est gêné. Pas de nom de personne.",
    }),
    privacy,
  ];
  const submit = async () => {
    alike = await duplicates(writing.fields);
    if (alike.length === 0) return send(writing, category);
    location.hash = "#/signaler/connus";
  };
  return {
    title: "Montrer et dire",
    back: ["#/signaler/sujet", "Changer de sujet"],
    body: [form(fields, "Envoyer", submit)],
  };
}

async function send(writing, category) {
  const { residence, spot, words: said = "", secret = false } = writing.fields;
  const text = said.trim();
  const [line] = text.split("\n");
  const body = { residence, category: category.slug, title: (line || category.name).slice(0, LONGEST_TITLE) };
  if (spot) body.spot = Number(spot);
  if (text && text !== body.title) body.description = text;
  if (secret) body.is_confidential = true;
  const item = await enqueueReport(body, writing.photos, { draft: writing.id });
  await keep("last-place", { residence, spot: spot || null });
  leaveFor("#/envois", queuedWords(item));
}

function queuedWords(item) {
  if (!item?.unkept) return QUEUED;
  return `${QUEUED} Le téléphone est plein : ${item.unkept} photo${item.unkept > 1 ? "s n'ont" : " n'a"} pas pu être gardée${item.unkept > 1 ? "s" : ""}.`;
}

/** The open incidents of the same place and subject: asked of the server if it answers soon, else of what is at hand. */
async function duplicates({ residence, spot, category }) {
  const asked = new URLSearchParams({ residence, category, ...(spot && { spot }) });
  const bearer = await session();
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const question = bearer && !bearer.revoked ? get(bearer.token, `duplicates?${asked}`) : null;
  const answer = await Promise.race([question, late]);
  if (answer?.kind === "ok") return answer.body;
  const { list } = await incidents();
  return list.filter(
    (each) =>
      each.residence === residence && each.category === category && (!spot || String(each.spot) === String(spot)),
  );
}

function known({ writing, told }) {
  const category = told.categories.find((each) => each.slug === writing.fields.category);
  if (alike.length === 0 || !category) return words({ writing, told, signal: new AbortController().signal });
  const same = (incident) => async () => {
    const text = (writing.fields.words ?? "").trim();
    if (incident.allowed_actions.includes("support")) await enqueueAction(incident.ref, { verb: "support" });
    // What was written and photographed is not thrown away: it goes to the incident that is known.
    const isMore = text || writing.photos.length > 0;
    if (isMore)
      await enqueueAction(incident.ref, { verb: "comment", text: text || "Photo ajoutée." }, writing.photos, {
        draft: writing.id,
      });
    else await dropDraft(writing.id);
    leaveFor(`#/incident/${incident.ref}`, "Merci : c'est ajouté au signalement déjà connu.");
  };
  const rows = alike.map((incident) =>
    h(
      "li.alike",
      {},
      h(
        "div.known-incident",
        {},
        picture(incident.thumbnail, "Photo du signalement connu", incident.family),
        h(
          "span.what",
          {},
          h("strong.title", {}, incident.title),
          h("span.small.muted", {}, `Signalé ${when(incident.reported_at)}`),
          h("span.small.muted", {}, [incident.residence_name, incident.spot_name].filter(Boolean).join(" · ")),
          h("span.signs", {}, statusBadge(incident)),
        ),
      ),
      button("C'est le même : moi aussi", same(incident), { look: ".wide.primary" }),
    ),
  );
  return {
    title: "Déjà signalé ?",
    back: ["#/signaler/mots", "Revenir à mon message"],
    body: [
      h(
        "p",
        {},
        "Voici ce qui est déjà connu au même endroit. Le même problème ? Votre voix s'ajoute, et l'affaire avance mieux.",
      ),
      h("section.card", {}, h("ul.list", {}, rows)),
      button("C'est un autre problème : envoyer", () => send(writing, category), { look: ".wide" }),
    ],
  };
}

function placeName({ fields }, told) {
  const residence = told.residences.find((each) => each.slug === fields.residence);
  const spot = residence?.spots.find((each) => String(each.id) === String(fields.spot));
  return [residence?.name, spot?.name].filter(Boolean).join(" · ");
}
