// The last conversations, kept in this browser if the reader wants it; and the present one, kept in this tab, so that
// it is still there when the page is loaded again, in another language too.

import { button, counted, el, readableDay, text } from "./elements.js";
import { hadPersonalData } from "./parts.js";

const KEY = "ohjenuora.conversations.1"; // present: the reader wants them kept; 1: the form of what is kept
const PRESENT = "ohjenuora.conversation.1";
const MOST = 10;

const box = document.getElementById("kept");
const keep = document.getElementById("keep");
const list = document.getElementById("kept-list");
const forget = document.getElementById("forget");
const told = document.getElementById("kept-status");
let reopen = () => {};

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(found) ? found : null;
  } catch {
    return null; // storage is switched off, or holds what is not ours
  }
}

function write(conversations) {
  try {
    if (conversations === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(conversations));
    return true;
  } catch {
    told.textContent = text("cannot_keep");
    return false;
  }
}

// A question that held personal data is not kept; its answer never repeats it.
function withoutPersonalData({ question, answer }) {
  return { question: hadPersonalData(answer) ? text("removed") : question, answer };
}

/** Keep a conversation as it is now, if the reader wants that. turns: [{question, answer}], oldest first; before: the
 * id that it had, or null. */
export function keepConversation(id, turns, before) {
  const conversations = read();
  if (conversations === null || turns.length === 0) return;
  const others = conversations.filter((each) => each.id !== id && each.id !== before);
  const day = new Date().toISOString().slice(0, 10);
  write([{ id, day, turns: turns.map(withoutPersonalData) }, ...others].slice(0, MOST));
  draw();
}

function draw() {
  const conversations = read();
  keep.checked = conversations !== null;
  forget.hidden = !conversations?.length;
  const items = (conversations ?? []).map((conversation) => {
    const title = conversation.turns[0].question;
    const about = `${readableDay(conversation.day)} · ${counted("questions_count", conversation.turns.length)}`;
    const open = button({ class: "open" }, () => reopen(conversation.id, conversation.turns), title);
    const remove = button({ "aria-label": text("delete_titled", { title }) }, () => removed(conversation.id), text("delete"));
    return el("li", {}, el("div", {}, open, el("p", { class: "hint" }, about)), remove);
  });
  list.replaceChildren(...items);
  if (conversations?.length === 0) list.append(el("li", { class: "hint" }, text("none_kept")));
}

function removed(id) {
  write((read() ?? []).filter((each) => each.id !== id));
  draw();
  told.textContent = text("deleted");
  box.querySelector("summary").focus();
}

/** Show the list; reopening calls back with a conversation's id and turns. */
export function showKept(whenReopened) {
  reopen = whenReopened;
  box.hidden = false;
  draw();
  keep.addEventListener("change", () => {
    const done = write(keep.checked ? [] : null);
    if (done) told.textContent = text(keep.checked ? "keeping" : "not_keeping");
    draw();
    if (keep.checked) keep.dispatchEvent(new CustomEvent("kept", { bubbles: true }));
  });
  forget.addEventListener("click", () => {
    write([]);
    draw();
    told.textContent = text("forgotten");
    box.querySelector("summary").focus();
  });
}

/** Keep the present conversation in this tab, until it is closed; forget it where there are no turns. */
export function remember(id, turns) {
  try {
    if (turns.length === 0) sessionStorage.removeItem(PRESENT);
    else sessionStorage.setItem(PRESENT, JSON.stringify({ id, turns: turns.map(withoutPersonalData) }));
  } catch {
    // storage is switched off or full: the conversation lasts as long as the page
  }
}

/** {id, turns} of the conversation that this tab keeps, or null. */
export function remembered() {
  try {
    const found = JSON.parse(sessionStorage.getItem(PRESENT));
    return Array.isArray(found?.turns) ? found : null;
  } catch {
    return null; // storage is switched off, or holds what is not ours
  }
}
