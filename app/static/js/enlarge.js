// Small pictures open large in a dialog, with arrows between them. Without this they are links to the large files.

export function startEnlarge() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-enlarge] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    show([...link.closest("[data-enlarge]").querySelectorAll("a")], link);
  });
}

function show(links, first) {
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  const image = document.createElement("img");
  const bar = document.createElement("form");
  bar.method = "dialog";
  let place = links.indexOf(first);
  const turn = (step) => {
    place = (place + step + links.length) % links.length;
    image.src = links[place].href;
    image.alt = links[place].querySelector("img")?.alt ?? "";
  };
  const [before, after, shut] = first.closest("[data-enlarge]").dataset.enlarge.split("|");
  if (links.length > 1) bar.append(button("‹", before, () => turn(-1)), button("›", after, () => turn(1)));
  bar.append(button("✕", shut));
  dialog.append(image, bar);
  dialog.setAttribute("aria-label", first.querySelector("img")?.alt ?? "");
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    first.focus();
  });
  document.body.append(dialog);
  turn(0);
  dialog.showModal();
}

function button(sign, name, act) {
  const made = document.createElement("button");
  made.className = "btn";
  made.type = act ? "button" : "submit";
  made.textContent = sign;
  made.setAttribute("aria-label", name);
  if (act) made.addEventListener("click", act);
  return made;
}
