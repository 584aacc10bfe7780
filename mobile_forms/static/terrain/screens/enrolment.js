// The phone is associated once, with a code that the desk shows.
import { button, field, h, notice } from "../elements.js";
import { allItems } from "../items.js";
import { enrol } from "../session.js";
import { leaveFor } from "./flash.js";
import { complain } from "./pieces.js";
import { count } from "./words.js";

export async function enrolment({ code = "" }, { bearer }) {
  const waiting = (await allItems()).filter((item) => item.state !== "sent").length;
  const isRevoked = bearer?.revoked ?? false;
  const isOurs = bearer && !isRevoked;
  const intro = isRevoked ? revokedNotice(bearer, waiting) : waiting > 0 ? keptNotice(waiting) : null;
  const title = isRevoked ? "Associer de nouveau ce téléphone" : "Associer ce téléphone";
  const already =
    isOurs &&
    notice(
      "warning",
      h(
        "p",
        {},
        `Ce téléphone parle déjà pour ${bearer.person ?? "quelqu'un"}. Un nouveau code remplace cette association.`,
      ),
    );
  return { title, body: [intro, already, form(code)] };
}

function form(code) {
  const typed = h("input", {
    name: "code",
    value: code,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    required: true,
  });
  const name = h("input", { name: "name", value: guessedName(), required: true, maxlength: 60 });
  const problem = h("div", {});
  const send = button("Associer ce téléphone", null, { look: ".primary.wide" });
  send.type = "submit";
  const onsubmit = async (event) => {
    event.preventDefault();
    send.setAttribute("aria-busy", "true");
    const answer = await enrol(typed.value.trim(), name.value.trim());
    send.removeAttribute("aria-busy");
    if (answer.kind === "ok")
      return leaveFor("#/", "Ce téléphone est associé. Il marche maintenant avec ou sans réseau.");
    complain(problem, {
      message:
        answer.problem?.detail ??
        `${answer.why.replace(" : l'envoi reprendra tout seul", "")} Il faut le réseau pour associer un téléphone : réessayez.`,
    });
    typed.focus();
  };
  return h(
    "form.card",
    { onsubmit },
    h(
      "p",
      {},
      "Le code se demande à un ordinateur : espace partenaire, « Appareils de terrain ». Il sert une fois, pendant quinze minutes.",
    ),
    problem,
    field("code", "Code", typed, { help: "Tel qu'il est affiché. Scanner l'image avec l'appareil photo le remplit." }),
    field("nom", "Nom de ce téléphone", name, {
      help: "Pour le reconnaître plus tard : « Portable de la loge », « Téléphone de Josette ».",
    }),
    send,
  );
}

function revokedNotice(bearer, waiting) {
  return notice(
    "warning",
    h("h2", {}, "Rien n'est perdu"),
    h("p", {}, bearer.say || "Ce téléphone n'est plus autorisé à envoyer."),
    h(
      "p",
      {},
      waiting > 0
        ? `${count(waiting, "envoi reste", "envois restent")} sur ce téléphone. Associez-le avec un nouveau code : tout partira.`
        : "Associez-le avec un nouveau code pour continuer.",
    ),
    waiting > 0 && h("p", {}, h("a", { href: "#/envois" }, "Voir ou exporter ce qui attend")),
  );
}

function keptNotice(waiting) {
  return notice(
    "",
    h(
      "p",
      {},
      `${count(waiting, "envoi attend", "envois attendent")} sur ce téléphone. `,
      h("a", { href: "#/envois" }, "Voir les envois"),
    ),
  );
}

function guessedName() {
  if (/Android/.test(navigator.userAgent)) return "Téléphone Android";
  return /iPhone|iPad/.test(navigator.userAgent) ? "iPhone" : "Téléphone";
}
