// Sources that keep themselves current: what the last look at each has found, what waits because of it, and a look now.

import { announce, api, during, may, start } from "./admin.js";
import { button, counted, el, readableMoment, sign, text } from "./elements.js";
import { EVERY_MS, asked, waited } from "./progress.js";

const byId = (id) => document.getElementById(id);
const error = byId("sources-error");
const lookAll = byId("look-all");
const shown = new Map(); // by a source's name: its state as it is on the page, and the element that tells it

const facts = (rows) => el("dl", { class: "metadata" }, rows.map(([key, value]) => el("div", {}, el("dt", {}, text(key)), el("dd", {}, value))));

function listed(key, items) {
  return items.length > 0 ? [el("h3", {}, text(key)), el("ul", {}, items)] : [];
}

/** Where it is, and what the last look has found. */
function found(source) {
  const last = source.looked_at ? el("time", { datetime: source.looked_at }, readableMoment(source.looked_at)) : text("never");
  const counts = [["files", source.files], ["changed", source.changed.length], ["vanished", source.vanished.length], ["failed", source.failed]];
  const rows = [
    ["place", `${text(`kind.${source.kind}`)}: ${source.place}`],
    ["publishing", text(source.publish ? "publishes" : "waits")],
    ["last", last],
    ...(source.looked_at ? counts.map(([key, count]) => [key, `${count}`]) : []),
  ];
  const drafts = source.drafts.map((draft) => {
    const what = el("span", { class: "hint" }, ` ${text(draft.withdraws ? "change.withdraw" : "change.document")}, ${readableMoment(draft.made_at)}`);
    return el("li", {}, el("a", { href: `/admin/drafts/${draft.id}` }, draft.title), what);
  });
  const published = source.published.map((id) => el("li", {}, el("a", { href: `/documents/${encodeURIComponent(id)}` }, id)));
  const failures = source.failures.map(({ path, detail }) => el("li", {}, el("strong", {}, path || text("whole_source")), ": ", detail));
  const more = source.failed - source.failures.length;
  return [
    facts(rows),
    ...listed("drafts", drafts),
    ...listed("published", published),
    ...listed("failures", failures),
    more > 0 && el("p", { class: "hint" }, counted("more_failures", more)),
    source.looked_at && source.failed === 0 && el("p", {}, sign("allowed"), " ", text("all_well")),
  ].filter(Boolean);
}

function card(source) {
  const title = `source-${source.name}`;
  const told = el("div", {}, ...found(source));
  shown.set(source.name, { source, told });
  const asking = `?${new URLSearchParams({ name: source.name })}`;
  const label = text("look_named", { name: source.name });
  const look = button({ class: "look", "aria-label": label }, (own) => begun([source.name], own, asking), text("look"));
  const name = el("h2", { id: title }, source.name);
  return el("section", { class: "card", "aria-labelledby": title }, name, told, ...(may("edit") ? [look] : []));
}

/** Show what is other than it was; what is as it was stays, with the focus that may be within it. */
function show({ sources, every_minutes: every }) {
  byId("clock").textContent = every > 0 ? counted("clock", every) : text("no_clock");
  byId("how").hidden = sources.length > 0;
  byId("look-row").hidden = sources.length === 0;
  const same = sources.length === shown.size && sources.every(({ name }) => shown.has(name));
  if (!same) {
    shown.clear();
    byId("sources").replaceChildren(...sources.map(card));
    return;
  }
  for (const source of sources) {
    const before = shown.get(source.name);
    if (JSON.stringify(before.source) === JSON.stringify(source)) continue;
    before.source = source;
    before.told.replaceChildren(...found(source));
  }
}

/** Begin a look at the sources of these names, unless one goes on. */
async function begun(names, control, query = "") {
  const before = new Map([...shown].map(([name, { source }]) => [name, source.looked_at]));
  const now = await during(control, error, () => api(`sources/look${query}`, { method: "POST" }));
  if (now) await followed(now, names, before);
}

/** Until the look has ended. before: when each source was looked at last, null for a look that began before the page was
 * opened: how far that one is nobody knows. */
async function followed(now, names, before) {
  const controls = [lookAll, ...document.querySelectorAll(".look")];
  const bar = byId("looking").querySelector("progress");
  const told = byId("looking").querySelector(".progress-told");
  for (const each of controls) each.setAttribute("aria-disabled", "true");
  byId("looking").hidden = false;
  announce(text("looking"));
  while (now.running) {
    show(now);
    if (before === null) {
      told.textContent = text("looking_unknown");
    } else {
      const looked = now.sources.filter(({ name, looked_at: at }) => names.includes(name) && at !== before.get(name));
      Object.assign(bar, { max: names.length, value: looked.length });
      told.textContent = text("looking_told", { done: looked.length, of: names.length });
    }
    await waited(EVERY_MS);
    now = await asked("sources", error);
  }
  show(now);
  byId("looking").hidden = true;
  bar.removeAttribute("value");
  for (const each of controls) each.removeAttribute("aria-disabled");
  announce(counted("looked", now.sources.reduce((sum, { drafts }) => sum + drafts.length, 0)));
}

lookAll.addEventListener("click", () => begun([...shown.keys()], lookAll));

start(async () => {
  const now = await api("sources");
  show(now);
  if (now.running) followed(now, [], null);
});
