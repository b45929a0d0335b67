// Several drafts as one: put together on the list of drafts, taken out or apart on the page of what they are together.

import { announce, api, ask, during, may } from "./admin.js";
import { button, el, text } from "./elements.js";
import { field, input } from "./fields.js";
import { personOf, subjectOf } from "./drafts.js";

/** The form below the list, for the drafts whose boxes are ticked. boxes: of the drafts, by their ids. */
export function collecting(boxes) {
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const title = input("text", "");
  const save = el("button", { type: "submit" }, text("put_together"));
  const form = el("form", { class: "card entry", novalidate: "" }, el("h3", {}, text("together")), el("p", { class: "hint" }, text("together_hint")),
    field("title", text("together_title"), title), told, el("div", { class: "row" }, save));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const drafts = [...boxes].filter(([, box]) => box.checked).map(([id]) => id);
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

/** The drafts that are one. changed: called with it when one was taken out. */
export function members({ draft, members: all }, path, changed) {
  const told = el("p", { class: "error", role: "alert", hidden: "" });
  const items = all.map((each) => {
    const title = subjectOf(each);
    const about = el("span", { class: "hint" }, `${text(`change.${each.change.kind}`)}, ${personOf(each.made_by)}`);
    const rest = all.filter((other) => other !== each).map((other) => other.id);
    const out = button({ "aria-label": text("take_out_named", { title }) }, (pressed) => during(pressed, told, async () => {
      const now = await api(`${path}/together`, { method: "PUT", json: { drafts: rest } });
      announce(text("taken_out"));
      changed(now);
    }), text("take_out"));
    return el("li", {}, el("div", {}, el("a", { href: `/admin/drafts/${each.id}` }, title), " ", about), may("edit") && rest.length > 0 ? out : null);
  });
  const apart = button({ "aria-haspopup": "dialog" }, async (pressed) => {
    if (!(await ask(text("apart_sure"), text("apart_told"), text("apart")))) return;
    await during(pressed, told, async () => {
      await api(`${path}/together`, { method: "DELETE" });
      location.assign("/admin/drafts");
    });
  }, text("apart"));
  const list = el("ul", { class: "members" }, ...items);
  return [el("p", {}, text("members_told")), list, told, may("edit") && draft.status === "open" ? el("div", { class: "row" }, apart) : null].filter(Boolean);
}

/** The open draft of several that this one is part of, or null. */
export async function wholeOf({ id }) {
  const open = await api("drafts?status=open&limit=1000");
  return open.find(({ change }) => change.kind === "set" && change.drafts.includes(id)) ?? null;
}
