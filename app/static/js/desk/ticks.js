// Ticking rows: all of a page at once, a run of them with Shift, and how many are ticked.

export function startTicks() {
  for (const table of document.querySelectorAll("[data-rows]")) {
    const boxes = [...table.querySelectorAll('input[name="rowid"]')];
    if (boxes.length) follow(table, boxes);
  }
}

function follow(table, boxes) {
  const all = table.querySelector("[data-tick-all]");
  const told = table.closest("form")?.querySelector("[data-ticked]");
  let last = null;

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr").toggleAttribute("data-on", box.checked);
    if (told) {
      told.hidden = ticked === 0;
      told.textContent = `✓ ${ticked}`;
    }
    if (all) {
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  };

  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last && last !== box) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
      }
      last = box;
      show();
    });
  }
  addEventListener("pageshow", show);
  show();
}
