// Lines with numbers can be dragged by their grip: what was dragged gives all of them their numbers anew.
// Without scripts the numbers are typed.

export function startOrder() {
  for (const list of document.querySelectorAll("[data-order]")) watch(list);
}

function watch(list) {
  let held = null;
  const items = () => [...list.children].filter((each) => each.matches("[data-order-item]"));
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    const item = grip?.closest("[data-order-item]");
    if (!item || item.parentElement !== list) return;
    event.preventDefault();
    held = item;
    item.dataset.held = "";
    list.setPointerCapture(event.pointerId);
  });
  list.addEventListener("pointermove", (event) => {
    if (!held) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-order-item]");
    if (!over || over === held || over.parentElement !== list) return;
    const before = items().indexOf(held) > items().indexOf(over);
    over[before ? "before" : "after"](held);
  });
  for (const ending of ["pointerup", "pointercancel"]) {
    list.addEventListener(ending, () => {
      if (!held) return;
      delete held.dataset.held;
      held = null;
      items().forEach((item, at) => {
        const place = item.querySelector(":scope > [data-place], :scope > * > [data-place]");
        if (place) place.value = at + 1;
      });
    });
  }
}
