// What a document seems to say of itself, filled in with where it comes from; it holds when an editor has confirmed it.

import { announce, api, during, may } from "./admin.js";
import { LANGUAGES, counted, el, text } from "./elements.js";
import { described, detailFields } from "./document_fields.js";
import { choice, field, missing, showErrors } from "./fields.js";

const ASKED = ["publisher", "published", "edition", "valid_from"];

/** The form. shown: the preview; path: of its draft; documents: those in use; saved: called with the draft when what is
 * said of its document has changed. Null for a draft of no file. */
export function proposals({ draft, document: document_, proposals: proposed }, path, documents, saved) {
  if (draft.change.kind !== "document" || draft.status !== "open" || !may("edit")) return null;
  const values = Object.fromEntries(proposed.map(({ key, value }) => [key, value]));
  const filled = { ...document_, ...values };
  const languages = choice(LANGUAGES.map((each) => [each, text(`in_language.${each}`)]), filled.language);
  const fields = [...detailFields(filled, documents, false), field("language", text("language"), languages, { required: true })];
  const form = el("form", { novalidate: "" }, el("div", { class: "fields" }, ...fields));
  for (const { key, value, origin, quote } of proposed) {
    const words = origin === "text" && quote ? text("proposed.quote", { quote }) : text(`proposed.${origin.replace(" ", "_")}`);
    const told = key === "supersedes" && !value ? `${words} ${text("proposed.choose")}` : words;
    note(form, key, told);
  }
  for (const key of ASKED.filter((each) => !filled[each])) note(form, key, text("proposed.missing"));
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const submit = el("button", { type: "submit", class: "primary" }, text("proposed.confirm"));
  form.append(told, el("div", { class: "row" }, submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { values: said, errors } = described(form);
    const wrong = [...missing(form), ...errors];
    showErrors(form, wrong);
    if (wrong.length > 0) return;
    const json = Object.fromEntries(Object.entries(said).map(([key, value]) => [key, value || null]));
    const changed = await during(submit, told, () => api(`${path}/description`, { method: "PUT", json }));
    if (!changed) return;
    announce(text("proposed.confirmed"));
    saved(changed);
  });
  const open = proposed.filter(({ key }) => key !== "title" && key !== "language").length;
  const lead = el("p", {}, open > 0 ? counted("proposed.lead", open) : text("proposed.none"));
  return el("section", { id: "proposed", class: "card", "aria-labelledby": "proposed-title" }, el("h2", { id: "proposed-title" }, text("proposed.title")), lead, form);
}

/** Behind a field's hint; read out with it. */
function note(form, key, words) {
  const wrapper = form.querySelector(`[data-field="${key}"]`);
  wrapper?.querySelector(".hint").append(` ${words}`);
}
