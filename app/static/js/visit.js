// Tells the shop that this product was looked at; a member's own history remembers it too.
import { send } from "./api.js";

let told = null;

export function startVisit() {
  tell();
  document.addEventListener("htmx:after:swap", tell);
}

/** Once for each product that stands on the page, whether it was loaded or fetched into it. */
function tell() {
  const page = document.querySelector("[data-visit], [data-remember]");
  if (!page || page === told) return;
  told = page;
  const { visit, remember } = page.dataset;
  if (visit) send("POST", visit);
  if (remember) send("POST", "/browse_histories/", { sku_id: Number(remember) });
}
