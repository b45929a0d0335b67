"""The verdict that a passage gives to a may-I question: shown where two witnesses see the same.

One is the trained reader, which has read question and passage together; the other is what the sentence's own words
decide (rag/permissions.py). Either alone is wrong too often for the worst fault there is.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.chunking import cells_of
from rag.decisions import asks_whether_allowed
from rag.evidence import Evidence
from rag.permissions import Permission, permission_in, permission_in_cell
from rag.question import Question
from rag.reader import VERDICTS
from rag.types import Document, Verdict

# The reader's verdict and cell count from even odds on. Neither is tuned: on five unseen documents nine verdicts were
# shown by both witnesses, of which eight were right.
SURE = 0.5
CELL_SURE = 0.5


@dataclass(frozen=True, slots=True)
class GuidanceVerdict:
    """conditions: the clauses that it depends on, in the document's words."""

    verdict: Verdict
    conditions: tuple[str, ...]


def verdict_of(evidence: Evidence, question: Question, document: Document) -> GuidanceVerdict | None:
    """What the evidence says of what is asked; None where a witness sees nothing, or something else."""
    if not asks_whether_allowed(question):
        return None
    seen = max(range(len(VERDICTS)), key=lambda number: evidence.read.verdicts[number])
    if evidence.read.verdicts[seen] < SURE:
        return None
    said = _of_row(evidence, document) if evidence.chunk.kind == "row" else _of_units(evidence, document)
    return said if said is not None and said.verdict == VERDICTS[seen] else None


def _of_units(evidence: Evidence, document: Document) -> GuidanceVerdict | None:
    chunk, language = evidence.chunk, document.metadata.language
    lead_in = _lead_in(evidence, document)
    units = [number for number in evidence.units if not (chunk.lead_in and number == 0)]
    texts = [chunk.units[number].of(document.text) for number in units]
    decided = [each for each in (_told(text, permission_in(text, language, lead_in)) for text in texts) if each]
    return decided[0] if len({each.verdict for each in decided}) == 1 else None


def _lead_in(evidence: Evidence, document: Document) -> str:
    if evidence.chunk.lead_in:
        return evidence.chunk.units[0].of(document.text)
    last = evidence.chunk.context.split("\n")[-1]
    return last if last.endswith(":") else ""


def _of_row(evidence: Evidence, document: Document) -> GuidanceVerdict | None:
    """Of the cell that the reader points at, or of the only one that decides anything."""
    cells, _ = cells_of(evidence.chunk, document)
    said = [_told(cell, permission_in_cell(cell, document.metadata.language)) for cell in cells]
    units = evidence.read.units
    if len(units) == len(cells):
        pointed = max(range(len(cells)), key=lambda number: units[number])
        if units[pointed] >= CELL_SURE and said[pointed] is not None:
            return said[pointed]
    deciding = [each for each in said[1:] if each is not None]
    return deciding[0] if len(deciding) == 1 else None


def _told(text: str, permission: Permission) -> GuidanceVerdict | None:
    if permission.verdict is None:
        return None
    return GuidanceVerdict(permission.verdict, tuple(span.of(text).strip(" .,") for span in permission.conditions))
