// The pictures of a product, large in a dialog: arrows and swipes turn, a press enlarges, Escape shuts.
// Without this the pictures are links to their large files.

const SWIPE = 48;
let open = null;

export function startGallery() {
  if (!window.HTMLDialogElement) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-zoom]");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      show(link);
      return;
    }
    const box = event.target.closest?.("[data-zoom-box]");
    if (!box || !open) return;
    const step = event.target.closest("[data-zoom-step]");
    if (step) turn(Number(step.dataset.zoomStep));
    else if (event.target.closest("[data-zoom-stage]")) enlarge(event);
    else if (event.target === box || event.target.closest("[data-zoom-close]")) box.close();
  });
}

function show(link) {
  const gallery = link.closest("[data-gallery]");
  const links = [...gallery.querySelectorAll("a[data-zoom]")];
  const box = gallery.querySelector("[data-zoom-box]");
  open = { gallery, box, links, place: links.indexOf(link), stage: box.querySelector("[data-zoom-stage]") };
  if (!box.dataset.ready) prepare(box);
  turn(0);
  box.showModal();
  box.querySelector("[data-zoom-close]").focus();
}

/** Once for each dialog. */
function prepare(box) {
  box.dataset.ready = "1";
  box.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -open.place, End: open.links.length - 1 - open.place };
    if (!(event.key in steps)) return;
    event.preventDefault();
    turn(steps[event.key]);
  });
  box.addEventListener("close", leave);
  const stage = box.querySelector("[data-zoom-stage]");
  stage.addEventListener("pointermove", (event) => event.pointerType === "mouse" && follow(event));
  let from = null;
  stage.addEventListener("touchstart", (event) => {
    from = event.touches.length === 1 && !isLarge() ? event.touches[0].clientX : null;
  }, { passive: true });
  stage.addEventListener("touchend", (event) => {
    if (from === null) return;
    const way = event.changedTouches[0].clientX - from;
    if (Math.abs(way) >= SWIPE) turn(way < 0 ? 1 : -1);
  });
}

/** The next picture, in a ring; the one behind the dialog goes along. */
function turn(step) {
  const { links, stage, box, gallery } = open;
  open.place = (open.place + step + links.length) % links.length;
  const image = new Image();
  image.alt = links[open.place].querySelector("img")?.alt ?? "";
  image.src = links[open.place].href;
  stage.replaceChildren(image);
  setLarge(false);
  box.querySelector("[data-zoom-count]").textContent = links.length > 1 ? `${open.place + 1} / ${links.length}` : "";
  const radio = gallery.querySelectorAll(".tab-radio")[open.place];
  if (radio) radio.checked = true;
}

const isLarge = () => open.stage.getAttribute("aria-pressed") === "true";

function setLarge(large) {
  open.stage.setAttribute("aria-pressed", String(large));
}

/** Twice as large around the place that was pressed; again, and it is whole. */
function enlarge(event) {
  setLarge(!isLarge());
  if (isLarge()) follow(event);
}

function follow(event) {
  if (!isLarge()) return;
  const { stage } = open;
  const frame = stage.getBoundingClientRect();
  const part = (at, size) => (event.detail === 0 && event.type === "click" ? 0.5 : Math.min(Math.max(at / size, 0), 1));
  stage.scrollLeft = (stage.scrollWidth - stage.clientWidth) * part(event.clientX - frame.left, frame.width);
  stage.scrollTop = (stage.scrollHeight - stage.clientHeight) * part(event.clientY - frame.top, frame.height);
}

/** Back to the picture that was seen last. */
function leave() {
  open.stage.replaceChildren();
  open.links[open.place].focus();
  open = null;
}
