// The search box as a combobox: suggestions while typing, own recent searches kept in this browser, arrow keys, Escape.
// Pattern: WAI-ARIA combobox with a list popup; focus stays in the field, aria-activedescendant points at the option.
const RECENT = "meiduo-recent";
const KEPT = 8;
const PAUSE_MS = 120;

export function startSuggest() {
  for (const form of document.querySelectorAll("form[data-suggest]")) new Box(form);
}

class Box {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("input[name=q]");
    this.list = document.createElement("div");
    Object.assign(this.list, { id: "suggest-list", className: "suggest", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.sayList);
    this.status = document.createElement("p");
    this.status.className = "sr-only";
    this.status.setAttribute("role", "status");
    form.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "suggest-list",
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
    }))
      this.field.setAttribute(name, value);
    this.typed = this.field.value;
    this.at = -1;
    this.asked = 0;
    remember(new URLSearchParams(location.search).get("q"), location.pathname === new URL(form.action).pathname);
    this.listen();
  }

  listen() {
    this.field.addEventListener("input", () => {
      this.typed = this.field.value;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), PAUSE_MS);
    });
    this.field.addEventListener("focus", () => this.ask());
    this.field.addEventListener("click", () => this.list.hidden && this.ask());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", () => this.shut());
    this.form.addEventListener("focusout", (event) => {
      if (!this.form.contains(event.relatedTarget)) this.shut();
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      if (event.target.closest("[data-clear]")) {
        forget();
        this.ask();
        this.field.focus();
      }
    });
  }

  key(event) {
    if (event.isComposing) return;
    const { key } = event;
    if (key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.field.value = this.typed;
      this.shut();
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.ask();
      else this.move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.options()[this.at].click();
    }
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  /** One step beyond either end is the field itself, with what was typed. */
  move(step) {
    const options = this.options();
    if (!options.length) return;
    this.at = ((this.at + 1 + step + options.length + 1) % (options.length + 1)) - 1;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    const chosen = options[this.at];
    this.field.value = chosen?.dataset.words ?? this.typed;
    if (chosen) {
      this.field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else this.field.removeAttribute("aria-activedescendant");
  }

  async ask() {
    const ticket = ++this.asked;
    const words = this.typed.trim();
    let html = "";
    try {
      const response = await fetch(`${this.form.dataset.suggest}?${new URLSearchParams({ q: words })}`, {
        headers: { Accept: "text/html", "HX-Request": "true" },
      });
      if (response.ok) html = await response.text();
    } catch {
      // without the network there are still the own searches
    }
    if (ticket !== this.asked || !this.form.contains(document.activeElement)) return;
    this.list.innerHTML = html; // our own server's escaped fragment
    if (!words) this.list.prepend(...this.recent());
    this.at = -1;
    this.field.removeAttribute("aria-activedescendant");
    const { length } = this.options();
    this.show(length > 0);
    this.status.textContent = length ? `${length} ${this.form.dataset.sayCount}` : "";
  }

  recent() {
    const kept = recentWords();
    if (!kept.length) return [];
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.form.dataset.sayRecent);
    const head = document.createElement("p");
    head.className = "suggest-head";
    head.textContent = this.form.dataset.sayRecent;
    const clear = document.createElement("button");
    Object.assign(clear, { type: "button", className: "suggest-clear", textContent: this.form.dataset.sayClear });
    clear.dataset.clear = "";
    head.append(clear);
    group.append(head);
    kept.forEach((words, place) => {
      const row = document.createElement("a");
      Object.assign(row, { id: `suggest-r${place}`, className: "suggest-row", textContent: words, tabIndex: -1 });
      row.href = `${this.form.action}?${new URLSearchParams({ q: words })}`;
      row.dataset.words = words;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      group.append(row);
    });
    return [group];
  }

  show(open) {
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
  }

  shut() {
    this.asked += 1;
    clearTimeout(this.timer);
    this.at = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.show(false);
  }
}

function recentWords() {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((words) => typeof words === "string").slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** Only in this browser, newest first, each once. */
function remember(words, isSearch) {
  const clean = words?.trim();
  if (!isSearch || !clean) return;
  try {
    localStorage.setItem(RECENT, JSON.stringify([clean, ...recentWords().filter((each) => each !== clean)].slice(0, KEPT)));
  } catch {
    // a browser that keeps nothing still searches
  }
}

function forget() {
  try {
    localStorage.removeItem(RECENT);
  } catch {
    // nothing was kept
  }
}
