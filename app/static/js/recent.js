// Recently viewed: a member's list is the shop's, a guest's stays in this browser and is sent along to be shown.

import { visitorKnown } from "./visitor.js";

const KEPT = "meiduo.recent";
const MOST = 12;

export function startRecent() {
  fill();
  document.addEventListener("htmx:after:swap", fill);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-forget-recent]")) return;
    localStorage.removeItem(KEPT);
    document.querySelector("[data-recent]")?.replaceChildren();
  });
}

async function fill() {
  const place = document.querySelector("[data-recent]:not([data-filled])");
  if (!place) return;
  place.dataset.filled = "1";
  const ids = read();
  note(ids);
  const url = new URL(place.dataset.recent, location.href);
  if (ids.length) url.searchParams.set("ids", ids.join(","));
  const member = document.querySelector("[data-remember]");
  if (!ids.length && !member) return;
  await visitorKnown();
  try {
    const response = await fetch(url, { headers: { Accept: "text/html", "HX-Request": "true" } });
    if (!response.ok) return;
    const part = new DOMParser().parseFromString(await response.text(), "text/html").body;
    place.replaceChildren(...part.childNodes);
  } catch {
    // without it the page only lacks a row
  }
}

/** This page's product goes in front, once it was read which came before it. */
function note(ids) {
  const id = Number(document.querySelector("[data-looked-at]")?.dataset.lookedAt);
  if (!id || document.querySelector("[data-remember]")) return;
  try {
    localStorage.setItem(KEPT, JSON.stringify([id, ...ids.filter((each) => each !== id)].slice(0, MOST)));
  } catch {
    // a browser that keeps nothing
  }
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter(Number.isSafeInteger).slice(0, MOST) : [];
  } catch {
    return [];
  }
}
