// Fields of a form with their labels, hints and errors.

import { el, text } from "./elements.js";

let numbered = 0;

/** One field: label, hint and error around a control, in an element .field whose data-field is its name.
 *
 * control: the input, select or textarea; hint: may be empty. required: told when it is empty; all others are said to
 * be optional, but for those of a filter (plain).
 */
export function field(name, label, control, { hint = "", required = false, plain = false } = {}) {
  const id = `field-${name}-${++numbered}`;
  control.id = id;
  control.name = name;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  if (required) control.setAttribute("aria-required", "true");
  const told = required || plain ? label : `${label} (${text("optional")})`;
  const wrapper = el(
    "div",
    { class: "field" },
    el("label", { for: id }, told),
    el("p", { class: "hint", id: `${id}-hint` }, hint),
    el("p", { class: "error", id: `${id}-error`, hidden: "" }),
    control,
  );
  wrapper.dataset.field = name;
  return wrapper;
}

export function input(type, value = "", attributes = {}) {
  return el("input", { type, value: value ?? "", autocomplete: "off", ...attributes });
}

/** options: [[value, label], …] */
export function choice(options, value = "") {
  const made = el("select", {}, ...options.map(([each, label]) => el("option", { value: each }, label)));
  made.value = value ?? "";
  return made;
}

export function clearErrors(form) {
  for (const wrapper of form.querySelectorAll("[data-field]")) showError(wrapper, "");
}

function showError(wrapper, detail) {
  const told = wrapper.querySelector(".error");
  told.textContent = detail;
  told.hidden = detail === "";
  for (const control of wrapper.querySelectorAll("input, select, textarea")) {
    if (detail) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

/** Show what is wrong at each field and put the focus on the first. errors: [{field, detail}]. Returns those that no
 * field of the form is to blame for. */
export function showErrors(form, errors) {
  clearErrors(form);
  const others = errors.filter(({ field: name, detail }) => {
    const wrapper = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (wrapper) showError(wrapper, detail);
    return wrapper === null;
  });
  form.querySelector("[aria-invalid]")?.focus();
  return others;
}

/** The errors of required fields that are empty. */
export function missing(form) {
  return Array.from(form.querySelectorAll("[data-field]")).flatMap((wrapper) => {
    const control = wrapper.querySelector("[aria-required]");
    const empty = control && (control.type === "file" ? control.files.length === 0 : control.value.trim() === "");
    return empty ? [{ field: wrapper.dataset.field, detail: text("required") }] : [];
  });
}
