// One draft: what it would change, publishing it with its progress, discarding it.

import { announce, api, ask, during, may, start, tellProblem } from "./admin.js";
import { button, el, readableMoment, sign, text } from "./elements.js";
import { health } from "./document_health.js";
import { Problem } from "./events.js";
import { personOf, subjectOf } from "./drafts.js";
import { furtherSections, sections, summary } from "./preview.js";
import { proposals } from "./proposals.js";
import { conflicts, edits } from "./edits.js";
import { follow } from "./progress.js";
import { showRehearsal } from "./rehearsal.js";
import { suggestions } from "./suggested.js";
import { membersCard, wholeOf } from "./together.js";

const byId = (id) => document.getElementById(id);
const path = `drafts/${encodeURIComponent(decodeURIComponent(location.pathname.split("/").at(-1)))}`;
const publish = byId("publish");
const discard = byId("discard");
const error = byId("actions-error");
const result = byId("result");
let draft = null;
let shownOf = null; // what the preview that is on the page was made of
let previews = 0; // that were asked for
let arrived = false; // at the place that the address names
let whole = null; // what it is part of
let together = []; // what is part of it

function about() {
  const title = text("titled", { title: subjectOf(draft) });
  byId("title").textContent = title;
  document.title = document.title.replace(/^[^–]*/, `${title} `);
  const facts = [
    [text("what"), text(`change.${draft.change.kind}`)],
    [text("file"), draft.file_name],
    [text("made"), `${readableMoment(draft.made_at)}, ${personOf(draft.made_by)}`],
    [text("state"), text(`status.${draft.status}`)],
    [text("part"), whole && el("a", { href: `/admin/drafts/${whole.id}` }, subjectOf(whole))],
  ].filter(([, value]) => value);
  byId("about").replaceChildren(...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  const open = draft.status === "open";
  publish.hidden = !open || !may("publish") || whole !== null || shownOf === null; // nobody publishes what they cannot see
  discard.hidden = !open || !may("edit");
}

/** What has become of it, in a card. It takes the focus unless the reader is elsewhere on the page. */
function tell(kind, title, words, ...links) {
  const heading = el("h2", { tabindex: "-1" }, sign(kind), title);
  const row = links.map(([address, name]) => el("a", { class: "button", href: address }, name));
  result.className = `card told-${kind}`;
  result.replaceChildren(heading, el("p", {}, words), ...(row.length ? [el("div", { class: "row" }, ...row)] : []));
  result.hidden = false;
  announce(`${title}. ${words}`);
  if (document.activeElement === document.body) heading.focus();
}

async function followed(job) {
  byId("draft-actions").hidden = byId("members").hidden = true;
  result.hidden = true;
  const over = await follow(job, byId("progress"), text("publishing"));
  byId("draft-actions").hidden = false;
  byId("members").hidden = over.status === "done";
  draft = await api(path);
  about();
  if (over.status === "done") {
    byId("preview").replaceChildren(); // what it told compares with what is not in use any more
    byId("details").replaceChildren();
    byId("rehearsal").hidden = true;
    tell("allowed", text("done"), text("done_told"), ["/", text("ask_now")], ["/admin/insights#verdicts", text("to_verdicts")], ["/admin/versions", text("to_versions")]);
  } else {
    tell("not_allowed", text(`job.${over.status}`), text(`ended.${over.status}`));
    if (over.error) result.append(el("p", { class: "hint" }, over.error));
  }
}

publish.addEventListener("click", async () => {
  if (!(await ask(text("publish_sure"), text("publish_told"), text("publish")))) return;
  const of = `?of=${shownOf}`;
  const job = await during(publish, error, async () => {
    try {
      return await api(`${path}/publish${of}`, { method: "POST" });
    } catch (problem) {
      if (problem.status === 412) await changed(await api(path)); // it was edited since it was looked at
      throw problem;
    }
  });
  if (!job) return;
  const following = followed(job);
  byId("progress").querySelector("h2").focus();
  await following;
});

discard.addEventListener("click", async () => {
  if (!(await ask(text("discard_sure"), text("discard_told"), text("discard")))) return;
  const done = await during(discard, error, async () => {
    await api(path, { method: "DELETE" });
    return api(path);
  });
  if (!done) return;
  draft = done;
  about();
  announce(text("discarded"));
  byId("title").focus();
});

/** What the sections show that can be acted on. */
function acted(shown, choices) {
  const labels = new Map((choices?.data ?? []).map(({ id, label }) => [id, label]));
  const titles = new Map(together.map((each) => [each.id, subjectOf(each)]));
  return { conflicts: conflicts(shown, labels, titles, () => changed(draft)), edits: edits(shown, labels) };
}

/** The drafts that this one is, told apart from the preview, which may not be there. */
async function showMembers() {
  if (draft.change.kind !== "set") return;
  together = await api(`${path}/together`);
  byId("members").replaceChildren(membersCard(draft, together, path, changed));
}

/** What it holds is other now: the page is shown anew, and its trial was of something else. */
async function saved(now) {
  draft = now;
  about();
  await showMembers();
  showPreview();
  await showRehearsal(draft, null);
}

/** The same where what was pressed is gone with it. */
async function changed(now) {
  byId("title").focus();
  await saved(now);
}

/** Where the address names a section, which was not there when the page was: once. */
function arrive() {
  const heading = arrived ? null : document.getElementById(location.hash.slice(1))?.querySelector("h2");
  arrived = true;
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

/** It takes a while: the whole guidance is compared. */
async function showPreview() {
  const place = byId("preview");
  const told = el("p", { class: "error", role: "alert" });
  const own = ++previews;
  shownOf = null;
  about();
  place.replaceChildren(el("p", { class: "loading" }, text("loading")));
  try {
    const shown = await api(`${path}/preview`);
    const { documents } = await api("documents");
    const choices = shown.decisions.length + shown.edits.length + shown.conflicts.length > 0 ? await api("choices") : null;
    if (draft.status !== "open" || own !== previews) return; // it was published or edited meanwhile
    const made = acted(shown, choices);
    shownOf = shown.of;
    about();
    place.replaceChildren(...[health(shown), summary(shown), proposals(shown, path, documents, saved), ...sections(shown, made)].filter(Boolean));
    byId("details").replaceChildren(...furtherSections(shown, shown.decisions.length > 0 ? suggestions(shown, path, choices, saved) : []));
    arrive();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (own !== previews) return;
    place.replaceChildren(told, button({}, showPreview, text("try_again")));
    tellProblem(told, problem);
  }
}

start(async () => {
  draft = await api(path);
  if (draft.status === "open") whole = await wholeOf(draft);
  about();
  if (draft.status !== "open") return;
  const jobs = await api("jobs?limit=20");
  const running = jobs.find((each) => each.draft_id === draft.id && each.status === "running");
  const rehearsing = running?.kind === "rehearsal" ? running : null;
  if (running && !rehearsing) followed(running);
  await showMembers();
  await showRehearsal(draft, rehearsing);
  showPreview();
});
