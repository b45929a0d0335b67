// Several drafts as one: put together on the list of drafts, taken out or apart on the page of what they are together.

import { announce, api, ask, during, may } from "./admin.js";
import { button, el, text } from "./elements.js";
import { Problem } from "./events.js";
import { field, input } from "./fields.js";
import { personOf, subjectOf } from "./drafts.js";
import { counts } from "./preview.js";

/** The form below the list, for the drafts whose boxes are ticked. boxes: of the drafts, by their ids. */
export function collecting(boxes) {
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const title = input("text", "");
  const save = el("button", { type: "submit" }, text("put_together"));
  const form = el("form", { class: "card entry", novalidate: "" }, el("h3", {}, text("together")), el("p", { class: "hint" }, text("together_hint")),
    field("title", text("together_title"), title), told, el("div", { class: "row" }, save));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const drafts = [...boxes].filter(([, box]) => box.checked).map(([id]) => id).reverse(); // the earliest first
    if (drafts.length < 2) {
      told.textContent = text("together_two");
      told.hidden = false;
      return;
    }
    during(save, told, async () => {
      const made = await api("drafts/together", { method: "POST", json: { drafts, title: title.value } });
      location.assign(`/admin/drafts/${made.id}`);
    });
  });
  return form;
}

/** The drafts that are one, in a card. changed: called with it when one was taken out. */
export function membersCard(draft, all, path, changed) {
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const editable = may("edit") && draft.status === "open";
  const unread = []; // what becomes of each document is not told by the preview of all
  const items = all.map((each) => {
    const title = subjectOf(each);
    const state = each.status === draft.status ? "" : `, ${text(`status.${each.status}`)}`;
    const about = el("span", { class: "hint" }, `${text(`change.${each.change.kind}`)}, ${personOf(each.made_by)}${state}`);
    const out = button({ "aria-label": text("take_out_named", { title }) }, (pressed) => during(pressed, told, async () => {
      const now = await api(`${path}/together/${each.id}`, { method: "DELETE" });
      announce(text("taken_out"));
      changed(now);
    }), text("take_out"));
    const changes = each.change.id === undefined || each.status !== "open" ? null : el("div", { class: "changes" });
    if (changes) unread.push([each, changes]);
    return el("li", {}, el("div", {}, el("a", { href: `/admin/drafts/${each.id}` }, title), " ", about, changes), editable && all.length > 1 ? out : null);
  });
  const apart = button({ "aria-haspopup": "dialog" }, async (pressed) => {
    if (!(await ask(text("apart_sure"), text("apart_told"), text("apart")))) return;
    await during(pressed, told, async () => {
      await api(`${path}/together`, { method: "DELETE" });
      location.assign("/admin/drafts");
    });
  }, text("apart"));
  const list = el("ul", { class: "members" }, ...items);
  const heading = el("h2", { id: "members-title" }, text("members"));
  const buttons = editable ? el("div", { class: "row" }, apart) : null;
  const show = button({}, (pressed) => {
    pressed.remove();
    heading.tabIndex = -1;
    heading.focus();
    return readChanges(unread);
  }, text("members_changes"));
  const looking = draft.status === "open" && unread.length > 0 ? el("div", { class: "row" }, show) : null;
  return el("section", { class: "card", "aria-labelledby": "members-title" }, heading, el("p", {}, text("members_told")), list, looking, told, buttons);
}

/** What each draft of a document changes, one after the other: each takes the service a while. Ends with the card. */
async function readChanges(unread) {
  for (const [, place] of unread) place.append(el("p", { class: "hint" }, text("member_loading")));
  for (const [each, place] of unread) {
    if (!place.isConnected || place.closest("[hidden]")) return;
    try {
      const shown = await api(`drafts/${each.id}/preview`);
      place.replaceChildren(counts(shown, `/admin/drafts/${each.id}`));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      place.replaceChildren(el("p", { class: "error" }, text("member_unread"), " ", problem.detail));
    }
  }
  announce(text("members_changes_read"));
}

/** The open draft of several that this one is part of, or null. */
export async function wholeOf({ id }) {
  const open = await api("drafts?status=open&limit=1000");
  return open.find(({ change }) => change.kind === "set" && change.drafts.includes(id)) ?? null;
}
