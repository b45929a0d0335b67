// The conversation without page loads: asks, shows what comes, keeps the focus where reading goes on.

import { answerElement, askedElement, spoken, statementElement } from "./answer.js";
import { beginHere, edit, editedTurn, endEditing, field, showError, write } from "./composer.js";
import { button, counted, el, language, text } from "./elements.js";
import { Problem, ask } from "./events.js";
import { keepConversation, remember, remembered, showKept } from "./kept.js";
import { closePassage } from "./panel.js";
import { hadPersonalData } from "./parts.js";

const conversation = document.getElementById("conversation");
const status = document.getElementById("status");
const begin = document.getElementById("new");
const print = document.getElementById("print");
const listed = new Map(); // the lists of what may be chosen, by language
let conversationId = null;
let turns = []; // those with an answer: {question, answer, turn}; turn: its element
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

async function show({ question, answer, turn }) {
  const options = await optionsFor(answer);
  fill(turn, answerElement(question, answer, options));
  if (hadPersonalData(answer)) turn.querySelector(".edit")?.remove();
}

/** Put this below the question, which stays where it is: it may have the focus. */
function fill(turn, ...elements) {
  while (turn.firstChild.nextSibling) turn.lastChild.remove();
  turn.append(...elements);
}

function newTurn(question) {
  const changing = () => {
    underWay?.abort();
    edit(turn, question);
    status.textContent = text("editing_told");
  };
  const turn = el("article", { class: "turn" }, askedElement(question, changing));
  conversation.append(turn);
  showTools();
  return turn;
}

/** Go on reading from this turn's question; with the focus there if that is where it should be. */
function readFrom(turn, focus) {
  if (focus) turn.querySelector(".asked").focus({ preventScroll: true });
  turn.scrollIntoView({ block: "start" });
}

/** before: the conversation's id until now, where it has a new one. */
function keep(before = null) {
  keepConversation(conversationId, turns, before);
  remember(conversationId, turns);
}

function announce(answer) {
  const sources = answer.citations.length > 0 ? counted("sources_count", answer.citations.length) : "";
  status.textContent = spoken(answer, sources);
}

/** replaced: the turn whose place the new one takes once it is answered, or null. */
async function askAndShow(asked, replaced = null) {
  const named = [asked.data, asked.tool].filter(Boolean).join(", ");
  const question = named ? `${asked.question} (${named})` : asked.question;
  const id = turns[0]?.turn === replaced ? null : conversationId; // edited, the first question begins anew
  endEditing();
  forgetAddress();
  const turn = newTurn(question);
  if (replaced) replaced.hidden = true;
  const stopping = new AbortController();
  underWay = stopping;
  const stop = button({ class: "stop" }, () => stopping.abort(), text("stop"));
  const pending = el("div", { class: "pending" }, el("p", {}, text("searching")), stop);
  turn.append(pending);
  readFrom(turn, true);
  status.textContent = text("searching");
  let answered = false;
  try {
    for await (const [name, data] of ask({ ...asked, conversation_id: id }, language, stopping.signal)) {
      if (underWay !== stopping) return; // a new conversation has begun
      if (name === "statement") pending.before(statementElement(data.statement, data.citations, { language, index_version: "" }));
      if (name === "answer") {
        answered = true;
        const before = conversationId;
        conversationId = data.conversation_id;
        turns = [...turns.filter((each) => each.turn !== replaced), { question, answer: data, turn }];
        replaced?.remove();
        await show(turns.at(-1));
        announce(data);
        keep(before);
      }
    }
    if (!answered) throw new TypeError("the stream ended early");
  } catch (failure) {
    if (underWay === stopping) failed(failure, asked, turn, replaced, stopping.signal.aborted);
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
function failed(failure, asked, turn, replaced, stopped) {
  if (replaced) replaced.hidden = false;
  if (failure instanceof Problem && failure.status === 422 && failure.detail) {
    turn.remove();
    showTools();
    status.textContent = "";
    showError(failure.detail);
    if (replaced) edit(replaced, asked.question);
    else write(asked.question);
    return;
  }
  const words = stopped ? text("stopped") : told(failure);
  const again = button({}, () => {
    if (underWay) return;
    turn.remove();
    askAndShow(asked, replaced);
  }, text("retry"));
  const waiting = turn.contains(document.activeElement); // rather than writing the next question
  fill(turn, el("div", { class: "answer" }, el("p", { class: "error" }, words), again));
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
  askAndShow(asked, form.id === "ask" ? editedTurn() : null);
});

function clear() {
  underWay?.abort();
  underWay = null;
  closePassage();
  conversation.replaceChildren();
  conversationId = null;
  turns = [];
  endEditing();
  showError("");
  showTools();
}

begin.addEventListener("click", () => {
  clear();
  keep();
  status.textContent = text("started");
  field.focus();
});

print.addEventListener("click", () => window.print());

/** Show a conversation with all its answers in the place of the present one. */
async function reopen(id, kept) {
  clear();
  conversationId = id;
  turns = kept.map(({ question, answer }) => ({ question, answer, turn: newTurn(question) }));
  await Promise.all(turns.map(show));
}

showKept(async (id, kept) => {
  await reopen(id, kept);
  keep();
  readFrom(turns[0].turn, true);
});
document.addEventListener("kept", () => keep());

async function goOn({ id, turns: kept }) {
  try {
    await reopen(id, kept);
    readFrom(turns.at(-1).turn, false);
  } catch {
    clear(); // what is kept is not ours, or of another version of the service
    keep();
  }
}

/** The address of a question does not ask it once more when the page is loaded again, or its language changed. */
function forgetAddress() {
  const without = (address) => {
    const url = new URL(address);
    url.searchParams.delete("q");
    return url.href;
  };
  history.replaceState(null, "", without(location.href));
  for (const link of document.querySelectorAll(".languages a, .themes a")) link.href = without(link.href);
}

/** The answer that has come with the page. */
async function adopt({ question, answer }) {
  await reopen(answer.conversation_id, [{ question, answer }]);
  readFrom(turns[0].turn, true);
  announce(answer);
  keep();
  forgetAddress();
}

const answered = JSON.parse(conversation.dataset.answered ?? "null");
delete conversation.dataset.answered;
const before = remembered();
if (answered) adopt(answered);
else if (before && !new URLSearchParams(location.search).has("q")) goOn(before);
showTools();
if (!answered) beginHere();
