"""From a may-I question to a verdict: the rules that apply, and what the organisation has approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.answering.places import stands_at
from rag.answering.question import ENTERING, Question
from rag.curated.concepts import Concept
from rag.curated.rules import STRICTNESS, ApprovedTool, Rule, Rulebook, tool_concept_id
from rag.language.answer_types import MOST_KEYWORDS, asks_what_must
from rag.language.packs import ALL, either
from rag.types import Document, Language, Span, Verdict

Names = Callable[[Rule, Question], bool]

# "Does pseudonymised data count as personal data?" asks what is so, not what one may do.
_ASKS_A_FACT = re.compile(rf"\W*(?:{either(pack.questions.asks_a_fact for pack in ALL)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that applies to the question, and where its quote stands."""

    rule: Rule
    span: Span


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules and the register say to a question.

    applied: the organisation's own first; deciding: those that the verdict rests on; data: the protected classes and
    kinds that the question names; tool: how the named service is called, None where none is named; approval: whether
    the question speaks of one; unapproved: whether it says that there is none; entries: the service's approvals that
    are in force, expired: one that no longer is; approved_for: other services that are approved for all of this data.
    """

    verdict: Verdict
    applied: tuple[Applied, ...]
    deciding: tuple[Applied, ...]
    data: tuple[Concept, ...]
    tool: str | None
    entries: tuple[ApprovedTool, ...] = ()
    expired: ApprovedTool | None = None
    approved_for: tuple[ApprovedTool, ...] = ()
    approval: bool = False
    unapproved: bool = False

    @property
    def by_register(self) -> bool:
        """Whether the register of approved tools decides, not a rule alone."""
        return bool(self.entries and self.data) and all(each.rule.verdict != "not_allowed" for each in self.applied)

    @property
    def differ(self) -> bool:
        """Whether the rules that decide come to different verdicts, or forbid what others do not: an approval that
        others ask for is no difference."""
        others = self.applied if self.verdict == "not_allowed" else self.deciding
        return len({each.rule.verdict for each in others}) > 1

    @property
    def conditions(self) -> list[tuple[str, Applied]]:
        """What the verdict depends on, with the rules that say so."""
        return [
            (text, each) for each in self.deciding if each.rule.verdict == self.verdict for text in each.rule.conditions
        ]

    def places(self) -> dict[str, list[Span]]:
        """Where the rules rest, by document."""
        places: dict[str, list[Span]] = {}
        for each in self.applied:
            places.setdefault(each.rule.document, []).append(each.span)
        return places


# Concepts of concepts.yaml that the rules are read by.
APPROVING, UNAPPROVED, ALLOWED, USING = "approve", "unapproved", "allowed", "use_of_ai"
WORKPLACE = "workplace"
PROTECTED, PUBLIC = frozenset({"personal_data", "confidential", "non_public"}), "public_data"  # classes of data
# What a question may name without asking something else: "Can one trust AI?" names nothing that is done with it.
_EXPLAINING_KINDS = frozenset({"tool", "data_class", "action", "use_case"})
_EXPLAINING = frozenset({WORKPLACE, APPROVING, ALLOWED, USING, ENTERING})
DECIDING = "decide"  # what decides about somebody is another question than what is entered into a service


def rule_on(
    question: Question,
    rulebook: Rulebook,
    concepts: Mapping[str, Concept],
    documents: Mapping[str, Document],
    day: date,
    like: Sequence[tuple[str, Span]] = (),
    names: Names = lambda *_: False,
) -> Ruling | None:
    """The ruling on a question, None where no rule applies.

    What the organisation says itself decides: its permission is the approval that the national guidance asks for, and
    its prohibition holds. Of its rules the most specific decide, and of those the strictest.

    documents: those in force on that day; like: the places (document, span) that surely answer questions like this one,
    so that material and services which no concept names are recognised all the same; names: whether a question names
    the words that a rule is about.
    """
    in_force = [(rule, span) for rule, span in rulebook.rules if rule.document in documents]
    applied = [Applied(rule, span) for rule, span in rules_that_apply(question, in_force, concepts, like, names)]
    if not applied:
        return None
    publisher = rulebook.organisation.national_publisher
    national = [each for each in applied if documents[each.rule.document].metadata.publisher == publisher]
    own = _most_specific([each for each in applied if each not in national], question)
    applied = [*own, *national]
    protected = set().union(*(each.rule.data for each in applied))
    data = tuple(concepts[name] for name in sorted(question.named) if _is_or_implies(name, protected, concepts))
    verdict = max((each.rule.verdict for each in own or national if each.rule.verdict), key=STRICTNESS.index)
    named = named_tools(question, rulebook)
    entries = tuple(tool for tool in named if tool.valid(day))
    if verdict == "only_if_approved" and entries and data:  # material that no concept names cannot be looked up
        listed = set().union(*(tool.data for tool in entries))
        verdict = "allowed" if all(_approved(each, listed, concepts) for each in data) else "not_allowed"
    unapproved = verdict == "only_if_approved" and UNAPPROVED in question.named and APPROVING not in question.named
    if unapproved:
        verdict = "not_allowed"
    return Ruling(
        verdict,
        tuple(applied),
        tuple(own or national),
        data,
        named[0].name if named else named_service(question, "fi", concepts),
        entries,
        expired=next((tool for tool in named if not tool.valid(day)), None) if not entries else None,
        approved_for=tuple(
            tool
            for tool in rulebook.tools
            if data
            and tool not in named
            and tool.valid(day)
            and all(_approved(each, set(tool.data), concepts) for each in data)
        ),
        approval=APPROVING in question.named,
        unapproved=unapproved,
    )


def _most_specific(applied: Sequence[Applied], question: Question) -> list[Applied]:
    """Those that say the most of what the question names: this service rather than services."""

    def specificity(rule: Rule) -> float:
        exact = [bool(set(each) & question.named) for each in (rule.data, rule.tools)]
        return len(rule.words) + sum(exact) + sum(map(bool, (rule.data, rule.tools)))

    highest = max((specificity(each.rule) for each in applied), default=0.0)
    return [each for each in applied if specificity(each.rule) == highest]


def rules_that_apply(
    question: Question,
    rules: Sequence[tuple[Rule, Span]],
    concepts: Mapping[str, Concept],
    like: Sequence[tuple[str, Span]] = (),
    names: Names = lambda *_: False,
) -> list[tuple[Rule, Span]]:
    """Those of the rules with a verdict whose conditions the question meets.

    It must ask whether something may be done, and name what the rule is about, as far as it is about one: a class of
    data, a service, unless it asks of one and is surely like what is asked of the rule (like), and the rule's words.
    What names no class is no case of a rule about one, however like it is, nor is what names other classes as well
    ("the published list of …"): see conditions_on.
    """
    if not asks_whether(question) or (DECIDING in question.named and ENTERING not in question.named):
        return []
    found = []
    for rule, span in rules:
        if rule.verdict is None or question.concepts & set(rule.unless):
            continue
        is_like = stands_at(rule.document, span, like)
        of_data = (
            not rule.data
            or (question.concepts & set(rule.data) and not _of_other_classes(question, rule, concepts))
            or (question.protected and set(rule.data) >= PROTECTED)  # of whichever class it is
        )
        of_tool = (
            not rule.tools
            or question.concepts & set(rule.tools)
            or question.service_within
            or (is_like and asks_of_a_service(question, concepts))
        )
        if of_data and of_tool and (not rule.words or names(rule, question)):
            found.append((rule, span))
    return found


def asks_of_a_service(question: Question, concepts: Mapping[str, Concept]) -> bool:
    """Whether it is asked of a service, though it may not name one: it enters something, has a service within another
    word ("chattbotsprojekt"), goes on from a question that names one, or names nothing but data and leave ("hetu ok?").

    However like a rule's own questions it is: whoever asks of another deed ("Får jag gå på en klients begravning?")
    asks nothing of services, and in an organisation's guidance on all its work most do.
    """
    if ENTERING in question.named or question.service_within or question.of_service:
        return True
    kinds = _kinds_by_word(question, concepts)
    if any("tool" in each for each in kinds):
        return True
    leave = {APPROVING, ALLOWED, USING}
    return all("data_class" in each or word.concepts & leave for each, word in zip(kinds, question.words, strict=True))


def asks_leave_alone(question: Question, concepts: Mapping[str, Concept]) -> bool:
    """Whether it asks of a service if it is allowed, and nothing else: "onko gemini sallittu työssä". What it is like
    may ask something else of the service."""
    kinds = _kinds_by_word(question, concepts)
    said = [
        bool(each & {"tool", "action"}) or WORKPLACE in word.concepts
        for each, word in zip(kinds, question.words, strict=True)
    ]
    return asks_whether_allowed(question) and any("tool" in each for each in kinds) and all(said)


def _kinds_by_word(question: Question, concepts: Mapping[str, Concept]) -> list[set[str]]:
    return [{concepts[name].kind for name in word.concepts} for word in question.words]


def _of_other_classes(question: Question, rule: Rule, concepts: Mapping[str, Concept]) -> bool:
    """Whether the question names a class of data, one with a name, that the rule says nothing of: none of its own, and
    neither narrower nor broader than one of them. What a word implies besides the rule's own is no other: an identity
    code is personal data, whatever else it is."""
    own = set(rule.data)
    broader = own.union(*(_all_broader(name, concepts) for name in own))
    others = (
        {each for each in word.concepts | word.implied if concepts[each].name is not None}
        for word in question.words
        if not (word.concepts | word.implied) & own
    )
    return any(
        name not in broader and not _all_broader(name, concepts) & own and not _is_denied(name, question, concepts)
        for each in others
        for name in each
    )


def _is_denied(name: str, question: Question, concepts: Mapping[str, Concept]) -> bool:
    """Whether the question names what stands for the denial of a class: a bill is public, but not "a draft of a bill
    that is not public"."""
    return any(concepts[each].negated in question.named for each in {name, *_all_broader(name, concepts)})


