// Time that runs out: the page says until when, this adds how much is left, and shows the page anew when it is over.

export function startCountdowns() {
  for (const place of document.querySelectorAll("[data-left]")) {
    const end = Date.now() + Number(place.dataset.left) * 1000;
    place.hidden = false;
    const timer = setInterval(tick, 1000);
    tick();

    function tick() {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000));
      const parts = [Math.floor(left / 60), left % 60].map((part) => String(part).padStart(2, "0"));
      place.textContent = parts.join(":");
      if (left > 0) return;
      clearInterval(timer);
      // a page that was already over when it came is not asked for again
      if (Number(place.dataset.left) > 0) location.reload();
    }
  }
}
