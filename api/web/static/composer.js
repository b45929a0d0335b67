// The form that stays in reach at the foot of the page: what is typed into it, and what is wrong with that.

const form = document.getElementById("ask");
const error = document.getElementById("error");
export const field = document.getElementById("question");

const editing = document.getElementById("editing"); // says so, with a way out
let edited = null;
let draft = ""; // what stood in the field before

const fingers = window.matchMedia("(pointer: coarse)");
const wide = window.matchMedia("(min-width: 48rem)");

export function showError(words) {
  error.textContent = words;
  error.hidden = words === "";
  if (words) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** Put a question into the field, to be gone on with. */
export function write(words) {
  field.value = words;
  field.focus();
  field.setSelectionRange(words.length, words.length);
}

/** Put the question of a turn into the field. What is sent next takes the place of that turn; see editedTurn(). */
export function edit(turn, question) {
  if (edited === null) draft = field.value;
  edited = turn;
  editing.hidden = false;
  write(question);
}

/** The turn whose question is being edited, or null. */
export function editedTurn() {
  return edited;
}

export function endEditing() {
  edited = null;
  editing.hidden = true;
}

function cancelEditing() {
  endEditing();
  write(draft);
}

document.getElementById("not-editing").addEventListener("click", cancelEditing);

/** Ready to be typed into, where that opens no keyboard over the page and nobody has begun elsewhere. */
export function beginHere() {
  if (fingers.matches || !wide.matches || document.activeElement !== document.body) return;
  field.focus({ preventScroll: true });
}

// Where fingers type there is no Shift + Enter, so Enter keeps its meaning there.
const sendsWithEnter = !fingers.matches;

field.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && edited !== null && !event.isComposing) cancelEditing();
  if (!sendsWithEnter || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

document.getElementById("keys").hidden = !sendsWithEnter;
// What is written goes on after what stands there, unless somebody has begun already.
if (field.value === field.defaultValue) field.setSelectionRange(field.value.length, field.value.length);
// What has the focus is kept clear of the form: chat.css.
new ResizeObserver(() => document.documentElement.style.setProperty("--composer", `${form.offsetHeight}px`)).observe(form);
