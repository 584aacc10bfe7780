// One verb on one incident: what it asks for, and no more.
import { choice, field, h, notice } from "../elements.js";
import { reference } from "../known.js";
import { enqueueAction } from "../queue.js";
import { known } from "./incident.js";
import { leaveFor, QUEUED } from "./flash.js";
import { begun, dropIfEmpty, form, kept, photoField } from "./writing.js";
import { dayOf, VERBS } from "./words.js";

const DAYS = 86_400_000;

export async function act({ key, verb }, { signal }) {
  const present = await known(key);
  const asked = VERBS[verb];
  const back = [`#/incident/${key}`, present?.title ?? "L'incident"];
  // The server decides; here, only what this phone knows to be in vain is not offered.
  if (!asked || (present && !present.allowed_actions.includes(verb))) {
    return {
      title: "Plus possible",
      back,
      body: [notice("warning", h("p", {}, "Cette action n'est plus possible : l'incident a avancé entre-temps."))],
    };
  }
  const writing = await begun("action", (fields) => fields.target === key && fields.verb === verb, {
    target: key,
    verb,
  });
  dropIfEmpty(writing, signal);
  const told = await reference();
  const { inputs, body } = INPUTS[verb]?.(writing, told) ?? { inputs: [], body: () => ({}) };
  const text = kept(
    h("textarea", {
      name: "text",
      rows: 4,
      maxlength: 4000,
      value: writing.fields.text,
      required: Boolean(asked.owed),
    }),
    writing,
    "text",
  );
  const words = verb === "support" ? null : field("mots", "En quelques mots", text, { optional: !asked.owed });
  const submit = async () => {
    const said = { verb, ...body() };
    if (text.value.trim()) said.text = text.value.trim();
    const item = await enqueueAction(key, said, writing.photos, { draft: writing.id });
    const full = item?.unkept ? " Le téléphone est plein : une photo au moins n'a pas pu être gardée." : "";
    leaveFor(`#/incident/${key}`, QUEUED + full);
  };
  const fields = [
    asked.help && h("p", {}, asked.help),
    inputs,
    asked.photos && photoField(writing, asked.photos, signal),
    words,
  ];
  return { title: asked.label, back, body: [form(fields, "Enregistrer", submit)] };
}

const INPUTS = {
  plan(writing) {
    const least = dayOf(Date.now());
    const day = kept(
      h("input", {
        type: "date",
        name: "day",
        required: true,
        min: least,
        value: writing.fields.day ?? dayOf(Date.now() + DAYS),
      }),
      writing,
      "day",
    );
    const hour = kept(
      h("input", { type: "time", name: "hour", required: true, value: writing.fields.hour ?? "08:00" }),
      writing,
      "hour",
    );
    // Martinique keeps one hour all year: what is typed is read here, whatever clock the phone follows.
    return {
      inputs: [field("jour", "Jour prévu", day), field("heure", "Heure", hour)],
      body: () => ({ planned_for: `${day.value}T${hour.value}:00-04:00` }),
    };
  },
  hold(writing, told) {
    const reason = reasons(told?.hold_reasons, writing);
    const day = kept(
      h("input", { type: "date", name: "review", min: dayOf(Date.now() + DAYS), value: writing.fields.review }),
      writing,
      "review",
    );
    const body = () => ({ reason: reason.value, ...(day.value && { review_at: `${day.value}T12:00:00-04:00` }) });
    return { inputs: [field("motif", "Motif", reason), field("revue", "À revoir le", day, { optional: true })], body };
  },
  decline(writing, told) {
    const reason = reasons(told?.decline_reasons, writing);
    return { inputs: [field("motif", "Motif", reason)], body: () => ({ reason: reason.value }) };
  },
};

function reasons(known, writing) {
  return kept(
    choice(
      (known ?? []).map(({ value, label }) => [value, label]),
      writing.fields.reason,
      { name: "reason", required: true },
    ),
    writing,
    "reason",
  );
}
