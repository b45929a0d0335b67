// The documents in use, and the forms that make drafts of a new one, another one in its place, or other details.

import { announce, api, during, may, start, tellProblem } from "./admin.js";
import { button, counted, el, language, readableDay, table, text } from "./elements.js";
import { personOf } from "./drafts.js";
import { FORMATS, chosenFile, described, detailFields, fileField } from "./document_fields.js";
import { clearErrors, missing, showErrors } from "./fields.js";

const uploadForm = document.getElementById("upload");
const dialog = document.getElementById("edit");
let listed = [];

function toDraft(draft) {
  location.assign(`/admin/drafts/${draft.id}`);
}

/** Send a form. errorsOf: what is wrong before anything is sent; request: what to send; blame: the field to blame for
 * what the service does not like, given the problem. */
function onSubmit(form, errorsOf, request, blame) {
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  form.append(told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = errorsOf();
    const others = showErrors(form, wrong);
    if (wrong.length > 0) {
      tellProblem(told, { detail: [counted("wrong_fields", wrong.length), ...others.map((each) => each.detail)].join(" ") });
      return;
    }
    const submit = form.querySelector("[type=submit]");
    const draft = await during(submit, told, async () => {
      if (form.querySelector("[type=file]")) announce(text("reading"));
      try {
        return await request();
      } catch (problem) {
        announce("");
        const errors = problem.errors?.length ? problem.errors : [{ field: blame(problem), detail: problem.detail }];
        const notInForm = showErrors(form, errors);
        if (notInForm.length === 0) return null;
        throw problem;
      }
    });
    if (draft) toDraft(draft);
  });
}

function uploadParts() {
  const file = fileField(text("file"), text("file_hint", { formats: FORMATS }));
  const details = el("details", { class: "more" }, el("summary", {}, text("more_fields")));
  details.append(el("p", { class: "hint" }, text("more_hint")), el("div", { class: "fields" }, detailFields({}, listed, true)));
  const submit = el("button", { type: "submit", class: "primary" }, text("make_draft"));
  uploadForm.append(file, details, submit);
  file.addEventListener("change", () => {
    clearErrors(uploadForm);
    details.open = true;
  });
  const errors = () => [...missing(file.parentElement), ...chosenFile(file).errors, ...described(uploadForm).errors];
  const request = () => {
    const form = new FormData();
    form.set("file", chosenFile(file).file);
    for (const [key, value] of Object.entries(described(uploadForm).values)) if (value) form.set(key, value);
    return api("documents", { method: "POST", form });
  };
  onSubmit(uploadForm, errors, request, ({ status }) => {
    details.open = true;
    return status === 409 ? "id" : status === 0 || status === 403 ? "" : "file";
  });
}

// One document in the dialog

function replaceForm(document_) {
  const file = fileField(text("file"), text("file_hint", { formats: FORMATS }));
  const form = el("form", { novalidate: "" }, file, el("button", { type: "submit" }, text("make_draft")));
  const errors = () => [...missing(form), ...chosenFile(file).errors];
  const request = () => {
    const sent = new FormData();
    sent.set("file", chosenFile(file).file);
    return api(`documents/${encodeURIComponent(document_.id)}`, { method: "PUT", form: sent });
  };
  onSubmit(form, errors, request, ({ status }) => (status === 0 || status === 403 ? "" : "file"));
  return form;
}

function describeForm(document_) {
  const fields = detailFields(document_, listed, false);
  const submit = el("button", { type: "submit" }, text("save"));
  const form = el("form", { novalidate: "" }, el("div", { class: "fields" }, fields), submit);
  const changed = () =>
    Object.fromEntries(
      Object.entries(described(form).values)
        .filter(([key, value]) => value !== [document_[key] ?? ""].flat().join(", "))
        .map(([key, value]) => [key, value || null]),
    );
  const errors = () => {
    const wrong = [...missing(form), ...described(form).errors];
    return wrong.length === 0 && Object.keys(changed()).length === 0 ? [{ field: "", detail: text("unchanged") }] : wrong;
  };
  const request = () => api(`documents/${encodeURIComponent(document_.id)}`, { method: "PATCH", json: changed() });
  onSubmit(form, errors, request, () => "");
  return form;
}

