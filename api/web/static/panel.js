// The cited passage beside the answer: a panel on a wide screen, a sheet over the page on a narrow one.

import { contextElement, el, language, readableDay, sourceAddress, text } from "./elements.js";

const panel = document.getElementById("passage");
const title = document.getElementById("passage-title");
const content = document.getElementById("passage-content");
const wide = window.matchMedia("(min-width: 70rem)");
let openedBy = null;
let shown = 0;

/** Show a citation; the focus goes to the panel and, when it closes, back to the opener. statement: what rests on it,
 * null where nothing does. answer: its language and index_version. */
export function openPassage(citation, opener, statement, answer) {
  if (panel.open) panel.close();
  openedBy?.removeAttribute("aria-expanded");
  openedBy = opener;
  opener.setAttribute("aria-expanded", "true");
  title.textContent = text("passage", { number: citation.number });
  content.replaceChildren(...passageElements(citation, statement, answer));
  show();
  putIntoContext(citation, answer.index_version, ++shown);
}

export function closePassage() {
  if (panel.open) panel.close();
}

function show() {
  if (wide.matches) panel.show();
  else panel.showModal();
  panel.scrollTop = 0;
  title.focus();
}

function passageElements(citation, statement, answer) {
  const name = el("p", { class: "title", lang: citation.language }, citation.title);
  if (citation.historical) name.append(" ", el("span", { class: "badge", lang: language }, text("historical")));
  const facts = [
    [text("publisher"), citation.publisher, citation.language],
    [text("published"), citation.published && readableDay(citation.published), null],
    [text("section"), citation.section, citation.language],
    [text("page_label"), citation.page && `${citation.page}`, null],
  ].filter(([, value]) => value);
  const rows = facts.map(([label, value, lang]) => el("div", {}, el("dt", {}, label), el("dd", { lang }, value)));
  const quote = el("blockquote", { lang: citation.language }, el("mark", {}, citation.quote));
  const own = statement !== null && statement.kind !== "quote"; // not the source's own words
  const translated = statement?.kind === "translation";
  const official = el("section", {}, el("h3", {}, text(own ? "official" : "source_text")), contextElement(citation), quote);
  const beside = [official];
  if (own) {
    const words = el("p", { class: "said", lang: answer.language }, statement.text);
    beside.unshift(el("section", {}, el("h3", {}, text(translated ? "translation" : "said")), words));
  }
  const link = { class: "button", href: sourceAddress(citation, answer.index_version), target: "_blank", rel: "noopener" };
  const newTab = el("span", { class: "visually-hidden" }, ` (${text("new_tab")})`);
  return [
    name,
    el("dl", { class: "metadata" }, ...rows),
    el("div", { class: "beside" }, ...beside),
    el("p", {}, el("a", link, text("to_source"), newTab)),
  ];
}

/** Add the rest of the lines that the quote stands in, from the source as it is now or as it was when it was cited. */
async function putIntoContext(citation, version, number) {
  const span = (await quotedIn(citation, "")) ?? (await quotedIn(citation, version));
  const mark = content.querySelector("blockquote mark");
  if (span === null || number !== shown || mark === null) return; // the quote alone is shown, and it is whole
  mark.before(span.before);
  mark.after(span.after);
}

async function quotedIn(citation, version) {
  const [path] = citation.href.split("#");
  let document_;
  try {
    const address = version ? `/api${path}?${new URLSearchParams({ version })}` : `/api${path}`;
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (!response.ok) return null;
    document_ = await response.json();
  } catch {
    return null; // no network
  }
  const characters = Array.from(document_.text); // offsets count code points
  if (characters.slice(citation.start, citation.end).join("") !== citation.quote) return null;
  const from = characters.slice(0, citation.start).lastIndexOf("\n") + 1;
  const to = characters.indexOf("\n", citation.end);
  const before = characters.slice(from, citation.start).join("");
  return { before, after: characters.slice(citation.end, to < 0 ? undefined : to).join("") };
}

panel.addEventListener("close", () => {
  if (panel.open) return; // told late: it shows another passage already
  const opener = openedBy;
  openedBy = null;
  opener?.removeAttribute("aria-expanded");
  // The browser has given the focus back, unless the opener is gone. It is told late, so the focus may be elsewhere.
  if (document.activeElement !== document.body) return;
  const last = Array.from(document.querySelectorAll(".asked")).at(-1);
  (opener?.isConnected ? opener : last)?.focus();
});

document.getElementById("passage-close").addEventListener("click", closePassage);

// A modal dialog closes with Escape by itself, and with a click beside it by this.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !panel.open || panel.matches(":modal")) return;
  event.preventDefault();
  closePassage();
});
panel.addEventListener("click", (event) => {
  const box = panel.getBoundingClientRect();
  const inside = event.clientY >= box.top && event.clientY <= box.bottom && event.clientX >= box.left;
  if (panel.matches(":modal") && event.target === panel && event.detail > 0 && !inside) closePassage();
});

// A turned phone or a resized window: the same passage in the form that fits.
wide.addEventListener("change", () => {
  if (!panel.open) return;
  panel.close();
  show();
});
