// One circle a residence, as large as it has incidents. Without this script the list beside says the same.
const box = document.getElementById("carte");

function words(point) {
  const found = document.createElement("div");
  const link = document.createElement("a");
  link.href = point.url;
  link.textContent = point.name;
  const count = document.createElement("p");
  const late = point.late ? `, dont ${point.late} en retard` : "";
  count.textContent = `${point.count} incident${point.count > 1 ? "s" : ""}${late}${point.approximate ? " (position approximative)" : ""}`;
  found.append(link, count);
  return found;
}

function draw(points) {
  box.hidden = false;
  const map = L.map(box, { zoomSnap: 0.5, maxZoom: 18 });
  map.attributionControl.setPrefix(false);
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: "Rapprocher", zoomOutTitle: "Éloigner" }).addTo(map);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.credit, maxZoom: 18 }).addTo(map);
  map.fitBounds(L.latLngBounds(points.map((point) => point.at)).pad(0.2), { maxZoom: 15 });
  // Few points bear their names; more of them would hide each other's.
  const permanent = points.length <= 20;
  for (const point of points) {
    const colour = point.late ? "#a1271a" : "#0a5a5e";
    const radius = Math.min(10 + Math.sqrt(point.count) * 1.5, 34);
    L.circleMarker(point.at, { radius, color: colour, fillColor: colour, fillOpacity: 0.55, weight: 2 })
      .bindTooltip(`${point.name} : ${point.count}`, { permanent, direction: "bottom", offset: [0, radius] })
      .bindPopup(() => words(point))
      .addTo(map);
  }
}

if (box) draw(JSON.parse(document.getElementById("points").textContent));
