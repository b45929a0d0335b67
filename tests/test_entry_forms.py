"""Curated files in the forms that people write them in: an edit of one entry leaves all others as they are.

Why no library does it: docs/decisions/0006-entries-are-edited-in-the-text.md, whose cases stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from rag.curated.yaml_entries import NotEditable, with_entry, without_entry
from tests.support.curated import RULES, TOOLS

CORPUS = Path(__file__).parent.parent / "corpus"
# Forms of which the round trip of ruamel.yaml 0.19.1 changes lines that nobody has touched.
REFORMATTED = {
    "lists at other indents": """tools:
  - name: A
    data:
    - a
  - name: B
    data:
      - b
""",
    "mappings at other indents": """tools:
  - name: A
    says:
        fi: Kyllä.
  - name: B
    says:
      fi: Ei.
""",
    "list over lines": """tools:
  - name: A
    data: [a,
           b]
  - name: B
    data: [b,
           c]
""",
    "spaces within brackets": """tools:
  - name: A
    data: [ a, b ]
  - name: B
    data: [ b ]
""",
    "entries within spaced braces": """tools:
  - { name: A, data: [a] }
  - { name: B, data: [b] }
""",
    "comma after the last": """tools:
  - name: A
    data: [a, b,]
  - name: B
    data: [b,]
""",
    "comments within a list": """tools:
  - name: A
    data: [a,   # after the assessment
           b]
  - name: B
    data: [b,   # after the assessment
           c]
""",
    "values in a column": """tools:
  - name:     A
    decision: 1/2026
  - name:     B
    decision: 2/2026
""",
    "space before the colon": """tools:
  - name : A
    data : [a]
  - name : B
    data : [b]
""",
    "plain text over lines": """tools:
  - name: A
    decision: Päätös
      1/2026
  - name: B
    decision: Päätös
      2/2026
""",
    "quoted text over lines": """tools:
  - name: A
    decision: "Päätös
      1/2026"
  - name: B
    decision: 'Päätös
      2/2026'
""",
    "value below its key": """tools:
  - name: A
    decision:
      Päätös 1/2026
  - name: B
    decision:
      Päätös 2/2026
""",
    "block text further in": """tools:
  - name: A
    decision: |
          Päätös
          1/2026
  - name: B
    decision: |
          Päätös
""",
    "characters by their numbers": r"""tools:
  - name: "A\u00e4"
    data: [a]
  - name: "B\u00e4"
    data: [b]
""",
    "numbers as they were typed": """tools:
  - name: A
    paid: 010
  - name: B
    paid: 1_000.50
    asked:
""",
    "spaces at the end of lines": "tools:\n  - name: A  \n    data: [a]\n   \n  - name: B  \n    data: [b]\n",
    "byte order mark": "\ufefftools:\n  - name: A\n    data: [a]\n  - name: B\n    data: [b]\n",
    "anchors that nothing points to": """tools:
  - &first
    name: A
    data: [a]
  - &second
    name: B
    data: [b]
""",
    "keys with question marks": """tools:
  - ? name
    : A
    data: [a]
  - ? name
    : B
    data: [b]
""",
}
KEPT_BY_BOTH = {
    "four spaces": """tools:
    -   name: A
        data: [a]
    -   name: B
        data: [b]
""",
    "no indent": """tools:
- name: A
  data:
  - a
- name: B
  data:
  - b
""",
    "comments at any column": """tools: # all
  # one
  - name: A   # the old one
      # deep
    data: # which
      - a

# outer

  - name: B   # the new one
 # odd
    data: # which
      - b
  # end
""",
    "block texts": """tools:
  - name: A
    decision: |
      Päätös
      1/2026
  - name: B
    decision: >-
      Päätös

      2/2026
""",
    "marks of a document": """%YAML 1.1
---
tools:
  - name: A
    data: [a]
  - name: B
    data: [b]
...
""",
    "quoted keys": """"tools":
  - "name": A
    'data': [a]
  - "name": B
    'data': [b]
""",
    "tags": """tools:
  - name: !!str 12
    data: [a]
  - name: !!str 13
    data: [b]
""",
}
FORMS = REFORMATTED | KEPT_BY_BOTH
EDITABLE = [
    *(pytest.param(text, id=name) for name, text in FORMS.items()),
    *(pytest.param(text.replace("\n", "\r\n"), id=f"{name}, lines end as in Windows") for name, text in FORMS.items()),
]


def tools_of(text: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = yaml.safe_load(text)["tools"]
    return found


def changes(before: str, after: str) -> tuple[str, str]:
    """What stands between the beginning and the end that two texts have in common, whole lines of each."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    return "".join(old[head : len(old) - tail]), "".join(new[head : len(new) - tail])


