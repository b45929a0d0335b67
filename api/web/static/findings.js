// What the quality report of a document's text has found, each finding with its words and the way to its place.

import { el, sign, text } from "./elements.js";
import { placeLink, placeOf } from "./places.js";

export const OVERLAPS = ["may contradict", "near duplicate"];
const LOST = ["page without text", "unknown letters", "struck out", "hidden text", "running line", "picture", "attachment", "quoted message", "formula without value", "rows apart"];
const LISTS = ["not quotable", "unused keys"]; // all that is quoted is said, and stands nowhere in the text
const KNOWN = ["expired", ...LOST, "unused keys", "recognised text", "not quotable", "foreign text", "broken text", "heading without content", ...OVERLAPS];

/** The key of a finding's words, below "finding.". */
export function findingKey(code) {
  return KNOWN.includes(code) ? code.replaceAll(" ", "_") : "other";
}

/** The content of the section on the quality of the text. */
export function findingElements({ findings, document: document_, pages }) {
  if (findings.length === 0) return [el("p", {}, sign("allowed"), " ", text("no_findings"))];
  const lang = document_?.language ?? null;
  const items = findings.map(({ code, place, quotes, text: told, blocks }, at) => {
    const key = findingKey(code);
    const [quote, otherPlace, other] = OVERLAPS.includes(code) ? quotes : [quotes.at(-1)];
    const cited = (words, where) => [el("blockquote", { lang }, words), el("p", { class: "hint" }, where, ...toText(words, pages))];
    const samples = () => quotes.map((words) => el("blockquote", { lang }, words));
    const quoted = () => (LISTS.includes(code) ? samples() : [...cited(quote, place), ...(other ? cited(other, otherPlace) : [])]);
    const said = key === "other" ? [el("p", { lang: "en" }, told)] : quoted();
    const mark = blocks ? el("strong", { class: "error" }, `${text("blocks")}: `) : "";
    return el("li", { id: `finding-${at + 1}` }, el("p", {}, mark, text(`finding.${key}`)), ...said);
  });
  return [el("ul", { class: "findings" }, ...items)];
}

/** A link to where the words stand in this document's text, if they do. */
function toText(words, pages) {
  const place = words ? placeOf(words, pages) : null;
  if (place === null) return [];
  const spoken = el("span", { class: "visually-hidden" }, `: ${words}`);
  return [" · ", placeLink(place, {}, text("show_in_text"), spoken)];
}
