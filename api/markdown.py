"""An answer as Markdown, for whoever shows it elsewhere: what the page shows, in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from api.views import source_href
from rag.language.messages import format_date, say
from rag.types import Answer, Citation, Condition, Language, Statement, Verdict, conditions_of

# What may begin something else than text within a line: code, emphasis, HTML and its entities, tables, strikes,
# formulas, a link's address. Brackets alone are text: chat windows, Open WebUI for one, take \[…\] for a formula.
_WITHIN = re.compile(r"[\\`*_<>&|~$]|(?<=\])\(")
# And only at its beginning: headings, lists, rules, numbered lists, definitions of links, boxes to tick.
_BEGINS = re.compile(r"^(?:[#+=:\[-]|\d{1,9}(?=[.)]))")
# And within the words of a link, which a bracket may end.
_OF_LINK = re.compile(r"[\\`*_<>&|~$\[\]]")
_ESCAPED = r"\\\g<0>"
_IN_ADDRESS = "/:?#@!$&'*+,;=%~"  # not parentheses, which end a link


def markdown(answer: Answer, home: str) -> str:
    """Verdict, conditions, statements, notices, numbered sources with links, further questions.

    home: the service's own address without a slash at its end, which the links begin with. The text's labels are in
    the answer's language, quotes in their own.
    """
    return "\n\n".join(_blocks(answer, home))


def plain(text: str) -> str:
    """Markdown that reads as this text, in one line, whatever it holds."""
    words = _WITHIN.sub(_ESCAPED, " ".join(text.split()))
    begun = _BEGINS.match(words)
    if begun is None:
        return words
    mark = begun[0]
    return f"{mark}\\{words[len(mark) :]}" if mark.isdigit() else f"\\{words}"


def _of_link(text: str) -> str:
    """The same as the words of a link."""
    return _OF_LINK.sub(_ESCAPED, " ".join(text.split()))


def source_address(home: str, citation: Citation, version: str, language: Language) -> str:
    """Where the citation stands, for whoever is elsewhere."""
    return quote(home + source_href(language, citation, version), safe=_IN_ADDRESS)


def _blocks(answer: Answer, home: str) -> Iterator[str]:
    language = answer.language
    for part in answer.parts:
        yield f"**{plain(part.question)}**"
        yield from _verdict(part.verdict, conditions_of(answer, part), language)
        said = [answer.statements[at] for at in part.statements]
        yield from _said(said, answer, home) if part.status == "answered" else [plain(part.message)]
    if not answer.parts:
        yield from _verdict(answer.verdict, answer.conditions, language)
        if answer.status == "answered":
            yield from _said(answer.statements, answer, home)
        else:
            yield plain(answer.message)
    for notice in answer.notices:
        if answer.status == "answered":  # a refusal's message has them
            yield f"*{plain(notice.text)}*"
    yield from _cited("page.answer.sources", answer.citations, answer, home)
    yield from _cited("page.answer.see_also", answer.see_also, answer, home)
    if answer.follow_ups:
        yield f"**{say(language, 'page.answer.follow_ups')}**"
        yield "\n".join(f"- {plain(each)}" for each in answer.follow_ups)


def _verdict(verdict: Verdict | None, conditions: Sequence[Condition], language: Language) -> Iterator[str]:
    if verdict is None:
        return
    yield f"**{say(language, f'page.answer.{verdict}' + ('_if' if conditions else ''))}**"
    for condition in conditions:
        yield f"> {plain(condition.text)}"


def _said(statements: Sequence[Statement], answer: Answer, home: str) -> Iterator[str]:
    for statement in statements:
        cited = [each for each in answer.citations if each.number in statement.citations]
        numbers = " ".join(
            f"[[{each.number}]]({source_address(home, each, answer.index_version, answer.language)})" for each in cited
        )
        yield f"{'> ' if statement.kind == 'quote' else ''}{plain(statement.text)} {numbers}".rstrip()


def _cited(key: str, citations: Sequence[Citation], answer: Answer, home: str) -> Iterator[str]:
    if citations:
        yield f"**{plain(say(answer.language, key))}**"
        yield "\n".join(_source(each, answer, home) for each in citations)


def _source(citation: Citation, answer: Answer, home: str) -> str:
    """An item of the numbered list: the title, which leads to the place, where it stands, and its own words."""
    language = answer.language
    place = [citation.publisher, citation.section]
    place += [say(language, "page.answer.page", page=citation.page)] if citation.page else []
    place += [format_date(citation.published, language)] if citation.published else []
    place += [say(language, "page.answer.historical")] if citation.historical else []
    title = f"[{_of_link(citation.title)}]({source_address(home, citation, answer.index_version, language)})"
    begin = f"{citation.number}. "
    lines = [" · ".join([title, *(plain(each) for each in place if each)])]
    within = [plain(citation.context)] if citation.context else []
    lines += [f"> {each}" for each in [*within, plain(citation.quote)]]
    return begin + ("\n" + " " * len(begin)).join(lines)