@pytest.mark.parametrize("text", EDITABLE)
@pytest.mark.parametrize("number", [0, 1])
def test_another_name_changes_one_line(text: str, number: int) -> None:
    entry = tools_of(text)[number] | {"name": "Uusi: nimi"}
    new = with_entry(text, "tools", number, entry)
    removed, added = changes(text, new)
    assert (len(removed.splitlines()), "Uusi: nimi" in added) == (1, True)
    assert ("\n" in new.replace("\r\n", "")) == ("\r\n" not in text)
    assert tools_of(new)[number] == entry


@pytest.mark.parametrize("text", EDITABLE)
def test_one_more_entry_leaves_every_line(text: str) -> None:
    removed, added = changes(text, with_entry(text, "tools", None, {"name": "Uusi"}))
    assert removed == ""
    assert added.strip() == "- name: Uusi"


@pytest.mark.parametrize("text", EDITABLE)
@pytest.mark.parametrize("number", [0, 1])
def test_one_entry_less_leaves_all_other_lines(text: str, number: int) -> None:
    new = without_entry(text, "tools", number)
    removed, added = changes(text, new)
    assert added == ""
    assert len([line for line in removed.splitlines() if line.strip()]) == lines_of(text, number)
    assert tools_of(new) == [tools_of(text)[1 - number]]


def lines_of(text: str, number: int) -> int:
    """How many lines an entry has, without blank ones and the notes below it."""
    lines = [line for line in text.splitlines() if line.strip() not in ("", "...")]
    dash = next(line.index("-") for line in lines if line.lstrip().startswith("- ") or line.strip() == "-")
    dashes = [at for at, line in enumerate(lines) if line[: dash + 1].strip() == "-"]
    own = lines[dashes[number] : [*dashes, len(lines)][number + 1]]
    while own[-1].lstrip().startswith("#"):
        own.pop()
    return len(own)


def test_the_note_of_the_next_entry_stays_when_one_goes() -> None:
    """ruamel keeps what stands after an entry with that entry, so the note goes with its neighbour."""
    assert "  # Said after it.\n" in without_entry(RULES, "rules", 0)
    assert "  # two\n" in without_entry("tools:\n  # one\n  - name: A\n\n  # two\n\n  - name: B\n", "tools", 1)


def test_the_note_behind_a_value_stays_when_the_value_changes() -> None:
    tool = tools_of(TOOLS)[0]
    assert "Apuri 3   # the old one\n" in with_entry(TOOLS, "tools", 0, tool | {"name": "Apuri 3"})
    new = with_entry(TOOLS, "tools", 0, tool | {"data": ["personal_data", "confidential"]})
    assert "    data: [personal_data, confidential]   # after the assessment\n" in new


@pytest.mark.parametrize("name", ["yes", "On", "~", "12:30", "1e3", "0o7", "2026-01-01", "a: b", "#1", "- a", " a "])
def test_a_text_that_looks_like_something_else_stays_a_text(name: str) -> None:
    assert tools_of(with_entry("tools:\n  - name: A\n", "tools", 0, {"name": name})) == [{"name": name}]


@pytest.mark.parametrize("file", sorted(each.name for each in CORPUS.glob("*.yaml")))
def test_every_curated_file_of_the_corpus_keeps_its_lines(file: str) -> None:
    text = (CORPUS / file).read_text(encoding="utf-8")
    content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe loader
    lists = [key for key, value in content.items() if isinstance(value, list) and value]
    if not lists:  # tools.yaml as it is delivered, organisation.yaml
        removed, added = changes(text, with_entry(text, "tools", None, {"name": "Uusi"}))
        assert (removed, added.split("\n")[-2]) == (
            "tools: []\n" if content.get("tools") == [] else "",
            "  - name: Uusi",
        )
        return
    for key in lists:
        middle = len(content[key]) // 2
        entry = content[key][middle]
        assert isinstance(entry, Mapping)
        first = next(name for name, value in entry.items() if isinstance(value, str))
        removed, added = changes(text, with_entry(text, key, middle, {**entry, first: "uusi"}))
        assert (len(removed.splitlines()), len(added.splitlines())) == (1, 1)
        assert "uusi" in added


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("tools:\n- &a {name: A, data: &d [x]}\n- {name: B, data: *d}\n", 0, id="an alias points into it"),
        pytest.param("tools:\n- &a {name: A}\n- <<: *a\n  data: [x]\n", 0, id="another entry is made of it"),
        pytest.param("- name: A\n- name: B\n", 0, id="a list without a key"),
        pytest.param("{tools: }\n", None, id="the whole file in braces"),
        pytest.param("tools:\n  - # one\n    name: A\n", None, id="a note behind the dash"),
        pytest.param("tools:\n  -\n    name: A\n", None, id="nothing behind the dash"),
        pytest.param("tools: [a, b]\n", 0, id="no entries"),
        pytest.param("--- just a text\n", None, id="no mapping"),
    ],
)
def test_a_form_that_cannot_be_kept_is_edited_as_a_whole(text: str, number: int | None) -> None:
    with pytest.raises(NotEditable):
        with_entry(text, "tools", number, {"name": "C"})