def conditions_on(
    question: Question,
    rules: Sequence[tuple[Rule, Span]],
    concepts: Mapping[str, Concept],
    like: Sequence[tuple[str, Span]] = (),
) -> list[tuple[Rule, Span]]:
    """The rules that decide as soon as somebody says which material: the question asks whether a service may be used
    and names the service, but no class of data, or classes of which one rule says something and none all.

    Nothing in it may be unexplained, as an unknown word may ask something else; or it is surely like what is asked of
    the rule (like).
    """
    if not asks_whether_allowed(question) or DECIDING in question.named or asks_what_must(question.text):
        return []
    explained = all(
        kinds & _EXPLAINING_KINDS or word.concepts & _EXPLAINING
        for kinds, word in zip(_kinds_by_word(question, concepts), question.words, strict=True)
    )
    return [
        (rule, span)
        for rule, span in rules
        if rule.verdict is not None
        and rule.data
        and not rule.words
        and question.concepts & set(rule.tools)
        and (not question.classes or question.concepts & set(rule.data))
        and not question.concepts & set(rule.unless)
        and (explained or bool(question.classes) or stands_at(rule.document, span, like))
    ]


def rules_on_other_data(question: Question, rules: Sequence[tuple[Rule, Span]]) -> list[tuple[str, Span]]:
    """The places, as (document id, span), of rules that cannot answer: the question names a class of data, and none of
    those that the rule is about. Public data is asked for in the same words as personal data."""
    return [
        (rule.document, span)
        for rule, span in rules
        if rule.verdict is not None and rule.data and question.classes and not question.classes & set(rule.data)
    ]


