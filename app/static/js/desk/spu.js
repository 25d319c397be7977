// The desks of the catalogue: linked categories, brands looked up while typing, lines to drag.
import { startOrder } from "./order.js";

startOrder();
startChain();
startLookup();
startLetter();

// A category chosen in one field leaves in the next only what lies below it.
function startChain() {
  for (const chain of document.querySelectorAll("[data-chain]")) {
    const [first, second, third] = [...chain.querySelectorAll("select[data-level]")];
    const whole = { second: [...second.children], third: [...third.children] };
    const show = () => {
      const keep = { second: second.value, third: third.value };
      second.replaceChildren(...whole.second.filter((each) => !each.value || !first.value || each.dataset.parent === first.value));
      second.value = [...second.options].some((each) => each.value === keep.second) ? keep.second : "";
      third.replaceChildren(
        ...whole.third.filter((each) => {
          if (!each.matches("optgroup")) return true;
          if (second.value) return each.dataset.parent === second.value;
          return !first.value || each.dataset.top === first.value;
        }),
      );
      third.value = [...third.options].some((each) => each.value === keep.third) ? keep.third : "";
    };
    first.addEventListener("change", show);
    second.addEventListener("change", () => {
      first.value = second.selectedOptions[0]?.dataset.parent ?? first.value;
      show();
    });
    third.addEventListener("change", () => {
      const group = third.selectedOptions[0]?.parentElement;
      if (!group?.matches("optgroup")) return;
      first.value = group.dataset.top;
      second.replaceChildren(...whole.second.filter((each) => !each.value || each.dataset.parent === first.value));
      second.value = group.dataset.parent;
    });
    show();
  }
}

function later(act, wait = 200) {
  let timer;
  return (...facts) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...facts), wait);
  };
}

async function ask(url, words) {
  const answer = await fetch(`${url}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

// Names fill the list of suggestions of a field; the form sends the name.
function startLookup() {
  for (const field of document.querySelectorAll("[data-lookup]")) {
    const list = document.getElementById(field.getAttribute("list"));
    const look = later(async () => {
      const found = await ask(field.dataset.lookup, field.value.trim()).catch(() => null);
      if (!found) return;
      list.replaceChildren(...found.names.map((name) => Object.assign(document.createElement("option"), { value: name })));
      const none = document.getElementById(`${list.id}-none`);
      if (none) none.hidden = found.names.length > 0;
    });
    field.addEventListener("input", look);
    field.addEventListener("focus", look, { once: true });
  }
}

// The letter a new name is found under, until somebody writes another.
function startLetter() {
  for (const field of document.querySelectorAll("[data-letter]")) {
    const letter = field.form.elements.first_letter;
    let own = letter.value === "";
    letter.addEventListener("input", () => (own = letter.value === ""));
    field.addEventListener(
      "input",
      later(async () => {
        if (!own || !field.value.trim()) return;
        const found = await ask(field.dataset.letter, field.value.trim()).catch(() => null);
        if (found && own) letter.value = found.letter;
      }),
    );
  }
}
