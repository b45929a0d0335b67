// What all scripts build pages with. Text from the service only ever enters the page as text: el() makes text nodes.

export const VERDICTS = ["allowed", "only_if_approved", "not_allowed"]; // from the mildest to the strictest
export const language = document.documentElement.lang;
// That the service speaks, as the links to its pages in them tell.
export const LANGUAGES = document.querySelector("[data-languages]")?.dataset.languages?.split(" ") ?? [];
const texts = JSON.parse(document.querySelector("[data-texts]").dataset.texts);

/** The text of a key in the page's language, with {names} filled in. */
export function text(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The text for a number of things: key.one or key.other, as the language has it. */
export function counted(key, count) {
  const form = new Intl.PluralRules(language).select(count) === "one" ? "one" : "other";
  return text(`${key}.${form}`, { count });
}

export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== ""));
  return element;
}

/** One of the signs of templates/_signs.html. */
export function sign(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(namespace, "svg");
  drawing.setAttribute("class", "sign");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `#sign-${name}`);
  drawing.append(use);
  return drawing;
}

/** A button that does something on the page. */
export function button(attributes, action, ...children) {
  const element = el("button", { type: "button", ...attributes }, ...children);
  element.addEventListener("click", () => action(element));
  return element;
}

/** As format_date() of rag/language/messages.py: 29.4.2025 in Finnish and Swedish, 29 April 2025 in English; less where
 * less is known (2025-04, 2025). Anything else as it is. */
export function readableDay(day) {
  if (!/^\d{4}(-\d{2}){0,2}$/.test(day)) return day;
  const [year, month, date] = day.split("-").map(Number);
  const known = new Date(Date.UTC(year, (month ?? 1) - 1, date ?? 1));
  if (known.getUTCMonth() + 1 !== (month ?? 1) || known.getUTCDate() !== (date ?? 1)) return day; // 31 February
  if (language !== "en") return date ? `${date}.${month}.${year}` : month ? `${month}/${year}` : `${year}`;
  const monthName = new Intl.DateTimeFormat("en-GB", { month: "long" });
  return [date, month && monthName.format(new Date(year, month - 1, 1)), year].filter(Boolean).join(" ");
}

/** Where a quote stands in a table: its row and its columns, as a reader needs them; null where it stands in none. */
export function contextElement({ context, language: lang }) {
  return context ? el("p", { class: "context", lang }, context) : null;
}

/** The source page at the cited place, marked by the server and by the page's script. version: of the index that the
 * answer came from, so that the link opens what was cited when the source has changed; empty while it is not known. */
export function sourceAddress(citation, version) {
  const [path, fragment] = citation.href.split("#");
  const query = new URLSearchParams({ lang: language, c: `${citation.start}-${citation.end}` });
  if (version) query.set("version", version);
  return `${path}${path.includes("?") ? "&" : "?"}${query}#${fragment}`;
}

/** A day with its time of day, in the reader's own time zone. moment: ISO 8601. */
export function readableMoment(moment) {
  const style = { day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit" };
  const inEnglish = { ...style, month: "long" };
  const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[language];
  return new Intl.DateTimeFormat(locale, language === "en" ? inEnglish : style).format(new Date(moment));
}

/** A table with a caption. head: the columns' names; rows: arrays of cells (text or elements), the first names its row.
 * On a narrow screen each row is a card: static/admin.css. */
export function table(caption, head, rows) {
  // The roles are said because a table that is not laid out as one loses them.
  const columns = head.map((name) => el("th", { scope: "col", role: "columnheader" }, name));
  const body = rows.map(([first, ...rest]) => {
    const cells = rest.map((cell, index) => el("td", { role: "cell", "data-label": head[index + 1] }, cell));
    return el("tr", { role: "row" }, el("th", { scope: "row", role: "rowheader" }, first), ...cells);
  });
  const named = el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...columns));
  const parts = [el("caption", { class: "visually-hidden" }, caption), named, el("tbody", { role: "rowgroup" }, ...body)];
  return el("table", { class: "list", role: "table" }, ...parts);
}
