// Keys of the list and the desk of orders, and the copy buttons. Nothing here is the only way: each key presses a link,
// a box or a field that is on the page. Off while somebody writes, and with Ctrl, Alt or Cmd.

const table = document.querySelector("table[data-rows]");
const rows = table ? [...table.tBodies[0].rows] : [];
const dialog = document.getElementById("keys");
let at = -1;

function go(step) {
  if (!rows.length) {
    document.querySelector(step > 0 ? "[data-key-after]" : "[data-key-before]")?.click();
    return;
  }
  rows[at]?.removeAttribute("data-at");
  at = Math.min(rows.length - 1, Math.max(0, at + step));
  rows[at].setAttribute("data-at", "");
  rows[at].querySelector("a[data-open]")?.focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
}

function focusOn(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.scrollIntoView({ block: "center" });
  return Boolean(field);
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  Enter: () => rows[at]?.querySelector("a[data-open]")?.click(),
  x: () => rows[at]?.querySelector('input[name="rowid"]')?.click(),
  s: () => {
    if (rows.length) {
      const link = rows[at]?.querySelector("a[data-open]");
      if (link) location.assign(`${link.href}#ship`);
    } else focusOn("#ship input[name=carrier]");
  },
  n: () => focusOn("#note input[name=text]"),
  "/": () => {
    if (!focusOn("[data-search]")) document.querySelector("[data-key-list]")?.click();
  },
  "?": () => dialog?.showModal(),
};

function isWriting(element) {
  return element.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]") !== null;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-keys-open]")?.addEventListener("click", () => dialog?.showModal());
// after the browser has gone to the place that the address names, which takes the focus away
addEventListener("load", () => {
  if (location.hash === "#ship") setTimeout(() => focusOn("#ship input[name=carrier]"));
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    button.textContent = "✓";
    setTimeout(() => (button.textContent = label), 1500);
  });
}
