// An answer as elements: those of templates/_answer.html, with buttons that open the passages. Change both.

import { actions } from "./actions.js";
import { button, contextElement, el, language, readableDay, sign, sourceAddress, text } from "./elements.js";
import { openPassage } from "./panel.js";
import { partsOf, verdictKey } from "./parts.js";

/** The question above its answer, with a button to edit it. It takes the focus, so that reading goes on from there. */
export function askedElement(question, edit) {
  const before = el("span", { class: "visually-hidden" }, `${text("you_asked")} `);
  const heading = el("h2", { class: "asked", tabindex: "-1" }, before, question);
  const again = button({ class: "edit", "aria-label": text("edit_question") }, edit, sign("edit"), text("edit"));
  return el("div", { class: "question" }, heading, again);
}

/** answer: its language, and index_version once it is known. */
export function statementElement(statement, citations, answer) {
  const cited = citations.filter((each) => statement.citations.includes(each.number));
  const isQuote = statement.kind === "quote";
  const words = el(isQuote ? "q" : "span", { lang: isQuote ? cited[0].language : answer.language }, statement.text);
  const paragraph = el("p", { class: "statement" }, words);
  for (const citation of cited) paragraph.append(" ", reference(citation, statement, answer));
  return paragraph;
}

function reference(citation, statement, answer) {
  const label = text("open_number", { number: citation.number });
  const attributes = { class: "reference", "aria-label": label, "aria-haspopup": "dialog" };
  return button(attributes, (opener) => openPassage(citation, opener, statement, answer), `${citation.number}`);
}

function citationElement(citation, statement, answer) {
  const newTab = el("span", { class: "visually-hidden", lang: language }, ` (${text("new_tab")})`);
  const link = { href: sourceAddress(citation, answer.index_version), target: "_blank", rel: "noopener", lang: citation.language };
  const title = el("p", { class: "title" }, el("a", link, citation.title, newTab));
  if (citation.historical) title.append(" ", el("span", { class: "badge" }, text("historical")));
  const place = [citation.publisher, citation.section].filter(Boolean).join(" · ");
  const details = el("p", { class: "details" }, el("span", { lang: citation.language }, place));
  if (citation.page) details.append(" · ", text("page", { page: citation.page }));
  if (citation.published) details.append(" · ", readableDay(citation.published));
  const label = text("show_number", { number: citation.number });
  const opened = (opener) => openPassage(citation, opener, statement, answer);
  const show = button({ class: "show", "aria-label": label, "aria-haspopup": "dialog" }, opened, text("show"));
  const quote = el("blockquote", { lang: citation.language }, citation.quote);
  // What the answer says in other words, or a cell that says little without its row, is shown in the source's own.
  const apart = statement?.kind === "quote" && !citation.context ? "in-answer" : null;
  return el("li", { value: citation.number, class: apart }, title, details, contextElement(citation), quote, show);
}

function citationList(citations, heading, kind, answer) {
  if (citations.length === 0) return [];
  const items = citations.map((citation) => {
    const rests = kind === "cited" && answer.statements.find((each) => each.citations.includes(citation.number));
    return citationElement(citation, rests || null, answer);
  });
  return [el("h3", {}, heading), el("ol", { class: `citations ${kind}` }, ...items)];
}

function chooseField(name, label, options) {
  const first = el("option", { value: "" }, text("choose_one"));
  return el("label", {}, label, el("select", { name, required: "" }, first, ...options));
}

/** Lists of what the question leaves open; asking again sends what was chosen. */
function chooseElement(question, answer, options) {
  const fields = [];
  if (answer.left_open.includes("tool") && options.tools.length > 0) {
    const named = ({ name, approved }) => el("option", { value: name }, approved ? `${name} (${text("approved")})` : name);
    fields.push(chooseField("tool", text("tool"), options.tools.map(named)));
  }
  if (answer.left_open.includes("data") && options.data.length > 0) {
    fields.push(chooseField("data", text("data"), options.data.map((name) => el("option", {}, name))));
  }
  if (fields.length === 0) return null;
  const again = el("button", { type: "submit" }, text("ask_again"));
  const form = el("form", { class: "choose" }, el("h3", {}, text("choose")), el("div", { class: "fields" }, fields, again));
  form.dataset.question = question;
  return form;
}

function suggestions(answer) {
  if (answer.follow_ups.length === 0) return [];
  const suggested = (words) =>
    el("button", { type: "submit", name: "question", value: words, lang: answer.language }, words);
  return [el("h3", {}, text("follow_ups")), el("form", { class: "suggestions" }, ...answer.follow_ups.map(suggested))];
}

/** The verdict and what is said. part: see parts.js. */
function saidElements(part, answer) {
  const elements = [];
  if (part.verdict) {
    const words = el("span", {}, text(verdictKey(part)));
    elements.push(el("p", { class: `verdict ${part.verdict}` }, sign(part.verdict), words));
    for (const condition of part.conditions ?? []) {
      const cited = answer.citations.find((each) => condition.citations.includes(each.number));
      elements.push(el("p", { class: "condition" }, el("q", { lang: cited?.language }, condition.text)));
    }
  }
  if (part.status === "answered") {
    elements.push(...part.statements.map((each) => statementElement(each, answer.citations, answer)));
  } else {
    elements.push(el("p", { class: "message", lang: answer.language }, part.message));
  }
  if (part.question === null) return elements;
  return [el("div", { class: "part" }, el("h3", { lang: answer.language }, part.question), ...elements)];
}

/** All of an answer. options: what may be chosen where the question leaves it open, null where nothing may be. */
export function answerElement(question, answer, options) {
  const lang = answer.language;
  const elements = partsOf(answer).flatMap((part) => saidElements(part, answer));
  for (const notice of answer.notices) {
    elements.push(el("p", { class: "notice", lang }, sign("info"), el("span", {}, notice.text)));
  }
  if (options && answer.left_open.length > 0) elements.push(chooseElement(question, answer, options));
  elements.push(...citationList(answer.citations, text("sources"), "cited", answer));
  elements.push(...citationList(answer.see_also, text("see_also"), "near", answer));
  elements.push(actions(question, answer), ...suggestions(answer));
  return el("div", { class: "answer" }, ...elements);
}

/** What a screen reader is told when the answer has come. */
export function spoken(answer, countedSources) {
  const words = partsOf(answer).flatMap((part) => [
    part.question,
    part.verdict && `${text(verdictKey(part))}.`,
    ...(part.conditions ?? []).map((each) => each.text),
    ...(part.status === "answered" ? part.statements.map((each) => each.text) : [part.message]),
  ]);
  return [text("ready"), ...words, countedSources].filter(Boolean).join(" ");
}
