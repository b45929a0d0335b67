"""From a decision to the Answer that the user reads: verbatim statements with citations, or a refusal that helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote as url_quote

from rag.evidence import Decision, Evidence
from rag.question import Question
from rag.types import Answer, Citation, Document, Language, Notice, Reason, Statement
from rag.wording import say

_MONTHS = """
    January February March April May June July August September October November December
    """.split()


@dataclass(frozen=True, slots=True)
class Frame:
    """What an answer carries besides what it says."""

    answer_id: str
    conversation_id: str
    index_version: str
    today: date
    timings_ms: dict[str, float]


def compose(decision: Decision, question: Question, documents: Mapping[str, Document], frame: Frame) -> Answer:
    """The answer in the question's language; the sources are quoted in theirs."""
    return (_answer if decision.answers else _refusal)(decision, question, documents, frame)


def _answer(decision: Decision, question: Question, documents: Mapping[str, Document], frame: Frame) -> Answer:
    citations = _cite(decision.evidence, documents, frame.today)
    statements = tuple(
        _statement(evidence, citation, question.language)
        for evidence, citation in zip(decision.evidence, citations, strict=True)
    )
    said = "\n\n".join(f"{_as_read(statement)} [{statement.citations[0]}]" for statement in statements)
    sources = "\n".join(
        # Below a translation stands what it translates.
        source_line(citation, question.language) + (f": ”{citation.quote}”" if s.kind == "translation" else "")
        for s, citation in zip(statements, citations, strict=True)
    )
    notices = _notices(statements, citations, documents, question.language)
    return _frame(
        decision,
        question,
        frame,
        message="\n\n".join([said, *(notice.text for notice in notices), sources]),
        statements=statements,
        citations=citations,
        notices=notices,
    )


def _statement(evidence: Evidence, citation: Citation, language: Language) -> Statement:
    """The source's own words, or their translation where the question's language has one."""
    variant = next((v for v in evidence.chunk.variants if v.language == language), None)
    if variant is None:
        return Statement(citation.quote, "quote", (citation.number,))
    text = variant.text if evidence.unit is None else variant.units[evidence.unit]
    return Statement(text, "translation", (citation.number,))


def _as_read(statement: Statement) -> str:
    return f"”{statement.text}”" if statement.kind == "quote" else statement.text


def _refusal(decision: Decision, question: Question, documents: Mapping[str, Document], frame: Frame) -> Answer:
    language = question.language
    if not decision.in_scope:
        message = say(language, "refusal.out_of_scope")
        return _frame(decision, question, frame, message=message, reason="out_of_scope")
    see_also = _cite(decision.nearest, documents, frame.today)
    if decision.gap is not None:
        heading = decision.gap.span.of(documents[decision.gap.chunk.document_id].text)
        message = say(language, "refusal.heading_only", heading=heading)
    else:
        message = say(language, "refusal.not_in_guidance")
    if see_also:
        message = f"{message} {say(language, 'refusal.see_also')}"
    return _frame(decision, question, frame, message=message, reason="not_in_guidance", see_also=see_also)


def _frame(
    decision: Decision,
    question: Question,
    frame: Frame,
    message: str,
    reason: Reason | None = None,
    statements: tuple[Statement, ...] = (),
    citations: tuple[Citation, ...] = (),
    see_also: tuple[Citation, ...] = (),
    notices: tuple[Notice, ...] = (),
) -> Answer:
    return Answer(
        id=frame.answer_id,
        conversation_id=frame.conversation_id,
        language=question.language,
        status="refused" if reason else "answered",
        reason=reason,
        verdict=None,
        message=message,
        statements=statements,
        citations=citations,
        see_also=see_also,
        notices=notices,
        follow_ups=(),
        confidence=round(decision.confidence, 4),
        index_version=frame.index_version,
        timings_ms=frame.timings_ms,
    )


def _cite(evidence: tuple[Evidence, ...], documents: Mapping[str, Document], today: date) -> tuple[Citation, ...]:
    return tuple(
        cite(number, one, documents[one.chunk.document_id], today) for number, one in enumerate(evidence, start=1)
    )


def cite(number: int, evidence: Evidence, document: Document, today: date) -> Citation:
    """The exact place of a piece of evidence."""
    metadata, span = document.metadata, evidence.span
    return Citation(
        number=number,
        document_id=metadata.id,
        title=metadata.title,
        publisher=metadata.publisher,
        published=metadata.published,
        language=metadata.language,
        section=evidence.chunk.section,
        page=evidence.chunk.page,
        quote=span.of(document.text),
        start=span.start,
        end=span.end,
        href=f"/documents/{url_quote(metadata.id, safe='')}#c{span.start}-{span.end}",
        historical=metadata.historical(today),
    )


def source_line(citation: Citation, language: Language) -> str:
    """ "[1] Publisher: Title, date, section, page" as it stands below an answer."""
    parts = [citation.title]
    if citation.published:
        parts.append(format_date(citation.published, language))
    if citation.section:
        parts.append(citation.section)
    if citation.page:
        parts.append(say(language, "answer.page", page=citation.page))
    publisher = f"{citation.publisher}: " if citation.publisher else ""
    return f"[{citation.number}] {publisher}{', '.join(parts)}"


def format_date(day: str, language: Language) -> str:
    """A day, month or year as people write it: 29.4.2025 (fi, sv), 29 April 2025 (en)."""
    pieces = [int(piece) for piece in day.split("-")]
    if language == "en":
        return " ".join(str(p) if i != 1 else _MONTHS[p - 1] for i, p in reversed(list(enumerate(pieces))))
    return ".".join(str(piece) for piece in reversed(pieces))


def _notices(
    statements: tuple[Statement, ...],
    citations: tuple[Citation, ...],
    documents: Mapping[str, Document],
    language: Language,
) -> tuple[Notice, ...]:
    notices = []
    if any(statement.kind == "translation" for statement in statements):
        notices.append(Notice("unofficial_translation", say(language, "notice.unofficial_translation")))
    past = dict.fromkeys(citation.document_id for citation in citations if citation.historical)
    for document_id in past:
        metadata = documents[document_id].metadata
        until = format_date(metadata.valid_until.isoformat(), language) if metadata.valid_until else ""
        notices.append(
            Notice("historical_source", say(language, "notice.historical_source", title=metadata.title, until=until))
        )
    return tuple(notices)
