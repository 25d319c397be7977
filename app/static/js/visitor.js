// A page that is kept for everybody knows nobody: one small request brings the form token, the name and the cart.
import { setBadge } from "./badge.js";

let known = Promise.resolve();

/** Settles when the page knows its visitor; at once on a page that was made for them. */
export const visitorKnown = () => known;

export function startVisitor() {
  const { visitorUrl } = document.body.dataset;
  if (visitorUrl) known = meet(visitorUrl).catch(() => {});
  // a page from the browser's own history may be older than the last sign-in
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && visitorUrl) known = meet(visitorUrl).catch(() => {});
  });
}

async function meet(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const visitor = await response.json();
  document.querySelector('meta[name="csrf-token"]').content = visitor.csrf_token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = visitor.csrf_token;
  setBadge(visitor.cart_count ?? 0);
  if (visitor.signed_in) showName(visitor);
}

/** Only a page from a front server's folder reaches somebody who is signed in. */
function showName(visitor) {
  const bar = document.querySelector("[data-who]");
  if (!bar) return;
  for (const entry of bar.querySelectorAll(":scope > li:has(> a[href^='/login/'], > a[href^='/register/'])")) entry.remove();
  bar.insertAdjacentHTML("afterbegin", visitor.who);
}
