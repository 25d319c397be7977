// What htmx needs to know about this shop: the form token, and where errors go.
import { csrfToken } from "./api.js";
import { setBadge } from "./badge.js";
import { toast } from "./toast.js";

export function startHtmx() {
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:before:swap", keepErrorsOut);
  document.addEventListener("htmx:error", () => toast(document.body.dataset.sayFailed, { good: false }));
  document.addEventListener("htmx:after:swap", showCount);
}

/** An error never replaces a part of the page: its sentence becomes a toast, and the form shows its old values again. */
function keepErrorsOut(event) {
  const { ctx } = event.detail;
  if (!ctx?.response || ctx.response.status < 400) return;
  event.preventDefault();
  const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
  const sentence = answer.querySelector(".notice")?.textContent.trim();
  toast(sentence || document.body.dataset.sayFailed, { good: false });
  ctx.sourceElement?.closest("form")?.reset();
}

/** The badge follows whatever the server has just said about the cart. */
function showCount() {
  const pieces = document.querySelector("#cart[data-cart-count], #minicart-panel [data-cart-count]")?.dataset.cartCount;
  if (pieces !== undefined) setBadge(Number(pieces));
}
