// Services that a document names as approved: an editor ticks and corrects them, and they enter the register with it.

import { announce, api, during, may } from "./admin.js";
import { button, counted, el, text } from "./elements.js";
import { Problem } from "./events.js";
import { field, input, showErrors } from "./fields.js";
import { area, checks, day, filledIn } from "./rules_fields.js";

/** The list with its button. shown: the preview; path: of its draft; choices: GET /api/admin/choices; saved: called with
 * the draft when its services have changed. */
export function suggestedServices({ services, draft }, path, choices, saved) {
  const given = draft.change.tools ?? [];
  const editable = draft.status === "open" && may("edit");
  const others = given.filter((tool) => services.every(({ name }) => name !== tool.name)); // renamed by an editor
  const rows = [...services, ...others].map((each) => row(each, given.find(({ name }) => name === each.name), choices, editable));
  const list = el("div", { class: "decided" }, ...rows.map((each) => each.element));
  if (!editable) return [list];
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const save = button({ class: "primary" }, async (pressed) => {
    const chosen = rows.filter((each) => each.chosen());
    for (const each of rows) each.tell([]);
    await during(pressed, told, async () => {
      try {
        const changed = await api(`${path}/services`, { method: "PUT", json: { services: chosen.map((each) => each.entry()) } });
        announce(counted("services_saved", chosen.length));
        saved(changed);
      } catch (failure) {
        if (!(failure instanceof Problem) || failure.errors.length === 0) throw failure;
        chosen.forEach((each, number) => {
          const own = failure.errors.filter(({ field: name }) => name.startsWith(`${number}.`));
          each.tell(own.map((error) => ({ ...error, field: error.field.slice(`${number}.`.length) })));
        });
        throw failure;
      }
    });
  }, text("save_services"));
  return [list, told, el("div", { class: "row" }, save)];
}

/** One service. given: the entry that was made of it before, if one was. */
function row(found, given, choices, editable) {
  const start = given ?? found;
  const box = el("input", { type: "checkbox" });
  box.checked = given !== undefined;
  const data = start.data.map((id) => choices.data.find((each) => each.id === id)?.label ?? id);
  const quote = found.quote ? el("blockquote", {}, found.quote) : null;
  const concerns = data.length > 0 ? el("p", { class: "hint" }, `${text("concerns.data")}: ${data.join(", ")}`) : null;
  if (!editable || found.registered) {
    const note = found.registered ? el("p", { class: "hint" }, text("service_registered")) : null;
    const element = el("article", { class: "suggestion-row" }, el("p", {}, el("strong", {}, start.name)), quote, concerns, note);
    return { element, chosen: () => false, entry: () => null, tell: () => {} };
  }
  const offered = choices.data.filter(({ id, named }) => named || start.data.includes(id));
  const form = el(
    "form",
    { class: "correction", novalidate: "" },
    field("name", text("service.name"), input("text", start.name), { required: true }),
    field("other_names", text("service.other_names"), area((start.other_names ?? []).join("\n"), 2), { hint: text("service.other_names_hint") }),
    checks("data", text("service.data"), offered, start.data, { required: true }),
    field("decision", text("service.decision"), input("text", start.decision), { required: true }),
    field("condition", text("service.condition"), input("text", start.condition ?? "")),
    day("valid_from", text("service.valid_from"), start.valid_from),
    day("valid_until", text("service.valid_until"), start.valid_until),
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  const details = el("details", {}, el("summary", {}, text("correct")), form);
  const label = el("label", { class: "check" }, box, el("span", {}, text("accept_service", { name: start.name })));
  return {
    element: el("article", { class: "suggestion-row" }, label, quote, concerns, details),
    chosen: () => box.checked,
    entry: () => ({ data: [], ...filledIn(form, { lists: ["data"], lines: ["other_names"] }) }),
    tell: (errors) => {
      showErrors(form, errors);
      if (errors.length > 0) details.open = true;
    },
  };
}
