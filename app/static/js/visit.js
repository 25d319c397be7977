// Tells the shop that this product was looked at; a member's own history remembers it too.
import { send } from "./api.js";

export function startVisit() {
  const page = document.querySelector("[data-visit], [data-remember]");
  if (!page) return;
  const { visit, remember } = page.dataset;
  if (visit) send("POST", visit);
  if (remember) send("POST", "/browse_histories/", { sku_id: Number(remember) });
}
