// The conversation without page loads. It builds the elements of templates/_answer.html: change both.
// Text from the service only ever enters the page as text: el() makes text nodes.

const conversation = document.getElementById("conversation");
const status = document.getElementById("status");
const field = document.getElementById("question");
const error = document.getElementById("error");
const storedId = document.getElementById("conversation_id");
const texts = JSON.parse(conversation.dataset.texts);
const language = conversation.dataset.language;
let conversationId = storedId.disabled ? null : storedId.value;
let busy = false;

function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function readableDay(day) {
  const [year, month, date] = day.split("-").map(Number);
  if (language !== "en") return date ? `${date}.${month}.${year}` : month ? `${month}/${year}` : day;
  const monthName = new Intl.DateTimeFormat("en-GB", { month: "long" });
  return [date, month && monthName.format(new Date(year, month - 1, 1)), year].filter(Boolean).join(" ");
}

function sourceLink(citation, attributes, words) {
  const [path, fragment] = citation.href.split("#");
  const href = `${path}?lang=${language}#${fragment}`;
  return el("a", { href, target: "_blank", rel: "noopener", ...attributes }, words);
}

function statementElement(statement, citations, answerLanguage) {
  const cited = citations.filter((each) => statement.citations.includes(each.number));
  const isQuote = statement.kind === "quote";
  const words = el(isQuote ? "q" : "span", { lang: isQuote ? cited[0].language : answerLanguage }, statement.text);
  const paragraph = el("p", { class: "statement" }, words);
  for (const citation of cited) {
    const label = texts.source_number.replace("{number}", citation.number);
    paragraph.append(" ", sourceLink(citation, { class: "reference", "aria-label": label }, `[${citation.number}]`));
  }
  return paragraph;
}

function citationElement(citation) {
  const title = el("p", {}, sourceLink(citation, { lang: citation.language }, citation.title));
  if (citation.historical) title.append(" ", el("span", { class: "badge" }, texts.historical));
  const place = [citation.publisher, citation.section].filter(Boolean).join(" · ");
  const details = el("p", { class: "details" }, el("span", { lang: citation.language }, place));
  if (citation.page) details.append(" · ", texts.page.replace("{page}", citation.page));
  if (citation.published) details.append(" · ", readableDay(citation.published));
  const quote = el("blockquote", { lang: citation.language }, citation.quote);
  return el("li", { value: citation.number }, title, details, quote);
}

function citationList(citations, heading) {
  if (citations.length === 0) return [];
  return [el("h3", {}, heading), el("ol", { class: "citations" }, ...citations.map(citationElement))];
}

function answerElements(answer) {
  const lang = answer.language;
  const elements = [];
  if (answer.verdict) elements.push(el("p", { class: `verdict ${answer.verdict}` }, texts[answer.verdict]));
  if (answer.status === "answered") {
    elements.push(...answer.statements.map((each) => statementElement(each, answer.citations, lang)));
  } else {
    elements.push(el("p", { class: "message", lang }, answer.message));
  }
  elements.push(...answer.notices.map((notice) => el("p", { class: "notice", lang }, notice.text)));
  elements.push(...citationList(answer.citations, texts.sources), ...citationList(answer.see_also, texts.see_also));
  if (answer.follow_ups.length > 0) {
    const button = (text) => el("button", { type: "submit", name: "question", value: text, lang }, text);
    const form = el("form", { class: "suggestions" }, ...answer.follow_ups.map(button));
    elements.push(el("h3", {}, texts.follow_ups), form);
  }
  return elements;
}

function spoken(answer) {
  const words = answer.status === "answered" ? answer.statements.map((each) => each.text) : [answer.message];
  return [texts.ready, texts[answer.verdict] ?? "", ...words].join(" ");
}

// Yields [name, data] of each server-sent event.
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (waiting + value).split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
      yield [fields.event, JSON.parse(fields.data)];
    }
  }
}

function showError(text) {
  error.textContent = text;
  error.hidden = text === "";
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

async function ask(question) {
  const pending = el("p", { class: "pending" }, texts.searching);
  const heading = el("h2", { class: "asked" }, el("span", { class: "visually-hidden" }, `${texts.you_asked} `), question);
  const turn = el("article", { class: "turn" }, heading, pending);
  conversation.append(turn);
  turn.scrollIntoView({ block: "start" });
  status.textContent = texts.searching;
  try {
    const response = await fetch("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Accept-Language": language },
      body: JSON.stringify({ question, conversation_id: conversationId }),
    });
    if (!response.ok) throw new Problem(await response.json());
    let answered = false;
    for await (const [name, data] of eventsOf(response)) {
      if (name === "error") throw new Problem(data);
      if (name === "statement") pending.before(statementElement(data.statement, data.citations, ""));
      if (name === "answer") {
        answered = true;
        conversationId = data.conversation_id;
        turn.replaceChildren(heading, ...answerElements(data));
        status.textContent = spoken(data);
      }
    }
    if (!answered) throw new Error("the stream ended early");
    return true;
  } catch (failure) {
    turn.remove();
    status.textContent = "";
    showError(failure instanceof Problem ? failure.detail : texts.failed);
    field.value = question; // to be mended or sent again
    field.focus();
    return false;
  }
}

class Problem extends Error {
  constructor({ detail }) {
    super(detail);
    this.detail = detail;
  }
}

document.addEventListener("submit", async (event) => {
  const chosen = event.submitter?.name === "question" ? event.submitter.value : null;
  event.preventDefault();
  const question = chosen ?? field.value;
  if (busy || question.trim() === "") return;
  busy = true;
  showError("");
  if (chosen === null) field.value = "";
  await ask(question);
  busy = false;
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  field.form.requestSubmit();
});

document.getElementById("keys").hidden = false;
