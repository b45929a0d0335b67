// The list of drafts.

import { api, start } from "./admin.js";
import { el, readableMoment, table, text } from "./elements.js";
import { personOf, subjectOf } from "./drafts.js";

function row(draft, ended) {
  const name = el("a", { href: `/admin/drafts/${draft.id}` }, subjectOf(draft));
  const made = el("time", { datetime: draft.made_at }, readableMoment(draft.made_at));
  const cells = [name, text(`change.${draft.change.kind}`), personOf(draft.made_by), made];
  return ended ? [...cells, text(`status.${draft.status}`)] : cells;
}

start(async () => {
  const drafts = await api("drafts?limit=200");
  const open = drafts.filter((each) => each.status === "open");
  const past = drafts.filter((each) => each.status !== "open");
  const head = ["about", "what", "who", "when"].map((key) => text(key));
  document
    .getElementById("open")
    .replaceChildren(open.length ? table(text("open"), head, open.map((each) => row(each, false))) : el("p", { class: "none" }, text("no_open")));
  document.getElementById("past").hidden = past.length === 0;
  const ended = table(text("past"), [...head, text("became")], past.map((each) => row(each, true)));
  document.getElementById("ended").replaceChildren(ended);
});
