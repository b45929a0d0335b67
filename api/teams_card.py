"""An answer as an Adaptive Card: what the page shows, in the same order, in the forms that Microsoft Teams knows.

Words of sources stand in text runs, which no Markdown is read in: whatever a document holds, it is shown as text.
Source: https://adaptivecards.io/explorer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from api.markdown import source_address
from rag.language.messages import format_date, say
from rag.types import Answer, Citation, Condition, Language, Statement, Verdict, conditions_of

VERSION = "1.5"  # of the forms used the youngest is of 1.2, which every client of Teams knows
# What Teams takes in one message: a longer one is not shown at all.
MAX_BYTES = 28_000
_STYLES: dict[Verdict, str] = {"allowed": "good", "not_allowed": "attention", "only_if_approved": "warning"}

Element = dict[str, Any]


def card(answer: Answer, home: str) -> Element:
    """home: the service's own address without a slash at its end. Where it would be too long, quotes are left out."""
    whole = _card(answer, home, quoted=True)
    return whole if len(json.dumps(whole).encode()) <= MAX_BYTES else _card(answer, home, quoted=False)


def verdict_words(verdict: Verdict | None, conditions: Sequence[Condition], language: Language) -> str:
    return say(language, f"page.answer.{verdict}" + ("_if" if conditions else "")) if verdict else ""


def _card(answer: Answer, home: str, *, quoted: bool) -> Element:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "lang": answer.language,
        "fallbackText": answer.message if quoted else say(answer.language, "page.answer.ready"),
        "body": list(_body(answer, home, quoted)),
    }


def _body(answer: Answer, home: str, quoted: bool) -> Iterator[Element]:
    language = answer.language
    for part in answer.parts:
        yield _text(_run(part.question, weight="Bolder"))
        yield from _verdict(part.verdict, conditions_of(answer, part), language)
        said = [answer.statements[at] for at in part.statements]
        yield from _said(said, answer, home) if part.status == "answered" else [_text(_run(part.message))]
    if not answer.parts:
        yield from _verdict(answer.verdict, answer.conditions, language)
        if answer.status == "answered":
            yield from _said(answer.statements, answer, home)
        else:
            yield _text(_run(answer.message))
    for notice in answer.notices:
        if answer.status == "answered":  # a refusal's message has them
            yield _text(_run(notice.text, italic=True))
    yield from _cited("page.answer.sources", answer.citations, answer, home, quoted)
    yield from _cited("page.answer.see_also", answer.see_also, answer, home, quoted)
    if answer.follow_ups:
        yield _heading(say(language, "page.answer.follow_ups"))
        yield _buttons((each, {"msteams": {"type": "imBack", "value": each}}) for each in answer.follow_ups)
    yield _heading(say(language, "page.answer.helpful"))
    yield _buttons(
        (say(language, f"page.answer.{key}"), {"answer_id": answer.id, "rating": rating})
        for key, rating in (("helped", "up"), ("not_helped", "down"))
    )


def _verdict(verdict: Verdict | None, conditions: Sequence[Condition], language: Language) -> Iterator[Element]:
    if verdict is None:
        return
    words = _text(_run(verdict_words(verdict, conditions, language), weight="Bolder", size="Large"))
    clauses = [_text(_run(condition.text, italic=True)) for condition in conditions]
    yield {"type": "Container", "style": _STYLES[verdict], "items": [words, *clauses]}


def _said(statements: Sequence[Statement], answer: Answer, home: str) -> Iterator[Element]:
    for statement in statements:
        runs = [_run(statement.text)]
        for each in answer.citations:
            if each.number in statement.citations:
                runs.append(_run(f" [{each.number}]", _address(each, answer, home)))
        yield _text(*runs)


def _cited(key: str, citations: Sequence[Citation], answer: Answer, home: str, quoted: bool) -> Iterator[Element]:
    if citations:
        yield _heading(say(answer.language, key))
    for each in citations:
        yield _text(
            _run(f"{each.number}. "),
            _run(each.title or each.document_id, _address(each, answer, home)),
            _run("".join(f" · {said}" for said in _place(each, answer.language) if said)),
        )
        if quoted:
            yield _text(_run("\n".join(filter(None, (each.context, each.quote))), isSubtle=True), spacing="Small")


def _place(citation: Citation, language: Language) -> Iterator[str]:
    yield citation.publisher
    yield citation.section
    yield say(language, "page.answer.page", page=citation.page) if citation.page else ""
    yield format_date(citation.published, language) if citation.published else ""
    yield say(language, "page.answer.historical") if citation.historical else ""


def _address(citation: Citation, answer: Answer, home: str) -> str:
    return source_address(home, citation, answer.index_version, answer.language)


def _text(*runs: Element, **how: str) -> Element:
    return {"type": "RichTextBlock", "inlines": [each for each in runs if each["text"]], **how}


def _run(text: str, address: str = "", **how: str | bool) -> Element:
    """address: where a click leads, if anywhere."""
    link = {"selectAction": {"type": "Action.OpenUrl", "url": address}} if address else {}
    return {"type": "TextRun", "text": text, **how, **link}


def _heading(text: str) -> Element:
    return _text(_run(text, weight="Bolder"), spacing="Medium")


def _buttons(titled: Iterator[tuple[str, Element]]) -> Element:
    return {
        "type": "ActionSet",
        "actions": [{"type": "Action.Submit", "title": title, "data": data} for title, data in titled],
    }
