"""From a decision to the Answer that the user reads: cited statements, or a refusal that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote as url_quote

from rag.drafts import Draft, Place, Said, place_of
from rag.findings import Kind
from rag.judge import Decision
from rag.question import Question
from rag.types import Answer, Citation, Document, Language, Notice, Reason, Statement, Verdict
from rag.wording import format_date, say


@dataclass(frozen=True, slots=True)
class Frame:
    """What an answer carries besides what it says. contact: whom to ask, a whole sentence."""

    answer_id: str
    conversation_id: str
    index_version: str
    day: date
    contact: str
    timings_ms: dict[str, float]


Heard = Callable[[Statement, Sequence[Citation]], None]


class Speaker:
    """Tells statements while the answer is still being written, with the numbers that its citations will have."""

    def __init__(self, documents: Mapping[str, Document], day: date, heard: Heard | None) -> None:
        self._documents = documents
        self._day = day
        self._heard = heard
        self._numbers: dict[Place, int] = {}

    def say(self, draft: Draft) -> None:
        numbers = tuple(self._numbers.setdefault(place, len(self._numbers) + 1) for place in draft.places)
        if self._heard is not None:
            cited = zip(numbers, draft.places, strict=True)
            citations = [cite(number, each, self._documents[each.document_id], self._day) for number, each in cited]
            self._heard(Statement(draft.text, draft.kind, numbers), citations)


def compose(
    said: Said,
    decision: Decision,
    question: Question,
    documents: Mapping[str, Document],
    frame: Frame,
    follow_ups: tuple[str, ...],
) -> Answer:
    """The answer in the question's language; the sources are quoted in theirs."""
    language = question.language
    numbers: dict[Place, int] = {}
    for draft in said.drafts:
        for place in draft.places:
            numbers.setdefault(place, len(numbers) + 1)
    citations = tuple(cite(number, place, documents[place.document_id], frame.day) for place, number in numbers.items())
    statements = tuple(
        Statement(draft.text, draft.kind, tuple(numbers[place] for place in draft.places)) for draft in said.drafts
    )
    quoted = {number for each in statements if each.kind == "quote" for number in each.citations}
    sources = "\n".join(
        # Below what is not the source's own wording stands what it rests on.
        source_line(citation, language) + ("" if citation.number in quoted else f": ”{citation.quote}”")
        for citation in citations
    )
    notices = (*said.notices, *_notices(statements, citations, documents, language))
    return _answer(
        decision,
        question,
        frame,
        message="\n\n".join([_as_read(statements), *(notice.text for notice in notices), sources]),
        verdict=said.verdict,
        statements=statements,
        citations=citations,
        notices=notices,
        follow_ups=follow_ups,
    )


def refuse(
    decision: Decision,
    question: Question,
    documents: Mapping[str, Document],
    frame: Frame,
    missing: Sequence[str] = (),
    because: str | None = None,
    notices: tuple[Notice, ...] = (),
) -> Answer:
    """A refusal. missing: the words of the question that the sources do not speak of; because: what to say instead of
    that, where more is known."""
    language = question.language
    if decision.reason in ("out_of_scope", "unsafe"):
        message = say(language, f"refusal.{decision.reason}")
        return _answer(decision, question, frame, message=message, reason=decision.reason)
    see_also = tuple(
        cite(number, place_of(each), documents[each.chunk.document_id], frame.day)
        for number, each in enumerate(decision.nearest, start=1)
    )
    if because is not None:
        message = because
    elif decision.topic is not None and decision.topic.missing is not None:
        message = say(language, "refusal.known_missing", missing=decision.topic.missing[language])
    elif decision.gap is not None:
        heading = decision.gap.span.of(documents[decision.gap.chunk.document_id].text)
        message = say(language, "refusal.heading_only", heading=heading)
    elif missing:
        words = ", ".join(f"”{word}”" for word in missing)
        message = say(language, "refusal.words_missing", words=words)
    else:
        message = say(language, "refusal.not_in_guidance")
    if see_also:
        message = f"{message} {say(language, 'refusal.see_also')}"
    message = " ".join([message, frame.contact, *(notice.text for notice in notices)])
    return _answer(
        decision, question, frame, message=message, reason="not_in_guidance", see_also=see_also, notices=notices
    )


def telling_removed(answer: Answer, kinds: Sequence[Kind]) -> Answer:
    """The answer with a notice of the personal data that was taken out of the question, if there was any."""
    if not kinds:
        return answer
    named = ", ".join(say(answer.language, f"privacy.{kind}") for kind in kinds)
    notice = Notice("personal_data_removed", say(answer.language, "notice.personal_data_removed", kinds=named))
    message = f"{answer.message}\n\n{notice.text}"
    return replace(answer, message=message, notices=(*answer.notices, notice))


def _as_read(statements: Sequence[Statement]) -> str:
    """The statements with their numbers: curated sentences follow each other, every quote is a paragraph."""
    text = ""
    before = None
    for statement in statements:
        words = f"”{statement.text}”" if statement.kind == "quote" else statement.text
        numbers = "".join(f"[{number}]" for number in statement.citations)
        together = statement.kind == before == "rule"
        text += (" " if together else "\n\n" if text else "") + f"{words} {numbers}"
        before = statement.kind
    return text


def _answer(
    decision: Decision,
    question: Question,
    frame: Frame,
    message: str,
    reason: Reason | None = None,
    verdict: Verdict | None = None,
    statements: tuple[Statement, ...] = (),
    citations: tuple[Citation, ...] = (),
    see_also: tuple[Citation, ...] = (),
    notices: tuple[Notice, ...] = (),
    follow_ups: tuple[str, ...] = (),
) -> Answer:
    return Answer(
        id=frame.answer_id,
        conversation_id=frame.conversation_id,
        language=question.language,
        status="refused" if reason else "answered",
        reason=reason,
        verdict=verdict,
        message=message,
        statements=statements,
        citations=citations,
        see_also=see_also,
        notices=notices,
        follow_ups=follow_ups,
        confidence=round(decision.confidence, 4),
        index_version=frame.index_version,
        timings_ms=frame.timings_ms,
    )


def cite(number: int, place: Place, document: Document, day: date) -> Citation:
    """The exact place; historical as seen from the day."""
    metadata, span = document.metadata, place.span
    return Citation(
        number=number,
        document_id=metadata.id,
        title=metadata.title,
        publisher=metadata.publisher,
        published=metadata.published,
        language=metadata.language,
        section=place.section,
        page=place.page,
        quote=span.of(document.text),
        start=span.start,
        end=span.end,
        href=f"/documents/{url_quote(metadata.id, safe='')}#c{span.start}-{span.end}",
        historical=metadata.historical(day),
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


def _notices(
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    documents: Mapping[str, Document],
    language: Language,
) -> list[Notice]:
    notices = []
    if any(statement.kind == "translation" for statement in statements):
        notices.append(Notice("unofficial_translation", say(language, "notice.unofficial_translation")))
    past = dict.fromkeys(citation.document_id for citation in citations if citation.historical)
    for document_id in past:
        metadata = documents[document_id].metadata
        until = format_date(metadata.valid_until.isoformat(), language) if metadata.valid_until else ""
        text = say(language, "notice.historical_source", title=metadata.title, until=until)
        notices.append(Notice("historical_source", text))
    return notices
