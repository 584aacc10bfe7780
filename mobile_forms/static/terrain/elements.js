// Elements made of names and words, never of markup: what somebody wrote stays text.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "srcObject"]);

/**
 * `h("p.muted", { id: "x", onclick: go }, "words", other)`: the element. Children that are null or false are left out,
 * lists are flattened.
 * @returns {HTMLElement}
 */
export function h(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  made.append(...present(children));
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) made[name] = value ?? "";
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(name, value === true ? "" : value);
  }
  return made;
}

/** A picture of the house's set, for the eyes only. */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  picture.append(use);
  return picture;
}

/** A link that looks like a button. */
export function go(address, words, { sign = "", look = "" } = {}) {
  return h(`a.button${look}`, { href: address }, sign && icon(sign), h("span", {}, words));
}

export function button(words, onclick, { sign = "", look = "", key = null } = {}) {
  return h(`button${look}`, { type: "button", onclick, "data-key": key }, sign && icon(sign), h("span", {}, words));
}

/** A field under its label, with help between the two. `control` is given the id. */
export function field(id, words, control, { help = "", optional = false } = {}) {
  control.id = id;
  if (help) control.setAttribute("aria-describedby", `${id}-aide`);
  const label = h("label", { for: id }, words, optional && h("span.optional", {}, " (facultatif)"));
  return h("div.field", {}, label, help && h("p.help", { id: `${id}-aide` }, help), control);
}

/** A list to choose from. @param {[string, string][]} options Values and words. */
export function choice(options, chosen, attributes = {}) {
  return h(
    "select",
    attributes,
    options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)),
  );
}

export function notice(kind, ...children) {
  return h(`div.notice${kind ? `.${kind}` : ""}`, {}, children);
}

/** The children that are there; in words, what French keeps together stays on one line. */
export function present(children) {
  const shown = children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "");
  return shown.map((child) => (typeof child === "string" ? bound(child) : child));
}

function bound(words) {
  return words.replace(/ ([:;?!»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
}
