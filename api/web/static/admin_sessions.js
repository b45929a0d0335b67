// The browsers that are signed in, one's own or for administrators all: ended one by one, or one's own all at once.

import { announce, api, ask, during, latest, start, trying } from "./admin.js";
import { button, el, readableMoment, table, text } from "./elements.js";
import { personOf } from "./drafts.js";

const error = document.getElementById("sessions-error");
const everybody = document.getElementById("everybody");
const everywhere = document.getElementById("everywhere");

const moment = (at) => el("time", { datetime: at }, readableMoment(at));

async function end(session, control) {
  const done = await during(control, error, async () => {
    await api(`sessions/${session.id}`, { method: "DELETE" });
    await load();
    return true;
  });
  if (!done) return;
  announce(text("ended"));
  document.getElementById("title").focus(); // the button is gone
}

function row(session) {
  const label = text("end_titled", { began: readableMoment(session.began_at), client: session.client });
  const last = session.current
    ? el("span", { class: "state current" }, text("this_one"))
    : button({ "aria-label": label }, (control) => end(session, control), text("end"));
  return [personOf(session.who), moment(session.began_at), moment(session.seen_at), moment(session.ends_at), session.client, last];
}

const load = latest(() => api(everybody.checked ? "sessions?everybody=true" : "sessions"), (found) => {
  const head = ["who", "began", "seen", "ends", "client", "end"].map((key) => text(key));
  document.getElementById("sessions").replaceChildren(table(text("title"), head, found.map(row)));
});

everybody.addEventListener("change", () => trying(error, load));
everywhere.addEventListener("click", async () => {
  if (!(await ask(text("everywhere"), text("everywhere_told"), text("everywhere")))) return;
  const done = await during(everywhere, error, async () => {
    await api("sessions", { method: "DELETE" });
    return true;
  });
  if (done) location.reload();
});
start(load);
