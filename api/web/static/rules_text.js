// A curated file as text, for those who would rather edit it so; a mistake is shown with its line.

import { api, during, may, tellProblem } from "./admin.js";
import { button, el, text } from "./elements.js";
import { Problem } from "./events.js";
import { field } from "./fields.js";
import { area } from "./rules_fields.js";

export const FILES = {
  tools: "tools.yaml",
  rules: "rules.yaml",
  concepts: "concepts.yaml",
  organisation: "organisation.yaml",
  suggestions: "suggestions.yaml",
};

export async function textForm(name) {
  if (!(name in FILES)) throw new Problem({ status: 404, detail: text("gone") });
  const { text: written, sha256 } = await api(name);
  const control = area(written, 24, { class: "code", wrap: "off", autocapitalize: "none" });
  const wrapper = field("text", text("text"), control, { hint: text("text_hint"), required: true });
  const place = el("p", { class: "hint" });
  const told = wrapper.querySelector(".error");
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const save = el("button", { type: "submit", class: "primary" }, text("save"));
  const form = el("form", { class: "card", novalidate: "" }, wrapper, place);
  control.addEventListener("keyup", showLine);
  control.addEventListener("click", showLine);
  control.addEventListener("focus", showLine);

  function showLine() {
    place.textContent = text("line", { line: control.value.slice(0, control.selectionStart).split("\n").length });
  }

  function toLine(line) {
    const lines = control.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    control.focus();
    control.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    const height = parseFloat(getComputedStyle(control).lineHeight);
    control.scrollTop = Math.max(0, (line - 4) * height);
    control.scrollLeft = 0;
    showLine();
  }

  function tellMistake({ detail, line }) {
    const jump = line ? button({}, () => toLine(line), text("to_line", { line })) : null;
    told.replaceChildren(...[el("span", {}, detail), jump].filter(Boolean));
    told.hidden = false;
    control.setAttribute("aria-invalid", "true");
    if (line) toLine(line);
    else control.focus();
  }

  if (may("edit")) form.append(failed, el("p", { class: "hint" }, text("save_hint")), el("div", { class: "row" }, save));
  else control.readOnly = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(save, failed, async () => {
      tellProblem(told, null);
      control.removeAttribute("aria-invalid");
      try {
        const { id } = await api(name, { method: "PUT", json: { text: control.value, sha256 } });
        location.assign(`/admin/drafts/${id}`);
      } catch (failure) {
        if (!(failure instanceof Problem) || failure.errors.length === 0) throw failure;
        tellMistake(failure.errors[0]);
      }
    });
  });
  return { title: text(`file.${name}`), parts: [form] };
}
