// Which words of a passage go and which come: the longest common subsequence of its words.

import { el, text } from "./elements.js";

const MOST_WORDS = 1500; // beyond that the table of the algorithm would take too long: the whole passage is marked

/** [kind, words] in order; kind: "same", "gone", "come". */
export function compare(before, after) {
  const old = before.split(/(?<=\s)/);
  const now = after.split(/(?<=\s)/);
  if (old.length > MOST_WORDS || now.length > MOST_WORDS) return [["gone", before], ["come", after]];
  const width = now.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const same = old[i].trim() === now[j].trim();
      longest[i * width + j] = same ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const pieces = [];
  const add = (kind, word) => {
    if (pieces.at(-1)?.[0] === kind) pieces.at(-1)[1] += word;
    else pieces.push([kind, word]);
  };
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i].trim() === now[j].trim()) {
      add("same", now[j]);
      i++;
      j++;
    } else if (j === now.length || (i < old.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      add("gone", old[i++]);
    } else {
      add("come", now[j++]);
    }
  }
  return pieces;
}

/** The two wordings, each with what goes or comes marked: by a line through or below it, by words for those who hear
 * it, and by colour. */
export function marked(before, after, lang) {
  const pieces = compare(before, after);
  const side = (kind, tag, said) =>
    el(
      "p",
      { lang },
      ...pieces.filter(([each]) => each === "same" || each === kind).map(([each, words]) => (each === "same" ? words : change(tag, said, words))),
    );
  return [side("gone", "del", text("goes")), side("come", "ins", text("comes"))];
}

function change(tag, said, words) {
  const spoken = (what) => el("span", { class: "visually-hidden", lang: document.documentElement.lang }, what);
  const trimmed = words.trimEnd();
  const made = el(tag, {}, spoken(` ${said} `), trimmed, spoken(` (${text("mark_ends")}) `));
  const both = document.createDocumentFragment();
  both.append(made, words.slice(trimmed.length));
  return both;
}
