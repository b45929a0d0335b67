// The last evaluation: each figure with its interval, in tables and small drawings; the whole report as a file.

import { announce, api, during, start } from "./admin.js";
import { interval, number, percent } from "./charts.js";
import { download } from "./download.js";
import { LANGUAGES, button, counted, el, readableMoment, sign, table, text } from "./elements.js";

const RATES = [
  "answered_correctly",
  "answered_wrongly",
  "error_rate",
  "refused_correctly",
  "hallucination_rate",
  "citation_precision",
  "citation_recall",
  "verdict_accuracy",
  "language_accuracy",
];
// Of each language and each system these, under shorter names.
const COMPARED = {
  answered_correctly: "right",
  refused_correctly: "refused_right",
  hallucination_rate: "hallucinated",
  citation_precision: "precision",
};
const FILES = ["heldout", "adversarial", "dev"];
const PARTS = ["retrieval", "recognition", "abstention", "grounding", "robustness", "privacy", "wording", "attacks"];

const isRate = (value) => value !== null && typeof value === "object" && "value" in value && "n" in value;
const shownPercent = (rate) => (isRate(rate) && rate.value !== null ? text("percent", { value: percent(rate.value) }) : "–");
const shownRange = ({ low, high }) =>
  low === null ? "–" : text("range", { low: percent(low), high: percent(high) });

function rateRow(name, rate) {
  if (rate.value === null) return [name, "–", "–", "0", "–"];
  return [name, shownPercent(rate), shownRange(rate), number(rate.n), interval(rate)];
}

const rateHead = () => ["metric", "value", "interval", "of", "drawn"].map((key) => text(key));

function compared(caption, first, rows) {
  const head = [text(first), ...Object.values(COMPARED).map((key) => text(key))];
  const shown = rows.map(([name, measured]) => [
    name,
    ...Object.keys(COMPARED).map((key) => {
      const rate = measured[key];
      if (!isRate(rate) || rate.value === null) return "–";
      return el("span", {}, shownPercent(rate), " ", el("span", { class: "range" }, shownRange(rate)));
    }),
  ]);
  return table(caption, head, shown);
}

function file(name, measured) {
  const title = FILES.includes(name) ? text(`file.${name}`) : `${name}.jsonl`;
  const rows = RATES.filter((key) => isRate(measured[key])).map((key) => rateRow(text(key), measured[key]));
  const misquoted = measured.quote_mismatches;
  const { p50, p95 } = measured.latency_ms ?? {};
  if (misquoted !== undefined) rows.push([text("quote_mismatches"), number(misquoted), "–", number(measured.n), "–"]);
  if (p50) {
    const times = { p50: number(Math.round(p50)), p95: number(Math.round(p95)) };
    rows.push([text("latency"), text("milliseconds", times), "–", number(measured.n), "–"]);
  }
  const parts = [
    el("h2", { id: `file-${name}` }, title),
    el("p", { class: "hint" }, counted("asked", measured.n), ". ", FILES.includes(name) ? text(`about.${name}`) : ""),
    table(title, rateHead(), rows),
  ];
  const asked = LANGUAGES.filter((each) => measured.by_language?.[each]);
  const languages = asked.map((each) => [text(`in_${each}`), measured.by_language[each]]);
  if (languages.length > 1) {
    const heading = `${title}: ${text("by_language").toLowerCase()}`;
    parts.push(el("h3", {}, heading), compared(heading, "language", languages));
  }
  return el("section", { "aria-labelledby": `file-${name}` }, parts);
}

/** All rates within a part, with the names on the way to them. */
function ratesWithin(value, path = []) {
  if (isRate(value)) return value.value === null || value.value < 0 || value.value > 1 ? [] : [[path.join(" › "), value]];
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => ratesWithin(each, [...path, key.replaceAll("_", " ")]));
}

function components(measured) {
  const sections = [];
  if (measured.baselines) {
    const title = el("h2", { id: "systems" }, text("systems"));
    const hint = el("p", { class: "hint" }, text("systems_hint"));
    const shown = compared(text("systems"), "system", Object.entries(measured.baselines));
    sections.push(el("section", { "aria-labelledby": "systems" }, title, hint, shown));
  }
  const parts = Object.entries(measured).filter(([name, value]) => name !== "baselines" && ratesWithin(value).length);
  if (parts.length === 0) return sections;
  const folded = parts.map(([name, value]) => {
    const title = PARTS.includes(name) ? text(`part.${name}`) : name;
    const rows = ratesWithin(value).map(([path, rate]) => rateRow(el("span", { lang: "en" }, path), rate));
    return el("details", { class: "card" }, el("summary", {}, title), table(title, rateHead(), rows));
  });
  const title = el("h2", { id: "parts" }, text("parts"));
  sections.push(el("section", { "aria-labelledby": "parts" }, title, el("p", { class: "hint" }, text("parts_hint")), folded));
  return sections;
}

function about(found) {
  const facts = {
    made: readableMoment(found.made),
    version: found.index_versions.join(", "),
    commit: found.commit?.slice(0, 12) ?? "–",
    questions: found.questions.join(", "),
  };
  const rows = Object.entries(facts).map(([key, value]) => el("div", {}, el("dt", {}, text(key)), el("dd", {}, value)));
  return el("dl", { class: "metadata" }, rows);
}

function whole() {
  const failed = el("p", { class: "error", role: "alert", hidden: "" });
  const take = button({ "aria-describedby": "download-hint" }, (pressed) =>
    during(pressed, failed, async () => {
      await download("evaluation/report", "ohjenuora-evaluation.html");
      announce(text("downloaded"));
    }), text("download"));
  return el("div", {}, take, el("p", { class: "hint", id: "download-hint" }, text("download_hint")), failed);
}

start(async () => {
  const [found, health] = await Promise.all([api("evaluation"), api("health")]);
  const present = health.index.version;
  const parts = [about(found)];
  if (!found.index_versions.includes(present)) {
    const told = el("span", {}, text("another_version", { version: present }));
    parts.push(el("p", { class: "notice" }, sign("info"), told));
  }
  if (found.report) parts.push(whole());
  parts.push(...Object.entries(found.files).map(([name, measured]) => file(name, measured)));
  parts.push(...components(found.components));
  document.getElementById("report").replaceChildren(...parts);
});
