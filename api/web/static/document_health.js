// How a document that a draft brings is, in one section: what can be quoted and asked of it, and what to mend.

import { may } from "./admin.js";
import { counted, el, language, readableDay, sign, text } from "./elements.js";
import { OVERLAPS, findingKey } from "./findings.js";
import { placeLink } from "./places.js";

const MOST_PLACES = 5; // of one kind of finding, that are linked one by one
const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[language];

/** The section; null for a draft of no file. */
export function health(shown) {
  if (shown.draft.change.kind !== "document" || shown.document === null) return null;
  const parts = [
    ["quotable", quotability(shown)],
    ["says", itself(shown)],
    ["asked", questions(shown)],
    ["overlaps", overlaps(shown)],
    ["languages", languages(shown)],
    ["mend", mend(shown)],
  ];
  const children = parts.flatMap(([key, content]) => [el("h3", { id: `health-${key}` }, text(`health.${key}`)), ...content]);
  return el("section", { id: "health", class: "card", "aria-labelledby": "health-title" }, el("h2", { id: "health-title" }, text("health.title")), ...children);
}

/** How much of the file's words can be quoted; less than all is never rounded up to it. */
function quotability({ quotable }) {
  if (quotable === null) return [el("p", {}, text("health.not_measured"))];
  return [el("p", {}, text("quotable", { percent: percent(quotable.share), words: new Intl.NumberFormat(locale).format(quotable.words) }))];
}

const percent = (share) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(Math.floor(share * 1000) / 10);

/** A link to a field of what the document says of itself, where there is one to fill in. */
function fieldLink(key, shown, ...children) {
  if (!may("edit") || shown.draft.status !== "open") return el("span", {}, ...children);
  const link = el("a", { href: "#proposed" }, ...children);
  link.addEventListener("click", (event) => {
    const control = document.querySelector(`#proposed [data-field="${key}"] :is(input, select)`);
    if (control === null) return;
    event.preventDefault();
    control.focus();
  });
  return link;
}

const NAMES = { title: "name", publisher: "publisher", published: "published", valid_from: "valid_from", valid_until: "valid_until", language: "language" };
const WANTED = ["publisher", "published", "valid_from"]; // a document may hold without an end

/** What it says of itself, what it only seems to say, and what is missing. */
function itself(shown) {
  const proposed = new Map(shown.proposals.map(({ key, value }) => [key, value]));
  const readable = { language: (value) => text(`in_language.${value}`), published: readableDay, valid_from: readableDay, valid_until: readableDay };
  const told = (key, value) => readable[key]?.(value) ?? value;
  const rows = Object.entries(NAMES).map(([key, name]) => {
    const value = shown.document[key];
    const seems = key === "title" || key === "language" ? null : proposed.get(key);
    const content = seems
      ? fieldLink(key, shown, text("health.seems", { value: told(key, seems) }))
      : value
        ? told(key, value)
        : WANTED.includes(key)
          ? fieldLink(key, shown, text("health.missing"))
          : text("health.not_said");
    return el("div", {}, el("dt", {}, text(name)), el("dd", { lang: key === "title" ? shown.document.language : null }, content));
  });
  return [el("dl", { class: "metadata" }, ...rows)];
}

function questions({ likely_questions: likely, document: { language: lang } }) {
  if (likely.length === 0) return [el("p", {}, text("health.no_questions"))];
  const items = likely.map((each) => el("li", { lang }, placeLink(each, {}, each.question)));
  return [el("p", {}, text("health.asked_told")), el("ol", {}, ...items)];
}

const numbered = ({ findings }) => findings.map((finding, at) => ({ ...finding, address: `#finding-${at + 1}` }));

/** Where it says nearly what another passage says, or something else. */
function overlaps(shown) {
  const found = numbered(shown).filter(({ code }) => OVERLAPS.includes(code));
  if (found.length === 0) return [el("p", {}, sign("allowed"), " ", text("health.no_overlaps"))];
  const { id, language: lang } = shown.document;
  const items = found.map(({ code, address, documents, titles, quotes: [first, , second] }) => {
    const own = documents[0] === id ? 0 : 1;
    const other = documents[1 - own] === id ? text("health.same_document") : titles[1 - own];
    const quotes = own === 0 ? [first, second] : [second, first];
    const key = code === "may contradict" ? "health.contradicts" : "health.repeats";
    const said = quotes.map((words) => el("q", { lang }, words));
    return el("li", {}, el("a", { href: address }, text(key, { title: other })), ": ", said[0], " – ", said[1]);
  });
  return [el("ul", {}, ...items)];
}

function languages({ languages: all }) {
  const named = (each) => text(`in_language.${each.language}`);
  const list = new Intl.ListFormat(locale, { type: "conjunction" }).format(all.map(named));
  const own = all.filter((each) => each.own).map(named).join();
  const translated = all.filter((each) => !each.own && each.translated > 0);
  const words = translated.map((each) => text("health.translated", { language: named(each), percent: percent(each.translated) }));
  return [
    el("p", {}, text("health.asked_in", { languages: list }), " ", text("health.quoted_in", { language: own })),
    el("p", {}, words.length > 0 ? words.join(" ") : text("health.no_translations")),
  ];
}

/** What an editor can make better, each with the way to its place. */
function mend(shown) {
  const proposed = shown.proposals.filter(({ key }) => key in NAMES && key !== "title" && key !== "language");
  const confirm = proposed.map(({ key }) => el("li", {}, fieldLink(key, shown, text("health.confirm", { field: text(NAMES[key]) }))));
  const missing = WANTED.filter((key) => !shown.document[key] && !proposed.some((each) => each.key === key));
  const fill = missing.map((key) => el("li", {}, fieldLink(key, shown, text("health.fill", { field: text(NAMES[key]) }))));
  const kinds = new Map();
  for (const finding of numbered(shown)) {
    const key = findingKey(finding.code);
    kinds.set(key, [...(kinds.get(key) ?? []), finding.address]);
  }
  const found = [...kinds].map(([key, addresses]) => {
    const named = text(`finding.${key}`);
    const links = addresses.slice(0, MOST_PLACES).map((address, at) => el("a", { href: address }, text("health.place", { number: at + 1 })));
    const more = addresses.length - MOST_PLACES;
    if (more > 0) links.push(el("a", { href: "#quality" }, counted("health.more", more)));
    return el("li", {}, named, " ", ...links.flatMap((link, at) => (at > 0 ? [", ", link] : [link])));
  });
  const all = [...confirm, ...fill, ...found];
  return all.length > 0 ? [el("ul", {}, ...all)] : [el("p", {}, sign("allowed"), " ", text("health.nothing"))];
}
