// Shows the photos that were chosen, before they are sent. Without this script the field works all the same.
function show(field) {
  field.parentElement.querySelector(".chosen")?.remove();
  const list = document.createElement("ul");
  list.className = "chosen";
  for (const file of field.files) {
    const image = new Image();
    image.alt = file.name;
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    const item = document.createElement("li");
    item.append(image);
    list.append(item);
  }
  if (field.files.length) field.after(list);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file]")) show(event.target);
});
