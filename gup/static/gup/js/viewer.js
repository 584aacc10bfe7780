// Arrows go from one photo to the next, as the links below it do.
const RELATION = { ArrowLeft: "prev", ArrowRight: "next" };

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.querySelector(`a[rel="${RELATION[event.key]}"]`)?.click();
});
