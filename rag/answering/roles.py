"""Who does what to whom: whether the words of a sentence stand to each other as they do in its source.

Nothing is parsed. A word stands in a stretch (between commas and conjunctions), and in a place in it that its own
language marks: by the preposition before it, by its case, by whose it is. Words that have changed places with each
other say something else with the same words; a stretch that has moved as a whole does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.language.cues import units
from rag.language.packs import ALL, PACKS, either
from rag.language.words import WORD, Reading, fold
from rag.types import Language

Read = Callable[[str], Reading]

MIN_CLAUSE = 3  # words that count after a bare "and": fewer are one more thing of a list. Chosen by judgement
MEASURE = 3  # letters that all forms of a measure begin with
_BREAK = re.compile(
    rf"(?P<mark>[;:()•\n]|,(?!\d))|\s(?P<word>{either(pack.claims.clauses for pack in ALL)})(?=\s)", re.IGNORECASE
)
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word in its place. names: by which it is known again; stretch: the number of its own; slot: the preposition
    before it, "of" for whose it is, "" for none; subject: it stands in its dictionary form; oblique: in a case that
    no subject has; owner: whose it is, by a genitive directly before it; measure: what a number is directly followed
    by; case: the ending that tells it from others in the same place; joined: an "and" stands directly before it."""

    text: str
    names: frozenset[str]
    stretch: int
    at: int
    slot: str
    number: bool
    subject: bool
    oblique: bool
    verb: bool
    owner: frozenset[str] | None
    measure: str
    case: str
    joined: bool

    def same(self, other: _Placed) -> bool:
        return bool(self.names & other.names)


def roles_changed(sentence: str, sources: Sequence[str], language: Language, read: Read) -> bool:
    """Whether words of the sentence have changed places with each other, after the units that it draws on."""
    said = _placed(sentence, language, read)
    given: list[_Placed] = []
    for unit in sources:
        first = given[-1].stretch + 1 if given else 0
        given += [replace(each, stretch=each.stretch + first) for each in _placed(unit, language, read)]
    known = [(word, [each for each in given if each.same(word)]) for word in said]
    known = [(word, found) for word, found in known if found]
    return (
        _crossed(known)
        or _other_number(known, given)
        or _exchanged(known)
        or any(
            found and all(each.slot in PACKS[language].claims.contraries.get(word.slot, ()) for each in found)
            for word, found in known
        )
        or _measured_otherwise(known)
        or _in_each_others_place(said, given, language)
        or _acts_instead(known, said, given, language)
        or _owned_by_another(known, given)
    )


Known = Sequence[tuple[_Placed, list[_Placed]]]


def _homes(known: Known) -> dict[int, set[int]]:
    """For each stretch of the sentence the stretches of the source that have words of it and of no other stretch."""
    homes: dict[int, set[int]] = {}
    for word, found in known:
        stretches = {each.stretch for each in found}
        if len(stretches) == 1:
            homes.setdefault(word.stretch, set()).update(stretches)
    return homes


def _crossed(known: Known) -> bool:
    """Whether two stretches each have words of the same two: "the key costs 35, the tag 12" the other way round."""
    mixed = [homes for homes in _homes(known).values() if len(homes) > 1]
    return any(len(one & other) > 1 for at, one in enumerate(mixed) for other in mixed[:at])


def _other_number(known: Known, given: Sequence[_Placed]) -> bool:
    """Whether a number stands with words of a stretch that has another number: "the key costs 12"."""
    for number, found in known:
        own = {each.stretch for each in found}
        if not number.number or len(own) > 1:
            continue
        for word, places in known:
            others = {each.stretch for each in places}
            if word.number or word.stretch != number.stretch or len(others) > 1 or own & others:
                continue
            counted = [each for each in given if each.number and each.stretch in others]
            if counted and not any(each.same(said) for each in counted for said, _ in known):
                return True
    return False


def _exchanged(known: Known) -> bool:
    """Whether two words have the place of each other: "the unit … by the office" and "the office … by the unit"."""
    moved = [
        (word, {each.slot for each in found})
        for word, found in known
        if not word.number and all(each.slot != word.slot for each in found)
    ]
    return any(
        one.slot in places_of_other and other.slot in places_of_one and not one.same(other)
        for at, (one, places_of_one) in enumerate(moved)
        for other, places_of_other in moved[:at]
    )


def _acts_instead(known: Known, said: Sequence[_Placed], given: Sequence[_Placed], language: Language) -> bool:
    """Whether somebody does what is done to them in the source."""
    agent = PACKS[language].claims.agents
    forms = {each.text for each in given}
    same_forms = all(word.text in forms for word in said if not word.number)
    for word, found in known:
        if word.subject and all(each.oblique for each in found):
            return True
        slots = {each.slot for each in found}
        if (
            same_forms
            and word.slot not in slots
            and agent & {*slots, word.slot}
            and {*slots, word.slot} <= {*agent, ""}
        ):
            return True
    return False


def _owned_by_another(known: Known, given: Sequence[_Placed]) -> bool:
    """Whether something is another's: "with the mother's leave" for "with the head's leave"."""
    for word, found in known:
        if word.owner is None or word.verb or not any(each.names & word.owner for each in given):
            continue
        owners = [each.owner for each in found]
        if all(owner is not None and not owner & word.owner for owner in owners):
            return True
    return False


