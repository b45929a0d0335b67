"""From a decision to the Answer that the user reads: cited statements, or a refusal that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote as url_quote

from rag.answering.clock import Clock
from rag.answering.judge import MAX_SEE_ALSO, Decision
from rag.answering.question import Question
from rag.answering.small_talk import SmallTalk
from rag.answering.statements import Draft, Place, Said, shown_nearby
from rag.language.messages import format_date, say
from rag.privacy.personal_data import Kind
from rag.types import Answer, Citation, Condition, Document, Language, Notice, Part, Reason, Statement, Verdict

MAX_NAMED = 4  # sources that a sentence names, so that it can be read; chosen by judgement


@dataclass(frozen=True, slots=True)
class Frame:
    """What an answer carries besides what it says. alone: whether it answers all of a message."""

    answer_id: str
    conversation_id: str
    index_version: str
    day: date
    clock: Clock
    alone: bool = True


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
    # A condition is cited also where a language model's words leave its place out.
    for places in (*(each.places for each in said.drafts), *(each.places for each in said.conditions)):
        for place in places:
            numbers.setdefault(place, len(numbers) + 1)
    citations = tuple(cite(number, place, documents[place.document_id], frame.day) for place, number in numbers.items())
    statements = tuple(
        Statement(draft.text, draft.kind, tuple(numbers[place] for place in draft.places)) for draft in said.drafts
    )
    sources = _sources(statements, citations, language)
    notices = (*said.notices, *_notices(statements, citations, documents, language))
    return _answer(
        decision,
        language,
        frame,
        message="\n\n".join([_as_read(statements, citations), *(notice.text for notice in notices), sources]),
        verdict=said.verdict,
        conditions=tuple(
            Condition(each.text, tuple(numbers[place] for place in each.places)) for each in said.conditions
        ),
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
    contact: str,
    missing: Sequence[str] = (),
    because: str | None = None,
    rests_on: Sequence[Place] = (),
    notices: tuple[Notice, ...] = (),
) -> Answer:
    """A refusal. contact: whom to ask, a whole sentence, or nothing; missing: the names in the question that the
    sources do not speak of; because: what to say instead of that, where more is known, and what it rests on."""
    language = question.language
    if decision.reason in ("out_of_scope", "unsafe"):
        message = say(language, f"refusal.{decision.reason}", sources=sources_named(documents, language))
        return _answer(decision, language, frame, message=message, reason=decision.reason)
    near = [shown_nearby(each, language, documents[each.chunk.document_id]) for each in decision.nearest]
    others = [each for each in near if not any(each.span.touches(place.span) for place in rests_on)]
    places = [*rests_on, *others][:MAX_SEE_ALSO]
    see_also = tuple(
        cite(number, place, documents[place.document_id], frame.day) for number, place in enumerate(places, start=1)
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
    if see_also and frame.alone:
        message = f"{message} {say(language, 'refusal.see_also')}"
    message = " ".join([message, *([contact] if contact else []), *(notice.text for notice in notices)])
    return _answer(
        decision, language, frame, message=message, reason="not_in_guidance", see_also=see_also, notices=notices
    )


def small_answer(
    kind: SmallTalk, language: Language, documents: Mapping[str, Document], frame: Frame, ask: tuple[str, ...]
) -> Answer:
    """What is said to greetings, thanks and "what can you do": a word back, and what the service knows. ask: questions
    to begin with."""
    about = say(language, "small_talk.about", sources=sources_named(documents, language))
    message = f"{say(language, f'small_talk.{kind}')} {about}"
    nothing = Decision(False, 0.0, (), (), "small_talk")
    return _answer(nothing, language, frame, message=message, reason="small_talk", follow_ups=ask)


def together(answers: Sequence[tuple[str, Answer]], frame: Frame) -> Answer:
    """Several questions' answers, in their order, as one. answers: (question, its answer), two at least.

    It is answered if any of them is. Its verdict is the one that all parts with a verdict share.
    """
    language = answers[0][1].language
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    statements: list[Statement] = []
    parts: list[Part] = []
    texts: list[str] = []
    conditions: list[Condition] = []
    for question, answer in answers:
        renumbered: dict[int, int] = {}
        for citation in answer.citations:
            place = citation.document_id, citation.start, citation.end
            if place not in numbers:
                numbers[place] = len(numbers) + 1
                citations.append(replace(citation, number=numbers[place]))
            renumbered[citation.number] = numbers[place]
        own = [
            replace(each, citations=tuple(renumbered[number] for number in each.citations))
            for each in answer.statements
        ]
        conditions += [
            replace(each, citations=tuple(renumbered[number] for number in each.citations))
            for each in answer.conditions
        ]
        at = tuple(range(len(statements), len(statements) + len(own)))
        statements += own
        said = _as_read(own, citations) if own else answer.message
        texts.append(f"{question}\n{said}")
        parts.append(Part(question, answer.status, answer.reason, answer.verdict, at, said))
    given = [answer for _, answer in answers]
    answered = [each for each in given if each.status == "answered"]
    verdicts = {each.verdict for each in answered if each.verdict}
    notices = tuple(dict.fromkeys(notice for each in given for notice in each.notices))
    sources = _sources(statements, citations, language)
    first = answered[0] if answered else given[0]
    return replace(
        first,
        id=frame.answer_id,
        conversation_id=frame.conversation_id,
        language=language,
        verdict=verdicts.pop() if len(verdicts) == 1 else None,
        message="\n\n".join([*texts, *(notice.text for notice in notices), *([sources] if sources else [])]),
        statements=tuple(statements),
        citations=tuple(citations),
        see_also=() if answered else first.see_also,
        notices=notices,
        confidence=min(each.confidence for each in answered or given),
        left_open=tuple(dict.fromkeys(each for answer in answered for each in answer.left_open)),
        parts=tuple(parts),
        conditions=tuple(conditions),
    )


def sources_named(documents: Mapping[str, Document], language: Language) -> str:
    """The titles of the sources, the first few of them, as a sentence names them."""
    titles = [f"”{each.metadata.title}”" for each in documents.values()]
    if len(titles) > MAX_NAMED:
        more = say(language, "sources.more", count=len(titles) - MAX_NAMED + 1)
        titles = [*titles[: MAX_NAMED - 1], more]
    last = say(language, "sources.and")
    return f" {last} ".join([", ".join(titles[:-1]), titles[-1]]) if len(titles) > 1 else "".join(titles)


def telling_removed(answer: Answer, kinds: Sequence[Kind]) -> Answer:
    """The answer with a notice of the personal data that was taken out of the question, if there was any."""
    if not kinds:
        return answer
    named = ", ".join(say(answer.language, f"privacy.{kind}") for kind in kinds)
    notice = Notice("personal_data_removed", say(answer.language, "notice.personal_data_removed", kinds=named))
    message = f"{answer.message}\n\n{notice.text}"
    return replace(answer, message=message, notices=(*answer.notices, notice))


def _sources(statements: Sequence[Statement], citations: Sequence[Citation], language: Language) -> str:
    """What is cited, a line each; below what is not the source's own wording stands what it rests on."""
    quoted = {number for each in statements if each.kind == "quote" for number in each.citations}
    return "\n".join(
        source_line(citation, language) + ("" if citation.number in quoted else f": ”{citation.quote}”")
        for citation in citations
    )


