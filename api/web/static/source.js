// Marks the place that the address's fragment names: #c4102-4290 are characters 4102 to 4290 of the canonical text.
// Each element with data-start holds the words that begin at that offset. Offsets count code points, as Python does.

function unmark() {
  for (const mark of document.querySelectorAll("#source mark")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
}

function mark(start, end) {
  let first = null;
  for (const element of document.querySelectorAll("#source [data-start]")) {
    const offset = Number(element.dataset.start);
    if (offset >= end) continue;
    const characters = Array.from(element.textContent);
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, characters.length);
    if (from >= to) continue;
    const marked = document.createElement("mark");
    marked.textContent = characters.slice(from, to).join("");
    element.replaceChildren(characters.slice(0, from).join(""), marked, characters.slice(to).join(""));
    first ??= marked;
  }
  return first;
}

function show() {
  const place = /^#c(\d+)-(\d+)$/.exec(location.hash);
  if (place === null) return;
  unmark();
  const first = mark(Number(place[1]), Number(place[2]));
  if (first === null) return;
  first.id = location.hash.slice(1);
  first.tabIndex = -1; // so that a screen reader goes on from here
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "center" });
}

window.addEventListener("hashchange", show);
show();
