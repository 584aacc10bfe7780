// A photo as it leaves the phone: upright, 1600 pixels at most, JPEG. Drawn anew, it says neither where nor by what.
import { sha256, uuid7 } from "./names.js";

/**
 * @typedef {object} Prepared
 * @property {string} uuid
 * @property {ArrayBuffer} bytes
 * @property {string} sha256 In hexadecimal.
 * @property {number|null} width Null where the browser could not decode it.
 * @property {number|null} height
 * @property {string} type
 * @property {string} made_at
 */

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;
const MEGABYTE = 2 ** 20;
const MOST_CHOSEN = 60 * MEGABYTE;
const MOST_SENT = 15 * MEGABYTE;
const HEIC = new Set(["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"]);

/** What was chosen cannot be sent. Its message is for the person. */
export class NoPhoto extends Error {
  constructor(message) {
    super(message);
    this.name = "NoPhoto";
  }
}

/** @param {Blob} file What the camera or the gallery gave. Raises NoPhoto. @returns {Promise<Prepared>} */
export async function prepare(file) {
  if (file.size === 0) throw new NoPhoto("Ce fichier est vide : choisissez une autre photo.");
  if (file.size > MOST_CHOSEN) throw new NoPhoto("Cette photo pèse plus de 60 Mo : choisissez-en une plus légère.");
  const picture = await decoded(file);
  if (picture === null) return asItIs(file);
  try {
    return await drawn(picture);
  } finally {
    picture.close?.();
  }
}

/** Upright pixels, or null when this browser cannot read them. */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return inAnElement(file);
  }
}

/** Some browsers show in a page what they do not decode elsewhere. */
async function inAnElement(file) {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function drawn(picture) {
  const [wide, high] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(wide, high));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(wide * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  const context = canvas.getContext("2d");
  // What is transparent would turn black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (blob === null) throw new NoPhoto("Cette photo est trop grande pour ce téléphone : choisissez-en une plus petite.");
  return named(await blob.arrayBuffer(), "image/jpeg", canvas.width, canvas.height);
}

/** An iPhone's photo in a browser that does not read it: the server does. */
async function asItIs(file) {
  const head = new TextDecoder("latin1").decode(await file.slice(0, 12).arrayBuffer());
  if (head.slice(4, 8) !== "ftyp" || !HEIC.has(head.slice(8, 12))) {
    throw new NoPhoto("Ce fichier n'est pas une photo lisible : choisissez une image (JPEG, PNG ou HEIC).");
  }
  if (file.size > MOST_SENT) throw new NoPhoto("Cette photo HEIC pèse plus de 15 Mo : choisissez-en une plus légère.");
  return named(await file.arrayBuffer(), "image/heic", null, null);
}

async function named(bytes, type, width, height) {
  return { uuid: uuid7(), bytes, sha256: await sha256(bytes), width, height, type, made_at: new Date().toISOString() };
}
