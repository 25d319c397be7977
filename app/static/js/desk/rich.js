// A textarea of HTML becomes a page to write on (Squire). The textarea stays what the form sends, and "source" shows it.
import Squire from "../../vendor/squire/squire.mjs";

const TAGS = new Set(
  "H2 H3 H4 P BR HR UL OL LI BLOCKQUOTE STRONG EM TABLE CAPTION THEAD TBODY TR TH TD A FIGURE FIGCAPTION IMG".split(" "),
);
const KEPT = { A: ["href", "title"], IMG: ["src", "alt", "width", "height"], TH: ["colspan", "rowspan", "scope"], TD: ["colspan", "rowspan"] };
const AS = { B: "STRONG", I: "EM", H1: "H2", H5: "H4", H6: "H4", DIV: "P" };
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "EMBED", "SVG", "MATH", "TITLE", "NOSCRIPT"]);
const BLOCKS = /^(H[2-6]|P|DIV|UL|OL|LI|BLOCKQUOTE|TABLE|FIGURE|HR)$/;

for (const root of document.querySelectorAll("[data-rich]")) start(root);

// The same list as descriptions.py, which has the last word: here it keeps what is pasted from acting up on this page.
// What is inside a template neither runs nor loads.
function clean(html) {
  const inert = document.createElement("template");
  inert.innerHTML = html;
  const fragment = document.createDocumentFragment();
  for (const node of [...inert.content.childNodes]) copy(node, fragment);
  return fragment;
}

function copy(node, into) {
  if (node.nodeType === Node.TEXT_NODE) {
    into.append(node.data.replaceAll("\u200b", "")); // the editor's foothold in empty tags
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.nodeName)) return;
  const name = AS[node.nodeName] ?? node.nodeName;
  let target = into;
  // a DIV around blocks is no paragraph
  const isWrap = node.nodeName === "DIV" && [...node.children].some((each) => BLOCKS.test(each.nodeName));
  if (TAGS.has(name) && !isWrap) {
    const element = document.createElement(name);
    for (const attribute of KEPT[name] ?? []) {
      const value = node.getAttribute(attribute);
      if (value !== null && isSafe(name, attribute, value)) element.setAttribute(attribute, value);
    }
    if (name === "IMG" && !element.getAttribute("src")) return;
    into.append(element);
    target = element;
  }
  for (const child of [...node.childNodes]) copy(child, target);
}

function isSafe(name, attribute, value) {
  if (attribute === "href") return /^(https?:\/\/|\/(?!\/)|#)/i.test(value.trim());
  if (attribute === "src") return !/^\s*(javascript|data):/i.test(value);
  return true;
}

function start(root) {
  const [bar, page, source] = [root.querySelector(".rich-bar"), root.querySelector(".rich-page"), root.querySelector("textarea")];
  const editor = new Squire(page, { blockTag: "P", sanitizeToDOMFragment: (html) => clean(html) });
  let inSource = false;
  const show = () => editor.setHTML(source.value);
  const write = () => {
    if (!inSource) source.value = html(page);
  };
  show();
  editor.addEventListener("input", write);
  source.form.addEventListener("submit", write);
  editor.addEventListener("pathChange", () => mark(bar, editor));
  editor.addEventListener("pasteImage", (event) => bring(root, editor, [...event.detail.clipboardData.files]));
  bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the words keep the focus
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (!act) return;
    if (act === "source") {
      inSource = !inSource;
      if (inSource) source.value = html(page);
      else show();
      page.hidden = inSource;
      source.hidden = !inSource;
      event.target.setAttribute("aria-pressed", String(inSource));
      for (const each of bar.querySelectorAll("[data-act]")) each.disabled = inSource && each.dataset.act !== "source";
    } else {
      ACTS[act](editor, root);
      if (act !== "picture") editor.focus();
      write();
    }
  });
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  for (const each of [bar, page]) each.hidden = false;
  source.hidden = true;
}

