// Province, city, district: each choice fetches the next level. A level without children is not asked for.
import { send } from "./api.js";

export function startAreas() {
  for (const box of document.querySelectorAll("[data-areas]")) {
    const [province, city, district] = box.querySelectorAll("select");
    province.addEventListener("change", () => fill(province.value, city, district));
    city.addEventListener("change", () => fill(city.value, district));
    for (const select of [city, district]) select.disabled = select.options.length < 2;
  }
}

async function fill(parent, select, ...below) {
  for (const each of [select, ...below]) offer(each, []);
  if (!Number(parent)) return;
  const answer = await send("GET", `/areas/?area_id=${encodeURIComponent(parent)}`);
  const found = answer.sub_data?.subs ?? [];
  offer(select, found);
  // A level that has nothing to choose says so, and so do those below it.
  if (answer.sub_data && !found.length) {
    for (const each of [select, ...below]) each.options[0].textContent = each.closest("[data-areas]").dataset.none;
  }
}

function offer(select, areas) {
  const first = new Option(document.body.dataset.sayChoose, "");
  select.replaceChildren(first, ...areas.map((area) => new Option(area.name, area.id)));
  select.disabled = areas.length === 0;
}
