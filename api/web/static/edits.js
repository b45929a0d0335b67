// What a draft changes of approved services, rules and the organisation, entry by entry; and where somebody else's
// publication says otherwise, to be decided field by field.

import { announce, api, during, may } from "./admin.js";
import { LANGUAGES, VERDICTS, counted, el, language, readableDay, sign, text } from "./elements.js";

const SIGNS = { added: "+ ", removed: "− ", changed: "± " };
const DAYS = new Set(["valid_from", "valid_until"]);

/** A card for each entry. labels: of classes of data, by their ids. */
export function edits({ edits: all }, labels) {
  return all.map((edit) => {
    const name = edit.name || text("file.organisation");
    const mark = el("h3", { class: "what" }, el("span", { "aria-hidden": "true" }, SIGNS[edit.kind]), text(`entry.${edit.kind}`, { name }));
    const fields = edit.fields.map((field) => changedField(edit, field, labels));
    return el("article", { class: `passage ${edit.kind}` }, mark, el("dl", { class: "entry-fields" }, ...fields));
  });
}

function changedField({ kind }, { field, before, after }, labels) {
  const old = el("del", {}, el("span", { class: "visually-hidden" }, `${text("now")}: `), ...valueOf(field, before, labels));
  const made = el("ins", {}, el("span", { class: "visually-hidden" }, `${text("then")}: `), ...valueOf(field, after, labels));
  const shown = { added: [...valueOf(field, after, labels)], removed: [...valueOf(field, before, labels)], changed: [old, made] }[kind];
  return el("div", {}, el("dt", {}, text(`entry_field.${field}`)), el("dd", {}, ...shown));
}

/** The value of a field as people read it. */
function valueOf(field, value, labels) {
  if (value === null || value === undefined) return [text("empty")];
  if (Array.isArray(value)) return [value.map((each) => labels.get(each) ?? each).join(", ")];
  if (typeof value === "object") {
    const said = LANGUAGES.filter((each) => value[each]);
    return said.map((each) => el("span", { class: "worded", lang: each }, el("span", { class: "hint", lang: language }, `${text(`in_language.${each}`)}: `), value[each]));
  }
  if (field === "verdict" && VERDICTS.includes(value)) return [text(`verdict.${value}`)];
  return [DAYS.has(field) ? readableDay(value) : `${value}`];
}

/** What keeps a draft from being published, with the choice between two edits. titles: of several drafts together, by
 * their ids; saved: called when a choice has been made. */
export function conflicts({ conflicts: all }, labels, titles, saved) {
  const drafts = [...new Set(all.map((each) => each.draft_id))];
  return drafts.flatMap((id) => {
    const shown = ofDraft(id, all.filter((each) => each.draft_id === id), labels, saved);
    return titles.has(id) ? [el("h3", {}, titles.get(id)), shown] : [shown];
  });
}

function ofDraft(id, all, labels, saved) {
  const whole = all.find((each) => each.entry === null);
  if (whole) return el("p", { class: "notice" }, sign("only_if_approved"), el("span", {}, text("conflict_text", { file: text(`file.${whole.file.replace(".yaml", "")}`) })));
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const fields = all.map((each, number) => choiceOf(each, `conflict-${id}-${number}`, labels));
  const save = el("button", { type: "submit", class: "primary" }, text("conflict_save"));
  const form = el("form", { novalidate: "" }, ...fields.map((each) => each.element), told, may("edit") ? el("div", { class: "row" }, save) : null);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const missing = fields.filter((each) => each.taken() === null);
    if (missing.length > 0) {
      told.textContent = counted("conflict_missing", missing.length);
      told.hidden = false;
      missing[0].element.querySelector("input").focus();
      return;
    }
    const choices = fields.map((each) => ({ ...each.of, take: each.taken(), seen: each.seen }));
    during(save, told, async () => {
      await api(`drafts/${id}/conflicts`, { method: "PUT", json: { choices } });
      announce(text("conflict_saved"));
      saved();
    });
  });
  return form;
}

function choiceOf({ entry, field, before, theirs, mine }, name, labels) {
  const value = (each) => (field === "" ? [text(each === null ? "entry_gone" : "entry_there")] : valueOf(field, each, labels));
  const radio = (take, each) => {
    const input = el("input", { type: "radio", name, value: take });
    return [input, el("label", { class: "check" }, input, el("span", {}, el("strong", {}, text(`conflict_${take}`)), " ", ...value(each)))];
  };
  const [first, ofMine] = radio("mine", mine);
  const [second, ofTheirs] = radio("theirs", theirs);
  const about = field === "" ? entry || text("file.organisation") : `${entry || text("file.organisation")}: ${text(`entry_field.${field}`)}`;
  const was = el("p", { class: "hint" }, `${text("conflict_before")} `, ...value(before));
  const element = el("fieldset", { class: "field" }, el("legend", {}, about), was, ofMine, ofTheirs);
  const taken = () => (first.checked ? "mine" : second.checked ? "theirs" : null);
  return { element, taken, of: { entry, field }, seen: theirs };
}
