// The audit log, filtered by what was done and by whom, a hundred entries at a time.

import { api, latest, start, trying } from "./admin.js";
import { counted, el, readableDay, readableMoment, table, text } from "./elements.js";
import { personOf } from "./drafts.js";
import { choice, field, input } from "./fields.js";

const AT_ONCE = 100;
const ACTIONS = ["draft", "discard", "rehearse", "publish", "published", "cancel", "activate", "export", "view", "sign_in", "sign_in_failed", "sign_out", "sign_out_everywhere", "retention"];
const PLAIN = { plain: true };
const filters = document.getElementById("filters");
const more = document.getElementById("more");
const told = document.getElementById("more-error");
let entries = [];

function asked(before) {
  const given = new FormData(filters);
  const query = new URLSearchParams({ limit: AT_ONCE });
  for (const name of ["action", "who"]) if (given.get(name)) query.set(name, given.get(name));
  if (before) query.set("before", before);
  return api(`audit?${query}`);
}

const short = (name) => `${name}`.split("-").at(-1); // a version's ending tells it apart

function named(action, subject) {
  if (action === "activate") return text("version", { version: short(subject) });
  if (action === "sign_in" || action === "sign_out") return text("session", { id: subject.slice(0, 8) });
  if (action === "cancel") return text("job", { id: subject.slice(0, 8) });
  return subject.endsWith(".yaml") ? text(`file.${subject.replace(".yaml", "")}`) : subject;
}

/** The details that a reader can use: the rest is for whoever reads the log over HTTP. */
function explained({ draft, kind, version, before, since, until, client }) {
  return [
    client && el("span", {}, client),
    kind && el("span", {}, text(`change.${kind}`)),
    draft && el("a", { href: `/admin/drafts/${draft}` }, text("to_draft")),
    version && el("span", {}, text("version", { version: short(version) })),
    before && el("span", {}, text("before", { version: short(before) })),
    since && until && el("span", {}, `${readableDay(since)}–${readableDay(until)}`),
  ].filter(Boolean);
}

function row({ at, who, action, subject, details }) {
  const what = ACTIONS.includes(action) ? text(`action.${action}`) : action;
  const moment = el("time", { datetime: at }, readableMoment(at));
  const rest = el("span", { class: "stacked" }, ...explained(details));
  return [moment, what, named(action, subject), personOf(who), rest];
}

function show(last) {
  const head = ["when", "what", "subject", "who", "details"].map((key) => text(key));
  const found = table(text("title"), head, entries.map(row));
  document.getElementById("entries").replaceChildren(...(entries.length ? [found] : []));
  document.getElementById("shown").textContent = entries.length ? counted("shown", entries.length) : text("none");
  more.hidden = last < AT_ONCE;
}

const look = latest(asked, (found, before) => {
  entries = before ? [...entries, ...found] : found;
  show(found.length);
});

filters.append(
  field("action", text("what"), choice([["", text("all")], ...ACTIONS.map((each) => [each, text(`action.${each}`)])]), PLAIN),
  field("who", text("who"), input("search"), PLAIN),
  el("button", { type: "submit" }, text("filter")),
);
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  trying(told, look);
});
more.addEventListener("click", () => trying(told, () => look(entries.at(-1).number)));
start(look);
