// The audit log, filtered by what was done and by whom, a hundred entries at a time.

import { api, during, start } from "./admin.js";
import { counted, el, readableMoment, table, text } from "./elements.js";
import { personOf } from "./drafts.js";
import { choice, field, input } from "./fields.js";

const AT_ONCE = 100;
const ACTIONS = ["draft", "discard", "publish", "published", "cancel", "activate", "export"];
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

function row({ at, who, action, subject, details }) {
  const named = ACTIONS.includes(action) ? text(`action.${action}`) : action;
  const rest = Object.entries(details).map(([key, value]) => `${key}: ${value}`).join(", ");
  const moment = el("time", { datetime: at }, readableMoment(at));
  return [moment, named, subject, personOf(who), rest];
}

function show(last) {
  const head = ["when", "what", "subject", "who", "details"].map((key) => text(key));
  const found = table(text("title"), head, entries.map(row));
  document.getElementById("entries").replaceChildren(...(entries.length ? [found] : []));
  document.getElementById("shown").textContent = entries.length ? counted("shown", entries.length) : text("none");
  more.hidden = last < AT_ONCE;
}

async function load() {
  entries = await asked();
  show(entries.length);
}

filters.append(
  field("action", text("what"), choice([["", text("all")], ...ACTIONS.map((each) => [each, text(`action.${each}`)])]), PLAIN),
  field("who", text("who"), input("search"), PLAIN),
  el("button", { type: "submit" }, text("filter")),
);
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  during(event.submitter ?? filters, told, load);
});
more.addEventListener("click", () =>
  during(more, told, async () => {
    const older = await asked(entries.at(-1).number);
    entries = [...entries, ...older];
    show(older.length);
  }),
);
start(load);
