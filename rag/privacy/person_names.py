"""Names of private persons in a text, in any inflection, in Finnish, Swedish and English.

A word is a name when the lists know it (name_lists.py) or its form is that of a surname ("-nen", "-sson"), and what
stands around it does not speak against it: a common word at the beginning of a sentence, a place, a product, a name
that stands in the sources. Two names side by side, a title or a role speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rag.language.detection import detect_language
from rag.language.words import Lexicon
from rag.privacy.name_context import CASE_ENDING, CLOSED, LABEL, OWNED, SAYS
from rag.privacy.name_lists import PUBLIC_OFFICES, ROLES, TITLES
from rag.privacy.name_words import FUNCTION, NO_NAME, Look, NameWords
from rag.types import Language, Span

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BETWEEN = re.compile(r"[ \t]{1,3}|\.[ \t]{1,2}|\.")  # between the words of one name; a full stop only after an initial
_BEFORE_NAME = re.compile(r"[ \t]{1,3}|[ \t]*[:,(][ \t]*\(?|\.[ \t]{0,3}")  # between a title or role and the name
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?…:;\n\r•*–-])[\s\"”“»’'(\[*•–-]*$")
_IS = ("on", "oli")
_APOSTROPHE = re.compile(r"s['’](?!\w)", re.IGNORECASE)  # "Watts' salary"
_MAX_RUN = 4  # words of one name


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    span: Span
    look: Look
    capital: bool
    begins: bool  # the first word of a sentence, so that its capital says nothing

    @property
    def initial(self) -> bool:
        return len(self.text) == 1

    @property
    def sure(self) -> bool:
        """A name whatever stands beside it: nothing else is written so, or not with this capital."""
        look = self.look
        if self.capital and not self.begins:
            return look.name and not (look.titled or look.place)
        return look.firm


Forms = frozenset[str]  # the forms that the words of one name may be of


class NameFinder:
    """Finds names of people."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = NameWords(lexicon)

    def find(self, text: str, language: Language, public: Collection[Forms] = ()) -> Iterator[Span]:
        """Spans of names in a plain text, each as long as the words of one name reach, without overlap.

        Not of those who are public: by the whole name or the surname; the first name alone may be anybody's.
        """
        tokens = self._tokens(text, language)
        at = 0
        while at < len(tokens):
            length = self._name_at(text, tokens, at)
            if (
                length
                and not _follows(text, tokens, at, PUBLIC_OFFICES)
                and not _is_public(tokens[at : at + length], public)
            ):
                end = tokens[at + length - 1].span.end
                yield Span(tokens[at].span.start, end + bool(_APOSTROPHE.match(text, end - 1)))
            at += length or 1

    def named(self, text: str) -> Iterator[Forms]:
        """Who is named in a plain text."""
        tokens = self._tokens(text, detect_language(text))
        for at, token in enumerate(tokens):
            length = self._name_at(text, tokens, at) if token.capital else 0
            if length > 1 or (length and token.look.last and token.look.listed):
                yield frozenset().union(*(each.look.forms for each in tokens[at : at + length]))

    def _tokens(self, text: str, language: Language) -> list[_Token]:
        tokens: list[_Token] = []
        for match in _TOKEN.finditer(text):
            capital = match[0][0].isupper()
            begins = capital and _SENTENCE_BEGINS.search(text, max(0, match.start() - 8), match.start()) is not None
            after_first = bool(tokens) and tokens[-1].look.first and tokens[-1].look.small and tokens[-1].look.base
            seen = (
                capital or self._words.may_be(match[0], language == "fi") or (after_first and match[0] not in FUNCTION)
            )
            look = self._words.look(match[0], language == "fi") if seen else NO_NAME
            tokens.append(_Token(match[0], Span(*match.span()), look, capital, begins))
        return tokens

    def _name_at(self, text: str, tokens: Sequence[_Token], at: int) -> int:
        """How many words from this one on are somebody's name."""
        if tokens[at].look is NO_NAME:
            return 0
        return self._pair_at(text, tokens, at) or self._single_at(text, tokens, at)

    def _pair_at(self, text: str, tokens: Sequence[_Token], at: int) -> int:
        """Two or more words in a row, of which one is a first name and another may be a surname or the reverse."""
        if not tokens[at].capital and tokens[at].text.startswith(ROLES):
            return 0
        run = [at]
        while run[-1] + 1 < len(tokens) and len(run) < _MAX_RUN and self._goes_on(text, tokens, run[-1]):
            run.append(run[-1] + 1)
        for length in range(len(run), 1, -1):
            if self._is_full_name([tokens[place] for place in run[:length]]):
                return length
        return 0

    def _goes_on(self, text: str, tokens: Sequence[_Token], at: int) -> bool:
        one, other = tokens[at], tokens[at + 1]
        between = text[one.span.end : other.span.start]
        if one.capital != other.capital or not _BETWEEN.fullmatch(between):
            return False
        if between.startswith(".") and len(one.text) > 1:
            return False
        if one.initial and not (one.capital or between.startswith(".")):
            return False
        look = other.look
        if look.never or look.name or other.initial:
            return not look.never
        # "Liisa Kettula", "mikko ivanov", "sari leppäkoskelle": no list has the surname. A first name with an ending
        # has none after it.
        return (look.unknown and other.capital) or (
            one.look.first and one.look.base and (other.capital or look.unknown or look.after_first)
        )

    def _is_full_name(self, tokens: Sequence[_Token]) -> bool:
        words = [token for token in tokens if not token.initial]
        named = [token for token in words if token.look.name]
        sure = [token for token in named if token.sure]
        if any(token.look.never for token in words) or not words:
            return False
        if not named:
            # "Iivari Karhapää": two proper names in a row, the first in the nominative.
            inside = not any(token.begins or token.look.place for token in words)
            return len(words) > 1 and inside and words[0].look.proper and all(token.look.unknown for token in words)
        if len(named) < len(tokens):
            # "J. Korhonen", "Fatuma Warsame": what no list has rests on a name that is sure.
            # A word that begins the sentence has its capital from there.
            strange = [token for token in words if not token.look.name]
            small = all(token.look.small or token.look.base for token in sure) or tokens[0].capital
            if not tokens[0].capital and not all(token.look.unknown or token.look.after_first for token in strange):
                return False
            if not sure:  # "satu savelan": a first name that is a word, and a proper name after it
                first, *others = [token.look for token in words]
                return (
                    first.first
                    and first.base
                    and first.finnish
                    and all((o.foreign and tokens[0].capital) or (o.unknown and o.after_first) for o in others)
                )
            return small and not any(token.look.place or (token.begins and not token.look.foreign) for token in strange)
        if tokens[0].capital:
            # "Satu Virta" is a name, "Lahti Salo" are places; so may be two first names, if one is nothing else.
            pair = _first_and_last([token.look for token in named])
            return not all(token.look.place for token in named) and (pair or bool(sure and _a_first(named)))
        pair = _first_and_last([token.look for token in named])
        given, *later = named
        in_order = given.look.first and given.look.base and all(token.look.last for token in later)
        if in_order and given.look.finnish:
            # Of two Finnish words in a row hardly one is in the nominative and a first name, and the other a surname.
            return not given.look.common or all(token.look.listed or token.look.firm for token in later)
        if in_order and any(token.look.firm for token in named):
            # "clare north", "dag lindgren": one of them may be any word.
            return True
        others = [token.look for token in named if token not in sure]
        return pair and bool(sure) and not any(look.titled or look.place for look in others)

    def _single_at(self, text: str, tokens: Sequence[_Token], at: int) -> int:
        token = tokens[at]
        look = token.look
        labelled = LABEL.search(text, max(0, token.span.start - 30), token.span.start) is not None
        if token.capital and labelled:
            return self._labelled_at(text, tokens, at)
        if _follows(text, tokens, at, tuple(TITLES), whole=True):
            return int(look.name or (token.capital and look.unknown and not look.never))
        if labelled:
            return self._closed_at(text, tokens, at)
        if look.unknown and _follows(text, tokens, at, ROLES):
            before = text[: token.span.start].rstrip()
            if before.endswith((",", "(")) and _agree(tokens[at - 1], token):
                return 1  # "(äidin, kettulan)": no list has it, the role before it does
        if not look.name or look.place:
            return 0
        alone = look.listed and (look.only_name or not look.finnish)  # a name that may be a word
        if alone and not token.capital and look.possessive and OWNED.match(text, token.span.end):
            return 1
        nominative = look.finnish and look.base and look.listed and not token.capital
        if nominative and (SAYS.match(text, token.span.end) or (_is_called(tokens, at) and not look.everyday)):
            return 1
        if _follows(text, tokens, at, ROLES):
            apart = text[: token.span.start].rstrip().endswith((",", "(", ":"))
            return int(
                token.capital
                or look.firm
                or (look.base and apart)
                or ((alone or apart) and _agree(tokens[at - 1], token))
            )
        if not token.capital:
            said_of = token.text.endswith(("'s", "’s")) and look.listed and not look.titled  # "grace's"
            return int((look.firm and look.small) or look.spoken_of or said_of)
        if token.text.isupper():
            return 0
        return int(token.sure and (look.listed or not token.begins))

    def _labelled_at(self, text: str, tokens: Sequence[_Token], at: int) -> int:
        """After "nimi:" and in a signature all words with capitals are the name."""
        end = at + 1
        while end < min(len(tokens), at + _MAX_RUN) and tokens[end].capital and not tokens[end].look.never:
            if not _BETWEEN.fullmatch(text, tokens[end - 1].span.end, tokens[end].span.start):
                break
            end += 1
        look = tokens[at].look
        return end - at if not look.never and (look.name or look.unknown or end - at > 1) else 0

    def _closed_at(self, text: str, tokens: Sequence[_Token], at: int) -> int:
        """After "nimi:" and in a signature without capitals: the words until the line or the bracket ends, if few."""
        for end in range(at, min(len(tokens), at + _MAX_RUN)):
            if tokens[end].text in FUNCTION or tokens[end].text.startswith(ROLES):
                return 0
            if CLOSED.match(text, tokens[end].span.end):
                return end + 1 - at
        return 0


