// Boxes drawn over the photo are the numbers of the form: each follows the other. Without this script, the numbers do.
const SVG = "http://www.w3.org/2000/svg";
const NAMES = ["left", "top", "width", "height"];
const picture = document.querySelector(".redaction svg");
const rows = [...document.querySelectorAll("fieldset.box")].map((row) =>
  NAMES.map((name) => row.querySelector(`input[name$="-${name}"]`)),
);
// Less than this is a tap, not a box: one hundredth of a side, as the server asks.
const SMALLEST = 1;

function numbers(row) {
  return row.map((input) => (input.value === "" ? NaN : Number(input.value)));
}

function isEmpty(row) {
  return row.every((input) => input.value === "");
}

/** The boxes that are there, and room for one more. */
function unfold() {
  const next = rows.find(isEmpty);
  for (const row of rows) row[0].closest("fieldset").hidden = isEmpty(row) && row !== next;
}

function draw() {
  unfold();
  picture.replaceChildren();
  for (const [left, top, width, height] of rows.map(numbers)) {
    if ([left, top, width, height].some(Number.isNaN)) continue;
    const box = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x: left, y: top, width, height })) box.setAttribute(name, value);
    picture.append(box);
  }
}

function at(event) {
  const frame = picture.getBoundingClientRect();
  const inside = (value) => Math.min(100, Math.max(0, value));
  return [
    inside(((event.clientX - frame.left) / frame.width) * 100),
    inside(((event.clientY - frame.top) / frame.height) * 100),
  ];
}

function fill(row, [x, y], [toX, toY]) {
  // Tenths of a percent, the far side rounded with its corner: a box never leaves the photo.
  const tenths = (value) => Math.round(value * 10);
  const [left, top] = [Math.min(tenths(x), tenths(toX)), Math.min(tenths(y), tenths(toY))];
  const values = [left, top, Math.abs(tenths(toX) - tenths(x)), Math.abs(tenths(toY) - tenths(y))];
  row.forEach((input, index) => (input.value = values[index] / 10));
  draw();
}

let drawing = null;
picture.addEventListener("pointerdown", (event) => {
  const row = rows.find(isEmpty);
  if (!row || !event.isPrimary) return;
  event.preventDefault();
  picture.setPointerCapture(event.pointerId);
  drawing = { row, from: at(event) };
});
picture.addEventListener("pointermove", (event) => drawing && fill(drawing.row, drawing.from, at(event)));
for (const ended of ["pointerup", "pointercancel"]) {
  picture.addEventListener(ended, () => {
    const [, , width, height] = drawing ? numbers(drawing.row) : [0, 0, 100, 100];
    if (!(width >= SMALLEST && height >= SMALLEST)) drawing.row.forEach((input) => (input.value = ""));
    drawing = null;
    draw();
  });
}

for (const [index, row] of rows.entries()) {
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = `Retirer le cadre ${index + 1}`;
  remove.addEventListener("click", () => {
    row.forEach((input) => (input.value = ""));
    draw();
  });
  row[0].closest("fieldset").append(remove);
  row.forEach((input) => input.addEventListener("input", draw));
}
document.getElementById("tracer").hidden = false;
draw();
