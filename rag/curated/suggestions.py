"""The curated questions that an answer suggests next, and a greeting to begin with: suggestions.yaml.

Each is bound to the words of a document that answer it; where they no longer stand, it is not suggested.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from rag.curated.yaml_files import Wording, load_yaml
from rag.sources.quotes import locate
from rag.types import LANGUAGES, Document, Language, Span

FILE = "suggestions.yaml"
MOST = 3  # questions that stand below an answer; chosen by judgement


class _Entry(Wording):
    document: str
    quote: str = Field(min_length=1)
    start: bool = False


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    suggestions: tuple[_Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question with the place that answers it. start: fit for somebody who has asked nothing yet."""

    document_id: str
    span: Span
    question: Wording
    start: bool = False


def load_suggestions(corpus_dir: Path, documents: Mapping[str, Document]) -> tuple[Suggestion, ...]:
    """Those whose words stand in their documents, in the order of the file; none without one. Raises BadCorpusFile."""
    path = corpus_dir / FILE
    entries = load_yaml(path, _File).suggestions if path.exists() else ()
    found = []
    for entry in entries:
        document = documents.get(entry.document)
        span = locate(entry.quote, document) if document else None
        if span is not None:
            question = Wording(**{language: entry.of(language) for language in LANGUAGES})
            found.append(Suggestion(entry.document, span, question, entry.start))
    return tuple(found)


def to_begin_with(suggestions: Iterable[Suggestion], in_force: Collection[str], language: Language) -> tuple[str, ...]:
    """What somebody may ask who has asked nothing yet. in_force: ids of documents."""
    fit = [each for each in suggestions if each.start and each.document_id in in_force]
    return tuple(each.question.of(language) for each in fit[:MOST])


def after(
    cited: Sequence[tuple[str, Span]], suggestions: Iterable[Suggestion], language: Language, asked: str
) -> tuple[str, ...]:
    """What one may ask next: questions that other places near the cited ones answer, the nearest first.

    cited: the places that the answer rests on, the first one leading; asked: the question, which is not suggested.
    """
    if not cited:
        return ()
    document_id, place = cited[0]
    near = [
        each
        for each in suggestions
        if each.document_id == document_id
        and not any(name == each.document_id and span.touches(each.span) for name, span in cited)
        and each.question.of(language).casefold() != asked.casefold()
    ]
    near.sort(key=lambda each: abs(each.span.start - place.start))
    return tuple(each.question.of(language) for each in near[:MOST])
