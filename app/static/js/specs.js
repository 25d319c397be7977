// The spec picker: arrows walk along a row of options; after another one was fetched the reader stays where they were.

export function startSpecs() {
  document.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const option = event.target.closest?.("[data-specs] a.option");
    if (!way || !option || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const row = [...option.closest(".spec-options").querySelectorAll("a.option")];
    row[(row.indexOf(option) + way + row.length) % row.length].focus();
  });
  let chosen = "";
  document.addEventListener("click", (event) => {
    chosen = event.target.closest?.("[data-specs] a.option")?.id ?? chosen;
    const opener = event.target.closest?.("[data-opens]");
    const tab = opener && document.getElementById(opener.dataset.opens);
    if (tab) tab.checked = true;
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!chosen) return;
    document.getElementById(chosen)?.focus({ preventScroll: true });
    chosen = "";
  });
}
