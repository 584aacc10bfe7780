// The first screen: the few things this person comes for, each one tap away.
import { go, h, icon, notice } from "../elements.js";
import { incidents, reference } from "../known.js";
import { items, status } from "../queue.js";
import { drafts } from "../drafts.js";
import { session } from "../session.js";
import { again } from "./flash.js";
import { live } from "./pieces.js";
import { awaitsAnswer, ofRound } from "./rounds.js";
import { count, when } from "./words.js";

export async function home(_, { signal }) {
  const body = await live(() => drawn(), signal, ["items", "known", "session", "status", "drafts"]);
  const bearer = await session();
  return { title: bearer?.person ? `Bonjour, ${bearer.person}` : "Bonjour", body: [body] };
}

async function drawn() {
  const [bearer, { list, at }, told, queue, begun] = await Promise.all([
    session(),
    incidents(),
    reference(),
    items(),
    drafts(),
  ]);
  if (!bearer) return again();
  const answers = list.filter(awaitsAnswer).length;
  const round = ofRound(list);
  const handles = bearer.roles.some((role) => ["agent", "manager", "service"].includes(role));
  const report = begun.find(
    ({ kind, fields, photos }) => kind === "report" && (fields.category || fields.words || photos.length),
  );
  return [
    bearer.revoked && revoked(bearer),
    !told &&
      notice(
        "",
        h("p", { role: "status" }, "Les résidences arrivent du serveur : il faut le réseau une première fois."),
      ),
    bearer.may_report &&
      tile(
        "#/signaler",
        "Signaler",
        report ? "Reprendre ce que vous aviez commencé" : "Un problème dans une résidence",
        "camera",
        ".first",
      ),
    handles && tile("#/tournee", "Ma tournée", roundWords(round), "check", round.late.length ? ".late-ones" : ""),
    told?.passages.length > 0 && tile("#/passage", "Noter un passage", "Avec le QR code du lieu", "qr"),
    (answers > 0 || bearer.roles.includes("association")) &&
      tile(
        "#/a-suivre",
        "À suivre",
        answers > 0
          ? `${count(answers, "réparation attend", "réparations attendent")} votre réponse`
          : "Rien n'attend votre réponse",
        "clock",
        answers ? ".some" : "",
      ),
    tile(
      "#/residences",
      "Mes résidences",
      told ? count(told.residences.length || residencesOf(list), "résidence", "résidences") : "",
      "pin",
    ),
    tile(
      "#/envois",
      "Envois",
      queueWords(queue),
      "arrow-right",
      queue.some((item) => ["refused", "conflict"].includes(item.state)) ? ".late-ones" : "",
    ),
    h(
      "p.foot-words.small.muted",
      {},
      [bearer.organisation, at && `à jour ${when(at)}`, status().why].filter(Boolean).join(" · "),
    ),
    go("#/appareil", "Ce téléphone", { sign: "phone", look: ".quiet" }),
  ];
}

function tile(href, title, words, sign, look = "") {
  return h(`a.big${look}`, { href }, icon(sign), h("span", {}, h("strong", {}, title), h("span", {}, words)));
}

function revoked(bearer) {
  return notice(
    "warning",
    h("h2", {}, "Rien n'est perdu"),
    h(
      "p",
      {},
      `${bearer.say || "Ce téléphone n'est plus autorisé à envoyer."} Vous pouvez continuer : tout reste ici, et partira après une nouvelle association.`,
    ),
    go("#/associer", "Associer de nouveau", { look: ".primary" }),
  );
}

function roundWords({ late, near }) {
  if (late.length + near.length === 0) return "Rien d'urgent aujourd'hui";
  return [
    late.length && `${late.length} en retard`,
    near.length && count(near.length, "à faire bientôt", "à faire bientôt"),
  ]
    .filter(Boolean)
    .join(", ");
}

function queueWords(queue) {
  const of = (...states) => queue.filter((item) => states.includes(item.state)).length;
  const words = [
    of("waiting", "sending") && `${of("waiting", "sending")} en attente`,
    of("refused") && count(of("refused"), "refusé", "refusés"),
    of("conflict") && count(of("conflict"), "conflit", "conflits"),
  ].filter(Boolean);
  return words.join(", ") || "Tout est envoyé";
}

function residencesOf(list) {
  return new Set(list.map((incident) => incident.residence)).size;
}
