// "Answers that would change": the example questions asked with and without the draft.

import { announce, api, during, may } from "./admin.js";
import { button, counted, el, sign, text } from "./elements.js";
import { Problem } from "./events.js";
import { follow } from "./progress.js";

const VERDICTS = { allowed: "allowed", not_allowed: "not_allowed", only_if_approved: "only_if_approved" };
const SIGNS = { better: "allowed", worse: "not_allowed", other: "info" };
const box = document.getElementById("rehearsal");
const place = document.getElementById("rehearsed");
const error = document.getElementById("rehearsal-error");

/** Show the last rehearsal of an open draft, the one that runs, or the offer to begin one. */
export async function showRehearsal(draft, running) {
  box.hidden = false;
  if (running) {
    followed(draft, running);
    return;
  }
  let found = null;
  try {
    found = await api(`drafts/${draft.id}/rehearsal`);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 404) throw problem; // 404: there has been none
  }
  show(draft, found);
}

function show(draft, found) {
  const begin = button({}, () => started(draft, begin), text(found ? "rehearse_again" : "rehearse"));
  const parts = found ? result(found) : [el("p", {}, text("answers_told"))];
  place.replaceChildren(...parts, ...(may("edit") ? [el("p", {}, begin)] : []));
}

async function started(draft, control) {
  const job = await during(control, error, () => api(`drafts/${draft.id}/rehearsal`, { method: "POST" }));
  if (job) await followed(draft, job);
}

async function followed(draft, job) {
  place.hidden = true;
  const over = await follow(job, document.getElementById("rehearsing"), text("rehearsing"));
  place.hidden = false;
  await showRehearsal(draft, null);
  if (document.activeElement === document.body) place.querySelector("button")?.focus(); // not while one reads elsewhere
  const ending = over.status === "done" ? "" : text(`rehearsal_ended.${over.status}`);
  if (ending) place.prepend(el("p", { class: "error" }, ending, over.error ? ` ${over.error}` : ""));
  announce(ending || text("rehearsal_done"));
}

function result({ asked, right, changed, outdated }) {
  const counts = ["worse", "other", "better"].map((effect) => [effect, changed.filter((each) => each.effect === effect).length]);
  const parts = [
    outdated && el("p", { class: "notice" }, sign("only_if_approved"), el("span", {}, text("outdated"))),
    el("p", {}, asked > 0 ? `${counted("asked", asked)} ${text("right", right)}` : text("nothing_asked")),
  ].filter(Boolean);
  if (changed.length === 0) return asked > 0 ? [...parts, el("p", {}, text("no_answers"))] : parts;
  const tally = counts.filter(([, count]) => count > 0).map(([effect, count]) => el("li", {}, sign(SIGNS[effect]), `${text(`effect.${effect}`)}: ${count}`));
  return [...parts, el("ul", { class: "summary" }, ...tally), ...changed.map(changedAnswer)];
}

function changedAnswer({ question, language, effect, before, after }) {
  const mark = el("span", { class: `effect ${effect}` }, sign(SIGNS[effect]), text(`effect.${effect}`));
  const heading = el("summary", {}, mark, " ", el("span", { lang: language }, question));
  const side = (key, answer) => el("div", {}, el("h3", {}, text(key)), ...answerParts(answer, language));
  return el("details", { class: "answer-change" }, heading, el("div", { class: "sides" }, side("now", before), side("then", after)));
}

function answerParts({ verdict, message, citations }, lang) {
  const cited = citations.map(({ title, section, page, quote }) => {
    const where = [title, section, page && text("page_number", { page })].filter(Boolean).join(", ");
    return el("li", {}, el("p", { class: "hint" }, where), el("blockquote", {}, quote));
  });
  return [
    verdict && VERDICTS[verdict] ? el("p", { class: "verdict-line" }, sign(VERDICTS[verdict]), " ", text(`verdict.${verdict}`)) : null,
    el("p", { class: "as-read", lang }, message),
    cited.length > 0 ? el("ul", { class: "plain" }, ...cited) : null,
  ].filter(Boolean);
}
