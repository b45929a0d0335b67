// The conversation without page loads: asks, shows what comes, keeps the focus where reading goes on.

import { answerElement, askedHeading, spoken, statementElement } from "./answer.js";
import { beginHere, field, showError, write } from "./composer.js";
import { button, counted, el, language, text } from "./elements.js";
import { Problem, ask } from "./events.js";
import { carried, carry, keepConversation, showKept } from "./kept.js";
import { closePassage } from "./panel.js";

const conversation = document.getElementById("conversation");
const status = document.getElementById("status");
const storedId = document.getElementById("conversation_id");
const begin = document.getElementById("new");
const print = document.getElementById("print");
const listed = new Map(); // the lists of what may be chosen, by language
let conversationId = storedId.disabled ? null : storedId.value;
let turns = [];
let underWay = null; // what stops the question that is being asked

function showTools() {
  const some = conversation.childElementCount > 0;
  begin.hidden = print.hidden = !some;
  document.getElementById("examples")?.toggleAttribute("hidden", some);
}

async function optionsFor(answer) {
  if (answer.left_open.length === 0) return null;
  const known = listed.get(answer.language);
  if (known) return known;
  try {
    const response = await fetch(`/api/options?language=${answer.language}`);
    if (!response.ok) return null;
    const options = await response.json();
    listed.set(answer.language, options);
    return options;
  } catch {
    return null; // the answer stands without the lists
  }
}

async function show(turn, heading, question, answer) {
  const options = await optionsFor(answer);
  fill(turn, heading, answerElement(question, answer, options));
}

/** Put this below the heading, which stays where it is: it may have the focus. */
function fill(turn, heading, ...elements) {
  while (heading.nextSibling) heading.nextSibling.remove();
  turn.append(...elements);
}

function newTurn(question) {
  const heading = askedHeading(question);
  const turn = el("article", { class: "turn" }, heading);
  conversation.append(turn);
  showTools();
  return [turn, heading];
}

async function askAndShow(asked) {
  const named = [asked.data, asked.tool].filter(Boolean).join(", ");
  const question = named ? `${asked.question} (${named})` : asked.question;
  const [turn, heading] = newTurn(question);
  const stopping = new AbortController();
  underWay = stopping;
  const stop = button({ class: "stop" }, () => stopping.abort(), text("stop"));
  const pending = el("div", { class: "pending" }, el("p", {}, text("searching")), stop);
  turn.append(pending);
  heading.focus({ preventScroll: true });
  turn.scrollIntoView({ block: "start" });
  status.textContent = text("searching");
  let answered = false;
  try {
    for await (const [name, data] of ask({ ...asked, conversation_id: conversationId }, language, stopping.signal)) {
      if (underWay !== stopping) return; // a new conversation has begun
      if (name === "statement") pending.before(statementElement(data.statement, data.citations, { language, index_version: "" }));
      if (name === "answer") {
        answered = true;
        conversationId = data.conversation_id;
        turns.push({ question, answer: data });
        await show(turn, heading, question, data);
        const sources = data.citations.length > 0 ? counted("sources_count", data.citations.length) : "";
        status.textContent = spoken(data, sources);
        keepConversation(conversationId, turns);
      }
    }
    if (!answered) throw new TypeError("the stream ended early");
  } catch (failure) {
    if (underWay === stopping) failed(failure, asked, turn, heading, stopping.signal.aborted);
  } finally {
    if (underWay === stopping) underWay = null;
  }
}

function told(failure) {
  if (!(failure instanceof Problem)) return text("failed");
  const words = failure.status < 500 ? failure.detail : [failure.title, failure.detail].filter(Boolean).join(". ");
  return words || text("service_failed");
}

/** What is wrong with the question is told at the field; what is not its fault is told in its place, to try again. */
function failed(failure, asked, turn, heading, stopped) {
  if (failure instanceof Problem && failure.status === 422 && failure.detail) {
    turn.remove();
    showTools();
    status.textContent = "";
    showError(failure.detail);
    write(asked.question);
    return;
  }
  const words = stopped ? text("stopped") : told(failure);
  const again = button({}, () => {
    if (underWay) return;
    turn.remove();
    askAndShow(asked);
  }, text("retry"));
  const waiting = turn.contains(document.activeElement); // rather than writing the next question
  fill(turn, heading, el("div", { class: "answer" }, el("p", { class: "error" }, words), again));
  status.textContent = words;
  if (waiting) again.focus();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const { target: form, submitter } = event;
  const asked = { question: submitter?.name === "question" ? submitter.value : field.value, tool: null, data: null };
  if (form.matches(".choose")) {
    const chosen = new FormData(form);
    Object.assign(asked, { question: form.dataset.question, tool: chosen.get("tool"), data: chosen.get("data") });
  } else if (form.id === "ask" && !underWay && field.value.trim()) {
    field.value = "";
  }
  if (underWay || asked.question.trim() === "") return;
  showError("");
  askAndShow(asked);
});

function clear() {
  underWay?.abort();
  underWay = null;
  closePassage();
  conversation.replaceChildren();
  conversationId = null;
  turns = [];
  showError("");
  showTools();
}

begin.addEventListener("click", () => {
  clear();
  status.textContent = text("started");
  field.focus();
});

print.addEventListener("click", () => window.print());

async function reopen(id, kept) {
  clear();
  conversationId = id;
  turns = kept;
  for (const { question, answer } of kept) {
    const [turn, heading] = newTurn(question);
    await show(turn, heading, question, answer);
  }
  const first = conversation.querySelector(".asked");
  first?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: "start" });
}

for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", (event) => {
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // another tab or window
    if (turns.length > 0 && !elsewhere) carry(conversationId, turns);
  });
}

showKept(reopen);
document.addEventListener("kept", () => keepConversation(conversationId, turns));
showTools();
beginHere();
const along = carried();
if (along) reopen(along.id, along.turns);