def _as_read(statements: Sequence[Statement], citations: Sequence[Citation]) -> str:
    """The statements with their numbers: curated sentences follow each other, every quote is a paragraph.

    A row that is told with its column heads is no quote letter by letter, and has no quotation marks.
    """
    rows = {citation.context for citation in citations}
    text = ""
    before = None
    for statement in statements:
        is_quote = statement.kind == "quote" and statement.text not in rows
        words = f"”{statement.text}”" if is_quote else statement.text
        numbers = "".join(f"[{number}]" for number in statement.citations)
        together = statement.kind == before == "rule"
        text += (" " if together else "\n\n" if text else "") + f"{words} {numbers}"
        before = statement.kind
    return text


def _answer(
    decision: Decision,
    language: Language,
    frame: Frame,
    message: str,
    reason: Reason | None = None,
    verdict: Verdict | None = None,
    statements: tuple[Statement, ...] = (),
    citations: tuple[Citation, ...] = (),
    see_also: tuple[Citation, ...] = (),
    notices: tuple[Notice, ...] = (),
    follow_ups: tuple[str, ...] = (),
    conditions: tuple[Condition, ...] = (),
) -> Answer:
    return Answer(
        id=frame.answer_id,
        conversation_id=frame.conversation_id,
        language=language,
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
        conditions=conditions,
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
        context=place.context,
        translation=place.translation,
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