def concerns(named: frozenset[str], ruling: Ruling, concepts: Mapping[str, Concept]) -> bool:
    """Whether a sentence with these concepts is about data that the question asks to enter, or about a wider class."""
    asked = {each.id for each in ruling.data}
    return bool(named & asked.union(*(_all_broader(each.id, concepts) for each in ruling.data)))


def _all_broader(name: str, concepts: Mapping[str, Concept]) -> set[str]:
    broader = set(concepts[name].broader)
    return broader.union(*(_all_broader(each, concepts) for each in broader))


def asks_whether(question: Question) -> bool:
    """A may-I question, or keywords that leave the question to the reader: "hetu copilot?"."""
    if question.focus in ("who", "how_many", "why", "where") or asks_something_else(question):
        return False
    if question.focus == "unsaid" and len(question.words) > MOST_KEYWORDS and question.text.rstrip().endswith("."):
        return False  # "Write me a forged approval that …"
    if question.focus == "unsaid" and not question.asks_permission:
        # "hetu copilot?", "paste client list copilot", not "hetu copilot penalty"
        return ENTERING in question.named or all(word.concepts for word in question.words)
    if question.asks_permission:
        return True
    asks_a_fact = _ASKS_A_FACT.match(question.text) is not None and ENTERING not in question.named
    return question.focus == "whether" and not asks_a_fact


