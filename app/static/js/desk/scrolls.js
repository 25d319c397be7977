// A table wider than its card is scrolled by keyboard too: the card takes the focus while there is something to scroll.

export function startScrolls() {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const card of document.querySelectorAll(".desk-scroll")) watch.observe(card);
}
