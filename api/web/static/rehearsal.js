// "Answers that would change": the questions asked with and without the draft, as they come, to be judged by a key each.

import { announce, api, during, may } from "./admin.js";
import { correct } from "./correction.js";
import { download } from "./download.js";
import { VERDICTS, button, counted, el, sign, text } from "./elements.js";
import { Problem } from "./events.js";
import { follow } from "./progress.js";

const CHANGES = ["contradiction", "other_verdict", "now_answered", "now_refused", "other_place", "other_words", "same_elsewhere"];
const MARKS = { 1: "right", 2: "wrong" };
const box = document.getElementById("rehearsal");
const place = document.getElementById("rehearsed");
const error = document.getElementById("rehearsal-error");
const summary = el("div", {});
const answers = el("ol", { class: "answer-changes" });
const actions = el("div", { class: "row" });
let shown = new Map(); // by their numbers: those on the page stay as they are while further ones come

/** Show the last rehearsal of an open draft, the one that runs, or the offer to begin one. */
export async function showRehearsal(draft, running) {
  box.hidden = false;
  place.replaceChildren(summary, answers, actions);
  if (running) {
    followed(draft, running); // the rest of the page does not wait for it
    return;
  }
  show(draft, await lastOf(draft));
  const begin = button({}, () => started(draft, begin), text(answers.childElementCount ? "rehearse_again" : "rehearse"));
  actions.replaceChildren(...(may("edit") ? [begin] : []), ...(answers.childElementCount ? [taken(draft)] : []));
}

async function lastOf(draft) {
  try {
    return await api(`drafts/${draft.id}/rehearsal`);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 404) throw problem; // 404: there has been none
    return null;
  }
}

async function started(draft, control) {
  const job = await during(control, error, () => api(`drafts/${draft.id}/rehearsal`, { method: "POST" }));
  if (!job) return;
  show(draft, null);
  await followed(draft, job);
}

async function followed(draft, job) {
  actions.replaceChildren();
  const seen = async ({ progress }) => {
    if (progress.stage !== "ask") return;
    try {
      show(draft, await lastOf(draft));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem; // the next look tells more
    }
  };
  const over = await follow(job, document.getElementById("rehearsing"), text("rehearsing"), seen);
  await showRehearsal(draft, null);
  if (document.activeElement === document.body) place.querySelector("summary, button")?.focus(); // not while one reads
  const ending = over.status === "done" ? "" : text(`rehearsal_ended.${over.status}`);
  if (ending) summary.prepend(el("p", { class: "error" }, ending, over.error ? ` ${over.error}` : ""));
  announce(ending || text("rehearsal_done"));
}

function taken(draft) {
  return button({}, (pressed) => during(pressed, error, async () => {
    await download(`drafts/${draft.id}/rehearsal/export.csv`, "ohjenuora-rehearsal.csv");
    announce(text("downloaded"));
  }), text("download"));
}

function show(draft, found) {
  if (!found) {
    shown = new Map();
    answers.replaceChildren();
    summary.replaceChildren(el("p", {}, text("answers_told")));
    return;
  }
  summary.replaceChildren(...told(found));
  found.changed.forEach((each, at) => {
    if (shown.has(each.number)) return;
    shown.set(each.number, changedAnswer(draft, each));
    answers.insertBefore(shown.get(each.number), answers.children[at] ?? null);
  });
}

function told({ asked, total, complete, right, changed, outdated }) {
  if (total === 0) return [el("p", {}, text("nothing_asked"))];
  const tally = CHANGES.map((change) => [change, changed.filter((each) => each.change === change).length]);
  const broken = changed.filter((each) => each.expectation === "broken").length;
  return [
    outdated && el("p", { class: "notice" }, sign("only_if_approved"), el("span", {}, text("outdated"))),
    el("p", {}, complete ? counted("asked", asked) : text("asked_so_far", { asked, total })),
    right.of > 0 && el("p", {}, text("right", right)),
    broken > 0 && el("p", { class: "error" }, counted("broken", broken)),
    complete && changed.length === 0 && el("p", {}, text("no_answers")),
    changed.length > 0 && el("ul", { class: "summary" }, tally.filter(([, count]) => count).map(([change, count]) => el("li", {}, `${text(`changes.${change}`)}: ${count}`))),
    changed.length > 0 && may("edit") && el("p", { class: "hint" }, text("keys_told")),
  ].filter(Boolean);
}

function changedAnswer(draft, found) {
  const { number, question, language, source, change, expectation, before, after } = found;
  const bad = expectation === "broken";
  const mark = el("span", { class: bad ? "effect worse" : "effect" }, bad ? sign("not_allowed") : null, text(`changes.${change}`));
  const known = [expectation && text(`expectation.${expectation}`), text(`source.${source}`)].filter(Boolean).join(" · ");
  const heading = el("summary", {}, mark, " ", el("span", { lang: language }, question), " ", el("span", { class: "hint" }, known));
  const side = (key, answer) => el("div", {}, el("h3", {}, text(key)), ...answerParts(answer, language));
  const details = el("details", {}, heading, el("div", { class: "sides" }, side("now", before), side("then", after)));
  const item = el("li", { class: "answer-change" }, details);
  if (may("edit")) item.append(judging(draft, found, item));
  item.dataset.number = number;
  return item;
}

/** The buttons that judge an answer, and the keys that press them: only while the focus is within this answer. */
function judging(draft, found, item) {
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const buttons = Object.entries(MARKS).map(([key, mark]) =>
    button({ "aria-pressed": `${found.mark === mark}`, "aria-keyshortcuts": key, class: "mark" }, (pressed) => judged(draft, found, mark, pressed, failed), text(`mark.${mark}`), el("kbd", { "aria-hidden": "true" }, key)),
  );
  const other = button({ "aria-haspopup": "dialog", "aria-keyshortcuts": "3", class: "mark" }, () => correct(found), text("correct.neither"), el("kbd", { "aria-hidden": "true" }, "3"));
  const all = [...buttons, other];
  item.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !all[Number(event.key) - 1]) return;
    event.preventDefault();
    all[Number(event.key) - 1].click();
  });
  return el("div", { class: "judging", role: "group", "aria-label": text("judge", { question: found.question }) }, ...all, failed);
}

async function judged(draft, found, mark, pressed, failed) {
  const kept = await during(pressed, failed, () => api(`drafts/${draft.id}/rehearsal/${found.number}`, { method: "PUT", json: { mark } }));
  if (!kept) return;
  for (const each of pressed.parentElement.querySelectorAll("[aria-pressed]")) each.setAttribute("aria-pressed", `${each === pressed}`);
  const item = pressed.closest(".answer-change");
  item.classList.add("judged");
  announce(text(`marked.${mark}`));
  item.nextElementSibling?.querySelector("summary").focus();
}

function answerParts({ verdict, message, citations }, lang) {
  const cited = citations.map(({ title, section, page, quote }) => {
    const where = [title, section, page && text("page_number", { page })].filter(Boolean).join(", ");
    return el("li", {}, el("p", { class: "hint" }, where), el("blockquote", {}, quote));
  });
  return [
    VERDICTS.includes(verdict) ? el("p", { class: "verdict-line" }, sign(verdict), " ", text(`verdict.${verdict}`)) : null,
    el("p", { class: "as-read", lang }, message),
    cited.length > 0 ? el("ul", { class: "plain" }, ...cited) : null,
  ].filter(Boolean);
}
