// How the service is: what it answers from, what it leans on, what it has left. Asked for again on request.

import { api, during, start } from "./admin.js";
import { number } from "./charts.js";
import { counted, el, language, readableDay, readableMoment, sign, text } from "./elements.js";

const LITTLE = 2e9; // bytes free: a new version and its work files need about a gigabyte, however large the disk is
const refresh = document.getElementById("refresh");

const bytes = (value) => {
  const [unit, size] = value >= 1e9 ? ["gigabyte", 1e9] : ["megabyte", 1e6];
  return amount(value / size, unit, value >= 1e10 || unit === "megabyte" ? 0 : 1);
};

function amount(value, unit, digits = 0) {
  const style = { style: "unit", unit, maximumFractionDigits: digits };
  return new Intl.NumberFormat({ fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[language], style).format(value);
}

function duration(seconds) {
  if (seconds < 120) return amount(Math.round(seconds), "second");
  if (seconds < 7200) return amount(Math.round(seconds / 60), "minute");
  return seconds < 48 * 3600 ? amount(Math.round(seconds / 3600), "hour") : amount(Math.round(seconds / 86400), "day");
}

/** One card. state: [good, words] or null; facts: by the key of their name, null ones left out. */
function card(key, state, facts, ...more) {
  const rows = Object.entries(facts)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => el("div", {}, el("dt", {}, text(name)), el("dd", {}, value)));
  const told = state && standing(...state);
  const list = rows.length ? el("dl", { class: "metadata" }, rows) : null;
  const title = el("h2", { id: `fact-${key}` }, text(key));
  return el("section", { class: "card", "aria-labelledby": `fact-${key}` }, title, told, list, ...more);
}

function standing(good, words, more = "") {
  return el("p", { class: `state ${good ? "good" : "bad"} ${more}` }, sign(good ? "allowed" : "not_allowed"), el("span", {}, words));
}

function job({ progress, kind }) {
  const percent = number(Math.round(progress.percent ?? 0));
  return text({ rehearsal: "job_rehearsal", evaluation: "job_evaluation" }[kind] ?? "job_running", { percent });
}

function cards(found) {
  const { index, language_model: llm, database, disk, retention } = found;
  const enough = disk.free >= LITTLE;
  const used = Math.round(100 * (1 - disk.free / disk.total));
  const meter = el("meter", { min: "0", max: "100", value: `${used}`, "aria-label": text("disk_meter", { percent: used }) });
  const answers = !llm.configured || llm.reached === "not_asked" || llm.reached === "answers";
  const states = {
    language_model: [answers, text(llm.configured ? llm.reached : "not_configured")],
    database: [database.reachable, text(database.reachable ? "reachable" : "unreachable")],
    disk: [enough, text(enough ? "disk_enough" : "disk_low")],
  };
  const shown = [
    card("index", null, {
      version: index.version,
      built: readableMoment(index.created),
      documents: number(index.documents),
      passages: number(index.passages),
      examples: number(index.examples),
      model: index.model === "bundled" ? text("bundled") : index.model,
      vectors: text(index.vectors),
      size: bytes(index.bytes),
      versions: number(index.versions),
    }),
    card("database", states.database, { kind: text(database.kind) }),
    card("language_model", states.language_model, { llm_model: llm.model, host: llm.host }),
    card("disk", states.disk, { free: text("free_of", { free: bytes(disk.free), total: bytes(disk.total) }) }, meter),
    card("work", null, {
      job: found.job ? job(found.job) : text(database.reachable ? "no_job" : "unknown"),
      drafts_open: found.drafts_open === null ? text("unknown") : number(found.drafts_open),
    }),
    card("retention", null, {
      retention_days: counted("days", retention.days),
      carried_out: retention.carried_out ? readableDay(retention.carried_out) : text("not_carried_out"),
    }),
    card("process", null, {
      uptime: duration(found.uptime_s),
      memory: found.memory === null ? text("unknown") : bytes(found.memory),
    }),
  ];
  const wrong = Object.values(states).filter(([good]) => !good).length;
  return [standing(wrong === 0, wrong ? counted("look_at", wrong) : text("all_well"), "whole"), el("div", { class: "facts" }, shown)];
}

async function load() {
  const found = await api("health");
  document.getElementById("facts").replaceChildren(...cards(found));
  const time = new Intl.DateTimeFormat({ fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[language], { timeStyle: "medium" }).format(new Date());
  document.getElementById("updated").textContent = text("updated", { time });
}

refresh.addEventListener("click", () => during(refresh, document.getElementById("refresh-error"), load));
start(load);
