// Filters without a reload: what was unfolded stays so, and a page that htmx asked for never goes stale in history.
let unfolded = new Set();

document.addEventListener("htmx:beforeSwap", () => {
  unfolded = new Set([...document.querySelectorAll("#resultats details[open]")].map((each) => each.id));
});

document.addEventListener("htmx:afterSwap", () => {
  for (const each of document.querySelectorAll("#resultats details")) if (unfolded.has(each.id)) each.open = true;
});

// The address says what is asked and nothing else: no empty field, no list cut in the middle.
document.addEventListener("htmx:configRequest", (event) => {
  for (const [name, value] of [...event.detail.formData.entries()]) if (!value) event.detail.formData.delete(name);
});

// Beside the list there is room for every filter; above it, on a phone, they stay folded.
const filters = document.getElementById("plus");
if (filters && matchMedia("(min-width: 60rem)").matches) filters.open = true;