// What the editor holds, as the shop keeps it: its own tags for bold and italic become ours.
function html(page) {
  const box = document.createElement("div");
  box.append(clean(page.innerHTML));
  for (const last of [...box.querySelectorAll("br:last-child")]) {
    if (!last.nextSibling && last.previousSibling) last.remove();
  }
  for (const empty of [...box.querySelectorAll("p, h2, h3, h4")]) {
    if (!empty.textContent.trim() && !empty.querySelector("img")) empty.remove();
  }
  return box.innerHTML.replace(/<\/(p|h[2-4]|ul|ol|table|blockquote|figure)>/g, "</$1>\n").trim();
}

function block(editor, name) {
  editor.modifyBlocks((fragment) => {
    for (const each of [...fragment.querySelectorAll("p, div, h2, h3, h4")]) {
      if (each.closest("li, td, th, figure")) continue;
      const fresh = document.createElement(name);
      fresh.append(...each.childNodes);
      each.replaceWith(fresh);
    }
    return fragment;
  });
}

const ACTS = {
  bold: (editor) => (editor.hasFormat("B") || editor.hasFormat("STRONG") ? unbold(editor) : editor.bold()),
  italic: (editor) => (editor.hasFormat("I") || editor.hasFormat("EM") ? unitalic(editor) : editor.italic()),
  h3: (editor) => block(editor, "h3"),
  h4: (editor) => block(editor, "h4"),
  p: (editor) => block(editor, "p"),
  ul: (editor) => (editor.hasFormat("UL") ? editor.removeList() : editor.makeUnorderedList()),
  ol: (editor) => (editor.hasFormat("OL") ? editor.removeList() : editor.makeOrderedList()),
  quote: (editor) => (editor.hasFormat("BLOCKQUOTE") ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel()),
  table: (editor) =>
    editor.insertHTML(
      "<table><tbody><tr><th scope=row>　</th><td>　</td></tr><tr><th scope=row>　</th><td>　</td></tr></tbody></table><p><br></p>",
    ),
  link: (editor, root) => {
    const address = window.prompt(root.dataset.sayLink, "https://");
    if (address && isSafe("A", "href", address)) editor.makeLink(address);
  },
  unlink: (editor) => editor.removeLink(),
  undo: (editor) => editor.undo(),
  redo: (editor) => editor.redo(),
  clear: (editor) => editor.removeAllFormatting(),
  picture: (editor, root) => {
    const field = Object.assign(document.createElement("input"), { type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true });
    field.addEventListener("change", () => bring(root, editor, [...field.files]));
    field.click();
  },
};

function unbold(editor) {
  editor.changeFormat(null, { tag: "B" });
  editor.changeFormat(null, { tag: "STRONG" });
}

function unitalic(editor) {
  editor.changeFormat(null, { tag: "I" });
  editor.changeFormat(null, { tag: "EM" });
}

// Pictures go through the shop's picture door and come back as the shop's own addresses.
async function bring(root, editor, files) {
  const token = document.querySelector("meta[name='csrf-token']").content;
  for (const file of files) {
    const body = new FormData();
    body.append("pictures", file);
    const answer = await fetch(root.dataset.upload, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token } }).catch(() => null);
    const facts = await answer?.json().catch(() => null);
    if (!answer?.ok || !facts) {
      window.alert(facts?.errmsg ?? root.dataset.sayFailed);
      return;
    }
    const alt = window.prompt(root.dataset.sayAlt, file.name.replace(/\.[^.]*$/, "")) ?? "";
    const figure = document.createElement("figure");
    const shown = document.createElement("img");
    for (const [name, value] of Object.entries({ src: facts.src, alt, width: facts.width, height: facts.height })) shown.setAttribute(name, value);
    figure.append(shown);
    editor.insertHTML(`<p><br></p>${figure.outerHTML}<p><br></p>`); // the first block melts into where the words stand
    editor.fireEvent("input");
  }
}

function mark(bar, editor) {
  const on = { bold: ["B", "STRONG"], italic: ["I", "EM"], ul: ["UL"], ol: ["OL"], quote: ["BLOCKQUOTE"], link: ["A"], h3: ["H3"], h4: ["H4"] };
  for (const [act, tags] of Object.entries(on)) {
    bar.querySelector(`[data-act="${act}"]`).setAttribute("aria-pressed", String(tags.some((tag) => editor.hasFormat(tag))));
  }
}
