// The grid of prices: arrows and Enter move between rows, and what differs from before is marked.

const grid = document.querySelector("[data-grid]");
if (grid) {
  const fields = () => [...grid.querySelectorAll("input[data-old]")];
  const mark = (field) => field.toggleAttribute("data-changed", field.value.trim() !== field.dataset.old);

  for (const field of fields()) mark(field);
  grid.addEventListener("input", (event) => {
    if (event.target.dataset.old !== undefined) mark(event.target);
  });
  grid.addEventListener("focusin", (event) => {
    if (event.target.dataset.old !== undefined) event.target.select();
  });
  grid.addEventListener("keydown", (event) => {
    const way = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.target.dataset.old === undefined) return;
    const cell = event.target.closest("td");
    const rows = [...grid.tBodies[0].rows];
    const next = rows[rows.indexOf(cell.parentElement) + way]?.cells[cell.cellIndex]?.querySelector("input");
    event.preventDefault();
    next?.focus();
  });
}
