// Charts as inline SVG. The figures of each stand in a table as well; a pattern or a label tells what a colour tells.

import { el, language, text } from "./elements.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 240;
const MARGIN = { top: 20, right: 4, bottom: 28, left: 40 };
const LABEL_PX = 58; // what the label of a column needs
const NUMBER_PX = 26; // what a number above a column needs

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
  element.append(...children);
  return element;
}

/** Columns of two parts on one another. data: [{label, lower, upper}]; names: what the parts are called.
 *
 * It is drawn anew for the room that there is, so that its letters keep their size.
 */
export function columns(data, names, description) {
  const room = el("div", { class: "chart-room" });
  const legend = el("p", { class: "legend", "aria-hidden": "true" }, key("lower"), names.lower, key("upper"), names.upper);
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width > 0) room.replaceChildren(drawn(data, Math.floor(contentRect.width), description));
  }).observe(room);
  return el("div", { class: "chart" }, legend, room);
}

function key(part) {
  const swatch = svg("svg", { class: "swatch", viewBox: "0 0 16 16" }, svg("rect", { class: part, width: 16, height: 16 }));
  if (part === "upper") swatch.append(...stripes(0, 0, 16, 16));
  return swatch;
}

function drawn(data, width, description) {
  const most = Math.max(...data.map(({ lower, upper }) => lower + upper), 1);
  const step = niceStep(most);
  const top = Math.ceil(most / step) * step;
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const y = (value) => MARGIN.top + inner.height * (1 - value / top);
  const each = inner.width / data.length;
  const bar = Math.min(each * 0.7, 56);
  const every = Math.max(1, Math.ceil(LABEL_PX / each));
  const drawing = svg("svg", { role: "img", "aria-label": description, width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
  for (let value = 0; value <= top; value += step) {
    const line = { class: value === 0 ? "axis" : "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) };
    drawing.append(svg("line", line));
    drawing.append(svg("text", { x: MARGIN.left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  data.forEach(({ label, lower, upper }, index) => {
    const x = MARGIN.left + each * index + (each - bar) / 2;
    const middle = x + bar / 2;
    if (lower) drawing.append(rect("lower", x, y(lower), bar, y(0) - y(lower)));
    if (upper) {
      const height = y(lower) - y(lower + upper);
      drawing.append(rect("upper", x, y(lower + upper), bar, height), ...stripes(x, y(lower + upper), bar, height));
    }
    if (each >= NUMBER_PX) {
      const above = { class: "total", x: middle, y: y(lower + upper) - 5, "text-anchor": "middle" };
      drawing.append(svg("text", above, number(lower + upper)));
    }
    if (index % every === 0) {
      drawing.append(svg("text", { x: middle, y: HEIGHT - 8, "text-anchor": "middle" }, label));
    }
  });
  return drawing;
}

function rect(name, x, y, width, height) {
  return svg("rect", { class: name, x, y, width, height: Math.max(height, 1) });
}

/** Slanting lines over a rectangle, cut at its edges: a pattern would need an id that is used once on a page. */
function stripes(left, top, width, height) {
  const lines = [];
  for (let offset = 6; offset < width + height; offset += 6) {
    const from = offset <= height ? [left, top + offset] : [left + offset - height, top + height];
    const to = offset <= width ? [left + offset, top] : [left + width, top + offset - width];
    lines.push(svg("line", { class: "stripe", x1: from[0], y1: from[1], x2: to[0], y2: to[1] }));
  }
  return lines;
}

/** The distance between lines that gives some four of them: 1, 2 or 5 times a power of ten. */
function niceStep(most) {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return Math.max(1, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough));
}

export const number = (value) => new Intl.NumberFormat(locale()).format(value);

/** 0.0567 → "5,7", in per cent. */
export function percent(share, digits = 1) {
  const style = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale(), style).format(100 * share);
}

const locale = () => ({ fi: "fi-FI", sv: "sv-FI", en: "en-GB" })[language];

/** A bar beside its number, in a cell of a table. */
export function barred(value, most) {
  const width = 100 * (most ? value / most : 0);
  const bar = svg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
  bar.append(svg("rect", { class: "lower", width: Math.max(width, 1), height: 10 }));
  return el("span", { class: "barred" }, el("span", { class: "figure" }, number(value)), bar);
}

/** A rate as a point with its interval on a line from 0 to 100 %. */
export function interval({ value, low, high }) {
  const spoken = { value: percent(value), low: percent(low ?? value), high: percent(high ?? value) };
  const drawing = svg("svg", { class: "interval", role: "img", viewBox: "0 0 208 20", "aria-label": text("drawing", spoken) });
  const x = (share) => 4 + 200 * share;
  drawing.append(svg("line", { class: "grid", x1: x(0), x2: x(1), y1: 10, y2: 10 }));
  for (const end of [0, 0.5, 1]) drawing.append(svg("line", { class: "grid", x1: x(end), x2: x(end), y1: 5, y2: 15 }));
  if (low !== null) {
    drawing.append(svg("line", { class: "span", x1: x(low), x2: x(high), y1: 10, y2: 10 }));
    for (const end of [low, high]) drawing.append(svg("line", { class: "span", x1: x(end), x2: x(end), y1: 5, y2: 15 }));
  }
  drawing.append(svg("circle", { class: "point", cx: x(value), cy: 10, r: 4 }));
  return drawing;
}
