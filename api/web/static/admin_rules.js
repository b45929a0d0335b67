// Approved services, rules and the organisation: all of them, one in its form, or a file as text. Which one, the address
// says: ?tool=NAME, ?rule=ID (empty: a new one), ?organisation, ?text=FILE.

import { api, may, start } from "./admin.js";
import { el, readableDay, readableMoment, sign, table, text } from "./elements.js";
import { Problem } from "./events.js";
import { organisationForm, ruleForm, toolForm } from "./rules_forms.js";
import { FILES, textForm } from "./rules_text.js";

const FORMS = { tool: toolForm, rule: ruleForm, organisation: organisationForm, text: textForm };
const VERDICT_SIGNS = { allowed: "allowed", not_allowed: "not_allowed", only_if_approved: "only_if_approved" };
const language = document.documentElement.lang;

function validity({ valid_from: since, valid_until: until }) {
  const days = { since: since && readableDay(since), until: until && readableDay(until) };
  return text(since && until ? "between" : since ? "since" : until ? "until" : "no_end", days);
}

function state(good, key) {
  return el("span", { class: good ? "state good" : "state care" }, sign(good ? "allowed" : "only_if_approved"), text(key));
}

const link = (query, words) => el("a", { href: `/admin/rules?${new URLSearchParams(query)}` }, words);

function toolRow(tool, labels) {
  const names = tool.other_names.length ? el("span", { class: "also" }, tool.other_names.join(", ")) : null;
  const data = tool.data.map((id) => labels.get(id) ?? id).join(", ");
  const name = el("span", {}, link({ tool: tool.name }, tool.name), names);
  return [name, data, tool.decision, validity(tool), state(tool.state === "in_force", tool.state)];
}

function occasion(rule) {
  if (rule.supplements) return el("span", {}, text("supplements_of", { id: rule.supplements }));
  if (rule.beside) return el("span", {}, text("beside_of", { beside: rule.beside }));
  return el("span", { class: "ruling" }, sign(VERDICT_SIGNS[rule.verdict]), text(rule.verdict));
}

function ruleRow(rule, titles) {
  const said = el("div", {}, el("p", { class: "said" }, rule.says[language]), occasion(rule));
  const source = titles.get(rule.document) ?? rule.document;
  return [link({ rule: rule.id }, rule.id), said, source, state(!rule.suspended, rule.suspended ? "suspended" : "in_use")];
}

function add(query, key) {
  return may("edit") ? el("p", {}, el("a", { class: "button", href: `?${query}=` }, sign("new"), text(key))) : null;
}

/** A part of the page that tells its own error, so that the others can be used when a file has a mistake. */
async function part(key, load, ...more) {
  let content;
  try {
    content = await load();
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    content = el("p", { class: "error", role: "alert" }, failure.detail);
  }
  const hint = el("p", { class: "hint" }, text(`${key}_hint`));
  const heading = el("h2", { id: `part-${key}` }, text(key));
  return el("section", { "aria-labelledby": `part-${key}` }, heading, hint, content, ...more);
}

async function tools(labels) {
  const { entries } = await api("tools/entries");
  const head = ["tool", "data", "decision", "validity", "state"].map((key) => text(key));
  if (entries.length === 0) return el("p", { class: "none" }, text("no_tools"));
  return table(text("tools"), head, entries.map((tool) => toolRow(tool, labels)));
}

async function rules(titles) {
  const { entries } = await api("rules/entries");
  const head = ["rule", "says_what", "document", "state"].map((key) => text(key));
  if (entries.length === 0) return el("p", { class: "none" }, text("no_rules"));
  return table(text("rules"), head, entries.map((rule) => ruleRow(rule, titles)));
}

async function organisation() {
  const { fields } = await api("organisation/fields");
  const shown = {
    organisation_name: fields.name?.[language],
    contact: fields.contact?.[language],
    national_publisher: fields.national_publisher,
  };
  const rows = Object.entries(shown).map(([key, value]) =>
    el("div", {}, el("dt", {}, text(key)), el("dd", {}, value ?? text("not_set"))),
  );
  const edit = el("a", { class: "button", href: "?organisation=" }, text("edit"));
  edit.setAttribute("aria-label", text("edit_named", { name: text("organisation") }));
  return el("div", { class: "card" }, el("dl", { class: "metadata" }, rows), may("edit") ? edit : null);
}

function openDrafts(drafts) {
  const ours = drafts.filter(({ change }) => change.kind === "file" && Object.values(FILES).includes(change.name));
  if (ours.length === 0) return null;
  const items = ours.map(({ id, change, made_by: who, made_at: when }) => {
    const named = who === "OHJENUORA_ADMIN_TOKEN" ? text("shared_token") : who;
    const words = text("draft_of", { file: change.name, who: named, when: readableMoment(when) });
    return el("li", {}, el("a", { href: `/admin/drafts/${id}` }, words));
  });
  const told = el("div", {}, el("p", {}, text("open_drafts")), el("ul", {}, items));
  return el("div", { class: "notice drafts" }, sign("info"), told);
}

async function all() {
  const [choices, drafts] = await Promise.all([api("choices"), api("drafts?status=open")]);
  const labels = new Map(choices.data.map(({ id, label }) => [id, label]));
  const titles = new Map(choices.documents.map(({ id, title }) => [id, title]));
  const files = Object.keys(FILES).map((name) => el("li", {}, link({ text: name }, text(`file.${name}`))));
  const parts = await Promise.all([
    part("tools", () => tools(labels), add("tool", "add_tool")),
    part("rules", () => rules(titles), add("rule", "add_rule")),
    part("organisation", organisation),
    part("files", () => el("ul", {}, files)),
  ]);
  return [openDrafts(drafts), ...parts].filter(Boolean);
}

start(async () => {
  const asked = new URLSearchParams(location.search);
  const name = Object.keys(FORMS).find((each) => asked.has(each));
  const shown = name ? await FORMS[name](asked.get(name)) : { parts: await all() };
  document.getElementById("back").hidden = document.getElementById("lead").hidden = true;
  document.getElementById(name ? "back" : "lead").hidden = false;
  if (shown.title) {
    document.title = document.title.replace(text("title"), shown.title);
    document.getElementById("title").textContent = shown.title;
  }
  document.getElementById("view").replaceChildren(...shown.parts);
});
