// The places, and what is open in each.
import { button, go, h, icon } from "../elements.js";
import { incidents, reference } from "../known.js";
import { items } from "../queue.js";
import { keep } from "../store.js";
import { leaveFor } from "./flash.js";
import { empty, incidentLine, list, live, names, queuedOn } from "./pieces.js";
import { count } from "./words.js";

export async function residences(_, { signal }) {
  const body = await live(async () => {
    const [{ list: known }, told] = await Promise.all([incidents(), reference()]);
    const places = new Map((told?.residences ?? []).map(({ slug, name, quartier }) => [slug, { name, quartier }]));
    for (const { residence: slug, residence_name } of known)
      if (!places.has(slug)) places.set(slug, { name: residence_name, quartier: "" });
    if (places.size === 0) return empty("Aucune résidence n'est connue de ce téléphone pour l'instant.");
    const open = (slug) => known.filter((incident) => incident.residence === slug).length;
    const rows = [...places].map(([slug, { name, quartier }]) =>
      h(
        "li",
        {},
        h(
          "a.place-line",
          { href: `#/residences/${slug}` },
          icon("pin"),
          h(
            "span.what",
            {},
            h("span.title", {}, name),
            h(
              "span.small.muted",
              {},
              [quartier, open(slug) ? count(open(slug), "problème en cours", "problèmes en cours") : "rien en cours"]
                .filter(Boolean)
                .join(" · "),
            ),
          ),
        ),
      ),
    );
    return h("section.card", {}, list(rows));
  }, signal);
  return { title: "Mes résidences", back: ["#/", "Accueil"], body: [body] };
}

export async function residence({ slug }, { signal, bearer }) {
  const told = (await reference())?.residences.find((each) => each.slug === slug);
  const known = await names();
  const body = await live(async () => {
    const [{ list: at_hand }, queue] = await Promise.all([incidents(), items()]);
    const open = at_hand.filter((incident) => incident.residence === slug);
    const queued = queue.filter(
      (item) => item.kind === "report" && item.state !== "sent" && !item.accepted && item.body.residence === slug,
    );
    return [
      queued.length > 0 &&
        h(
          "section.card",
          {},
          h("h2", {}, "Sur ce téléphone, pas encore envoyés"),
          list(queued.map((item) => h("li.line", {}, h("a.title", { href: `#/envois/${item.id}` }, item.body.title)))),
        ),
      h(
        "section.card",
        {},
        h("h2", {}, "En cours"),
        open.length === 0
          ? empty("Aucun problème en cours.")
          : list(open.map((incident) => incidentLine(incident, queuedOn(incident, queue), { isThere: true }))),
      ),
    ];
  }, signal);
  const title =
    told?.name ??
    (await incidents()).list.find((each) => each.residence === slug)?.residence_name ??
    known.residence(slug);
  const here = async () => {
    await keep("last-place", { residence: slug, spot: null });
    leaveFor("#/signaler");
  };
  return {
    title,
    back: ["#/residences", "Mes résidences"],
    body: [
      told?.on_call_phone &&
        go(`tel:${told.on_call_phone.replace(/\s/g, "")}`, `Astreinte du bailleur : ${told.on_call_phone}`, {
          sign: "phone",
          look: ".wide",
        }),
      told && bearer?.may_report && button("Signaler ici", here, { sign: "camera", look: ".primary.wide" }),
      body,
    ],
  };
}
