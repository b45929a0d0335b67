"""What a sentence of guidance decides: permission, prohibition, permission by somebody's leave, or nothing.

Read from its words alone: modal, negation, exception, condition. One of two witnesses: a verdict is shown where the
trained reader sees the same. What is told apart only by the world, not by the words, is left undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.language.pack import PermissionWords
from rag.language.packs import PACKS
from rag.types import Language, Span, Verdict

# Characters of a clause that is looked at comma by comma: a longer one is no sentence, and takes its time squared.
MAX_PARTED = 600  # chosen by judgement
MAX_PLACES = 12  # commas and joints of a clause, or clauses of leave, that are looked at
MIN_WORDS = 3  # of a clause: "Nobody, a superior included, may …" is one. Chosen by judgement
# Sentences, parts of them and cells whose reading is kept: what a document's words decide does not change from one
# question to the next. Those that were asked of last; one takes some 700 bytes. Chosen by judgement.
KEPT = 16_384
_Stand = Literal["permits", "forbids", "needs_leave", "needs_no_leave"]


@dataclass(frozen=True, slots=True)
class Permission:
    """verdict: None where the sentence decides nothing, or two things at once. conditions: the clauses that it depends
    on, as ranges of the text; silent: nothing in it permits or forbids."""

    verdict: Verdict | None
    conditions: tuple[Span, ...] = ()
    silent: bool = False


# "…, ja tällöin", "…, minkä jälkeen": what stands before it is a clause of its own.
_GOES_ON = re.compile(r"(?:ja|eikä|sekä|jo\w+|mi\w+|och|samt|som|vilk\w+|and|which|who)\b", re.IGNORECASE)
# What the first clause says, and what a second says that only denies it: "X edellyttää lupaa, Y ei".
_DENIED: Mapping[_Stand | None, _Stand] = {"permits": "forbids", "needs_leave": "needs_no_leave"}
UNDECIDED = Permission(None)
SILENT = Permission(None, silent=True)


def permission_in(text: str, language: Language, lead_in: str = "") -> Permission:
    """What a sentence, a list item or a cell decides. lead_in: the line that a list item goes on from."""
    decided = [each for _, each in permissions_in(text, language, lead_in)]
    # Where one clause decides and another is not understood, nobody knows what the whole says.
    if len({each.verdict for each in decided}) != 1:
        return UNDECIDED
    return Permission(decided[0].verdict, tuple(span for each in decided for span in each.conditions))


@lru_cache(maxsize=KEPT)
def permissions_in(text: str, language: Language, lead_in: str = "") -> tuple[tuple[Span, Permission], ...]:
    """The same, clause by clause. What is only stated, and goes on with a comma alone, says nothing of what follows:
    "Tunniste on henkilökohtainen, eikä sitä saa lainata"; after "but" or ";" it may be another case."""
    found = tuple(_all_permissions(text, language, lead_in))
    if len(found) == 2 and found[0][1].silent and text[found[0][0].end : found[1][0].start].strip() == ",":
        # "…, not for firms" tells what the first does not hold of, whatever that says.
        return found if PACKS[language].permission.no.match(found[1][0].of(text)) else found[1:]
    return found


def _all_permissions(text: str, language: Language, lead_in: str) -> list[tuple[Span, Permission]]:
    words = PACKS[language].permission
    if text.rstrip().endswith("?"):  # what is asked is not decided
        return []
    # That it is an exception to something else is no exception of its own.
    text = words.exceptionally.sub(lambda match: " " * len(match.group()), text)
    clauses = _clauses(text, words)
    if lead_in and len(clauses) > 1:
        # "polttaa kynttilöitä; paristokynttilät käyvät": the lead-in goes with the first.
        first = Span(0, clauses[0].end)
        rest = [(clause, _of_clause(text, clause, words)) for clause in clauses[1:]]
        return [(first, _of_item(first.of(text), lead_in, words)), *rest]
    if lead_in:
        return [(Span(0, len(text)), _of_item(text, lead_in, words))]
    return [(clause, _of_clause(text, clause, words)) for clause in clauses]


@lru_cache(maxsize=KEPT)
def permission_in_cell(text: str, language: Language) -> Permission:
    """What a cell of a table decides, where it may be no more than "ei" or "rehtorin luvalla"."""
    words = PACKS[language].permission
    whole = permission_in(text, language)
    if whole.verdict is not None or len(_clauses(text, words)) > 1:
        return whole
    conditions = _conditions_in(text, words)
    if words.no.match(text):
        return _decided("forbids", text, conditions, words)
    if _is_leave(text, words) and not any(words.without.match(span.of(text)) for span in conditions):
        return Permission("only_if_approved", (Span(0, len(text)),))
    return _decided("permits", text, conditions, words) if words.yes.match(text) else UNDECIDED


def parts_between_commas(text: str, stretch: Span, language: Language) -> list[Span]:
    """The parts of a stretch of a sentence between its commas, but for those before what only goes on ("jos", "joka").
    Of one that is too long to be a sentence the whole."""
    if stretch.end - stretch.start > MAX_PARTED:
        return [stretch]
    commas = list(PACKS[language].permission.commas.finditer(text, stretch.start, stretch.end))
    starts, ends = [stretch.start, *(each.end() for each in commas)], [*(each.start() for each in commas), stretch.end]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def is_modal(word: str, language: Language) -> bool:
    """Whether a word only permits or forbids: "kielletty", "allowed"."""
    words = PACKS[language].permission
    return bool(words.permits.fullmatch(word) or words.forbids.fullmatch(word))


def stretches_in(text: str, language: Language) -> list[tuple[str, list[str]]]:
    """The stretches that say something by themselves: what stands outside their conditions, and these."""
    words = PACKS[language].permission
    found = []
    for clause in _clauses(text, words):
        said = clause.of(text)
        conditions = _conditions_in(said, words)
        outside = said
        for span in reversed(conditions):
            outside = f"{outside[: span.start]} {outside[span.end :]}"
        found.append((outside, [span.of(said) for span in conditions]))
    return found


def _of_item(text: str, lead_in: str, words: PermissionWords) -> Permission:
    """An item says for what the lead-in holds; an exception or a condition of its own changes that."""
    outside = _outside(lead_in, _conditions_in(lead_in, words), words)
    stand = _stand(outside, words) or _stand_of_leave(lead_in, words)
    if stand is None:
        # "Näin toimitaan:" decides nothing, each item by itself; after "varmista, että:" it is no sentence of its own.
        return UNDECIDED if words.goes_on.search(lead_in) else _of_clause(text, Span(0, len(text)), words)
    if len(_clauses(text, words)) > 1 or words.no.match(text):
        return UNDECIDED
    # "Tekoälyä ei saa käyttää, ellei:" is a condition only together with the item.
    lead = lead_in.rstrip(" :")
    begun = {m.start() for m in words.conditions.finditer(lead) if not words.excepts.fullmatch(m.group())}
    joined = f"{lead} {text}"
    across = (m.start() for m in words.conditions.finditer(joined) if m.start() < len(lead) < m.end())
    if any(start not in begun and _stand(lead[start:], words) is None for start in across):
        return Permission(_of_clause(joined, Span(0, len(joined)), words).verdict, (Span(0, len(text)),))
    return _decided(stand, text, _conditions_in(text, words), words)


def _clauses(text: str, words: PermissionWords) -> list[Span]:
    """The stretches that decide on their own: what ";" or "but" parts, and a short last one."""
    found = list(words.parts.finditer(text))
    short = next(words.short.finditer(text, found[-1].end() if found else 0), None)
    found += [short] if short else []
    starts, ends = [0, *(match.end() for match in found)], [*(match.start() for match in found), len(text)]
    parted = [Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    return [each for clause in parted for each in _cases(text, clause, words)]


def _cases(text: str, clause: Span, words: PermissionWords) -> list[Span]:
    """A clause as those that a comma or "and" parts where another case begins: where a word says so ("…, Y sen sijaan
    …"), or where what follows says the opposite. Of several such places nobody knows which it is ("ei saa tuoda ruokaa,
    juomia tai lemmikkejä, vettä saa"): what lies between the first and the last belongs to neither."""
    for match in words.commas.finditer(text, clause.start, clause.end):
        if _begins_another(text, match, clause, words):
            first, second = Span(clause.start, match.start()), Span(match.end(), clause.end)
            return [*_cases(text, first, words), *_cases(text, second, words)]
    found = list(_turns(text, clause, words))
    if not found:
        return [clause]
    cases = [Span(clause.start, found[0].start), Span(found[-1].end, clause.end)]
    if len(found) > 1:
        cases.insert(1, Span(found[0].end, found[-1].start))
    return cases


def _begins_another(text: str, comma: re.Match[str], clause: Span, words: PermissionWords) -> bool:
    """Whether a word behind the comma says that it is another case; where only an adverb does, what follows decides,
    too: "…, käytä sen sijaan turvapostia" is none."""
    if words.contrasts.match(text, comma.start(), clause.end):
        return True
    said = words.instead.match(text, comma.start(), clause.end)
    return said is not None and _stand_of(text[comma.end() : clause.end], words) is not None


def _turns(text: str, clause: Span, words: PermissionWords) -> Iterator[Span]:
    """The commas and joints of a clause at which the opposite begins. "and" parts only what is permitted from what is
    forbidden."""
    if clause.end - clause.start > MAX_PARTED:
        return
    found = [(match, True) for match in words.commas.finditer(text, clause.start, clause.end)]
    found += [(match, False) for match in words.joins.finditer(text, clause.start, clause.end)]
    for match, is_comma in sorted(found, key=lambda each: each[0].start())[:MAX_PLACES]:
        first, second = text[clause.start : match.start()], text[match.end() : clause.end]
        if is_comma:
            one, other = _stand_of(first, words), _stand_of(second, words)
            before = text.rfind(", ", clause.start, match.start())
            ends_aside = before >= 0 and not words.commas.match(text, before)  # "…, jota ei saa kopioida, voi lukea"
            opposite = {one, other} in ({"permits", "forbids"}, {"needs_leave", "needs_no_leave"})
            if opposite and not ends_aside and len(first.split()) >= MIN_WORDS and second.strip():
                yield Span(match.start(), match.end())
            continue
        open_ended = any(each.end >= len(first.rstrip()) for each in _conditions_in(first, words))
        if open_ended and not first.rstrip().endswith(","):
            continue  # "jos asiakas suostuu ja kuvassa ei ole muita": both are the condition
        permitted = _holds(words.permits, first, words) and not _holds(words.forbids, first, words)
        if permitted and _holds(words.forbids, second, words):
            yield Span(match.start(), match.end())


def _holds(modal: re.Pattern[str], stretch: str, words: PermissionWords) -> bool:
    return modal.search(words.not_modal.sub(" ", _main(stretch, words))) is not None


def _stand_of(said: str, words: PermissionWords) -> _Stand | None:
    return _stand(_main(said, words), words)


def _main(said: str, words: PermissionWords) -> str:
    return _outside(said, _conditions_in(said, words), words)


def _of_clause(text: str, clause: Span, words: PermissionWords) -> Permission:
    said = clause.of(text)
    found = _conditions_in(said, words)
    conditions = [Span(clause.start + each.start, clause.start + each.end) for each in found]
    # What is decided stands outside the conditions: in "ei saa …, jos asiakas ei saa …" the second "ei saa" is none.
    stand = _stand(_outside(said, found, words), words) or _stand_of_leave(said, words)
    if stand is None and clause.start and words.no.match(said):
        stand = "forbids"  # "… saa ottaa vauvan, ei isompia lapsia"
    if stand is None and clause.start and words.denied.search(said):
        stand = _DENIED.get(_stand(text[: clause.start], words))
    if stand is None and _rests_on_leave(said, found, words):
        stand = "needs_leave"
    if stand is None and any(words.by_consent.fullmatch(each.of(text).strip(" .,")) for each in conditions):
        stand = "permits"  # "käynnistä kerrotaan vain asiakkaan suostumuksella"
    weakly = stand == "permits" and not words.permits.search(words.weak.sub(" ", said))
    if weakly and text[: clause.start].endswith(", ") and _stand_of(text[: clause.start], words) == "forbids":
        return UNDECIDED  # "Pihalla ei saa pysäköidä, auto voidaan hinata pois" permits nothing
    if stand == "needs_leave" and not conditions:
        conditions = [clause]
    return _decided(stand, text, conditions, words) if stand else SILENT


def _rests_on_leave(said: str, conditions: Sequence[Span], words: PermissionWords) -> bool:
    """Whether what is stated is done by somebody's leave: "Tietoja luovutetaan rehtorin luvalla", "vasta, kun rehtori
    on hyväksynyt sen"; not "vain rehtori voi hyväksyä", nor what is not done at all, with leave or without."""
    granted = [
        each for each in conditions if _is_leave(each.of(said), words) and not words.permits.search(each.of(said))
    ]
    if not granted:
        return False
    if any(words.restricts.match(each.of(said)) for each in granted):
        return True
    if words.negates.search(said):
        return False
    # "Program som installerats med it-enhetens tillstånd": that is told of the programs.
    asides = [Span(*aside.span()) for aside in words.asides.finditer(said) if not words.permits.search(aside.group())]
    return any(
        not any(aside.start < each.start < aside.end for aside in asides)
        and not words.without.match(each.of(said))
        and not words.excepts.match(each.of(said))
        and not words.given.match(said, each.start)
        for each in granted[:MAX_PLACES]
    )


def _conditions_in(text: str, words: PermissionWords) -> list[Span]:
    """The clauses that it depends on. One that comes first ends where what depends on it begins: "Jos lupa puuttuu,
    tilaa ei saa käyttää"."""
    found: list[Span] = []
    at = 0
    forbidden = words.forbids.search(text) is not None

    def conceded(clause: re.Match[str]) -> str:
        """Spaces for what it holds in spite of ("vaikka olisi vain minuutti"), which is no condition; where something
        is permitted, what is said of leave stays."""
        said = clause.group()
        leave = _is_leave(said, words) or words.agreed.search(said) is not None
        return said if leave and not forbidden else " " * len(said)

    text = words.concedes.sub(conceded, text)
    while match := words.conditions.search(text, at):
        comma = text.find(", ", match.start(), match.end()) if not text[: match.start()].strip() else -1
        if comma > 0 and (modal := _first_modal(text, comma, match.end(), words)) is not None:
            comma = text.rfind(", ", match.start(), modal)  # "Jos aineisto on julkista, avointa tai omaa, sitä saa …"
        # "Vasta, kun …": the comma belongs to how it begins.
        if comma > 0 and words.restricts.fullmatch(text[match.start() : comma]):
            comma = text.find(", ", comma + 1, match.end())
        end = comma if comma > 0 else match.end()
        found.append(Span(match.start(), end))
        at = max(end, match.start() + 1)
    return found


def _first_modal(text: str, start: int, end: int, words: PermissionWords) -> int | None:
    """Where what decides begins, unless another clause stands before it, or it only goes on from one."""
    found = (each.search(text, start, end) for each in (words.permits, words.forbids))
    first = min((match.start() for match in found if match), default=None)
    if first is None or _GOES_ON.match(text, text.rfind(", ", start, first) + 2):
        return None
    return first


def _outside(text: str, conditions: Sequence[Span], words: PermissionWords) -> str:
    """What stands outside the conditions and the clauses that decide nothing."""
    for span in reversed(conditions):
        text = f"{text[: span.start]} {text[span.end :]}"
    return words.asides.sub(" ", text)


def _stand_of_leave(said: str, words: PermissionWords) -> _Stand | None:
    """Whether leave is needed or not, where it is told in what looks like a condition."""
    if words.needs_no_leave.search(said):
        return "needs_no_leave"
    return "needs_leave" if words.needs_leave.search(said) else None


def _stand(main: str, words: PermissionWords) -> _Stand | None:
    if (about_leave := _stand_of_leave(main, words)) is not None:
        return about_leave
    # What is no permission at all ("saa palkkaa": gets paid) is taken out before the modal is looked for.
    main = words.not_modal.sub(" ", main)
    if words.forbids.search(main):
        return "forbids"
    return "permits" if words.permits.search(main) else None


def _decided(stand: _Stand, text: str, conditions: list[Span], words: PermissionWords) -> Permission:
    spans = tuple(_with_negation(text, span, words) for span in conditions)
    said = [span.of(text) for span in conditions]
    leave = [each for each in said if _is_leave(each, words)]
    if stand == "needs_no_leave":
        return Permission("allowed", spans)
    if stand == "needs_leave":
        return Permission("only_if_approved", spans)
    if stand == "permits":
        if any(not words.without.match(each) for each in leave):
            return Permission("only_if_approved", spans)
        # "Vain auton sisällä": which of both it is, the question decides; so with "paitsi".
        open_ended = [
            each
            for each in said
            if words.only.match(each) or (words.excepts.match(each) and not words.unless.match(each))
        ]
        return Permission("allowed", spans) if _are_consents(open_ended, words) else UNDECIDED
    turning = [
        each for each in said if words.excepts.match(each) or words.without.match(each) or words.only.match(each)
    ]
    if turning and leave:
        return Permission("only_if_approved", spans)
    if turning:
        return Permission("allowed", spans) if _are_consents(turning, words) else UNDECIDED
    return Permission("not_allowed", spans)


def _with_negation(text: str, condition: Span, words: PermissionWords) -> Span:
    """ "But not without the consent of the person": the condition as it is meant."""
    if not words.without.match(condition.of(text)):
        return condition
    negation = re.search(r"(?:not|ei|inte|ej)\s+$", text[: condition.start], re.IGNORECASE)
    return Span(negation.start(), condition.end) if negation else condition


def _are_consents(conditions: Sequence[str], words: PermissionWords) -> bool:
    """Whether all of them are the consent of those whom it is about: who has it, may."""
    return all(words.agreed.search(each) for each in conditions)


def _is_leave(condition: str, words: PermissionWords) -> bool:
    return bool(
        words.leave.search(condition) or (words.consent.search(condition) and words.authority.search(condition))
    )
