// How a draft is told of on several pages.

import { text } from "./elements.js";

/** What the change is about: a document's title, the name of a curated file and what of it, or what several drafts are called. */
export function subjectOf({ change, title }) {
  if (change.kind === "set") return title || text("together_of", { count: change.drafts.length });
  if (change.kind === "questions") return text("file.examples/organisation");
  if (change.kind === "file") return [text(`file.${change.name.replace(".yaml", "")}`), title].filter(Boolean).join(": ");
  return title || change.upload?.metadata.title || change.metadata?.title || change.id; // older drafts have no title
}

export function personOf(name) {
  return name === "OHJENUORA_ADMIN_TOKEN" ? text("shared_token") : name;
}
