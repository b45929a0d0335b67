// <ohjenuora-chat>: the chat on somebody else's page. api/embed.py serves this at /embed.js, with the call of
// define() and the texts of all languages below it. Text from the service only ever enters the page as text.

/** texts: by language and key. address: of the service, as this script was loaded from it. */
function define(texts, address) {
  const STYLE = `
    :host { display: block; font: var(--ohjenuora-font, 1rem/1.5 system-ui, sans-serif); color: var(--text); background: var(--page);
      --text: var(--ohjenuora-text, CanvasText); --page: var(--ohjenuora-background, Canvas);
      --accent: var(--ohjenuora-accent, light-dark(#003479, #a9c8f5)); --on-accent: var(--ohjenuora-on-accent, light-dark(#ffffff, #10151c));
      --line: var(--ohjenuora-line, light-dark(#6a7686, #8d99a9)); --wrong: var(--ohjenuora-error, light-dark(#a3191f, #ffb4ae));
      --radius: var(--ohjenuora-radius, 6px); }
    :host([hidden]), [hidden] { display: none; }
    * { box-sizing: border-box; overflow-wrap: anywhere; }
    h2, h3, h4 { margin: 1em 0 .4em; font-size: 1rem; line-height: 1.3; }
    h2 { margin-top: 0; font-size: 1.25rem; }
    p, ol, ul, blockquote { margin: .5em 0; }
    article { border-top: 1px solid var(--line); margin-top: 1em; }
    blockquote { padding-left: .75em; border-left: 3px solid var(--line); margin-left: 0; }
    a { color: var(--accent); }
    .verdict { display: inline-block; padding: .15em .6em; border: 2px solid var(--accent); border-radius: var(--radius); font-weight: 700; }
    .notice, .care, .about { font-size: .9375rem; }
    .error { color: var(--wrong); font-weight: 600; }
    label { display: block; font-weight: 600; margin-top: 1em; }
    textarea, select { display: block; width: 100%; padding: .5em; font: inherit; color: inherit; background: var(--page);
      border: 1px solid var(--line); border-radius: var(--radius); }
    textarea { min-height: 4.5em; resize: vertical; }
    [aria-pressed=true] { color: var(--on-accent); background: var(--accent); }
    button { min-height: 2.5em; margin: .25em .25em .25em 0; padding: .35em 1em; font: inherit; text-align: start; cursor: pointer;
      color: var(--accent); background: transparent; border: 1px solid var(--accent); border-radius: var(--radius); }
    button[type=submit] { color: var(--on-accent); background: var(--accent); font-weight: 600; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }`;

  function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.flat().filter((child) => child !== null && child !== ""));
    return element;
  }

  /** The language of the element, of what stands around it, or of the page; Finnish where it is none of ours. */
  function languageOf(element) {
    const said = element.closest("[lang]")?.lang || document.documentElement.lang;
    const language = said.slice(0, 2).toLowerCase();
    return language in texts ? language : "fi";
  }

  /** A day as it is written, whole or only its month or year: static/elements.js has the same. */
  function readableDay(day, language) {
    if (!/^\d{4}(-\d{2}){0,2}$/.test(day)) return day;
    const [year, month, date] = day.split("-").map(Number);
    const known = new Date(Date.UTC(year, (month ?? 1) - 1, date ?? 1));
    if (known.getUTCMonth() + 1 !== (month ?? 1) || known.getUTCDate() !== (date ?? 1)) return day;
    if (language !== "en") return date ? `${date}.${month}.${year}` : month ? `${month}/${year}` : `${year}`;
    const monthName = new Intl.DateTimeFormat("en-GB", { month: "long" });
    return [date, month && monthName.format(new Date(year, month - 1, 1)), year].filter(Boolean).join(" ");
  }

  class Chat extends HTMLElement {
    #language;
    #conversation = null;
    #underWay = null; // what stops the question that is being asked
    #turns = el("div", { part: "conversation" });
    #status = el("p", { role: "status", class: "visually-hidden" });
    #error = el("p", { role: "alert", id: "error", class: "error", hidden: "" });
    #field = el("textarea", { id: "question", rows: "3", required: "", "aria-describedby": "care error" });

    connectedCallback() {
      if (this.shadowRoot) return; // moved, not made
      this.#language = languageOf(this);
      const style = new CSSStyleSheet(); // not an element: the page's own policy may forbid those
      style.replaceSync(STYLE);
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [style];
      const form = el(
        "form",
        { part: "form" },
        el("label", { for: "question" }, this.#text("question")),
        el("p", { id: "care", class: "care" }, this.#text("no_personal_data")),
        this.#error,
        this.#field,
        el("button", { type: "submit", part: "ask" }, this.#text("ask")),
      );
      form.noValidate = true;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#submit();
      });
      this.#field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
        event.preventDefault();
        form.requestSubmit();
      });
      const about = [`${this.#text("machine")} ${this.#text("check")} `, this.#link(`/?lang=${this.#language}`, this.#text("open"))];
      const heading = el("h2", { id: "heading", part: "heading" }, this.getAttribute("heading") || this.#text("heading"));
      const all = [heading, this.#turns, this.#status, form, el("p", { class: "about", part: "about" }, about)];
      root.append(el("section", { "aria-labelledby": "heading", lang: this.#language }, all));
    }

    /** Nothing is waited for any more when the element has gone. */
    disconnectedCallback() {
      this.#underWay?.abort();
    }

    #text(key, values = {}) {
      return texts[this.#language][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    }

    #link(path, words, attributes = {}) {
      const told = el("span", { class: "visually-hidden", lang: this.#language }, ` (${this.#text("new_tab")})`);
      return el("a", { href: address + path, target: "_blank", rel: "noopener", ...attributes }, words, told);
    }

    #button(words, action, attributes = {}) {
      const button = el("button", { type: "button", ...attributes }, words);
      button.addEventListener("click", action);
      return button;
    }

    #submit() {
      const question = this.#field.value;
      if (this.#underWay || question.trim() === "") return;
      this.#field.value = "";
      this.#ask(question);
    }

    /** chosen: {tool?, data?}, where an answer has left them open. */
    async #ask(question, chosen = {}) {
      if (this.#underWay) return;
      this.#showError("");
      const stopping = new AbortController();
      this.#underWay = stopping;
      const asked = el("h3", { tabindex: "-1" }, el("span", { class: "visually-hidden" }, `${this.#text("you_asked")} `), question);
      const answer = el("div", { part: "answer" }, el("p", {}, this.#text("searching")));
      answer.append(this.#button(this.#text("stop"), () => stopping.abort()));
      const turn = el("article", { part: "turn" }, asked, answer);
      this.#turns.append(turn);
      asked.focus();
      this.#status.textContent = this.#text("searching");
      try {
        const found = await this.#answer({ ...chosen, question }, stopping.signal);
        this.#conversation = found.conversation_id;
        const options = await this.#options(found);
        answer.replaceChildren(...this.#elements(question, found, options));
        this.#status.textContent = `${this.#text("ready")} ${this.#spoken(found)}`;
      } catch (failure) {
        this.#failed(failure, question, chosen, turn, answer, stopping.signal.aborted);
      } finally {
        this.#underWay = null;
      }
    }

    #post(path, body, more) {
      return fetch(address + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": this.#language },
        body: JSON.stringify(body),
        credentials: "omit",
        ...more,
      });
    }

    async #answer(asked, signal) {
      const response = await this.#post("/api/chat", { ...asked, conversation_id: this.#conversation }, { signal });
      if (response.ok) return response.json();
      const problem = await response.json().catch(() => ({})); // what is no JSON comes from something in between
      throw Object.assign(new Error(problem.detail ?? this.#text("service_failed")), { status: response.status });
    }

    /** What may be chosen where the question leaves it open; null without, the answer stands without the lists. */
    async #options({ left_open: open, language }) {
      if (open.length === 0) return null;
      const told = await fetch(`${address}/api/options?language=${language}`, { credentials: "omit" }).catch(() => null);
      return told?.ok ? told.json() : null;
    }

    /** What is wrong with the question is told at the field; what is not its fault is told in its place. */
    #failed(failure, question, chosen, turn, answer, stopped) {
      if (failure.status === 422) {
        turn.remove();
        this.#status.textContent = "";
        this.#showError(failure.message);
        this.#field.value = question;
        this.#field.focus();
        return;
      }
      const words = stopped ? this.#text("stopped") : failure.status ? failure.message : this.#text("failed");
      const again = this.#button(this.#text("retry"), () => {
        turn.remove();
        this.#ask(question, chosen);
      });
      const waiting = answer.contains(this.shadowRoot.activeElement);
      answer.replaceChildren(el("p", { class: "error" }, words), again);
      this.#status.textContent = words;
      if (waiting) again.focus();
    }

    #showError(words) {
      this.#error.textContent = words;
      this.#error.hidden = words === "";
      this.#field.setAttribute("aria-invalid", `${words !== ""}`);
    }

    /** [{question, status, verdict, message, statements, conditions?}]; question is null where the message held one. */
    #parts(answer) {
      if (answer.parts.length === 0) return [{ ...answer, question: null }];
      return answer.parts.map((part) => {
        const statements = part.statements.map((index) => answer.statements[index]);
        const cited = statements.flatMap(({ citations }) => citations);
        const conditions = answer.conditions.filter(({ citations }) => part.verdict && citations.some((each) => cited.includes(each)));
        return { ...part, statements, conditions };
      });
    }

    #verdict(part) {
      return this.#text(part.conditions?.length ? `${part.verdict}_if` : part.verdict);
    }

    #spoken(answer) {
      const words = this.#parts(answer).flatMap((part) => [
        part.question,
        part.verdict && `${this.#verdict(part)}.`,
        ...(part.conditions ?? []).map((each) => each.text),
        ...(part.status === "answered" ? part.statements.map((each) => each.text) : [part.message]),
      ]);
      return words.filter(Boolean).join(" ");
    }

    #elements(question, answer, options) {
      return [
        ...this.#parts(answer).flatMap((part) => this.#said(part, answer)),
        ...answer.notices.map((notice) => el("p", { class: "notice", lang: answer.language }, notice.text)),
        options && this.#choose(question, answer, options),
        ...this.#sources(this.#text("sources"), answer.citations, answer),
        ...this.#sources(this.#text("see_also"), answer.see_also, answer),
        this.#feedback(answer),
        ...this.#further(answer),
      ].filter(Boolean);
    }

    /** Lists of what the question leaves open; asking again sends what was chosen. */
    #choose(question, { left_open: open }, { tools, data }) {
      const named = ({ name, approved }) => [name, approved ? `${name} (${this.#text("approved")})` : name];
      const lists = { tool: tools.map(named), data: data.map((name) => [name, name]) };
      const fields = open.filter((name) => lists[name]?.length).map((name) => {
        const options = lists[name].map(([value, words]) => el("option", { value }, words));
        const first = el("option", { value: "" }, this.#text("choose_one"));
        return el("label", {}, this.#text(name), el("select", { name, required: "" }, first, options));
      });
      if (fields.length === 0) return null;
      const again = el("button", { type: "submit" }, this.#text("ask_again"));
      const form = el("form", { part: "choose" }, el("h4", {}, this.#text("choose")), fields, again);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#ask(question, Object.fromEntries(new FormData(form)));
      });
      return form;
    }

    /** Whether it was of use. The last that is said counts; what could not be sent is not shown as said. */
    #feedback({ id }) {
      const told = el("p", { hidden: "" });
      const buttons = [["up", "helped"], ["down", "not_helped"]].map(([rating, words]) => {
        const act = async () => {
          const sent = await this.#post("/api/feedback", { answer_id: id, rating, comment: "" }, { keepalive: true }).catch(() => null);
          if (sent?.ok) buttons.forEach((each) => each.setAttribute("aria-pressed", `${each === button}`));
          told.textContent = this.#status.textContent = this.#text(sent?.ok ? "thanks" : "no_feedback");
          told.hidden = false;
        };
        const button = this.#button(this.#text(words), act, { "aria-pressed": "false" });
        return button;
      });
      return el("div", { part: "feedback", role: "group", "aria-label": this.#text("helpful") }, `${this.#text("helpful")} `, buttons, told);
    }

    #said(part, answer) {
      const lang = answer.language;
      const languageOfSource = (numbers) => answer.citations.find((each) => numbers.includes(each.number))?.language ?? lang;
      const elements = part.question === null ? [] : [el("h4", { lang }, part.question)];
      if (part.verdict) elements.push(el("p", { class: "verdict", part: `verdict ${part.verdict}` }, this.#verdict(part)));
      for (const each of part.conditions ?? []) elements.push(el("blockquote", { lang: languageOfSource(each.citations) }, each.text));
      if (part.status !== "answered") return [...elements, el("p", { lang }, part.message)];
      for (const statement of part.statements) {
        const isQuote = statement.kind === "quote";
        const words = el(isQuote ? "q" : "span", { lang: isQuote ? languageOfSource(statement.citations) : lang }, statement.text);
        const cited = answer.citations.filter((each) => statement.citations.includes(each.number));
        const links = cited.flatMap((each) => [" ", this.#reference(each, answer)]);
        elements.push(el("p", {}, words, links));
      }
      return elements;
    }

    #reference(citation, answer) {
      const label = this.#text("source_number", { number: citation.number });
      return el("a", { href: this.#place(citation, answer), target: "_blank", rel: "noopener", "aria-label": label }, `[${citation.number}]`);
    }

    /** The source at the cited place, as it stood when the answer was given: static/elements.js has the same. */
    #place(citation, answer) {
      const [path, fragment] = citation.href.split("#");
      const place = { lang: this.#language, c: `${citation.start}-${citation.end}`, version: answer.index_version };
      return `${address}${path}?${new URLSearchParams(place)}#${fragment}`;
    }

    #sources(heading, citations, answer) {
      if (citations.length === 0) return [];
      const items = citations.map((citation) => {
        const { language: lang, title, publisher, section, page, published, context, quote } = citation;
        const link = this.#link("", title, { lang });
        link.href = this.#place(citation, answer);
        const day = published && readableDay(published, this.#language);
        const place = [publisher, section, page && this.#text("page", { page }), day, citation.historical && this.#text("historical")];
        const words = [link, el("br", {}), place.filter(Boolean).join(" · ")];
        return el("li", { value: citation.number }, words, context ? el("p", { lang }, context) : null, el("blockquote", { lang }, quote));
      });
      return [el("h4", {}, heading), el("ol", { part: "sources" }, items)];
    }

    #further({ follow_ups: questions, language: lang }) {
      if (questions.length === 0) return [];
      return [el("h4", {}, this.#text("follow_ups")), el("div", {}, questions.map((each) => this.#button(each, () => this.#ask(each), { lang })))];
    }
  }

  if (!customElements.get("ohjenuora-chat")) customElements.define("ohjenuora-chat", Chat);
}
