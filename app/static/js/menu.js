// Escape shuts what hovering or focus has opened; leaving opens the way again.

export function startMenus() {
  const boxes = document.querySelectorAll(".catalogue, .minicart");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") boxes.forEach((box) => box.classList.add("shut"));
  });
  for (const box of boxes) {
    for (const type of ["mouseleave", "focusin"]) box.addEventListener(type, () => box.classList.remove("shut"));
  }
}
