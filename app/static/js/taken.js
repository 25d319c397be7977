// Is the name or the number taken? Asked while it is typed, a little after the last key. The server decides when it is sent.
import { send } from "./api.js";

const PAUSE_MS = 600;

export function startTaken() {
  for (const input of document.querySelectorAll("input[data-taken]")) watch(input);
}

function watch(input) {
  const line = document.createElement("p");
  line.className = "error";
  line.setAttribute("role", "status");
  line.hidden = true;
  input.closest(".field").append(line);
  let timer;
  let asked = "";
  const ask = async () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < Number(input.dataset.takenFrom) || text === asked) return;
    asked = text;
    const answer = await send("GET", input.dataset.taken.replace("{}", encodeURIComponent(text)));
    // Whoever typed on meanwhile, or asked too often, is told nothing.
    if (input.value.trim() !== text) return;
    line.textContent = answer.count ? input.dataset.takenSaid : "";
    line.hidden = !answer.count;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    line.hidden = true;
    asked = "";
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("change", ask);
}
