// What a document decides of what one may do, as it was read, and the rules that an editor makes of it: each is accepted,
// corrected or left.

import { announce, api, during, may } from "./admin.js";
import { LANGUAGES, VERDICTS, button, counted, el, language, sign, text } from "./elements.js";
import { Problem } from "./events.js";
import { choice, field, input } from "./fields.js";
import { area, checks, services, sorted } from "./rules_fields.js";

/** The list with its button. shown: the preview; path: of its draft; choices: GET /api/admin/choices; saved: called with
 * the draft when its rules have changed. */
export function suggestions({ decisions, document: document_, draft }, path, choices, saved) {
  const lang = document_?.language ?? null;
  const given = new Map(draft.change.rules.map((rule) => [keyOf(rule), rule]));
  const editable = draft.status === "open" && may("edit");
  const rows = decisions.map((each) => row(each, given.get(keyOf(each.suggested)), { lang, choices, editable }));
  const groups = [];
  decisions.forEach((each, number) => {
    const before = groups.at(-1);
    const table = each.suggested.column ? each.section : null;
    if (before && table !== null && before.table === table) before.rows.push(rows[number]);
    else groups.push({ table, rows: [rows[number]] });
  });
  const list = el("div", { class: "decided" }, ...groups.map((group) => together(group, editable)));
  if (!editable) return [list];
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const counter = el("p", { class: "hint" });
  const count = () => { counter.textContent = counted("rules_chosen", rows.filter((each) => each.chosen()).length); };
  list.addEventListener("change", count);
  count();
  const save = button({ class: "primary" }, async (pressed) => {
    const chosen = rows.filter((each) => each.chosen());
    for (const each of rows) each.tell("");
    await during(pressed, told, async () => {
      try {
        const changed = await api(`${path}/rules`, { method: "PUT", json: { rules: chosen.map((each) => each.rule()) } });
        announce(counted("rules_saved", chosen.length));
        saved(changed);
      } catch (failure) {
        if (!(failure instanceof Problem) || failure.errors.length === 0) throw failure;
        for (const { field: name, detail } of failure.errors) chosen[Number(name.split(".")[0])]?.tell(detail);
        throw failure;
      }
    });
  }, text("save_rules"));
  return [list, told, counter, el("div", { class: "row" }, save)];
}

const keyOf = ({ quote, column }) => JSON.stringify([quote, column ?? null]);

/** The cells of one table stand together, and are chosen together. */
function together({ table, rows }, editable) {
  if (table === null || rows.length < 2) return el("div", {}, ...rows.map((each) => each.element));
  const all = el("input", { type: "checkbox" });
  all.checked = rows.every((each) => each.chosen());
  all.addEventListener("change", () => rows.forEach((each) => each.choose(all.checked)));
  const title = el("strong", {}, table);
  const head = editable ? el("label", { class: "check" }, all, text("choose_table"), " ", title) : title;
  return el("fieldset", { class: "matrix" }, el("legend", {}, head), ...rows.map((each) => each.element));
}

/** One thing that is decided. given: the rule that was made of it before, if one was. */
function row({ quote, said_of: of, section: place, suggested, rule: inUse }, given, { lang, choices, editable }) {
  const start = given ?? suggested;
  const box = el("input", { type: "checkbox" });
  box.checked = given !== undefined;
  const verdict = choice(VERDICTS.map((each) => [each, text(`decides.${each}`)]), start.verdict);
  verdict.setAttribute("aria-label", text("decides.verdict"));
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  let corrected = null;
  const details = el("details", {}, el("summary", {}, text("correct")));
  details.addEventListener("toggle", () => {
    if (!details.open || corrected) return;
    corrected = correction(start, choices, lang);
    details.append(corrected.element);
  });
  const words = el("div", { lang }, of && el("p", { class: "hint" }, of), el("blockquote", {}, quote));
  const concerns = el("p", { class: "hint" }, about(start, choices));
  const conditions = start.conditions.length > 0 && el("p", { lang }, `${text("decides.condition")}: ${start.conditions.join("; ")}`);
  const already = inUse && !given ? el("p", { class: "hint" }, text("rule_made", { rule: inUse })) : null;
  const head = editable
    ? el("div", { class: "row" }, el("label", { class: "check" }, box, text("make_rule")), verdict)
    : el("p", {}, sign(start.verdict), ` ${text(`decides.${start.verdict}`)}`);
  const element = el("article", { class: "suggestion-row" }, head, words, place && el("p", { class: "hint" }, place), conditions, concerns, already, editable && details, told);
  return {
    element,
    chosen: () => box.checked,
    choose: (yes) => { box.checked = yes; },
    rule: () => ({ ...start, ...corrected?.values(), verdict: verdict.value }),
    tell: (detail) => { told.textContent = detail; told.hidden = detail === ""; },
  };
}

/** What a rule is about, in one line. */
function about({ data, tools, words }, choices) {
  const named = (options, ids) => ids.map((id) => options.find((each) => each.id === id)?.label ?? id);
  const parts = [
    [text("concerns.data"), named(choices.data, data)],
    [text("concerns.tools"), named(choices.tools, tools)],
    [text("concerns.words"), words],
  ].filter(([, each]) => each.length > 0);
  return parts.map(([name, each]) => `${name}: ${each.join(", ")}`).join(" · ");
}

/** The fields of a rule that is not quite what was read. */
function correction(rule, choices, lang) {
  const named = choices.data.filter((each) => each.named);
  const narrower = { legend: text("narrower"), options: sorted(choices.data.filter((each) => !each.named)) };
  const data = checks("data", text("concerns.data"), named, rule.data, { more: narrower });
  const tools = services(text("concerns.tools"), choices.tools, rule.tools, text("general_words"));
  const words = area(rule.words.join("\n"), 3, { lang });
  const conditions = area(rule.conditions.join("\n"), 2, { lang });
  const says = LANGUAGES.map((each) => [each, area(rule.says[each], 2, { lang: each })]);
  const id = input("text", rule.id, { autocapitalize: "none" });
  const ticked = (group) => [...group.querySelectorAll("input:checked")].map((each) => each.value);
  const lines = (control) => control.value.split("\n").map((each) => each.trim()).filter(Boolean);
  const element = el(
    "div",
    { class: "correction" },
    data,
    tools,
    field("words", text("concerns.words"), words, { hint: text("words_hint") }),
    field("conditions", text("decides.condition"), conditions, { hint: text("conditions_hint") }),
    ...says.map(([each, control]) => field(`says.${each}`, `${text("sentence")} (${text(`in_${each}`)})`, control, { plain: each === language })),
    field("id", text("rule_id"), id, { required: true }),
  );
  return {
    element,
    values: () => ({
      id: id.value,
      data: ticked(data),
      tools: ticked(tools),
      words: lines(words),
      conditions: lines(conditions),
      says: Object.fromEntries(says.map(([each, control]) => [each, control.value])),
    }),
  };
}