function withdrawForm(document_) {
  const form = el("form", {}, el("button", { type: "submit", class: "risky" }, text("make_withdrawal")));
  const path = `documents/${encodeURIComponent(document_.id)}/withdraw`;
  onSubmit(form, () => [], () => api(path, { method: "POST" }), () => "");
  return form;
}

function openEdit(document_) {
  const part = (key, hint, form) =>
    el("details", { class: "part-of", name: "edit" }, el("summary", {}, text(key)), el("div", {}, hint && el("p", { class: "hint" }, hint), form));
  document.getElementById("edit-title").textContent = text("edit_titled", { title: document_.title });
  document.getElementById("edit-forms").replaceChildren(
    part("replace", text("replace_hint"), replaceForm(document_)),
    part("describe", "", describeForm(document_)),
    part("withdraw", text("withdraw_hint"), withdrawForm(document_)),
  );
  dialog.showModal();
  document.getElementById("edit-title").focus();
}

document.getElementById("edit-close").addEventListener("click", () => dialog.close());

// The table

function validity({ valid_from: from, valid_until: until }) {
  if (!from && !until) return "";
  const days = { since: from && readableDay(from), until: until && readableDay(until) };
  return text(`validity.${from && until ? "between" : from ? "from" : "until"}`, days);
}

function state(document_, drafts) {
  const today = new Date().toISOString().slice(0, 10);
  const coming = document_.valid_from && document_.valid_from > today;
  const key = document_.historical ? "historical" : coming ? "coming" : "in_force";
  const parts = [el("span", { class: `state ${key}` }, text(key))];
  if (document_.changed) parts.push(el("span", { class: "hint" }, text("changed")));
  const waiting = drafts.filter(({ change }) => change.id === document_.id);
  for (const draft of waiting) parts.push(el("a", { href: `/admin/drafts/${draft.id}` }, text("waiting")));
  return el("span", { class: "stacked" }, ...parts);
}

function row(document_, drafts) {
  const address = `/documents/${encodeURIComponent(document_.id)}`;
  const title = el("a", { href: address, lang: document_.language }, document_.title);
  const cells = [
    el("span", { class: "stacked" }, title, el("span", { class: "hint" }, document_.id)),
    text(`in_language.${document_.language}`),
    text(`kind.${document_.kind}`),
    document_.published ? readableDay(document_.published) : "",
    validity(document_),
    text(document_.origin === "upload" ? "from_upload" : "from_folder"),
    state(document_, drafts),
  ];
  if (!may("edit")) return cells;
  const label = text("edit_titled", { title: document_.title });
  return [...cells, button({ "aria-label": label, "aria-haspopup": "dialog" }, () => openEdit(document_), text("edit"))];
}

function withdrawnRow({ id, title, who, day, restorable }, drafts) {
  const by = who ? `${personOf(who)}, ${readableDay(day)}` : "";
  const waiting = drafts.find(({ change }) => change.id === id);
  if (waiting) return [title, by, el("a", { href: `/admin/drafts/${waiting.id}` }, text("waiting"))];
  if (!restorable) return [title, by, el("span", { class: "hint" }, text("text_gone"))];
  if (!may("edit")) return [title, by, ""];
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const restore = button({ "aria-label": text("restore_named", { title }) }, async () => {
    const draft = await during(restore, failed, () => api(`documents/${encodeURIComponent(id)}/restore`, { method: "POST" }));
    if (draft) toDraft(draft);
  }, text("restore"));
  return [title, by, el("div", {}, restore, failed)];
}

start(async () => {
  const [found, drafts] = await Promise.all([api("documents"), api("drafts?status=open&limit=1000")]);
  listed = found.documents.sort((one, other) => one.title.localeCompare(other.title, language));
  if (may("edit") && uploadForm.childElementCount === 0) uploadParts();
  const head = ["name", "language", "kind_label", "published", "valid", "origin", "state"].map((key) => text(key));
  if (may("edit")) head.push(text("actions"));
  const rows = listed.map((each) => row(each, drafts));
  document.getElementById("in-use").replaceChildren(table(text("in_use"), head, rows));
  const withdrawn = document.getElementById("withdrawn");
  withdrawn.hidden = found.withdrawn.length === 0;
  const gone = found.withdrawn_documents.map((each) => withdrawnRow(each, drafts));
  const columns = ["name", "withdrawn_by", "actions"].map((key) => text(key));
  if (gone.length) document.getElementById("withdrawn-list").replaceChildren(table(text("withdrawn"), columns, gone));
});
