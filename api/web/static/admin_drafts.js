// The list of drafts.

import { api, may, start } from "./admin.js";
import { el, readableMoment, table, text } from "./elements.js";
import { personOf, subjectOf } from "./drafts.js";
import { collecting } from "./together.js";

function row(draft, { ended = false, whole = null, box = null }) {
  const name = el("a", { href: `/admin/drafts/${draft.id}` }, subjectOf(draft));
  const part = whole ? el("span", { class: "also" }, text("part_of", { title: subjectOf(whole) })) : null;
  const titled = box ? el("span", { class: "check" }, box, el("span", {}, name)) : el("span", {}, name, part);
  const made = el("time", { datetime: draft.made_at }, readableMoment(draft.made_at));
  const cells = [titled, text(`change.${draft.change.kind}`), personOf(draft.made_by), made];
  return ended ? [...cells, text(`status.${draft.status}`)] : cells;
}

/** The boxes of those that may be put together, by their ids. */
function boxesOf(open, wholes) {
  const free = open.filter((each) => each.change.kind !== "set" && !wholes.has(each.id));
  if (!may("edit") || free.length < 2) return new Map();
  const box = (draft) => el("input", { type: "checkbox", "aria-label": text("choose_draft", { title: subjectOf(draft) }) });
  return new Map(free.map((each) => [each.id, box(each)]));
}

start(async () => {
  const drafts = await api("drafts?limit=200");
  const open = drafts.filter((each) => each.status === "open");
  const past = drafts.filter((each) => each.status !== "open");
  const sets = open.filter((each) => each.change.kind === "set");
  const wholes = new Map(sets.flatMap((whole) => whole.change.drafts.map((id) => [id, whole])));
  const boxes = boxesOf(open, wholes);
  const head = ["about", "what", "who", "when"].map((key) => text(key));
  const rows = open.map((each) => row(each, { whole: wholes.get(each.id), box: boxes.get(each.id) }));
  document
    .getElementById("open")
    .replaceChildren(open.length ? table(text("open"), head, rows) : el("p", { class: "none" }, text("no_open")), ...(boxes.size > 0 ? [collecting(boxes)] : []));
  document.getElementById("past").hidden = past.length === 0;
  const ended = table(text("past"), [...head, text("became")], past.map((each) => row(each, { ended: true })));
  document.getElementById("ended").replaceChildren(ended);
});
