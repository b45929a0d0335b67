"""What an edit of a text changes, told by entries, notes and their order, never as lines of YAML."""

from __future__ import annotations

import pytest

from api.edits import Edited
from rag.curated.changes import CuratedFile

ONE = "- name: Apuri\n  data: [public_data]\n  decision: Päätös 1\n"
TWO = '- name: "Kääntäjä #2"\n  data: [public_data]  # vain julkinen\n  decision: Päätös 2\n'
FILE = f"# Kunnan palvelut\ntools:\n{ONE}{TWO}"


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (f"# Kunnan palvelut\n# Tarkistettu syksyllä\ntools:\n{ONE}{TWO}", [("note_added", "Tarkistettu syksyllä")]),
        (f"tools:\n{ONE}{TWO}", [("note_removed", "Kunnan palvelut")]),
        (
            FILE.replace("# vain julkinen", "# ei muuta"),
            [("note_removed", "vain julkinen"), ("note_added", "ei muuta")],
        ),
        (f"# Kunnan palvelut\ntools:\n{TWO}{ONE}", [("order", "Kääntäjä #2, Apuri")]),
        (FILE.replace("[public_data]\n", "\n    - public_data\n"), [("form", "")]),
        (FILE.replace("Päätös 1", "Päätös 3"), []),  # the entry tells it all
        (FILE.replace("Päätös 1", "Päätös 3") + "# Loppu\n", [("note_added", "Loppu")]),
        (FILE, []),
    ],
)
def test_what_is_other_besides_the_entries(after: str, told: list[tuple[str, str]]) -> None:
    edited = Edited("tools.yaml", FILE, after)
    assert [(each.kind, each.text) for each in edited.remarks()] == told
    assert edited.lines() == []


@pytest.mark.parametrize(
    ("name", "lines"), [("concepts.yaml", True), ("rules.yaml", False), ("organisation.yaml", False)]
)
def test_only_a_file_without_entries_is_shown_by_lines(name: CuratedFile, lines: bool) -> None:
    edited = Edited(name, "# Ennen\n", "# Jälkeen\n")
    assert (bool(edited.lines()), bool(edited.remarks())) == (lines, not lines)
