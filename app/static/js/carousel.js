// The carousel is a strip that scrolls; this only moves it, by hand or by the clock.

const EVERY_MS = 5000;

export function startCarousels() {
  for (const box of document.querySelectorAll("[data-carousel]")) start(box);
}

function start(box) {
  const track = box.querySelector("[data-carousel-track]");
  const dots = [...box.querySelectorAll("[data-carousel-to]")];
  const pause = box.querySelector("[data-carousel-pause]");
  if (!track || dots.length < 2) return;
  let here = 0;
  let held = false;
  let stopped = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const show = (index) => {
    here = index;
    dots.forEach((dot, at) => (at === index ? dot.setAttribute("aria-current", "true") : dot.removeAttribute("aria-current")));
  };
  const go = (index) => {
    const at = (index + dots.length) % dots.length;
    track.scrollTo({ left: at * track.clientWidth, behavior: stopped ? "auto" : "smooth" });
    show(at);
  };
  const setStopped = (value) => {
    stopped = value;
    pause?.setAttribute("aria-pressed", String(value));
  };

  setStopped(stopped);
  dots.forEach((dot, at) => dot.addEventListener("click", () => go(at)));
  for (const button of box.querySelectorAll("[data-carousel-go]")) {
    button.addEventListener("click", () => go(here + Number(button.dataset.carouselGo)));
  }
  pause?.addEventListener("click", () => setStopped(!stopped));
  track.addEventListener("scrollend", () => show(Math.round(track.scrollLeft / track.clientWidth)));
  for (const [type, value] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]]) {
    box.addEventListener(type, () => (held = value));
  }
  setInterval(() => {
    if (!stopped && !held && !document.hidden) go(here + 1);
  }, EVERY_MS);
}
