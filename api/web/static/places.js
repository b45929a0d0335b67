// The way from a quote to its place in the text as it was read, at the end of a draft's page.

import { el } from "./elements.js";

/** Where words stand in the text, in characters; null where they do not stand in it as they are. words: may be cut
 * short by "…". */
export function placeOf(words, pages) {
  const quote = words.replace(/…$/, "");
  for (const { text, start } of pages) {
    const at = quote ? text.indexOf(quote) : -1;
    if (at >= 0) return { start: start + Array.from(text.slice(0, at)).length, end: start + Array.from(text.slice(0, at + quote.length)).length };
  }
  return null;
}

/** A link that opens the text, marks the place in it and goes there. */
export function placeLink({ start, end }, attributes, ...children) {
  const link = el("a", { href: "#text", ...attributes }, ...children);
  link.addEventListener("click", (event) => {
    const mark = marked(start, end);
    if (mark === null) return; // the text has not come yet, or never will: the link goes as far as it can
    event.preventDefault();
    mark.focus();
    mark.scrollIntoView({ block: "center" });
  });
  return link;
}

/** The mark around the place; one before it is taken away. Offsets count code points. */
function marked(start, end) {
  const places = document.querySelectorAll("#text .as-read");
  for (const each of places) each.replaceChildren(each.textContent);
  for (const each of places) {
    const characters = Array.from(each.textContent);
    const from = start - Number(each.dataset.start);
    const to = end - Number(each.dataset.start);
    if (from < 0 || from >= characters.length) continue;
    const mark = el("mark", { tabindex: "-1" }, characters.slice(from, to).join(""));
    each.replaceChildren(characters.slice(0, from).join(""), mark, characters.slice(to).join(""));
    each.closest("details").open = true;
    return mark;
  }
  return null;
}
