"""Two edits of one curated file: what each changes, and what becomes of both."""

from __future__ import annotations

from datetime import date

import pytest

from rag.curated.changes import CuratedFile
from rag.curated.merging import (
    WHOLE,
    Choices,
    Conflict,
    NotTakenApart,
    Side,
    changes_between,
    merged,
    told_by_entries,
)
from tests.support.curated import ORGANISATION, RULES, TOOLS

RENEWED = TOOLS.replace("valid_until: 2026-12-31", "valid_until: 2027-12-31")
OTHER_DECISION = TOOLS.replace("decision: Päätös 1/2026", "decision: Päätös 9/2026")
NEW = """  - name: Luonnostelija
    data: [personal_data]
    decision: Päätös 3/2026
"""


def added(text: str, entry: str = NEW) -> str:
    return text.replace("# The end.", f"\n{entry}# The end.")


def without_second(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if "Kääntäjä" not in line).replace("\n\n#", "\n#")


def test_what_an_edit_changes_is_told_field_by_field() -> None:
    [renewed] = changes_between("tools.yaml", TOOLS, RENEWED)
    assert (renewed.name, renewed.kind) == ("Apuri", "changed")
    [field] = renewed.fields
    assert (field.field, field.before, field.after) == ("valid_until", date(2026, 12, 31), date(2027, 12, 31))
    [new] = changes_between("tools.yaml", TOOLS, added(TOOLS))
    assert (new.name, new.kind, [each.field for each in new.fields]) == (
        "Luonnostelija",
        "added",
        ["name", "data", "decision"],
    )
    [gone] = changes_between("tools.yaml", TOOLS, without_second(TOOLS))
    assert (gone.name, gone.kind) == ("Kääntäjä", "removed")
    [own] = changes_between("organisation.yaml", ORGANISATION, ORGANISATION + "national_publisher: OM\n")
    assert (own.name, [each.field for each in own.fields]) == ("", ["national_publisher"])
    assert changes_between("concepts.yaml", "concepts: []\n", "concepts:\n- id: a\n") == ()


@pytest.mark.parametrize(
    ("name", "base", "theirs", "mine", "both"),
    [
        ("tools.yaml", TOOLS, RENEWED, OTHER_DECISION, RENEWED.replace("Päätös 1/2026", "Päätös 9/2026")),
        ("tools.yaml", TOOLS, OTHER_DECISION, RENEWED, RENEWED.replace("Päätös 1/2026", "Päätös 9/2026")),
        ("tools.yaml", TOOLS, RENEWED, added(TOOLS), added(RENEWED)),
        ("tools.yaml", TOOLS, without_second(TOOLS), RENEWED, without_second(RENEWED)),
        ("tools.yaml", TOOLS, RENEWED, without_second(TOOLS), without_second(RENEWED)),
        ("tools.yaml", TOOLS, RENEWED, RENEWED, RENEWED),
        ("tools.yaml", TOOLS, TOOLS + "# A note.\n", RENEWED, RENEWED + "# A note.\n"),
        ("organisation.yaml", "", "name: X\n", "national_publisher: OM\n", "name: X\nnational_publisher: OM\n"),
    ],
)
def test_edits_of_different_fields_both_hold(name: CuratedFile, base: str, theirs: str, mine: str, both: str) -> None:
    assert merged(name, base, theirs, mine) == (both, ())


THEIRS = TOOLS.replace("valid_until: 2026-12-31", "valid_until: 2026-06-30")
APURI_GONE = TOOLS[: TOOLS.index("  # Asked")] + TOOLS[TOOLS.index("  - {name: Kääntäjä") :]


@pytest.mark.parametrize(
    ("theirs", "mine", "entry", "field"),
    [
        (THEIRS, RENEWED, "Apuri", "valid_until"),
        (added(TOOLS, NEW.replace("3/2026", "4/2026")), added(TOOLS), "Luonnostelija", "decision"),
        (without_second(TOOLS), TOOLS.replace("Päätös 2/2026", "Päätös 5/2026"), "Kääntäjä", WHOLE),
        (TOOLS.replace("Päätös 2/2026", "Päätös 5/2026"), without_second(TOOLS), "Kääntäjä", WHOLE),
    ],
)
def test_of_the_same_field_somebody_chooses(theirs: str, mine: str, entry: str, field: str) -> None:
    text, [conflict] = merged("tools.yaml", TOOLS, theirs, mine)
    assert (conflict.entry, conflict.field, text) == (entry, field, theirs)
    for side, wanted in (("theirs", theirs), ("mine", mine)):
        text, left = merged("tools.yaml", TOOLS, theirs, mine, choice(conflict, side))
        assert left == ()
        assert changes_between("tools.yaml", wanted, text) == ()


def choice(conflict: Conflict, side: Side | str) -> Choices:
    return {(conflict.entry, conflict.field): "mine" if side == "mine" else "theirs"}


def test_what_is_more_than_its_entries_is_not_taken_apart() -> None:
    noted = RULES.replace("# Rules.", "# Our rules.")
    assert merged("rules.yaml", RULES, RULES, noted) == (noted, ())
    assert not told_by_entries("rules.yaml", RULES, noted)
    with pytest.raises(NotTakenApart, match=r"rules\.yaml"):
        merged("rules.yaml", RULES, RULES.replace("Ei ilman", "Ei koskaan ilman"), noted)
    # An entry and a note at once: the note would be lost.
    with pytest.raises(NotTakenApart):
        merged("tools.yaml", TOOLS, OTHER_DECISION, RENEWED.replace("# The end.", "# Over."))
