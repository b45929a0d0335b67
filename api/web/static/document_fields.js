// What is said of a document, as fields: shown as people write it (29.4.2025), sent as the service wants it (2025-04-29).

import { LANGUAGES, el, readableDay, text } from "./elements.js";
import { choice, field, input } from "./fields.js";

const ENDINGS = document.querySelector("[data-endings]")?.dataset.endings.split(" ") ?? [];
/** What a document's file may be, for people: {formats} of the texts. */
export const FORMATS = document.querySelector("[data-formats]")?.dataset.formats ?? "";
const ID = new RegExp(`^(?!.*\\.(${LANGUAGES.join("|")})$)[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`, "i");
const KINDS = ["guidance", "survey", "decision"];

/** A file to choose or to drop. */
export function fileField(label, hint) {
  const control = input("file", "", { accept: ENDINGS.join(","), class: "visually-hidden" });
  const wrapper = field("file", label, control, { hint, required: true });
  wrapper.classList.add("drop");
  // The browser's own button speaks the browser's language, not the page's.
  const chosen = el("span", { class: "chosen" }, text("no_file"));
  wrapper.append(el("label", { for: control.id, class: "button" }, text("choose_file")), " ", chosen);
  control.addEventListener("change", () => {
    chosen.textContent = Array.from(control.files, (file) => file.name).join(", ") || text("no_file");
  });
  const over = (isOver) => wrapper.classList.toggle("over", isOver);
  wrapper.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  wrapper.addEventListener("dragleave", () => over(false));
  wrapper.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    control.files = event.dataTransfer.files;
    control.dispatchEvent(new Event("change", { bubbles: true }));
    control.focus();
  });
  return wrapper;
}

/** The file of such a field, with what is wrong with it. */
export function chosenFile(wrapper) {
  const { files } = wrapper.querySelector("input");
  const wrong = (key) => ({ file: null, errors: [{ field: "file", detail: text(key, { formats: FORMATS }) }] });
  if (files.length > 1) return wrong("one_file");
  const name = files[0]?.name.toLowerCase();
  if (name && !ENDINGS.some((ending) => name.endsWith(ending))) return wrong("wrong_type");
  return { file: files[0] ?? null, errors: [] };
}

/** The fields; isNew: of a document that is uploaded, else of one that is there, whose id and language stay. */
export function detailFields(said, documents, isNew) {
  const day = (key) => field(key, text(key), input("text", said[key] && readableDay(said[key]), { inputmode: "numeric" }), { hint: text("day_hint") });
  const languages = choice([["", text("detect")], ...LANGUAGES.map((each) => [each, text(`in_language.${each}`)])]);
  const kinds = choice([["", text("as_file")], ...KINDS.map((each) => [each, text(`kind.${each}`)])]);
  const others = documents.filter(({ id }) => id !== said.id).map(({ id, title }) => [id, title]);
  const published = input("text", said.published && readableDay(said.published));
  return [
    field("title", text("name"), input("text", said.title, { maxlength: "1000" }), { required: !isNew }),
    isNew && field("id", text("id"), input("text", "", { autocapitalize: "none", spellcheck: "false", maxlength: "100" }), { hint: text("id_hint") }),
    field("publisher", text("publisher"), input("text", said.publisher, { maxlength: "1000" })),
    field("published", text("published"), published, { hint: text("published_hint") }),
    field("edition", text("edition"), input("text", said.edition, { maxlength: "100", autocapitalize: "none", spellcheck: "false" }), { hint: text("edition_hint") }),
    isNew && field("language", text("language"), languages),
    isNew && field("kind", text("kind_label"), kinds),
    day("valid_from"),
    day("valid_until"),
    field("url", text("url"), input("url", said.url, { maxlength: "1000" })),
    field("supersedes", text("supersedes"), choice([["", text("nothing")], ...others], said.supersedes), { hint: text("supersedes_hint") }),
    field("groups", text("groups"), input("text", said.groups?.join(", "), { maxlength: "1000", autocapitalize: "none", spellcheck: "false" }), { hint: text("groups_hint") }),
  ].filter(Boolean);
}

/** What a form's fields say, as {values, errors: [{field, detail}]}; what is not filled in is an empty text. */
export function described(form) {
  const values = {};
  const errors = [];
  const check = (name, read, key) => {
    const control = form.elements.namedItem(name);
    if (control === null) return;
    const written = control.value.trim();
    const value = written === "" ? "" : read(written);
    if (value === null) errors.push({ field: name, detail: text(key) });
    values[name] = value ?? "";
  };
  const any = (written) => written;
  check("title", any);
  check("id", (written) => (ID.test(written) ? written : null), "bad_id");
  check("publisher", any);
  check("published", (written) => isoDay(written, true), "bad_published");
  check("edition", any);
  check("language", any);
  check("kind", any);
  check("valid_from", (written) => isoDay(written, false), "bad_day");
  check("valid_until", (written) => isoDay(written, false), "bad_day");
  check("url", (written) => (/^https?:\/\/\S+$/.test(written) ? written : null), "bad_url");
  check("supersedes", any);
  check("groups", any);
  if (values.valid_from && values.valid_until && values.valid_until < values.valid_from) {
    errors.push({ field: "valid_until", detail: text("end_before_start") });
  }
  return { values, errors };
}

/** 2026-03-01 of 1.3.2026 or of itself; where less may be known, 2026-03 of 3/2026 and 2026, too. Null for no day. */
export function isoDay(written, lessToo) {
  const numbers = (pattern) => pattern.exec(written)?.slice(1).map(Number);
  const whole = numbers(/^(\d{4})-(\d{1,2})-(\d{1,2})$/) ?? numbers(/^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/)?.reverse() ?? inWords(written);
  const month = lessToo && (numbers(/^(\d{4})-(\d{1,2})$/) ?? numbers(/^(\d{1,2})[/.](\d{4})$/)?.reverse());
  const year = lessToo && numbers(/^(\d{4})$/);
  const found = whole || month || year;
  if (!found) return null;
  const day = new Date(Date.UTC(found[0], (found[1] ?? 1) - 1, found[2] ?? 1));
  if (day.getUTCMonth() + 1 !== (found[1] ?? 1) || day.getUTCDate() !== (found[2] ?? 1)) return null; // 31.2.
  return day.toISOString().slice(0, [0, 4, 7, 10][found.length]);
}

// 1 March 2026, as readableDay() writes it in English.
function inWords(written) {
  const found = /^(\d{1,2}) ([A-Za-z]+) (\d{4})$/.exec(written);
  if (!found) return null;
  const name = new Intl.DateTimeFormat("en-GB", { month: "long" });
  const month = [...Array(12).keys()].find((each) => name.format(new Date(2000, each, 1)).toLowerCase() === found[2].toLowerCase());
  return month === undefined ? null : [Number(found[3]), month + 1, Number(found[1])];
}
