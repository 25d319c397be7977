// A short message at the top of the page, read out by screen readers.

const SECONDS = 4;

/** Show `text`; `link` = {href, text} adds one thing to do. */
export function toast(text, { good = true, link } = {}) {
  const template = document.getElementById(good ? "toast-good" : "toast-bad");
  const place = document.getElementById("toasts");
  if (!template || !place) return;
  const piece = template.content.firstElementChild.cloneNode(true);
  piece.querySelector("[data-text]").textContent = text;
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.text;
    piece.append(anchor);
  }
  place.replaceChildren(piece);
  setTimeout(() => piece.remove(), SECONDS * 1000);
}
