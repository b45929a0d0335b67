// How a draft is told of on several pages.

import { text } from "./elements.js";

/** What the change is about: a document's title as far as the draft knows it, or the name of a curated file. */
export function subjectOf({ change }) {
  if (change.kind === "file") return text(`file.${change.name.replace(".yaml", "")}`);
  return (change.kind === "document" ? change.upload.metadata.title : change.metadata?.title) || change.id;
}

export function personOf(name) {
  return name === "OHJENUORA_ADMIN_TOKEN" ? text("shared_token") : name;
}
