// One sentence for the next screen, and going there.

let word = "";

/** Go to another screen, with a sentence to show there. Going where one is draws the screen again. */
export function leaveFor(address, sentence = "") {
  word = sentence;
  if (location.hash === address) document.dispatchEvent(new Event("gup-again"));
  else location.hash = address;
}

/** Draw the present screen again: something it stands on has changed. */
export function again() {
  document.dispatchEvent(new Event("gup-again"));
}

/** The sentence that was left, once. */
export function taken() {
  const left = word;
  word = "";
  return left;
}

export const QUEUED = "C'est enregistré sur ce téléphone. L'envoi part tout seul dès que le réseau répond.";
