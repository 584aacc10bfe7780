// Which screen is shown, and what surrounds each: the bar of places, the state of the queue, a new version.
import { onChange } from "./changes.js";
import { button, h, icon, present } from "./elements.js";
import { subscribe } from "./queue.js";
import { session } from "./session.js";
import { act } from "./screens/act.js";
import { enrolment } from "./screens/enrolment.js";
import { home } from "./screens/home.js";
import { incident } from "./screens/incident.js";
import { passage } from "./screens/passage.js";
import { phone } from "./screens/phone.js";
import { residence, residences } from "./screens/residences.js";
import { report } from "./screens/report.js";
import { answers, round } from "./screens/rounds.js";
import { sending } from "./screens/sending.js";
import { sendings } from "./screens/sendings.js";
import { taken } from "./screens/flash.js";
import { count } from "./screens/words.js";
import { applyUpdate, updateWaiting } from "./update.js";

const SCREENS = [
  ["", home],
  ["associer", enrolment],
  ["signaler", report],
  ["signaler/:step", report],
  ["residences", residences],
  ["residences/:slug", residence],
  ["a-suivre", answers],
  ["tournee", round],
  ["tournee/:span", round],
  ["passage", passage],
  ["incident/:key", incident],
  ["incident/:key/:verb", act],
  ["envois", sendings],
  ["envois/:id", sending],
  ["envois/:id/:step", sending],
  ["appareil", phone],
];
// Open without an association: what waits on the phone is its owner's.
const OPEN = [enrolment, sendings, sending];
const PLACES = [
  ["#/", "Accueil", "pin"],
  ["#/signaler", "Signaler", "camera"],
  ["#/tournee", "Tournée", "check"],
  ["#/envois", "Envois", "arrow-right"],
];

const main = document.querySelector("#contenu");
const bars = h("div.bars");
const queueState = h("a.queue-state", { href: "#/envois", hidden: true });
const said = h("p.visually-hidden", { role: "status" });
let leaving = new AbortController();
let isFirst = true;

function found() {
  const address = decodeURIComponent(location.hash.replace(/^#\/?/, ""));
  const code = /^code=(.+)$/.exec(address);
  if (code) return { screen: enrolment, given: { code: code[1] } };
  const [path] = address.split("?");
  const parts = path.split("/").filter(Boolean);
  for (const [pattern, screen] of SCREENS) {
    const wanted = pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const given = {};
    const fits = wanted.every((part, at) =>
      part.startsWith(":") ? (given[part.slice(1)] = parts[at]) : part === parts[at],
    );
    if (fits) return { screen, given };
  }
  return { screen: home, given: {} };
}

async function show() {
  leaving.abort();
  const now = new AbortController();
  leaving = now;
  const bearer = await session();
  let { screen, given } = found();
  if (!bearer && !OPEN.includes(screen)) [screen, given] = [enrolment, {}];
  const shown = await screen(given, { signal: now.signal, bearer }).catch((error) => broken(error));
  if (now.signal.aborted) return;
  draw(shown, bearer);
}

function draw({ title, body, back = null }, bearer) {
  const heading = h("h1", { tabindex: "-1" }, title);
  const word = taken();
  main.replaceChildren(
    ...present([
      back && h("a.back", { href: back[0] }, back[1]),
      heading,
      word && h("p.notice.success", { role: "status" }, word),
      body,
    ]),
  );
  document.title = `${title} · GUP terrain`;
  places.hidden = !bearer;
  mark();
  scrollTo(0, 0);
  // At the very start the reader begins with the page, and not in the middle of it.
  if (!isFirst) heading.focus();
  isFirst = false;
}

function broken(error) {
  console.error(error);
  const words = "Cet écran n'a pas pu s'ouvrir. Ce que vous avez écrit et ce qui attend sont intacts.";
  return {
    title: "Un souci sur ce téléphone",
    body: [h("p.notice.error", {}, words), h("p.small.muted", {}, error.message)],
  };
}

const places = h("nav.places", { "aria-label": "Écrans", hidden: true });

async function drawPlaces() {
  const bearer = await session();
  const handles = bearer?.roles.some((role) => ["agent", "manager", "service"].includes(role));
  const wanted = PLACES.filter(
    ([address]) => (address !== "#/signaler" || bearer?.may_report) && (address !== "#/tournee" || handles),
  );
  places.replaceChildren(...wanted.map(([href, words, sign]) => h("a", { href }, icon(sign), h("span", {}, words))));
  places.hidden = !bearer;
  mark();
}

function mark() {
  const top = `#/${location.hash.replace(/^#\/?/, "").split(/[/?]/)[0]}`;
  for (const link of places.children) {
    if (link.getAttribute("href") === top) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function drawQueue(items, status) {
  const left = items.filter((item) => item.state === "waiting" || item.state === "sending").length;
  const wrong = items.filter((item) => item.state === "refused" || item.state === "conflict").length;
  const parts = [left > 0 && `${left} en attente`, wrong > 0 && count(wrong, "à revoir", "à revoir")].filter(Boolean);
  const words = parts.join(" · ") || "Tout est envoyé";
  queueState.hidden = items.length === 0;
  queueState.className = `queue-state${wrong ? " wrong-ones" : left ? " some" : ""}`;
  queueState.replaceChildren(icon(wrong ? "alert" : left ? "clock" : "check"), h("span", {}, words));
  const aloud = items.length === 0 ? "" : status.sending ? "Envoi en cours." : `Envois : ${words}.`;
  if (said.textContent !== aloud) said.textContent = aloud;
}

function offerUpdate() {
  const words = "Nouvelle version : touchez pour l'installer";
  bars.replaceChildren(button(words, applyUpdate, { sign: "download", look: ".update" }));
}

document.querySelector(".top-in").append(queueState);
document.querySelector(".top").after(bars);
document.body.append(places, said);
addEventListener("hashchange", show);
// The same address of another phone's code, or of nobody's any more: the screen is another.
onChange((what) => what === "session" && drawPlaces());
document.addEventListener("gup-again", show);
subscribe(drawQueue);
updateWaiting(offerUpdate);
drawPlaces();
show();
