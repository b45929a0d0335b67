// The versions that are kept, the return to one of them, and the jobs that made them.

import { announce, api, ask, during, may, start } from "./admin.js";
import { button, el, readableMoment, table, text } from "./elements.js";
import { personOf } from "./drafts.js";
import { follow } from "./progress.js";

const error = document.getElementById("versions-error");
const told = document.getElementById("versions-told");

/** What a version is called: by its day. */
const dayOf = (version) => readableMoment(version.created);

async function activate(version, control) {
  const words = text("activate_told", { day: dayOf(version) });
  if (!(await ask(text("activate_sure"), words, text("activate")))) return;
  const done = await during(control, error, () => api(`versions/${version.version}/activate`, { method: "POST" }));
  if (!done) return;
  await versions();
  told.hidden = false;
  told.querySelector("span").textContent = text("activated", { day: dayOf(version) });
  told.tabIndex = -1;
  told.focus();
}

function versionRow(version) {
  const state = version.current ? "current" : version.usable ? "" : "unusable";
  const changes = version.made.map(({ what, who, draft_id: draft }) =>
    el("li", {}, el("a", { href: `/admin/drafts/${draft}` }, what), " ", el("span", { class: "hint" }, personOf(who))),
  );
  const cells = [
    el("time", { datetime: version.created, title: version.version }, dayOf(version)),
    changes.length ? el("ul", { class: "plain" }, ...changes) : text("built_on_server"),
    `${version.documents}`,
    `${version.chunks}`,
    state ? el("span", { class: `state ${state}` }, text(state)) : "",
  ];
  if (!may("publish")) return cells;
  const label = text("activate_titled", { day: dayOf(version) });
  const control = button({ "aria-label": label, "aria-haspopup": "dialog" }, (own) => activate(version, own), text("activate"));
  return [...cells, version.current || !version.usable ? "" : control];
}

async function versions() {
  const kept = await api("versions");
  const head = ["created", "changes", "documents", "passages", "state"].map((key) => text(key));
  if (may("publish")) head.push(text("activate"));
  const found = table(text("kept"), head, kept.map(versionRow));
  for (const row of found.rows) {
    for (const number of [2, 3]) row.cells[number].classList.add("number");
    if (row.querySelector(".current")) row.setAttribute("aria-current", "true");
  }
  document.getElementById("versions").replaceChildren(found);
}

function jobRow(job) {
  const began = el("time", { datetime: job.started_at }, readableMoment(job.started_at));
  const result = el("span", { class: "stacked" }, text(`job.${job.status}`));
  if (job.error) result.append(el("span", { class: "hint" }, job.error));
  const draft = job.draft_id ? el("a", { href: `/admin/drafts/${job.draft_id}` }, text("to_draft")) : "";
  return [nameOf(job), began, personOf(job.started_by), result, draft];
}

const nameOf = (job) => text(job.kind);

async function jobs() {
  const all = await api("jobs?limit=50");
  const ended = all.filter((each) => each.status !== "running");
  const head = ["job", "started", "by", "result", "draft"].map((key) => text(key));
  const shown = ended.length ? table(text("jobs"), head, ended.map(jobRow)) : el("p", { class: "none" }, text("no_jobs"));
  document.getElementById("jobs").replaceChildren(shown);
  const running = all.find((each) => each.status === "running");
  if (running) followed(running);
}

async function followed(job) {
  const over = await follow(job, document.getElementById("under-way"), nameOf(job));
  announce(`${nameOf(job)}: ${text(`job.${over.status}`)}`);
  await Promise.all([versions(), jobs()]);
}

start(() => Promise.all([versions(), jobs()]));
