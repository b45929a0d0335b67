// The fields that the forms of tools and rules need beside those of fields.js, and what is filled in.

import { isoDay } from "./document_fields.js";
import { LANGUAGES, el, language, readableDay, text } from "./elements.js";
import { field, input } from "./fields.js";

let numbered = 0;

/** A group of boxes to tick. options: [{id, label}]; more: such that are seldom needed, behind a heading. */
export function checks(name, legend, options, chosen, { hint = "", required = false, more = null } = {}) {
  const id = `checks-${++numbered}`;
  const told = required ? legend : `${legend} (${text("optional")})`;
  const boxes = (listed) => el("div", { class: "checks" }, listed.map((each) => box(name, each, chosen, id)));
  const group = el(
    "fieldset",
    { class: "field", "aria-describedby": `${id}-hint ${id}-error` },
    el("legend", {}, told),
    el("p", { class: "hint", id: `${id}-hint` }, hint),
    el("p", { class: "error", id: `${id}-error`, hidden: "" }),
    boxes(options),
  );
  if (more?.options.length) {
    const behind = el("details", {}, el("summary", {}, more.legend), boxes(more.options));
    behind.open = more.options.some((each) => chosen.includes(each.id));
    group.append(behind);
  }
  group.dataset.field = name;
  return group;
}

/** The services by their names; behind a heading what else may be called a service ("a tool"). general: the heading. */
export function services(legend, tools, chosen, general) {
  const isService = (each) => each.broader.includes("ai_service");
  const others = { legend: general, options: sorted(tools.filter((each) => !isService(each))) };
  return checks("tools", legend, sorted(tools.filter(isService)), chosen, { more: others });
}

function box(name, { id: value, label }, chosen, group) {
  const made = el("input", { type: "checkbox", name, value, "aria-describedby": `${group}-error` });
  made.checked = chosen.includes(value);
  return el("label", { class: "check" }, made, label);
}

/** One sentence in each of the languages; its fields are called name.fi and so on. */
export function wordings(name, legend, said, { hint = "", required = false, rows = 2 } = {}) {
  const fields = LANGUAGES.map((each) => {
    const control = el("textarea", { rows: `${rows}`, lang: each });
    control.value = said?.[each] ?? "";
    return field(`${name}.${each}`, text(`in_${each}`), control, { required, plain: true });
  });
  const id = `wordings-${++numbered}`;
  const told = required ? legend : `${legend} (${text("optional")})`;
  const describing = { class: "group", "aria-describedby": id };
  return el("fieldset", describing, el("legend", {}, told), el("p", { class: "hint", id }, hint), fields);
}

/** A longer text. */
export function area(value, rows, attributes = {}) {
  const made = el("textarea", { rows: `${rows}`, spellcheck: "false", ...attributes });
  made.value = value ?? "";
  return made;
}

/** A day as people write it; filledIn() gives it as the service wants it, or as it is where it is none. */
export function day(name, label, value, hint = "") {
  const control = input("text", value && readableDay(value), { inputmode: "numeric", class: "day", "data-day": "" });
  return field(name, label, control, { hint: [hint, text("day_hint")].filter(Boolean).join(" ") });
}

/** What a form holds, by its fields' names: lists for boxes and for names on lines of their own, objects for wordings. */
export function filledIn(form, { lists = [], lines = [] } = {}) {
  const given = new FormData(form);
  const entry = {};
  for (const name of new Set(given.keys())) {
    const [first, second] = name.split(".");
    if (lists.includes(name)) entry[name] = given.getAll(name);
    else if (lines.includes(name)) entry[name] = given.get(name).split("\n");
    else if (second) entry[first] = { ...entry[first], [second]: given.get(name) };
    else if (form.elements[name].dataset?.day !== undefined) entry[name] = isoDay(given.get(name).trim()) ?? given.get(name);
    else entry[name] = given.get(name);
  }
  return entry;
}

/** Whether a field holds something that is no day. */
export function isNoDay(form, name) {
  const control = form.elements[name];
  return control?.dataset?.day !== undefined && control.value.trim() !== "" && isoDay(control.value.trim()) === null;
}

/** The choices by what the reader calls them. */
export function sorted(options) {
  const order = new Intl.Collator(language).compare;
  return [...options].sort((one, other) => order(one.label, other.label));
}
