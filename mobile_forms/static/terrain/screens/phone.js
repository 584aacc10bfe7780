// This phone: whom it speaks for, what it keeps, and how to leave.
import { button, go, h, notice } from "../elements.js";
import { incidents } from "../known.js";
import { allItems } from "../items.js";
import { forget, refresh } from "../session.js";
import { room } from "../store.js";
import { again, leaveFor } from "./flash.js";
import { complain } from "./pieces.js";
import { count, when } from "./words.js";

export async function phone(_, { bearer }) {
  const [{ at }, items, { free, persisted }] = await Promise.all([incidents(), allItems(), room()]);
  const left = items.filter((item) => item.state !== "sent").length;
  const problem = h("div", {});
  const renew = async () => {
    const answer = await refresh();
    if (["ok", "unchanged"].includes(answer.kind)) return again();
    complain(problem, {
      message: answer.why || answer.problem?.detail || "Rien de nouveau : le serveur ne répond pas.",
    });
  };
  const leave = async () => {
    await forget();
    leaveFor("#/associer");
  };
  const rows = [
    ["Personne", bearer.person ?? "pas encore dite par le serveur"],
    ["Organisation", bearer.organisation ?? "aucune"],
    ["Téléphone", bearer.device?.name ?? ""],
    ["À jour", at ? when(at) : "pas encore"],
    ["Place libre", free === null ? "inconnue" : `${Math.round(free / 2 ** 20)} Mo`],
    [
      "Données",
      persisted ? "le navigateur a promis de les garder" : "le navigateur peut les effacer s'il manque de place",
    ],
  ];
  return {
    title: "Ce téléphone",
    back: ["#/", "Accueil"],
    body: [
      h(
        "section.card",
        {},
        h(
          "dl.facts",
          {},
          rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
        ),
      ),
      problem,
      button("Mettre à jour maintenant", renew, { look: ".wide" }),
      go("#/associer", "Associer à quelqu'un d'autre", { look: ".wide" }),
      h("h2.after", {}, "Quitter"),
      left > 0 &&
        notice(
          "warning",
          h(
            "p",
            {},
            `${count(left, "envoi reste", "envois restent")} sur ce téléphone : rien ne sera effacé, et tout partira à la prochaine association de la même personne.`,
          ),
        ),
      button("Dissocier ce téléphone", leave, { look: ".danger.wide" }),
    ],
  };
}
