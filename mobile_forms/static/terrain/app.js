// The first screen: whom the phone speaks for, and what waits.
import { subscribe } from "./queue.js";
import { session } from "./session.js";

const screen = document.querySelector("#contenu");
const heading = document.createElement("h1");
const state = document.createElement("p");
screen.append(heading, state);

subscribe(async (items, status) => {
  const bearer = await session();
  heading.textContent = bearer?.person ?? "Associer ce téléphone";
  state.textContent = [`${items.filter((item) => item.state !== "sent").length} en attente.`, status.why].join(" ");
});
