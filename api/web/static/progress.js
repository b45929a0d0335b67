// A job as it goes on: percent, what is being done, how long it will take, and a way to end it.

import { announce, api, may, tellProblem } from "./admin.js";
import { button, counted, el, text } from "./elements.js";
import { Problem } from "./events.js";

export const EVERY_MS = 700;
const AFTER_FAILURE_MS = 3000;

/** Show a job in an element until it has ended; resolves with the job as it ended. title: what is going on; seen: what
 * to do whenever it has been asked how far the job is. */
export async function follow(job, element, title, seen = async () => {}) {
  const name = el("h2", { tabindex: "-1", id: `job-${job.id}` }, title);
  const bar = el("progress", { max: "100", value: "0", "aria-labelledby": name.id });
  const told = el("p", { class: "progress-told" });
  const error = el("p", { class: "error", role: "alert", hidden: "" });
  const cancel = button({}, () => cancelled(job, cancel, error), text("progress.cancel"));
  element.replaceChildren(name, bar, told, ...(may(job.kind === "publication" ? "publish" : "edit") ? [cancel] : []), error);
  element.hidden = false;
  let stage = "";
  for (;;) {
    const { percent = 0, stage: now = "begin" } = job.progress;
    bar.value = percent;
    told.textContent = words(job.progress);
    if (now !== stage) announce(`${title}: ${told.textContent}`); // each stage once, not every percent
    stage = now;
    if (job.status !== "running") break;
    await waited(EVERY_MS);
    job = await asked(`jobs/${job.id}`, error);
    await seen(job);
  }
  element.hidden = true;
  return job;
}

export function waited(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What stands under a path of /api/admin now; asks until it is told. */
export async function asked(path, error) {
  for (;;) {
    try {
      const found = await api(path);
      tellProblem(error, null);
      return found;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (error.hidden) tellProblem(error, { detail: text("progress.lost") });
      await waited(AFTER_FAILURE_MS);
    }
  }
}

async function cancelled(job, control, error) {
  control.setAttribute("aria-disabled", "true");
  try {
    await api(`jobs/${job.id}/cancel`, { method: "POST" });
    announce(text("progress.cancelling"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    control.removeAttribute("aria-disabled");
    if (problem.status !== 409) tellProblem(error, problem); // 409: it has just ended by itself
  }
}

function words({ percent = 0, stage = "begin", documents = null, chunks = null, seconds_left: seconds = null }) {
  const parts = [text("progress.percent", { percent }), text(`stage.${stage}`)];
  if (documents !== null) parts.push(counted("progress.documents", documents));
  if (chunks !== null) parts.push(counted("progress.passages", chunks));
  if (seconds !== null && seconds < 90) parts.push(counted("progress.seconds", seconds));
  else if (seconds !== null) parts.push(counted("progress.minutes", Math.round(seconds / 60)));
  return parts.join(" · ");
}
