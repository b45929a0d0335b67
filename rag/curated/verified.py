"""Questions that editors verified on the pages: by which place each is answered, or that none answers it.

They are example questions (rag.curated.examples) in a file of their own, which only the service writes: one entry a
question. What is verified anew takes the place of what was verified before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag.curated.yaml_files import parse_yaml
from rag.types import Language

_HEAD = "# Questions that editors verified on the pages. The service writes this file: see rag/curated/verified.py.\n"


class Verified(BaseModel):
    """A question with the place that answers it, or without one and with the documents that do not.

    reason: why it is refused; None where it is answered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    language: Language
    document: str | None = None
    quote: str | None = Field(None, min_length=1)
    reason: Literal["not_in_guidance", "out_of_scope"] | None = None
    documents: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Verified:
        if (self.document is None) != (self.quote is None) or (self.quote is None) == (self.reason is None):
            raise ValueError("give either 'document' and 'quote', or 'reason'")
        return self

    def as_entry(self) -> dict[str, Any]:
        """As the file has it."""
        asked = {self.language: [self.question]}
        if self.quote is not None:
            return {"document": self.document, "quote": self.quote} | asked
        return {"reason": self.reason, "documents": list(self.documents)} | asked


class _Entry(BaseModel):
    model_config = ConfigDict(extra="allow")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answered: tuple[_Entry, ...] = ()
    unanswered: tuple[_Entry, ...] = ()


def with_verified(text: str, questions: Sequence[Verified], name: str) -> str:
    """The file's text with these questions, each in the place of what it said of them before. Raises BadCorpusFile."""
    file = parse_yaml(text, _File, name)
    now = {each.language: {q.question for q in questions if q.language == each.language} for each in questions}

    def left(entries: Sequence[_Entry]) -> list[dict[str, Any]]:
        kept = [each.model_dump() for each in entries]
        return [
            each for each in kept if not any(set(each.get(language, ())) & texts for language, texts in now.items())
        ]

    answered, unanswered = left(file.answered), left(file.unanswered)
    last = {(each.language, each.question): each for each in questions}
    for each in last.values():
        (answered if each.quote is not None else unanswered).append(each.as_entry())
    made = {"answered": answered, "unanswered": unanswered}
    return _HEAD + yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=10**6)
