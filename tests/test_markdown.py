"""Answers as Markdown, read by a Markdown parser as the clients have one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from api.markdown import markdown, plain
from api.teams_card import card
from rag.language.messages import say
from rag.types import LANGUAGES, Condition, Language
from tests.support.fakes import HOSTILE, RULE, answered, cite, cited_cell, hostile, parted, refused

HOME = "https://ohjenuora.example.fi"
_PARSER = MarkdownIt("gfm-like", {"linkify": False})


def tokens(text: str) -> Iterator[Token]:
    for token in _PARSER.parse(text):
        yield token
        yield from token.children or ()


def read(text: str) -> str:
    """The words that a reader sees, block by block."""
    blocks = [token.children or () for token in _PARSER.parse(text) if token.type == "inline"]
    return "\n".join("".join(each.content for each in block) for block in blocks)


def links(text: str) -> list[str]:
    return [str(token.attrs["href"]) for token in tokens(text) if token.type == "link_open"]


# Not filter(str.split): hypothesis takes that for "not empty", and tries a space.
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60).filter(lambda t: t.split()))
def test_any_text_stays_the_text_that_it_is(text: str) -> None:
    [opened, inline, closed] = _PARSER.parse(plain(text))
    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert {each.type for each in inline.children or ()} <= {"text", "text_special"}
    assert read(plain(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "# Otsikko",
        "- luettelo",
        "+ luettelo",
        "1. luettelo",
        "12) luettelo",
        "---",
        "===",
        "> lainaus",
        "```",
        "a*b*c _d_ ~~e~~ `f`",
        "[nimi](javascript:alert(1))",
        "![kuva](x.png)",
        "&lt;b&gt; &amp;",
        "<script>alert(1)</script>",
        "<https://evil.example>",
        "| a | b |",
        "[1]: https://evil.example",
        "C:\\polku\\*",
        "[x] rasti",
        "20 $ kuussa, 30 $ vuodessa",
        "\\(x\\) ja \\[y\\]",
    ],
)
def test_what_means_something_in_markdown_is_text(text: str) -> None:
    assert read(plain(text)) == text
    assert {token.type for token in tokens(plain(text))} <= {
        *("paragraph_open", "inline", "text", "text_special", "paragraph_close")
    }


def test_what_chat_windows_take_for_a_formula_is_not_written() -> None:
    """Open WebUI and others set what stands between such marks as mathematics, Markdown's escapes or not."""
    first, second = answered().citations
    answer = replace(answered(), citations=(replace(first, quote="Ks. [12] ja [13] (liite), 20 $ tai 30 $."), second))
    for text in (plain("\\(x\\) ja \\[y\\]"), markdown(answer, HOME)):
        assert not re.search(r"(?<!\\)\\\[.*?\\\]|(?<!\\)\\\(.*?\\\)|(?<!\\)\$", text)


def test_a_title_with_brackets_stays_the_words_of_its_link() -> None:
    for title in ("Ohje [luonnos", "Ohje] luonnos", "a) [b](javascript:c", "C:\\[b](c", "![b](c)"):
        cited = replace(answered().citations[0], title=title)
        text = markdown(replace(answered(), citations=(cited, answered().citations[1])), HOME)
        assert title in read(text)
        assert len(links(text)) == len(links(markdown(answered(), HOME)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdict_statements_and_numbered_sources_stand_in_order(language: Language) -> None:
    answer = replace(answered(), language=language)
    text = markdown(answer, HOME)
    seen = read(text)
    order = [
        say(language, "page.answer.only_if_approved"),
        answer.statements[0].text,
        answer.statements[1].text,
        answer.notices[0].text,
        say(language, "page.answer.sources"),
        answer.citations[0].title,
        RULE,
        answer.citations[1].title,
        say(language, "page.answer.follow_ups"),
        answer.follow_ups[0],
    ]
    places = [seen.index(words) for words in order]
    assert places == sorted(places)
    assert "[1]" in seen
    first = answer.citations[0]
    place = f"{first.start}-{first.end}"
    address = f"{HOME}/documents/{first.document_id}?lang={language}&c={place}&version=v1#c{place}"
    assert links(text).count(address) == 2  # beside the statement and in the list
    assert [token.info for token in tokens(text) if token.type == "list_item_open"][:2] == ["1", "2"]


def test_conditions_stand_below_the_verdict() -> None:
    text = markdown(replace(answered(), conditions=(Condition("ellei *palvelua* ole hyväksytty", (1,)),)), HOME)
    assert text.startswith(f"**{say('fi', 'page.answer.only_if_approved_if')}**\n\n> ellei \\*palvelua\\* ole")


def test_a_refusal_shows_its_message_once_and_the_nearest_passages() -> None:
    answer = refused()
    seen = read(markdown(answer, HOME))
    assert seen.count(" ".join(answer.message.split())) == 1
    assert say("fi", "page.answer.see_also") in seen
    assert "Tekoäly on työkalu." in seen
    assert say("fi", "page.answer.sources") not in seen.split("\n")


def test_each_part_has_its_question_and_its_verdict() -> None:
    answer = parted()
    seen = read(markdown(answer, HOME))
    first, second = answer.parts
    order = [first.question, say("fi", "page.answer.only_if_approved"), answer.statements[1].text]
    places = [seen.index(words) for words in [*order, second.question, second.message]]
    assert places == sorted(places)


def test_the_conditions_of_a_verdict_stand_with_its_question() -> None:
    """Of several questions, too: "allowed" is not "allowed if"."""
    there, elsewhere = Condition("jos kaikki suostuvat", (1,)), Condition("jos esihenkilö sallii", (9,))
    answer = replace(parted(), conditions=(there, elsewhere))
    seen = read(markdown(answer, HOME))
    verdict = say("fi", "page.answer.only_if_approved_if")
    assert seen.index(answer.parts[0].question) < seen.index(verdict) < seen.index(there.text)
    assert seen.index(there.text) < seen.index(answer.parts[1].question)
    assert elsewhere.text not in seen
    assert verdict in json.dumps(card(answer, HOME), ensure_ascii=False)


def test_a_cell_tells_its_row_and_column() -> None:
    seen = read(markdown(replace(answered(), citations=(cited_cell(), answered().citations[1])), HOME))
    assert seen.index("Käännökset: Hyödyt") < seen.index("Säästää aikaa.")


def test_a_hostile_source_comes_out_as_text() -> None:
    cited = replace(
        cite(hostile(), HOSTILE), document_id="a) [b](javascript:c", href="/documents/a) [b](javascript:c#c0-1"
    )
    text = markdown(replace(answered(), citations=(cited, answered().citations[1])), HOME)
    assert all(link.startswith(f"{HOME}/documents/") for link in links(text))
    assert not [token for token in tokens(text) if token.type.startswith(("html", "image"))]
    assert HOSTILE in read(text)
