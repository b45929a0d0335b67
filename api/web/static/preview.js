// What a draft would change, as GET /api/admin/drafts/{id}/preview tells it.

import { button, counted, el, language, sign, table, text } from "./elements.js";
import { findingElements } from "./findings.js";
import { marked } from "./words.js";

const AT_FIRST = 20; // passages of one kind that are shown at once

/** What would change in one line each, leading to where it is shown: on this page, or on the page at an address. */
export function summary(shown) {
  return section("summary", counts(shown));
}

/** The lines of the summary alone. */
export function counts(shown, address = "") {
  const { difference } = shown;
  const found = [
    ["added", difference.added.length, "passages"],
    ["changed", difference.changed.length, "passages"],
    ["removed", difference.removed.length, "passages"],
    ["conflicts", shown.conflicts.length, "conflicts"],
    ["edits", shown.edits.length, "edits"],
    ["lines", changedLines(shown).length, "lines"],
    ["questions", shown.verified.length, "questions"],
    ["suspended", shown.suspended_rules.length, "rules"],
    ["restored", shown.restored_rules.length, "rules"],
    ["examples", shown.dropped_examples.length, "examples"],
    ["translations", shown.translations.length, "translations"],
    ["findings", shown.findings.length, "quality"],
  ].filter(([, count]) => count > 0);
  const careful = new Set(["conflicts", "suspended", "examples", "translations", "findings"]);
  const items = found.map(([key, count, place]) => {
    const link = el("a", { href: `${address}#${place}` }, counted(`count.${key}`, count));
    return el("li", { class: careful.has(key) ? "careful" : null }, sign(careful.has(key) ? "only_if_approved" : "info"), link);
  });
  return items.length > 0 ? el("ul", { class: "summary" }, ...items) : el("p", {}, text("nothing_changes"));
}

/** The sections below the summary, those that need care first. made: elements of the further sections that can be acted
 * on, by their keys. */
export function sections(shown, made) {
  const acted = ["conflicts", "edits"].filter((key) => made[key]?.length > 0).map((key) => section(key, ...made[key]));
  return [...acted, rules(shown), questions(shown), passages(shown), lines(shown)].filter(Boolean);
}

/** The sections that follow after the answers. */
export function furtherSections(shown, suggested) {
  return [decisions(shown, suggested), examples(shown), translations(shown), quality(shown), wholeText(shown)].filter(Boolean);
}

function section(key, ...children) {
  return el("section", { id: key, class: "card", "aria-labelledby": `${key}-title` }, el("h2", { id: `${key}-title` }, text(key)), ...children);
}

function passages({ difference, document: document_ }) {
  const lang = document_?.language ?? null;
  const changed = difference.changed.map(({ before, after }) => changedPassage(before, after, lang));
  const added = difference.added.map((words) => passage("added", words, lang));
  const removed = difference.removed.map((words) => passage("removed", words, lang));
  if (changed.length + added.length + removed.length === 0) return null;
  return section("passages", ...[changed, removed, added].flatMap((each) => someFirst(each)));
}

/** The first of many, and a button that shows the others. */
function someFirst(elements) {
  const rest = elements.slice(AT_FIRST);
  if (rest.length === 0) return elements;
  const more = button({ class: "more-passages" }, () => {
    more.replaceWith(...rest);
    rest[0].tabIndex = -1;
    rest[0].focus();
  }, counted("show_all", rest.length));
  return [...elements.slice(0, AT_FIRST), more];
}

function passage(kind, words, lang) {
  const mark = el("p", { class: "what" }, el("span", { "aria-hidden": "true" }, kind === "added" ? "+ " : "− "), text(kind));
  return el("article", { class: `passage ${kind}` }, mark, el("p", { lang }, words));
}

function changedPassage(before, after, lang) {
  const [old, now] = marked(before, after, lang);
  const side = (key, words) => el("div", {}, el("h4", {}, text(key)), words);
  const mark = el("h3", { class: "what" }, el("span", { "aria-hidden": "true" }, "± "), text("changed"));
  return el("article", { class: "passage changed" }, mark, el("div", { class: "sides" }, side("now", old), side("then", now)));
}

