"""The words by which guidance permits and forbids; each language has its own in rag/permission_<language>.py."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PermissionWords:
    """Patterns, none of which needs more than one pass over a sentence.

    permits, forbids: the modal; not_modal: what looks like one and is none; needs_leave, needs_no_leave: "tarvitaan
    lupa", "lupaa ei tarvita"; conditions: whole clauses on which it depends; excepts: how those begin that turn the
    rest round ("ellei"), without: "ilman"; only: "vain auton sisällä", which permits here and forbids elsewhere;
    restricts: how those begin that nothing but they allow ("vasta, kun …"); leave: somebody's approval; agreed: the
    consent of those whom it is about; consent: what may be either, and is an approval where somebody with authority
    gives it; asides: clauses that decide nothing; parts: what parts a sentence into clauses that decide on their own;
    yes, no: how a cell of a table begins that says nothing else.
    """

    permits: re.Pattern[str]
    forbids: re.Pattern[str]
    not_modal: re.Pattern[str]
    needs_leave: re.Pattern[str]
    needs_no_leave: re.Pattern[str]
    conditions: re.Pattern[str]
    excepts: re.Pattern[str]
    without: re.Pattern[str]
    only: re.Pattern[str]
    restricts: re.Pattern[str]
    leave: re.Pattern[str]
    agreed: re.Pattern[str]
    consent: re.Pattern[str]
    authority: re.Pattern[str]
    asides: re.Pattern[str]
    parts: re.Pattern[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]


def words(*alternatives: str) -> re.Pattern[str]:
    """Any of these, as whole words, in either case; a space stands for any."""
    joined = "|".join(alternatives).replace(" ", r"\s+")
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE)
