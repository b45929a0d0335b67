// The organisation's test questions: what it expects of the answers, from and to a spreadsheet, evaluated at a press.

import { announce, api, ask, during, may, start, tellProblem } from "./admin.js";
import { correct } from "./correction.js";
import { download } from "./download.js";
import { personOf } from "./drafts.js";
import { LANGUAGES, button, counted, el, language, readableMoment, table, text } from "./elements.js";
import { fileField } from "./document_fields.js";
import { choice, clearErrors, field, input, missing, showErrors } from "./fields.js";
import { follow } from "./progress.js";

const byId = (id) => document.getElementById(id);
const error = byId("questions-error");

function expected({ answerable, evidence, verdict, why }) {
  const key = answerable === null ? "missing" : answerable ? "answered" : "refused";
  return el(
    "span",
    { class: "stacked" },
    text(`expects.${key}`),
    verdict ? el("span", {}, text(`verdicts.${verdict}`)) : null,
    ...evidence.map((quote) => el("span", { class: "quoted" }, quote)),
    why ? el("span", { class: "hint" }, why) : null,
  );
}

function row(each) {
  const asked = el("span", { lang: each.language }, each.question);
  const made = el("span", { class: "stacked" }, text(`origin.${each.origin}`), el("span", { class: "hint" }, `${personOf(each.made_by)}, ${readableMoment(each.made_at)}`));
  if (!may("edit")) return [asked, expected(each), made];
  const change = button({ "aria-haspopup": "dialog", "aria-label": text("change_named", { question: each.question }) }, async () => {
    if (await correct(each)) await load();
  }, text("change"));
  const remove = button({ class: "risky", "aria-haspopup": "dialog", "aria-label": text("remove_named", { question: each.question }) }, (own) => removed(each, own), text("remove"));
  return [asked, expected(each), made, el("div", { class: "row" }, change, remove)];
}

async function removed({ id, question }, control) {
  if (!(await ask(text("remove_sure"), question, text("remove")))) return;
  await during(control, error, async () => {
    await api(`questions/${id}`, { method: "DELETE" });
    await load();
    announce(text("removed"));
    byId("title").focus();
  });
}

async function load() {
  const kept = await api("questions");
  const head = ["question", "expects_label", "made"].map((key) => text(key));
  if (may("edit")) head.push(text("actions"));
  byId("count").textContent = counted("count", kept.length);
  byId("questions").replaceChildren(kept.length ? table(text("title"), head, kept.map(row)) : el("p", { class: "none" }, text("none")));
  byId("taking").hidden = kept.length === 0;
}

// New ones

function addForm() {
  const form = byId("add");
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const asked = field("question", text("question"), input("text", "", { maxlength: "2000" }), { required: true });
  const languages = LANGUAGES.map((each) => [each, text(`in_language.${each}`)]);
  form.append(asked, field("language", text("language"), choice(languages, language), { plain: true }), el("button", { type: "submit" }, text("add_next")), told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = missing(form);
    showErrors(form, wrong);
    if (wrong.length > 0) return;
    const given = { question: form.elements.question.value.trim(), language: form.elements.language.value };
    if (await correct(given)) {
      form.reset();
      await load();
    }
  });
}

function importForm() {
  const form = byId("import");
  const lines = el("ul", {});
  const told = el("div", { class: "error", role: "alert", hidden: "" }, lines);
  const chosen = fileField(text("file"), text("file_hint"));
  const file = chosen.querySelector("input");
  form.append(chosen, el("button", { type: "submit" }, text("import")), told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearErrors(form);
    told.hidden = true;
    if (file.files.length === 0) {
      showErrors(form, missing(form));
      return;
    }
    const sent = new FormData();
    sent.set("file", file.files[0]);
    await during(event.submitter ?? form, error, async () => {
      try {
        const { count } = await api("questions/import", { method: "POST", form: sent });
        form.reset();
        file.dispatchEvent(new Event("change")); // the name that is shown goes, too
        await load();
        announce(counted("imported", count));
      } catch (problem) {
        if (!problem.errors?.length) throw problem;
        lines.replaceChildren(...problem.errors.map(({ detail }) => el("li", {}, detail)));
        told.hidden = false;
      }
    });
  });
}

for (const form of ["csv", "xlsx"]) {
  byId("taking").append(button({}, (pressed) => during(pressed, error, async () => {
    await download(`questions/export.${form}`, `ohjenuora-questions.${form}`);
    announce(text("downloaded"));
  }), text(`take_${form}`)));
}

// The evaluation

async function evaluated() {
  const place = byId("evaluated");
  let found;
  try {
    found = await api("questions/evaluation");
  } catch (problem) {
    if (problem.status !== 404) throw problem;
    place.replaceChildren(el("p", {}, text("not_evaluated")));
    return;
  }
  const wrong = found.wrong.map((each) => [
    el("span", { lang: each.language }, each.question),
    el("span", { class: "stacked" }, el("span", { lang: each.language }, each.answer.message), ...(each.answer.verdict ? [el("span", {}, text(`verdicts.${each.answer.verdict}`))] : [])),
    may("edit") ? button({ "aria-haspopup": "dialog", "aria-label": text("change_named", { question: each.question }) }, () => correct(each), text("change")) : "",
  ]);
  place.replaceChildren(
    el("p", {}, text("evaluated", { right: found.right, judged: found.judged, day: readableMoment(found.made_at) })),
    ...(found.outdated ? [el("p", { class: "hint" }, text("evaluated_outdated"))] : []),
    ...(wrong.length ? [table(text("wrong"), [text("question"), text("answer"), text("actions")], wrong)] : []),
  );
}

async function followed(job) {
  const over = await follow(job, byId("evaluating"), text("evaluating"));
  await evaluated();
  const ending = text(`evaluation_ended.${over.status}`);
  if (over.status !== "done") tellProblem(error, { detail: [ending, over.error].filter(Boolean).join(" ") });
  announce(ending);
}

byId("evaluate").addEventListener("click", async () => {
  const job = await during(byId("evaluate"), error, () => api("questions/evaluation", { method: "POST" }));
  if (job) await followed(job);
});

start(async () => {
  if (may("edit") && byId("add").childElementCount === 0) {
    addForm();
    importForm();
  }
  await Promise.all([load(), evaluated()]);
  const running = (await api("jobs?limit=5")).find((each) => each.kind === "evaluation" && each.status === "running");
  if (running) followed(running);
});