const changedLines = ({ lines: all }) => all.filter((line) => /^[+-]/.test(line) && !/^(\+\+\+|---) /.test(line));

function lines(shown) {
  if (changedLines(shown).length === 0) return null;
  const rows = shown.lines.filter((line) => !/^(\+\+\+|---) /.test(line)).map((line) => {
    const tag = line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span";
    const said = { ins: text("line_added"), del: text("line_removed"), span: "" }[tag];
    return el(tag, { class: "line" }, said && el("span", { class: "visually-hidden" }, `${said}: `), line);
  });
  return section("lines", el("div", { class: "code", role: "group", tabindex: "0", "aria-label": text("lines") }, ...rows));
}

/** Questions whose right answer an editor has told, each with the place that answers it. */
function questions(shown) {
  if (shown.verified.length === 0) return null;
  const items = shown.verified.map(({ question, language: lang, document: id, quote, reason }) => {
    const source = () => el("a", { href: `/documents/${encodeURIComponent(id)}` }, text("to_source"));
    const answer = quote ? [el("blockquote", {}, quote), el("p", { class: "hint" }, source())] : [el("p", {}, text(`verified.${reason}`))];
    return el("li", {}, el("p", { lang }, el("strong", {}, question)), ...answer);
  });
  return section("questions", el("p", {}, text("questions_told")), el("ul", {}, ...items));
}

function rules({ suspended_rules: suspended, restored_rules: restored }) {
  if (suspended.length + restored.length === 0) return null;
  const parts = [];
  if (suspended.length > 0) {
    const items = suspended.map((each) => el("li", {}, el("strong", {}, each.rule), el("blockquote", { lang: "fi" }, each.quote)));
    parts.push(el("h3", {}, text("suspended")), el("p", { class: "notice" }, sign("only_if_approved"), el("span", {}, text("suspended_told"))), el("ul", {}, ...items));
  }
  if (restored.length > 0) parts.push(el("h3", {}, text("restored")), el("ul", {}, ...restored.map((each) => el("li", {}, each))));
  return section("rules", ...parts);
}

/** What each sentence was read to decide, and the rules that are made of it. suggested: how those are shown. */
function decisions({ decisions: all, draft }, suggested) {
  if (draft.change.kind !== "document") return null;
  if (all.length === 0) return section("decisions", el("p", {}, text("no_decisions")));
  return section("decisions", el("p", {}, text("decisions_told")), ...suggested);
}

function examples({ dropped_examples: dropped }) {
  if (dropped.length === 0) return null;
  const items = dropped.map((each) => el("li", {}, el("blockquote", { lang: "fi" }, each.quote), el("p", { class: "hint" }, each.file)));
  return section("examples", el("p", {}, text("examples_told")), el("ul", {}, ...items));
}

function translations({ translations: stale }) {
  if (stale.length === 0) return null;
  const items = stale.map(({ quotes: [quote, file] }) => el("li", {}, el("blockquote", { lang: "fi" }, quote), el("p", { class: "hint" }, file)));
  return section("translations", el("p", {}, text("translations_told")), el("ul", {}, ...items));
}

function quality(shown) {
  return shown.draft.change.kind === "document" ? section("quality", ...findingElements(shown)) : null;
}

/** That a page was recognised from a picture, and how sure its words are. */
function sure(confidence) {
  return confidence === null ? "" : ` · ${text("recognised", { percent: Math.floor(confidence * 100) })}`;
}

function wholeText({ pages, document: document_ }) {
  if (pages.length === 0) return null;
  const numbered = pages.some(({ page }) => page !== null);
  const shown = pages.flatMap(({ page, start, text: words, confidence }) => [
    page === null ? null : el("h3", { class: "page" }, text("page", { page }), sure(confidence)),
    el("div", { class: "as-read", lang: document_?.language ?? null, "data-start": `${start}` }, words),
  ]);
  const name = numbered ? counted("pages", pages.length) : text("whole");
  const size = new Intl.NumberFormat(language).format(pages.reduce((sum, { text: words }) => sum + Array.from(words).length, 0));
  const details = el("details", { class: "reading" }, el("summary", {}, `${name} · ${text("characters", { size })}`), ...shown.filter(Boolean));
  return section("text", el("p", {}, text("text_told")), details);
}