def _is_public(tokens: Sequence[_Token], public: Collection[Forms]) -> bool:
    looks = [token.look for token in tokens if not token.initial]
    if not any(look.last or not look.first for look in looks):
        return False
    return any(all(look.forms & forms for look in looks) for forms in public)


def _a_first(tokens: Sequence[_Token]) -> bool:
    return any(token.look.first for token in tokens)


def _is_called(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a role and "is" stand before: "hakija on anna"."""
    return at > 1 and tokens[at - 1].text.lower() in _IS and tokens[at - 2].text.lower().startswith(ROLES)


def _agree(role: _Token, name: _Token) -> bool:
    """Whether two Finnish words are in the same case, as a role and the name after it are: "hakijan päivin"."""
    endings = [CASE_ENDING.search(token.text) for token in (role, name)]
    return name.look.finnish and len({ending and ending[0] for ending in endings}) == 1


def _first_and_last(looks: Sequence[Look]) -> bool:
    """Whether one may be the first name and another the surname."""
    return any(
        one.first and other.last for place, one in enumerate(looks) for at, other in enumerate(looks) if at != place
    )


def _follows(text: str, tokens: Sequence[_Token], at: int, words: tuple[str, ...], whole: bool = False) -> bool:
    """Whether the word before is one of these (whole), or begins like one."""
    if at == 0:
        return False
    before = tokens[at - 1]
    if not _BEFORE_NAME.fullmatch(text, before.span.end, tokens[at].span.start):
        return False
    lowered = before.text.lower()
    return lowered in words if whole else lowered.startswith(words)
