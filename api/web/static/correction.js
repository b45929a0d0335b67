// "What is right?": a dialog that says what a bad answer should have been, and makes a draft and a test question of it.

import { announce, api, during, latest, trying } from "./admin.js";
import { VERDICTS, button, el, text } from "./elements.js";
import { choice, clearErrors, field, input, showErrors } from "./fields.js";

const SAYS = ["answered_by", "unanswered", "out_of_scope", "wrong_verdict", "missing_document"];
let numbered = 0;

/** Ask what is right about a question; resolves with what the service kept, or null where nobody said. The focus comes
 * back to where it was. */
export function correct({ question, language }) {
  const dialog = el("dialog", { class: "ask correction", "aria-labelledby": "correct-title" });
  document.body.append(dialog);
  return new Promise((resolve) => {
    let kept = null;
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(kept);
    });
    dialog.append(...content(question, language, dialog, (done) => { kept = done; }));
    dialog.showModal();
    dialog.querySelector("h2").focus();
  });
}

function content(question, language, dialog, done) {
  const close = button({}, () => dialog.close(), text("close"));
  const title = el("div", { class: "dialog-top" }, el("h2", { id: "correct-title", tabindex: "-1" }, text("correct.title")), close);
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const form = el("form", { novalidate: "" });
  const says = radios("says", text("correct.says"), SAYS.map((each) => [each, text(`correct.say.${each}`)]));
  const further = el("div", {});
  const verdict = field("verdict", text("correct.verdict"), choice([["", ""], ...VERDICTS.map((each) => [each, text(`correct.verdicts.${each}`)])]), { required: true });
  const note = field("note", text("correct.note"), input("text", "", { maxlength: "500" }));
  const places = picking(question, language);
  says.addEventListener("change", () => {
    clearErrors(form);
    const said = form.elements.says.value;
    const placed = said === "answered_by" || said === "wrong_verdict";
    further.replaceChildren(...(said === "wrong_verdict" ? [verdict] : []), ...(placed ? [places.element] : []), note);
    if (placed) places.begin();
  });
  form.append(says, further, failed, el("div", { class: "row" }, el("button", { type: "submit", class: "primary" }, text("correct.save"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.elements.says.value;
    if (!said) {
      showErrors(form, [{ field: "says", detail: text("required") }]);
      form.elements.says[0].focus();
      return;
    }
    const chosen = places.element.isConnected ? places.chosen() : {};
    const given = { question, language, says: said, note: form.elements.note.value.trim() || null, ...chosen };
    if (said === "wrong_verdict") given.verdict = form.elements.verdict.value || null;
    const kept = await during(event.submitter ?? form, failed, () => sent(form, given));
    if (!kept) return;
    done(kept);
    ended(dialog, form, kept, said);
  });
  return [title, el("p", { class: "lead", lang: language }, question), form];
}

/** What has been kept, or null where the fields tell what is wrong. */
async function sent(form, given) {
  try {
    return await api("corrections", { method: "POST", json: given });
  } catch (problem) {
    if (!problem.errors?.length || showErrors(form, problem.errors).length > 0) throw problem;
    return null;
  }
}

function ended(dialog, form, { draft }, said) {
  const told = el("p", { tabindex: "-1", role: "status" }, text(`correct.kept.${draft ? "draft" : "noted"}`));
  const links = [draft && el("a", { href: `/admin/drafts/${draft.id}` }, text("correct.to_draft"))];
  if (said === "wrong_verdict") links.push(el("a", { href: "/admin/rules" }, text("correct.to_rules")));
  form.replaceWith(told, el("p", { class: "row" }, ...links.filter(Boolean)));
  told.focus();
  announce(told.textContent);
}

function radios(name, legend, options) {
  const id = `${name}-${++numbered}`;
  const items = options.map(([value, label], at) => {
    const control = el("input", { type: "radio", name, value, id: `${id}-${at}` });
    return el("div", { class: "choice" }, control, el("label", { for: control.id }, label));
  });
  const told = el("p", { class: "error", id: `${id}-error`, hidden: "" });
  const set = el("fieldset", { class: "field", "aria-describedby": told.id }, el("legend", {}, legend), told, ...items);
  set.dataset.field = name;
  return set;
}

/** The sentences to choose from: those near to the question at first, then those with the words that one writes. */
function picking(question, language) {
  const words = field("words", text("correct.words"), input("search"), { hint: text("correct.words_hint"), plain: true });
  const control = words.querySelector("input");
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const list = el("div", { class: "places" });
  let found = [];
  const ask = () => api("corrections/places", { method: "POST", json: { question, language, words: control.value.trim() } });
  const show = latest(ask, (places) => {
    found = places;
    const label = ({ title, section, quote, language: lang }) => [el("span", { lang }, quote), el("span", { class: "hint" }, ` ${[title, section].filter(Boolean).join(", ")}`)];
    list.replaceChildren(radios("quote", text("correct.place"), found.map((each, at) => [`${at}`, el("span", {}, ...label(each))])));
    announce(text("correct.found", { count: found.length }));
  });
  const look = () => {
    found = [];
    list.replaceChildren(); // nobody is to choose, or to stand on, what is about to go
    return trying(failed, show);
  };
  const search = button({}, look, text("correct.search"));
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it is not the form that is sent
    look();
  });
  const chosen = () => {
    const place = found[list.querySelector("input:checked")?.value];
    return place ? { document: place.document_id, quote: place.quote } : {};
  };
  const begin = () => found.length === 0 && look();
  return { element: el("div", {}, words, search, failed, list), begin, chosen };
}
