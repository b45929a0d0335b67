// The forms of an approved service, a rule and the organisation. What is wrong is told at the field; what is right makes
// a draft.

import { announce, api, ask, during, may, tellProblem } from "./admin.js";
import { button, counted, el, text } from "./elements.js";
import { Problem } from "./events.js";
import { choice, clearErrors, field, input, showErrors } from "./fields.js";
import { area, checks, day, filledIn, isNoDay, services, sorted, wordings } from "./rules_fields.js";

const OCCASIONS = ["verdict", "supplements", "beside"];
const NEW = { other_names: [], data: [], unless: [], tools: [] };

export async function toolForm(name) {
  const [{ entries, sha256 }, choices] = await Promise.all([api("tools/entries"), api("choices")]);
  const tool = name ? entries.find((each) => each.name === name) : NEW;
  if (!tool) throw new Problem({ status: 404, detail: text("gone") });
  const offered = choices.data.filter(({ id, named }) => named || tool.data.includes(id));
  const form = formOf(
    field("name", text("name"), input("text", tool.name), { hint: text("name_hint"), required: true }),
    field("other_names", text("other_names"), area(tool.other_names.join("\n"), 3), { hint: text("other_names_hint") }),
    checks("data", text("tool_data"), offered, tool.data, { hint: text("tool_data_hint"), required: true }),
    field("decision", text("decision"), input("text", tool.decision), { hint: text("decision_hint"), required: true }),
    field("condition", text("condition"), input("text", tool.condition), { hint: text("condition_hint") }),
    el(
      "div",
      { class: "fields days" },
      day("valid_from", text("valid_from"), tool.valid_from),
      day("valid_until", text("valid_until"), tool.valid_until, text("valid_until_hint")),
    ),
  );
  const entry = () => filledIn(form, { lists: ["data"], lines: ["other_names"] });
  return shown(form, { kind: "tools", name, sha256, entry, title: name ? text("edit_named", { name }) : text("new_tool_title") });
}

export async function ruleForm(name) {
  const [{ entries, sha256 }, choices] = await Promise.all([api("rules/entries"), api("choices")]);
  const rule = name ? entries.find((each) => each.id === name) : NEW;
  if (!rule) throw new Problem({ status: 404, detail: text("gone") });
  const named = choices.data.filter((each) => each.named);
  const narrower = { legend: text("narrower"), options: sorted(choices.data.filter((each) => !each.named)) };
  const documents = choice([["", text("choose")], ...choices.documents.map(({ id, title }) => [id, title])], rule.document);
  if (rule.document && documents.value === "") {
    documents.append(el("option", { value: rule.document }, rule.document)); // it is not in use any more
    documents.value = rule.document;
  }
  const verdicts = choices.verdicts.map((each) => [each, text(each)]);
  const others = entries.filter((each) => each.id !== name).map((each) => [each.id, each.id]);
  const first = [["", text("choose")]];
  const tables = new Set(choices.documents.flatMap((each) => each.tables).concat(rule.beside ?? []));
  const parts = {
    verdict: [
      field("verdict", text("verdict"), choice([...first, ...verdicts], rule.verdict), { required: true }),
      checks("data", text("rule_data"), named, rule.data, { hint: text("about_hint"), more: narrower }),
      services(text("rule_tools"), choices.tools, rule.tools, text("general_words")),
      field("words", text("words"), area((rule.words ?? []).join("\n"), 3), { hint: text("words_hint") }),
      field("conditions", text("conditions"), area((rule.conditions ?? []).join("\n"), 2), { hint: text("conditions_hint") }),
      checks("unless", text("unless"), [], rule.unless, { more: { legend: text("choose"), options: sorted(choices.data) } }),
    ],
    supplements: [
      field("supplements", text("supplements"), choice([...first, ...others], rule.supplements), { required: true }),
    ],
    beside: [
      field("beside", text("beside"), choice([...first, ...[...tables].map((each) => [each, each])], rule.beside), {
        required: true,
      }),
    ],
  };
  const form = formOf(
    field("id", text("id"), input("text", rule.id, { autocapitalize: "none" }), { hint: text("id_hint"), required: true }),
    field("document", text("document"), documents, { required: true }),
    field("quote", text("quote"), area(rule.quote, 4), { hint: text("quote_hint"), required: true }),
    field("column", text("column"), input("text", rule.column), { hint: text("column_hint") }),
    occasions(OCCASIONS.find((each) => rule[each]) ?? "verdict", parts),
    wordings("says", text("says"), rule.says, { hint: text("says_hint"), required: true }),
    wordings("says_of_tool", text("says_of_tool"), rule.says_of_tool, { hint: text("says_of_tool_hint") }),
  );
  const entry = () => {
    const { when: _, ...filled } = filledIn(form, { lists: ["data", "tools", "unless"], lines: ["words", "conditions"] });
    return filled;
  };
  // Without its only occasion a rule has none, which the service tells of the verdict.
  const place = (error) => {
    const { when } = filledIn(form);
    return error.field === "verdict" ? { field: when, detail: text("required") } : error;
  };
  return shown(form, { kind: "rules", name, sha256, entry, place, title: name ? text("edit_named", { name }) : text("new_rule_title") });
}

