// The page that waits for money asks for the order now and then, and shows itself anew once it has moved on.
import { send } from "./api.js";

const EVERY_MS = 2000;
const TIMES = 60;

export function startWait() {
  const place = document.querySelector("[data-wait]");
  if (!place) return;
  const { wait, waitStatus } = place.dataset;
  let left = TIMES;
  const timer = setInterval(async () => {
    const answer = await send("GET", wait);
    const moved = answer.code === "0" && String(answer.order.status) !== waitStatus;
    if (moved || --left === 0) clearInterval(timer);
    if (moved) location.reload();
  }, EVERY_MS);
}
