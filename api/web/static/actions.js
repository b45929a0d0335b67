// What a reader may do with an answer: copy it with its sources, and say whether it helped.

import { button, el, language, readableDay, sign, sourceAddress, text } from "./elements.js";
import { hadPersonalData, partsOf, verdictKey } from "./parts.js";

const FEEDBACK_MS = 20_000; // that the service has to answer in

/** The row of buttons below an answer. */
export function actions(question, answer) {
  const told = el("p", { class: "told", role: "status" });
  const copy = button({}, () => copied(question, answer, told), sign("copy"), text("copy"));
  const row = el("div", { class: "actions" }, el("div", { class: "row" }, copy, linkButton(question, answer, told)));
  const asked = el("span", { class: "feedback-label" }, text("helpful"));
  const feedback = el("div", { class: "feedback", role: "group", "aria-label": text("helpful") }, asked);
  const form = el("form", { class: "comment", hidden: "" });
  const thumbs = ["up", "down"].map((rating) => {
    const label = text(rating === "up" ? "helped" : "not_helped");
    const act = () => {
      wanted = rating;
      send({ rating, comment: "", done: (ok) => marked(ok ? rating : null) });
    };
    return button({ "aria-pressed": "false" }, act, sign(rating), label);
  });
  const send = sender(answer.id, told);
  let wanted = null; // the rating that was chosen last, also while it is on its way
  function marked(rating) {
    thumbs.forEach((each, index) => each.setAttribute("aria-pressed", `${["up", "down"][index] === rating}`));
    form.hidden = rating === null;
  }
  feedback.append(...thumbs);
  const field = el("textarea", { name: "comment", rows: "2", maxlength: "2000" });
  const care = el("span", { class: "hint" }, text("comment_care"));
  form.append(el("label", {}, text("comment"), " ", care, field), el("button", { type: "submit" }, text("send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const rating = wanted;
    send({ rating, comment: field.value.trim(), done: (ok) => {
      if (!ok) return; // what was written stays, to be sent again
      marked(rating);
      form.hidden = true;
      thumbs[rating === "up" ? 0 : 1].focus();
    } });
  });
  row.append(feedback);
  return el("div", { class: "after" }, row, form, told);
}

/** Null where the question had personal data in it: it is not to go on in an address. */
function linkButton(question, answer, told) {
  if (hadPersonalData(answer)) return null;
  const address = new URL(`/?${new URLSearchParams({ q: question, lang: language })}`, location.href).href;
  const copied = async () => {
    told.textContent = text((await copy(address)) ? "link_copied" : "not_copied");
  };
  return button({}, copied, sign("link"), text("copy_link"));
}

/** Tells the service what is said of an answer, one after the other: what is said last is what counts, and the only
 * thing that is thanked for. Returns what takes {rating, comment, done}; done is told whether it has come. */
function sender(answerId, told) {
  let underWay = false;
  let waiting = null;
  addEventListener("pagehide", () => {
    if (waiting) post(answerId, waiting);
    waiting = null;
  });
  return async (given) => {
    told.textContent = ""; // the thanks for what was said before are none for this
    waiting = given;
    if (underWay) return;
    underWay = true;
    while (waiting) {
      const now = waiting;
      waiting = null;
      const ok = await post(answerId, now);
      if (waiting) continue;
      told.textContent = text(ok ? "thanks" : "no_feedback");
      now.done(ok);
    }
    underWay = false;
  };
}

/** Whether the service has it. It arrives also when its writer leaves the page at once. */
async function post(answerId, { rating, comment }) {
  try {
    const response = await fetch("/api/feedback", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": language },
      body: JSON.stringify({ answer_id: answerId, rating, comment }),
      keepalive: true,
      signal: AbortSignal.timeout(FEEDBACK_MS),
    });
    return response.ok;
  } catch {
    return false; // no network, or none in time: told like any other failure
  }
}

async function copied(question, answer, told) {
  told.textContent = text((await copy(asText(question, answer))) ? "copied" : "not_copied");
}

/** The answer with everything that it rests on, as it may stand in an e-mail. */
export function asText(question, answer) {
  const lines = [text("question", { question })];
  for (const part of partsOf(answer)) {
    lines.push("");
    if (part.question !== null) lines.push(part.question);
    const conditions = (part.conditions ?? []).map((each) => `”${each.text}”`);
    if (part.verdict) lines.push(`${text(verdictKey(part))}.`, ...conditions, "");
    if (part.status === "refused") lines.push(part.message);
    for (const { kind, text: words, citations } of part.statements) {
      const said = kind === "quote" ? `”${words}”` : words;
      lines.push([said, ...citations.map((number) => `[${number}]`)].join(" "));
    }
  }
  if (answer.notices.length > 0) lines.push("", ...answer.notices.map((notice) => notice.text));
  const sources = answer.citations.length > 0 ? answer.citations : answer.see_also;
  if (sources.length > 0) lines.push("", text(answer.citations.length > 0 ? "sources" : "see_also"));
  for (const each of sources) {
    const page = each.page && text("page", { page: each.page });
    const day = each.published && readableDay(each.published);
    const place = [each.publisher, each.title, day, each.section, page].filter(Boolean).join(", ");
    const quoted = [each.context, `”${each.quote}”`].filter(Boolean).join(": ");
    lines.push(`[${each.number}] ${place}: ${quoted}`, new URL(sourceAddress(each, answer.index_version), location.href).href);
  }
  return lines.join("\n");
}

async function copy(words) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      return copyBySelection(words); // the browser did not allow it
    }
  }
  return copyBySelection(words); // a service without https has no clipboard
}

function copyBySelection(words) {
  const before = document.activeElement;
  const field = el("textarea", { class: "visually-hidden", readonly: "" });
  field.value = words;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}
