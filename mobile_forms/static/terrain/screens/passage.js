// A promised passage, proven by the code of its place.
import { choice, field, h, notice } from "../elements.js";
import { reference } from "../known.js";
import { enqueuePassage } from "../queue.js";
import { leaveFor, QUEUED } from "./flash.js";
import { codeOf, scanButton } from "./scan.js";
import { begun, dropIfEmpty, form, kept } from "./writing.js";

export async function passage(_, { signal }) {
  const told = await reference();
  const title = "Noter un passage";
  const back = ["#/", "Accueil"];
  if (!told?.passages.length)
    return { title, back, body: [notice("", h("p", {}, "Aucun passage promis ne vous revient."))] };
  const writing = await begun("passage");
  dropIfEmpty(writing, signal);
  const fields = writing.fields;
  const promised = kept(
    choice(
      told.passages.map(({ commitment, name }) => [String(commitment), name]),
      fields.commitment,
      { name: "commitment" },
    ),
    writing,
    "commitment",
  );
  const where = kept(h("select", { name: "residence" }), writing, "residence");
  const code = kept(
    h("input", {
      name: "code",
      value: fields.code,
      required: true,
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      maxlength: 300,
    }),
    writing,
    "code",
  );
  const note = kept(h("textarea", { name: "note", rows: 3, maxlength: 1000, value: fields.note }), writing, "note");
  const follow = () => {
    const covered = told.passages.find((each) => String(each.commitment) === promised.value)?.residences ?? [];
    const places = told.residences.filter((each) => covered.includes(each.slug));
    const named =
      places.length > 0 ? places.map(({ slug, name }) => [slug, name]) : covered.map((slug) => [slug, slug]);
    where.replaceChildren(
      ...named.map(([value, name]) => h("option", { value, selected: value === writing.fields.residence }, name)),
    );
  };
  promised.addEventListener("change", follow);
  follow();
  const scanned = (text) => {
    code.value = text;
    code.dispatchEvent(new Event("input"));
    code.focus();
  };
  const inputs = [
    field("promesse", "Passage promis", promised),
    field("residence", "Résidence", where),
    scanButton("Scanner le QR code du lieu", scanned, signal),
    field("code", "Code du lieu", code, {
      help: "Le scan le remplit. Sans appareil photo, recopiez-le : il est écrit sous le QR code.",
    }),
    field("note", "Remarque", note, { optional: true }),
  ];
  const submit = async () => {
    const body = { commitment: Number(promised.value), residence: where.value, code: codeOf(code.value) };
    if (note.value.trim()) body.note = note.value.trim();
    await enqueuePassage(body, { draft: writing.id });
    leaveFor("#/envois", QUEUED);
  };
  return { title, back, body: [form(inputs, "Enregistrer le passage", submit)] };
}
