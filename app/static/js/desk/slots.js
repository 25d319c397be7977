// Ads of a slot, put in order by dragging: the numbers of the form follow, the form is sent as ever.

for (const list of document.querySelectorAll("[data-sortable]")) sortable(list);

function sortable(list) {
  let dragged = null;

  for (const row of list.querySelectorAll("[data-row]")) {
    const grip = document.createElement("span");
    grip.className = "slot-grip";
    grip.textContent = "⠿";
    grip.setAttribute("aria-hidden", "true");
    grip.addEventListener("pointerdown", () => {
      row.draggable = true;
    });
    row.querySelector(".slot-order").prepend(grip);

    row.addEventListener("dragstart", () => {
      dragged = row;
      row.toggleAttribute("data-dragged", true);
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      row.removeAttribute("data-dragged");
      dragged = null;
      number(list);
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      row[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
    });
  }
}

function number(list) {
  list.querySelectorAll("[data-place]").forEach((field, place) => {
    field.value = place + 1;
  });
}
