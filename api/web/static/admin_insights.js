// What people ask and what becomes of it, over a period; each table can be taken along.

import { announce, api, during, latest, may, start, trying } from "./admin.js";
import { barred, columns, number, percent } from "./charts.js";
import { correct } from "./correction.js";
import { isoDay } from "./document_fields.js";
import { download } from "./download.js";
import { button, counted, el, readableDay, table, text } from "./elements.js";
import { clearErrors, field, input, showErrors } from "./fields.js";

const REASONS = ["not_in_guidance", "out_of_scope", "unsafe"];
const DAY_MS = 24 * 3600 * 1000;
const form = document.getElementById("period");
const told = document.getElementById("period-error");
const shown = document.getElementById("shown");
const shortcuts = { weeks_4: 28, weeks_12: 84, all_kept: null };
let period = { since: "", until: "" }; // empty: all that is kept

const iso = (moment) => moment.toISOString().slice(0, 10);
const daysAgo = (days) => iso(new Date(Date.now() - days * DAY_MS));
const reasonName = (reason) => (REASONS.includes(reason) ? text(`reasons.${reason}`) : reason);
const query = () => new URLSearchParams(Object.entries(period).filter(([, day]) => day));

function heading(key, tableName) {
  const title = el("h2", { id: `part-${key}` }, text(key));
  const name = text("download_named", { table: text(key) });
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const take = button({ "aria-label": name }, (pressed) =>
    during(pressed, failed, async () => {
      await download(`insights/${tableName}.csv?${query()}`, `ohjenuora-${tableName}.csv`);
      announce(text("downloaded"));
    }), text("download"));
  return [el("div", { class: "heading-row" }, title, take), failed];
}

const section = (key, tableName, ...content) =>
  el("section", { "aria-labelledby": `part-${key}` }, ...heading(key, tableName), ...content.filter(Boolean));

const none = (key) => el("p", { class: "none" }, text(key));

function figures(found) {
  const refused = found.weeks.flatMap((week) => Object.values(week.refused)).reduce((sum, each) => sum + each, 0);
  const shownFigures = {
    questions: number(found.questions),
    refused_share: `${percent(found.questions ? refused / found.questions : 0, 0)} %`,
    thumbs_up: number(found.thumbs_up),
    thumbs_down: number(found.thumbs_down.length),
  };
  const items = Object.entries(shownFigures).map(([key, value]) => el("div", {}, el("dt", {}, text(key)), el("dd", {}, value)));
  return el("dl", { class: "figures" }, items);
}

const refusedIn = (week) => Object.values(week.refused).reduce((sum, each) => sum + each, 0);

/** The weeks of the period without a gap: one without a question is there, too. */
function everyWeek(weeks) {
  const known = new Map(weeks.map((week) => [week.week, week]));
  const all = [];
  for (let day = Date.parse(weeks[0].week); day <= Date.parse(weeks.at(-1).week); day += 7 * DAY_MS) {
    const week = iso(new Date(day));
    all.push(known.get(week) ?? { week, questions: 0, refused: {}, refused_share: 0 });
  }
  return all;
}

function byWeek(found) {
  const weeks = everyWeek(found.weeks);
  const data = weeks.map((week) => {
    const [, month, date] = week.week.split("-").map(Number);
    const upper = refusedIn(week);
    return { label: `${date}.${month}.`, lower: week.questions - upper, upper };
  });
  const names = { lower: text("answered"), upper: text("refused") };
  const rows = weeks.map((week) => [
    readableDay(week.week),
    number(week.questions),
    number(week.questions - refusedIn(week)),
    number(refusedIn(week)),
    `${percent(week.refused_share, 0)} %`,
  ]);
  const head = ["week", "questions", "answered", "refused", "share"].map((key) => text(key));
  return section("by_week", "weeks", columns(data, names, text("chart")), table(text("by_week"), head, rows));
}

