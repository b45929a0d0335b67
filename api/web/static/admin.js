// The frame of every administrators' page: signing in, asking the service, telling errors, asking for confirmation.

import { el, language, text } from "./elements.js";
import { Problem } from "./events.js";
import { keepPlace } from "./session.js";

const byId = (id) => document.getElementById(id);
const page = byId("page");
const signInSection = byId("sign-in");
const dialog = byId("ask");
const MAY = {
  edit: ["administrator", "editor"],
  publish: ["administrator"],
  audit: ["administrator", "auditor"],
  look_on: ["administrator", "editor", "auditor"],
};
let me = null;
let signingIn = null; // a promise while somebody is asked to sign in

/** Whether whoever has signed in may edit, publish, (read the) audit (log) or look on at all. The service refuses the rest anyway. */
export function may(what) {
  return MAY[what].some((role) => me?.roles.includes(role));
}

/** Tell a screen reader. */
export function announce(words) {
  byId("status").textContent = words;
}

/** Show what is wrong in an element with role="alert"; an empty problem hides it. */
export function tellProblem(element, problem) {
  element.textContent = problem?.detail ?? "";
  element.hidden = !problem;
}

/** Ask /api/admin/{path}. Returns the JSON, or the Response where raw is set, or null where there is no content.
 *
 * json: an object to send; form: a FormData. Throws Problem, also when there is no network (status 0). Whoever is not
 * signed in (any more) is asked to sign in, and then it is asked again.
 */
export async function api(path, { method = "GET", json, form, raw = false, signal } = {}) {
  for (;;) {
    const response = await sent(path, { method, json, form, signal });
    if (response.status === 401) {
      await signIn(me ? text("expired") : "");
      continue;
    }
    if (!response.ok) {
      const problem = await problemOf(response);
      // What somebody else has said is replaced by whoever has read it.
      if (!problem.replaces || !(await ask(text("replace_title"), problem.detail, text("replace")))) throw problem;
      path = `${path.split("?")[0]}?${new URLSearchParams({ replaces: problem.replaces })}`;
      continue;
    }
    if (raw) return response;
    return response.status === 204 ? null : response.json();
  }
}

/** The browser adds the session's cookie; token: what to begin a session with. */
async function sent(path, { method, json, form, token, signal }) {
  const headers = { Accept: "application/json", "Accept-Language": language, "X-Ohjenuora-Page": "admin" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (json !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(`/api/admin/${path}`, { method, headers, body: json === undefined ? form : JSON.stringify(json), signal });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new Problem({ status: 0, detail: text("no_connection") });
  }
}

async function problemOf(response) {
  try {
    return new Problem(await response.json());
  } catch {
    return new Problem({ status: response.status, detail: text("no_connection") }); // a proxy's page, or cut short
  }
}

// Signing in

function signIn(why) {
  signingIn ??= new Promise((resolve) => askForToken(why, resolve)).finally(() => {
    signingIn = null;
  });
  return signingIn;
}

function askForToken(why, resolve) {
  const before = document.activeElement;
  showFrame(false);
  const notice = byId("sign-in-why");
  notice.hidden = !why;
  notice.querySelector("span").textContent = why;
  const form = byId("token-form");
  if (form) {
    form.reset();
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (await tryToken(byId("token").value.trim())) {
        form.onsubmit = null;
        form.reset();
        showFrame(true);
        (page.contains(before) && before !== document.body ? before : byId("title")).focus();
        resolve();
      }
    };
  }
  (why ? byId("sign-in-title") : byId("token") ?? byId("provider"))?.focus();
}

