"""Checks training documents and their questions: `python eval/training/check.py [FILE.md …]`; exit 1 for problems.

A document is `documents/<id>.md`, its questions are `documents/<id>.jsonl` beside it: README.md tells the keys.
Needs nothing but Python.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

DOCUMENTS = Path(__file__).parent / "documents"
LANGUAGES = ("fi", "sv", "en")
KINDS = ("plain", "may_i", "number", "who", "when", "list", "table", "near_miss", "far")
VERDICTS = ("allowed", "not_allowed", "only_if_approved")
KEYS = {"question", "language", "kind", "answerable", "evidence", "verdict", "condition", "column", "why"}
MIN_WORDS, MAX_WORDS = 280, 1000
MIN_QUESTIONS = 40
MIN_UNANSWERABLE, MIN_OTHER_LANGUAGE = 0.38, 0.18
# Series that are asked as people ask who have the matter before them: fewer of them ask what is not there, and some
# of the documents are half a page.
AS_PEOPLE_ASK = re.compile(r"t-\w\w-[knpqrvwxyz]")
MIN_UNANSWERABLE_ASKED = 0.3
SHORT = 120, 16  # words and questions at the least
NOTICE = re.compile(r"t-\w\w-r")  # what an office hangs on the wall: a sentence or two, or ten
MIN_NOTICE = 10, 5


def word_characters(text: str) -> str:
    return "".join(re.findall(r"\w", text.lower()))


def problems_of(path: Path) -> list[str]:
    """What is wrong with one document and its questions, a line each."""
    text = path.read_text(encoding="utf-8")
    front = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    language = re.search(r"^language: (\w+)$", front[1] if front else "", re.MULTILINE)
    if front is None or language is None or language[1] not in LANGUAGES:
        return [f"{path.name}: the front matter needs 'title', 'publisher' and 'language: fi|sv|en'"]
    if unquoted := re.search(r"^(\w+): [^\"'\n][^\n]*: ", front[1], re.MULTILINE):
        return [f"{path.name}: the {unquoted[1]} has a colon, put it in quotation marks"]
    found: list[str] = []
    body = text[front.end() :]
    words, as_people_ask = len(re.findall(r"\w+", body)), AS_PEOPLE_ASK.match(path.stem) is not None
    short = MIN_NOTICE if NOTICE.match(path.stem) else SHORT
    min_words, min_questions = short if as_people_ask and words < MIN_WORDS else (MIN_WORDS, MIN_QUESTIONS)
    if not min_words <= words <= MAX_WORDS:
        found.append(f"{path.name}: {words} words; {min_words} to {MAX_WORDS} are wanted")
    compared = word_characters(body)
    questions = path.with_suffix(".jsonl")
    if not questions.exists():
        return [*found, f"{questions.name}: missing"]
    rows = []
    for number, line in enumerate(questions.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            found.append(f"{questions.name}:{number}: not JSON ({error})")
            continue
        rows.append(row)
        found += [f"{questions.name}:{number}: {each}" for each in _problems_of_row(row, body, compared)]
    if len(rows) < min_questions:
        found.append(f"{questions.name}: {len(rows)} questions; at least {min_questions} are wanted")
    repeated = [
        each for each, times in Counter(str(row.get("question")).casefold() for row in rows).items() if times > 1
    ]
    found += [f"{questions.name}: '{each}' stands twice" for each in repeated]
    if rows:
        unanswerable = sum(row.get("answerable") is False for row in rows) / len(rows)
        other = sum(row.get("language") != language[1] for row in rows) / len(rows)
        wanted = MIN_UNANSWERABLE_ASKED if as_people_ask else MIN_UNANSWERABLE
        if unanswerable < wanted:
            found.append(f"{questions.name}: {unanswerable:.0%} unanswerable; {wanted:.0%} are wanted")
        if other < MIN_OTHER_LANGUAGE:
            found.append(f"{questions.name}: {other:.0%} in another language; {MIN_OTHER_LANGUAGE:.0%} are wanted")
    return found


def _problems_of_row(row: dict[str, object], body: str, compared: str) -> list[str]:
    found = [f"key '{key}' is unknown" for key in row.keys() - KEYS]
    if not str(row.get("question") or "").strip():
        found.append("key 'question' is missing")
    if row.get("language") not in LANGUAGES:
        found.append(f"key 'language' has value {row.get('language')!r}; use {', '.join(LANGUAGES)}")
    if row.get("kind") not in KINDS:
        found.append(f"key 'kind' has value {row.get('kind')!r}; use {', '.join(KINDS)}")
    if row.get("verdict") is not None and row["verdict"] not in VERDICTS:
        found.append(f"key 'verdict' has value {row['verdict']!r}; use {', '.join(VERDICTS)}")
    evidence = row.get("evidence") or []
    if not isinstance(evidence, list) or not all(isinstance(each, str) for each in evidence):
        return [*found, "key 'evidence' is no list of texts"]
    if row.get("answerable") not in (True, False):
        found.append("key 'answerable' must be true or false")
    elif row["answerable"] and not evidence:
        found.append("answerable without evidence")
    elif not row["answerable"] and (evidence or row.get("verdict") or row.get("condition")):
        found.append("unanswerable, but with evidence, verdict or condition")
    if row.get("answerable") is True and row.get("kind") in ("near_miss", "far"):
        found.append(f"kind '{row['kind']}' is unanswerable")
    if row.get("answerable") is True and row.get("kind") == "may_i" and row.get("verdict") is None:
        found.append("an answerable may_i question needs a verdict")
    for each in [*evidence, *filter(None, [row.get("condition")])]:
        if len(word_characters(str(each))) < 4 or word_characters(str(each)) not in compared:
            found.append(f"not verbatim in the document: {each!r}")
    if row.get("column") and str(row["column"]) not in body:
        found.append(f"no column is called {row['column']!r}")
    return found


def main(arguments: list[str]) -> int:
    paths = [Path(each) for each in arguments] or sorted(DOCUMENTS.glob("*.md"))
    found = [problem for path in paths for problem in problems_of(path)]
    print("\n".join(found) if found else f"{len(paths)} documents without a problem")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