export async function organisationForm() {
  const { fields, sha256 } = await api("organisation/fields");
  const form = formOf(
    wordings("name", text("organisation_name"), fields.name, { rows: 1 }),
    wordings("contact", text("contact"), fields.contact, { hint: text("contact_hint") }),
    field("national_publisher", text("national_publisher"), input("text", fields.national_publisher), {
      hint: text("national_publisher_hint"),
    }),
  );
  return shown(form, { kind: "organisation", sha256, entry: () => filledIn(form), title: text("organisation") });
}

function formOf(...fields) {
  return el("form", { class: "card entry", novalidate: "" }, el("fieldset", { class: "all" }, fields));
}

/** The occasion on which a rule is said, and the fields that belong to it: those of the others are left out. */
function occasions(chosen, parts) {
  const groups = {};
  const radios = OCCASIONS.map((each) => {
    const radio = el("input", { type: "radio", name: "when", value: each });
    radio.checked = each === chosen;
    groups[each] = el("fieldset", { class: "occasion", "aria-label": text(`when_${each}`) }, parts[each]);
    radio.addEventListener("change", () => show(each));
    return el("label", { class: "check" }, radio, text(`when_${each}`));
  });
  function show(which) {
    for (const [each, group] of Object.entries(groups)) group.hidden = group.disabled = each !== which;
  }
  show(chosen);
  const choices = el("fieldset", { class: "field" }, el("legend", {}, text("when")), el("div", { class: "radios" }, radios));
  return el("div", {}, choices, ...Object.values(groups));
}

/** The whole form with its buttons. entry: what is filled in; place: at which field an error is shown. */
function shown(form, { kind, name = "", sha256, entry, place = (error) => error, title }) {
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  if (!may("edit")) {
    form.querySelector(".all").disabled = true;
    return { title, parts: [form] };
  }
  const path = kind === "organisation" ? "organisation/fields" : `${kind}/entries${name ? `/${encodeURIComponent(name)}` : ""}`;
  const method = name || kind === "organisation" ? "PUT" : "POST";
  const save = el("button", { type: "submit", class: "primary" }, text("save"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(save, told, async () => {
      forgetErrors(form);
      try {
        toDraft(await api(path, { method, json: { entry: entry(), sha256 } }));
      } catch (failure) {
        if (!(failure instanceof Problem) || failure.errors.length === 0) throw failure;
        tellErrors(form, told, failure.errors, place);
      }
    });
  });
  const buttons = el("div", { class: "row" }, save, name && kind !== "organisation" ? removal(kind, name, sha256, told) : null);
  form.append(told, el("p", { class: "hint" }, text("save_hint")), buttons);
  return { title, parts: [form] };
}

function removal(kind, name, sha256, told) {
  return button({ class: "risky" }, async (pressed) => {
    const sure = await ask(text("remove_title", { name }), text("remove_text"), text("remove_yes"));
    if (!sure) return;
    const path = `${kind}/entries/${encodeURIComponent(name)}?${new URLSearchParams({ sha256 })}`;
    await during(pressed, told, async () => toDraft(await api(path, { method: "DELETE" })));
  }, text("remove"));
}

function toDraft({ id }) {
  location.assign(`/admin/drafts/${id}`);
}

function forgetErrors(form) {
  clearErrors(form);
  for (const each of form.querySelectorAll(".suggestion")) each.remove();
}

/** At each field what is wrong with it, below them how many there are; the focus goes to the first. */
function tellErrors(form, told, errors, place) {
  // How a day is written here is not how the service wants to have it.
  const worded = (error) => (isNoDay(form, error.field) ? { ...error, detail: text("not_a_day") } : error);
  const placed = errors.map((error) => worded({ ...error, ...place(error) }));
  for (const { field: name } of placed) {
    form.querySelector(`[data-field="${CSS.escape(name)}"] details`)?.setAttribute("open", "");
  }
  for (const error of placed) if (error.suggestion) suggest(form, error);
  const others = showErrors(form, placed);
  const count = counted("errors_count", placed.length);
  tellProblem(told, { detail: [count, ...others.map((each) => each.detail)].join(" ") });
}

/** The passage that may have been meant, to be taken with one press. */
function suggest(form, { field: name, suggestion }) {
  const wrapper = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const control = wrapper.querySelector("textarea");
  const passage = el("blockquote", { id: `${control.id}-near` }, suggestion);
  const taking = button({ "aria-describedby": passage.id }, () => {
    control.value = suggestion;
    forgetErrorOf(wrapper);
    control.focus();
    announce(text("used"));
  }, text("use_suggestion"));
  control.before(el("div", { class: "suggestion" }, passage, taking));
}

function forgetErrorOf(wrapper) {
  wrapper.querySelector(".suggestion").remove();
  wrapper.querySelector(".error").hidden = true;
  wrapper.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
}
