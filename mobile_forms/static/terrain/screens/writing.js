// A form that outlives its page: each input is a draft at once, and so is each photo.
import { addDraftPhoto, draft, drafts, dropDraft, newDraft, removeDraftPhoto, saveDraft } from "../drafts.js";
import { button, h } from "../elements.js";
import { prepare } from "../photos.js";
import { complain } from "./pieces.js";

const MOST = 4;

/** What was begun of this kind, or a new one. `fits(fields)` chooses among several. */
export async function begun(kind, fits = () => true, fields = {}) {
  const found = (await drafts()).find((each) => each.kind === kind && fits(each.fields));
  return draft((found ?? (await newDraft(kind, fields))).id);
}

/** A form that was opened and left as it was leaves nothing behind. */
export function dropIfEmpty(writing, signal) {
  const before = JSON.stringify(writing.fields);
  const isBlank = Object.keys(writing.fields).every((name) => name === "target" || name === "verb");
  signal.addEventListener("abort", () => {
    const isSame = isBlank && JSON.stringify(writing.fields) === before && writing.photos.length === 0;
    if (isSame) dropDraft(writing.id);
  });
}

/** Keep the value of a control under `name` at each input. */
export function kept(control, writing, name) {
  const save = () => {
    const value = control.type === "checkbox" ? control.checked : control.value;
    writing.fields[name] = value;
    return saveDraft(writing.id, { [name]: value });
  };
  control.addEventListener("input", save);
  control.addEventListener("change", save);
  return control;
}

/** The camera, the gallery, and the photos chosen so far. */
export function photoField(writing, words, signal) {
  const shown = h("ul.chosen", { "aria-label": "Photos choisies" });
  const problem = h("div", {});
  const state = h("p.small", { role: "status" });
  const camera = h("input", {
    type: "file",
    accept: "image/*",
    capture: "environment",
    hidden: true,
    "aria-label": words,
  });
  const gallery = h("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    hidden: true,
    "aria-label": "Photos de la galerie",
  });
  const take = button("Prendre une photo", () => camera.click(), { sign: "camera", look: ".wide" });
  const choose = button("Choisir dans la galerie", () => gallery.click(), { look: ".wide.quiet" });
  const addresses = [];
  signal.addEventListener("abort", () => addresses.forEach((address) => URL.revokeObjectURL(address)));

  const drawn = () => {
    shown.replaceChildren(...writing.photos.map((photo, at) => row(photo, at)));
    take.disabled = choose.disabled = writing.photos.length >= MOST;
  };
  const row = (photo, at) => {
    const address = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
    addresses.push(address);
    const remove = async () => {
      await removeDraftPhoto(writing.id, photo.uuid);
      writing.photos = writing.photos.filter((each) => each.uuid !== photo.uuid);
      drawn();
      state.textContent = "Photo retirée.";
      take.focus();
    };
    return h(
      "li",
      {},
      h("img", { src: address, alt: `Photo ${at + 1}` }),
      button(`Retirer la photo ${at + 1}`, remove),
    );
  };
  const add = async (event) => {
    problem.replaceChildren();
    const files = [...event.target.files].slice(0, MOST - writing.photos.length);
    const tooMany = event.target.files.length > files.length;
    for (const file of files) {
      state.textContent = "Préparation de la photo…";
      try {
        const photo = await prepare(file);
        await addDraftPhoto(writing.id, photo);
        writing.photos.push(photo);
      } catch (error) {
        complain(problem, error);
      }
    }
    event.target.value = "";
    drawn();
    const told = `${writing.photos.length} photo${writing.photos.length > 1 ? "s" : ""} sur ${MOST}.`;
    state.textContent = tooMany ? `${told} Quatre photos au plus.` : told;
  };
  camera.addEventListener("change", add);
  gallery.addEventListener("change", add);
  drawn();
  return h(
    "div.field",
    { role: "group", "aria-label": words },
    h("p.legend", {}, words, h("span.optional", {}, ` (${MOST} au plus)`)),
    problem,
    take,
    choose,
    camera,
    gallery,
    state,
    shown,
  );
}

/** A form whose submission cannot be pressed twice; what it raises is shown above its button. */
export function form(fields, words, submit) {
  const problem = h("div", {});
  const send = h("button.primary.wide", { type: "submit" }, words);
  const onsubmit = async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-busy")) return;
    send.setAttribute("aria-busy", "true");
    try {
      await submit();
    } catch (error) {
      complain(problem, error);
    } finally {
      send.removeAttribute("aria-busy");
    }
  };
  return h("form.card", { onsubmit }, fields, problem, send);
}