function why(found) {
  const counts = new Map();
  for (const week of found.weeks) {
    for (const [reason, count] of Object.entries(week.refused)) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  if (counts.size === 0) return null;
  const most = Math.max(...counts.values());
  const rows = [...counts].sort(([, one], [, other]) => other - one).map(([reason, count]) => [reasonName(reason), barred(count, most)]);
  const title = el("h2", { id: "part-why" }, text("why"));
  return el("section", { "aria-labelledby": "part-why" }, title, table(text("why"), [text("reason"), text("count")], rows));
}

/** A question with the way to say what its right answer is. */
function correctable(question, language) {
  const asked = el("span", { lang: language }, question);
  if (!may("edit")) return asked;
  const label = text("correct.named", { question });
  return el("span", { class: "correctable" }, asked, " ", button({ "aria-haspopup": "dialog", "aria-label": label }, () => correct({ question, language }), text("correct.open")));
}

function kinds(found) {
  const most = Math.max(...found.refused.map((kind) => kind.count), 1);
  const rows = found.refused.map(({ count, reason, examples, languages }) => [
    el("ul", { class: "asked-like" }, examples.map((each, at) => el("li", {}, correctable(each, languages[at])))),
    reasonName(reason),
    barred(count, most),
  ]);
  const head = ["examples", "reason", "count"].map((key) => text(key));
  const rest = found.without_text ? el("p", { class: "hint" }, counted("without_text", found.without_text)) : null;
  const listed = rows.length ? table(text("kinds"), head, rows) : found.without_text ? null : none("no_kinds");
  return section("kinds", "refused", el("p", { class: "hint" }, text("kinds_hint")), listed, rest);
}

function disliked(found) {
  const quiet = (key) => el("span", { class: "quiet" }, text(key));
  const rows = found.thumbs_down.map(({ day, status, reason, text: asked, comment, language }) => [
    readableDay(day),
    asked ? correctable(asked, language) : quiet("no_text"),
    comment || quiet("no_comment"),
    status === "refused" ? reasonName(reason) : text("answered"),
  ]);
  const head = ["day", "question", "comment", "result"].map((key) => text(key));
  return section("disliked", "thumbs_down", rows.length ? table(text("disliked"), head, rows) : none("no_disliked"));
}

function cited(found) {
  const most = Math.max(...found.cited.map((each) => each.answers), 1);
  const rows = found.cited.map(({ title, document_id: id, section: place, quote, href, answers }) => {
    const named = href ? el("a", { href }, title) : el("span", {}, id, " ", el("span", { class: "quiet" }, `(${text("withdrawn")})`));
    const where = place ? el("span", { class: "quiet" }, ` ${place}`) : null;
    return [el("div", {}, named, where, el("span", { class: "quoted" }, quote)), barred(answers, most)];
  });
  const head = ["passage", "answers"].map((key) => text(key));
  return section("cited", "cited", rows.length ? table(text("cited"), head, rows) : none("no_cited"));
}

/** Asking all questions again takes seconds, so it is done when somebody wants it. */
function verdicts() {
  const place = el("div", {});
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const name = (verdict) => text(verdict ? `verdicts.${verdict}` : "verdicts.none");
  const look = button({}, (pressed) =>
    during(pressed, failed, async () => {
      const found = await api(`insights/verdicts?${query()}`);
      const rows = found.map(({ text: asked, language, before, after, day, answers }) => [
        el("span", { lang: language }, asked),
        name(before),
        name(after),
        readableDay(day),
        number(answers),
      ]);
      const head = ["question", "before", "after", "day", "count"].map((key) => text(key));
      place.replaceChildren(rows.length ? table(text("changed_verdicts"), head, rows) : none("no_changed_verdicts"));
      announce(counted("changed_count", rows.length));
    }), text("look_verdicts"));
  const title = el("h2", { id: "verdicts" }, text("changed_verdicts"));
  return el("section", { "aria-labelledby": "verdicts" }, title, el("p", { class: "hint" }, text("changed_hint")), el("div", { class: "row" }, look), failed, place);
}

const load = latest(() => api(`insights?${query()}`), (found) => {
  const days = { since: readableDay(found.since), until: readableDay(found.until) };
  form.elements.since.value = days.since;
  form.elements.until.value = days.until;
  const parts = found.questions ? [byWeek(found), why(found), kinds(found), disliked(found), cited(found), verdicts()] : [];
  shown.textContent = [text("shown", days), found.questions ? "" : text("nothing")].join(" ").trim();
  document.getElementById("found").replaceChildren(...(found.questions ? [figures(found), ...parts.filter(Boolean)] : []));
  for (const each of document.querySelectorAll("#periods button")) {
    const days = shortcuts[each.dataset.period];
    const chosen = days === null ? !period.since : period.since === daysAgo(days - 1) && period.until === daysAgo(0);
    each.setAttribute("aria-pressed", `${chosen}`);
  }
});

form.append(
  field("since", text("since"), input("text", "", { inputmode: "numeric" }), { plain: true, hint: text("day_hint") }),
  field("until", text("until"), input("text", "", { inputmode: "numeric" }), { plain: true, hint: text("day_hint") }),
  el("button", { type: "submit" }, text("show")),
);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearErrors(form);
  const written = (name) => form.elements[name].value.trim();
  const [since, until] = ["since", "until"].map((name) => written(name) && isoDay(written(name)));
  const wrong = Object.entries({ since, until }).filter(([, day]) => day === null);
  const errors = wrong.map(([name]) => ({ field: name, detail: text("not_a_day") }));
  if (!errors.length && since && until && since > until) errors.push({ field: "until", detail: text("ends_before_it_begins") });
  if (errors.length) {
    showErrors(form, errors);
    return;
  }
  period = { since, until };
  trying(told, load);
});
for (const [name, days] of Object.entries(shortcuts)) {
  const choose = () => {
    clearErrors(form);
    period = days === null ? { since: "", until: "" } : { since: daysAgo(days - 1), until: daysAgo(0) };
    trying(told, load);
  };
  document.getElementById("periods").append(button({ "aria-pressed": "false", "data-period": name }, choose, text(name)));
}
start(load);