def _in_each_others_place(said: Sequence[_Placed], given: Sequence[_Placed], language: Language) -> bool:
    """Whether two words stand where the other one stood, beside the same word on the same side, in the same case."""
    beside_said, beside_given = _beside(said), _beside(given)
    moved: list[tuple[_Placed, list[int], list[tuple[str, _Placed]]]] = []
    for at, word in enumerate(said):
        found = [place for place, each in enumerate(given) if each.same(word)]
        there = [beside for place in found for beside in beside_given[place]]
        if found and not word.number and beside_said[at] and not _share_side(beside_said[at], there):
            moved.append((word, found, beside_said[at]))
    agents = PACKS[language].claims.agents
    for at, (one, places, beside) in enumerate(moved):
        for other, other_places, other_beside in moved[:at]:
            if one.same(other) or {one.slot, other.slot} & agents or _done_by(agents, places + other_places, given):
                continue
            if _listed_together(places, other_places, given) or not any(
                given[p].case == given[q].case for p in places for q in other_places
            ):
                continue
            mine = [each for place in places for each in beside_given[place]]
            theirs = [each for place in other_places for each in beside_given[place]]
            if _share_side(beside, theirs) and _share_side(other_beside, mine):
                return True
    return False


def _done_by(agents: frozenset[str], places: Sequence[int], given: Sequence[_Placed]) -> bool:
    return any(given[place].slot in agents for place in places)


def _beside(words: Sequence[_Placed]) -> list[list[tuple[str, _Placed]]]:
    """For each word the one before and the one after it, in its stretch."""
    found: list[list[tuple[str, _Placed]]] = []
    for at, word in enumerate(words):
        near = [("before", words[at - 1])] if at else []
        near += [("after", words[at + 1])] if at + 1 < len(words) else []
        found.append([(side, each) for side, each in near if each.stretch == word.stretch])
    return found


def _share_side(ones: Sequence[tuple[str, _Placed]], others: Sequence[tuple[str, _Placed]]) -> bool:
    return any(side == at and one.same(other) for side, one in ones for at, other in others)


def _listed_together(places: Sequence[int], others: Sequence[int], given: Sequence[_Placed]) -> bool:
    """Whether the source only lists them: "pictures and sounds"."""
    return any(abs(one - other) == 1 and given[max(one, other)].joined for one in places for other in others)


def _case(lowered: str, reading: Reading, language: Language) -> str:
    """What the ending tells of a word's place; "" where endings do not tell it."""
    if PACKS[language].claims.oblique is None:
        return ""
    return "" if lowered in reading.lemmas else lowered[-2:]


def _measured_otherwise(known: Known) -> bool:
    """Whether a number is of another measure: "10 days" for "10 working days"."""
    return any(
        word.number and units(word.measure) and not any(_alike(word.measure, each.measure) for each in found)
        for word, found in known
    )


def _alike(one: str, other: str) -> bool:
    return one[:MEASURE] == other[:MEASURE]


def _placed(text: str, language: Language, read: Read) -> list[_Placed]:
    claims = PACKS[language].claims
    genitive = PACKS[language].genitive
    placed: list[_Placed] = []
    for number, stretch in enumerate(_stretches(text, language)):
        tokens = WORD.findall(stretch)
        readings = [read(token) for token in tokens]
        for at, (token, reading) in enumerate(zip(tokens, readings, strict=True)):
            figure = bool(_NUMBER.match(token))
            if reading.function and not figure:
                continue
            lowered = token.lower()
            before = readings[at - 1] if at else None
            owned = (
                genitive is not None
                and before is not None
                and not (before.function or _is_verb(before, language))
                and genitive.search(tokens[at - 1])
            )
            verb = _is_verb(reading, language)
            oblique = claims.oblique is not None and claims.oblique.search(lowered) is not None
            placed.append(
                _Placed(
                    lowered,
                    frozenset({lowered}) if figure else reading.names() | {fold(token)},
                    number,
                    at,
                    _slot(tokens, readings, at, language),
                    figure,
                    claims.oblique is not None and not (oblique or verb) and lowered in reading.lemmas,
                    oblique,
                    verb,
                    before.names() if owned and before is not None else None,
                    tokens[at + 1].lower() if figure and at + 1 < len(tokens) else "",
                    _case(lowered, reading, language),
                    at > 0 and tokens[at - 1].lower() in claims.joins,
                )
            )
    return placed


def _is_verb(reading: Reading, language: Language) -> bool:
    infinitive = PACKS[language].infinitive
    return infinitive is not None and all(infinitive.search(lemma) for lemma in reading.lemmas)


def _slot(tokens: Sequence[str], readings: Sequence[Reading], at: int, language: Language) -> str:
    """The preposition that a word belongs to: with small words between, and one word that counts at most."""
    claims = PACKS[language].claims
    if claims.possessive is not None and claims.possessive.search(tokens[at]) and at + 1 < len(tokens):
        return "of"
    small = False
    for place in range(at - 1, max(-1, at - 5), -1):
        word = tokens[place].lower()
        if word in claims.prepositions:
            return word
        if readings[place].function:
            small = True
        elif small or place < at - 1:
            return ""
    return ""


def _stretches(text: str, language: Language) -> Iterator[str]:
    """What stands between marks and conjunctions; what follows a bare "and" only where it is a clause's length."""
    start = 0
    for match in _BREAK.finditer(text):
        following = text[match.end() : _next_break(text, match.end())]
        joins = match["mark"] is None and match["word"].lower() in PACKS[language].claims.joins
        if joins and len(WORD.findall(following)) < MIN_CLAUSE:
            continue
        yield text[start : match.start()]
        start = match.start() if match["mark"] is None else match.end()
    yield text[start:]


def _next_break(text: str, start: int) -> int:
    match = _BREAK.search(text, start)
    return match.start() if match else len(text)