/** Begin a session with the token if it is one; else tell so at the field. */
async function tryToken(value) {
  const field = byId("token");
  const error = byId("token-error");
  tellProblem(error, null);
  field.removeAttribute("aria-invalid");
  let wrong = value ? null : { detail: text("token_missing") };
  if (value && /[^\x21-\x7e]/.test(value)) wrong = { detail: text("token_wrong") }; // no header can hold it
  if (!wrong) {
    try {
      const begun = await sent("sessions", { method: "POST", token: value });
      const response = begun.ok ? await sent("me", { method: "GET" }) : begun;
      if (response.ok) me = await response.json();
      else if (begun.ok && response.status === 401) wrong = { detail: text("no_cookies") };
      else wrong = response.status === 401 ? { detail: text("token_wrong") } : await problemOf(response);
    } catch (failure) {
      wrong = failure;
    }
  }
  if (!wrong) return true;
  tellProblem(error, wrong);
  field.setAttribute("aria-invalid", "true");
  field.focus();
  return false;
}

function showFrame(signedIn) {
  page.hidden = byId("sections").hidden = byId("who").hidden = !signedIn;
  signInSection.hidden = signedIn;
  if (!signedIn) return;
  byId("who-name").textContent = me.name === "OHJENUORA_ADMIN_TOKEN" ? text("shared_token") : me.name;
  byId("who-role").textContent = text(`role.${me.role ?? "none"}`);
  for (const element of document.querySelectorAll("[data-may]")) element.hidden = !may(element.dataset.may);
}

/** Run a page's script once somebody has signed in; what it throws is told below the heading, with a way to try again. */
export async function start(load) {
  byId("provider")?.addEventListener("click", () => keepPlace());
  byId("sign-out").addEventListener("click", () => during(byId("sign-out"), byId("page-error"), signOut));
  const menu = byId("menu");
  menu.addEventListener("click", () => menu.setAttribute("aria-expanded", `${menu.getAttribute("aria-expanded") !== "true"}`));
  try {
    me ??= await api("me");
    showFrame(true);
    if (me.role === null) throw new Problem({ status: 403, detail: text("no_role") });
  } catch (failure) {
    page.hidden = false;
    failedToLoad(failure, () => location.reload());
    return;
  }
  await attempt(load);
}

/** Whoever is told that it failed is still signed in. */
async function signOut() {
  const response = await sent("sessions/current", { method: "DELETE" });
  if (!response.ok && response.status !== 401) throw await problemOf(response);
  location.reload();
}

async function attempt(load) {
  tellProblem(byId("page-error"), null);
  byId("loading").hidden = false;
  try {
    await load();
    byId("loading").hidden = true;
    byId("loaded").hidden = false;
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    failedToLoad(failure, () => attempt(load));
  }
}

function failedToLoad(problem, again) {
  const told = byId("page-error");
  byId("loading").hidden = true;
  const button = el("button", { type: "button" }, text("try_again"));
  button.addEventListener("click", again);
  told.hidden = false;
  told.replaceChildren(problem.detail, " ", button);
}

// Asking for confirmation

let settle = () => {};

/** Whether it is to be done. The focus comes back to where it was. */
export function ask(title, words, yes) {
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = words;
  byId("ask-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  byId("ask-title").focus();
  settle(false); // whoever asked before and has not heard of it yet
  return new Promise((resolve) => {
    settle = resolve;
  });
}

dialog.addEventListener("close", () => {
  if (!dialog.open) settle(dialog.returnValue === "yes"); // else the event is late: it is of the question before
});
byId("ask-yes").addEventListener("click", () => dialog.close("yes"));
byId("ask-no").addEventListener("click", () => dialog.close(""));

/** Do something that a button began: not twice at once, and with its error told in an element. Returns what it returns,
 * or undefined when it failed. */
export async function during(button, told, action) {
  if (button.getAttribute("aria-disabled") === "true") return undefined;
  button.setAttribute("aria-disabled", "true");
  try {
    return await trying(told, action);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** The same for what may begin again before it has ended: looking up what was chosen or written last. */
export async function trying(told, action) {
  tellProblem(told, null);
  try {
    return await action();
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    tellProblem(told, failure);
    return undefined;
  }
}

/** Ask and show what was found; what comes late, after somebody has asked for something else, is thrown away. */
export function latest(ask, show) {
  let asked = 0;
  return async (...given) => {
    const mine = ++asked;
    try {
      const found = await ask(...given);
      if (mine === asked) show(found, ...given);
    } catch (failure) {
      if (mine === asked) throw failure;
    }
  };
}
