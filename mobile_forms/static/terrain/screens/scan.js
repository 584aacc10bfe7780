// Reading the QR code of a place: by the browser's own reader, by jsQR where there is none, or typed.
import { button, h } from "../elements.js";
import { complain } from "./pieces.js";

const EVERY = 250;
const WIDEST = 640;

/** The code of what a poster holds: an address that ends with it, or the code alone. */
export function codeOf(text) {
  return /\/r\/([\w-]+)/.exec(text)?.[1] ?? text.trim();
}

/** A button that opens the camera in place and calls `found(code)`; what it raises is shown. */
export function scanButton(words, found, signal) {
  const place = h("div.scanner", {});
  const problem = h("div", {});
  let stop = () => {};
  const close = () => {
    stop();
    stop = () => {};
    place.replaceChildren();
    open.hidden = false;
  };
  const start = async () => {
    problem.replaceChildren();
    open.hidden = true;
    const film = h("video", { playsinline: true, muted: true, "aria-label": "Image de l'appareil photo" });
    const cancel = button("Arrêter le scan", () => (close(), open.focus()), { look: ".wide" });
    place.replaceChildren(h("p.small", { role: "status" }, "Visez le QR code de l'affiche."), film, cancel);
    cancel.focus();
    try {
      stop = await read(film, async (text) => {
        close();
        await Promise.resolve(found(codeOf(text))).catch((error) => complain(problem, error));
      });
    } catch {
      close();
      complain(problem, { message: "L'appareil photo ne s'ouvre pas : autorisez-le, ou passez par la saisie." });
      open.focus();
    }
  };
  const open = button(words, start, { sign: "qr", look: ".wide" });
  signal.addEventListener("abort", () => stop());
  return h("div.field", {}, problem, open, place);
}

async function read(film, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const reader = await readerOf();
  film.srcObject = stream;
  await film.play();
  const canvas = document.createElement("canvas");
  let isBusy = false;
  const timer = setInterval(async () => {
    if (isBusy || film.videoWidth === 0) return;
    isBusy = true;
    const text = await reader(film, canvas).catch(() => null);
    isBusy = false;
    if (!text) return;
    stop();
    found(text);
  }, EVERY);
  const stop = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
  };
  return stop;
}

async function readerOf() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.()) ?? [];
  if (formats.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (film) => (await detector.detect(film))[0]?.rawValue ?? null;
  }
  await import("../vendor/jsqr/jsQR.js");
  return async (film, canvas) => {
    const scale = Math.min(1, WIDEST / film.videoWidth);
    canvas.width = Math.round(film.videoWidth * scale);
    canvas.height = Math.round(film.videoHeight * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(film, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return self.jsQR(data, width, height)?.data ?? null;
  };
}
