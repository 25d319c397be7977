// Plus and minus beside a number. A cart line tells the server when the number has come to rest.

const REST_MS = 350;
const waiting = new WeakMap();

export function startSteppers() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    const input = button?.closest("[data-stepper]")?.querySelector("input");
    if (!input) return;
    set(input, Number(input.value) + Number(button.dataset.step));
    clearTimeout(waiting.get(input));
    waiting.set(input, setTimeout(() => input.dispatchEvent(new Event("change", { bubbles: true })), REST_MS));
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("[data-stepper]")) mark(event.target);
  });
  document.addEventListener(
    "change",
    (event) => {
      if (event.target.closest?.("[data-stepper]")) set(event.target, Number(event.target.value));
    },
    true,
  );
}

function set(input, value) {
  const least = Number(input.min);
  const most = Number(input.max);
  input.value = Math.min(Math.max(Math.trunc(value) || least, least), most);
  mark(input);
}

function mark(input) {
  const [less, more] = input.closest("[data-stepper]").querySelectorAll("[data-step]");
  less.disabled = Number(input.value) <= Number(input.min);
  more.disabled = Number(input.value) >= Number(input.max);
}