def asks_something_else(question: Question) -> bool:
    """Whether something is entered only in a clause of its own, beside what is asked: "Does it stay there, if I …?",
    "Vilket straff får man om man har matat in …?". What is asked names what is neither entering nor an approval, and
    asks for no leave."""
    split = question.split
    if split is None or split.asks_leave:
        return False
    if split.happens:  # "Is AI of use?" is beside nothing
        return bool(split.asked) and (bool(question.classes) or ENTERING in question.named)
    named, beside = (frozenset().union(*(w.concepts | w.implied for w in part)) for part in (split.main, split.beside))
    if {ENTERING, APPROVING, ALLOWED} & named or not split.asked:
        return False
    return ENTERING in beside or bool(question.classes & beside - named)


def asks_whether_allowed(question: Question) -> bool:
    """Whether it can be answered by yes, no or "it depends": not "what may AI do?", but "what may one paste?"."""
    yes_or_no = question.focus in ("whether", "unsaid") or ENTERING in question.named
    return question.asks_permission and asks_whether(question) and yes_or_no


def may_be_decided(question: Question) -> bool:
    """Whether yes or no may be an answer. That it asks for leave is only weighed: of the may-I questions on the
    training documents a fifth does so in no word that one could list ("oma kannettava ysillä?", "keep it?")."""
    return question.focus in ("whether", "unsaid") or asks_whether_allowed(question)


def _is_or_implies(name: str, wanted: set[str], concepts: Mapping[str, Concept]) -> bool:
    return name in wanted or any(_is_or_implies(broader, wanted, concepts) for broader in concepts[name].broader)


def _approved(data: Concept, listed: set[str], concepts: Mapping[str, Concept]) -> bool:
    """Whether an approval for the listed classes covers this data.

    A class of its own (it has a name) must be listed itself; what belongs to classes is covered by all of them.
    """
    if data.id in listed:
        return True
    if data.name is not None or not data.broader:
        return False
    return all(_approved(concepts[broader], listed, concepts) for broader in data.broader)


def named_tools(question: Question, rulebook: Rulebook) -> list[ApprovedTool]:
    """The entries of the register, in force or not, that the question names."""
    return [tool for number, tool in enumerate(rulebook.tools) if tool_concept_id(number) in question.named]


def named_service(question: Question, language: Language, concepts: Mapping[str, Concept]) -> str | None:
    """The AI service that the question calls by its name, None for "a tool" and the like."""
    named = [concepts[name] for name in sorted(question.named)]
    services = [each for each in named if each.kind == "tool" and "ai_service" in each.broader]
    return services[0].display(language) if services else None


def class_names(data: Sequence[Concept], language: Language, concepts: Mapping[str, Concept]) -> str:
    """The classes of data that these belong to, as an answer calls them: "personal data, confidential material"."""
    names: dict[str, None] = {}
    for each in data:
        names |= dict.fromkeys(_class_names(each, language, concepts))
    return ", ".join(names)


def _class_names(data: Concept, language: Language, concepts: Mapping[str, Concept]) -> list[str]:
    if data.name is not None or not data.broader:
        return [data.display(language)]
    return [name for broader in data.broader for name in _class_names(concepts[broader], language, concepts)]
