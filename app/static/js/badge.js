// The number of pieces on every cart sign of the page.
export function setBadge(pieces) {
  for (const badge of document.querySelectorAll("[data-cart-badge]")) {
    badge.hidden = pieces < 1;
    badge.textContent = pieces > 99 ? "99+" : String(pieces);
  }
}
