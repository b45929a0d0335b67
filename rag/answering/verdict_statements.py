"""What an answer says of a ruling and of the register: curated sentences, each with the places it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from rag.answering.evidence import Evidence
from rag.answering.places import stands_at
from rag.answering.question import ENTERING, Question
from rag.answering.reading_verdict import verdict_of
from rag.answering.rule_matching import (
    Applied,
    Ruling,
    asks_whether,
    class_names,
    concerns,
    named_service,
    named_tools,
    rules_on_other_data,
    rules_that_apply,
)
from rag.answering.rule_words import RuleWords
from rag.answering.statements import Clause, Draft, Place, Said, cell_context, quote, quotes
from rag.answering.unit_verdicts import Says
from rag.curated.concepts import Concepts
from rag.curated.rules import REGISTER_ID, STRICTNESS, ApprovedTool, Rule, Rulebook, condition_of
from rag.language.messages import format_date, say
from rag.language.permissions import permission_in
from rag.language.words import split_words
from rag.types import Chunk, Document, Language, Notice, Open, Span, Verdict

Conditions = Sequence[tuple[Rule, Span]]

# The organisation's own guidance is quoted beside a rule when it is this likely to answer by itself: more
# likely than not.
OWN_RELEVANCE = 0.5
_USES = ("action", "use_case")  # kinds of concepts: what is done with material


class Rulings:
    """The sentences of one version's rulebook."""

    def __init__(
        self,
        rulebook: Rulebook,
        concepts: Concepts,
        documents: Mapping[str, Document],
        chunks: Sequence[Chunk],
        rule_words: RuleWords,
    ) -> None:
        self._rulebook = rulebook
        self._rule_words = rule_words
        self._finder = concepts
        self._concepts = concepts.by_id
        self._documents = documents
        self._chunks = chunks
        self._named: dict[str, frozenset[str]] = {}  # concepts by document, once it was asked

    def contact(self, language: Language) -> str:
        """Whom to ask, a whole sentence."""
        contact = self._rulebook.organisation.contact
        return contact.of(language) if contact else say(language, "contact.default")

    def ruled(self, ruling: Ruling, candidates: Sequence[Evidence], question: Question) -> Said:
        """The verdict and why: first what the organisation's own guidance says of it, then the rules."""
        language = question.language
        own, of_own, notices = self._of_own(candidates, question)
        if any(self.is_own(each.rule.document) for each in ruling.deciding):
            own, of_own, notices = [], None, []  # somebody has read what it says, and made a rule of it
        verdict: Verdict | None = ruling.verdict
        if of_own is not None:
            # An organisation's own permission is the approval that the national rule asks for; its prohibition holds.
            differ = of_own.verdict == "not_allowed" != verdict
            code = "sources_differ" if differ else "organisation_guidance"
            notices.append(Notice(code, say(language, f"notice.{code}")))
            verdict, ruling = of_own.verdict, replace(ruling, entries=())
        elif self._likeliest_forbids(own, ruling):
            if verdict != "not_allowed":
                notices.append(Notice("sources_differ", say(language, "notice.sources_differ")))
            verdict = "not_allowed"
            ruling = replace(ruling, entries=())  # an approval does not lift what the organisation forbids
        elif own:
            # It refines the rule in a way that nobody has read: no verdict is better than the wrong one.
            verdict = None
            notices.append(Notice("organisation_guidance", say(language, "notice.organisation_guidance")))
        elif not ruling.by_register and self._has_own_guidance_on(ruling, question):
            # The organisation has decided on such services itself, in words that were not found, or not surely. Of the
            # national verdicts shown beside such guidance 14 of 17 were wrong (docs/measurements.md).
            verdict = None
            own = self._own_on_data(candidates, ruling)
            code = "organisation_guidance" if own else "own_guidance_unread"
            notices.append(Notice(code, say(language, f"notice.{code}")))
        drafts = self._own_drafts(own, of_own, language)
        drafts += self._drafts(ruling, language)
        if question.protected:
            notices.append(Notice("material_read", say(language, "notice.material_read")))
        notices += self._notices(ruling, verdict, language)
        left_open = _left_open(ruling) if verdict == "only_if_approved" and of_own is None else ()
        conditions = _conditions(of_own, drafts) or (
            self._ruled_conditions(ruling) if verdict == ruling.verdict else ()
        )
        return Said(tuple(drafts), tuple(notices), verdict, left_open, conditions)

    def quoted(self, evidence: Sequence[Evidence], candidates: Sequence[Evidence], question: Question) -> Said:
        """The sources' own words, the organisation's own guidance first, with the verdict that it gives; beside a use
        case the rule on its material, unless the question names public material.

        candidates: all that may answer. Where one of them contradicts the verdict, the stricter holds.
        """
        language = question.language
        ordered = sorted(evidence, key=lambda each: not self.is_own(each.chunk.document_id))
        found: Says | None = None
        notices: list[Notice] = []
        if self.is_own(ordered[0].chunk.document_id):
            first, found, notices = self._decided(ordered[0], candidates, question)
            ordered = [first, *(each for each in ordered if each is not first)]
        drafts = quotes(ordered, language, self._documents)
        if question.asks_permission and not question.classes:
            drafts += self._beside(evidence[0].chunk, language)
        drafts[1:1] = self._definition(ordered[0], found)
        verdict = found.verdict if found else None
        return Said(tuple(drafts), tuple(notices), verdict, conditions=_conditions(found, drafts))

    def _decided(
        self, first: Evidence, candidates: Sequence[Evidence], question: Question
    ) -> tuple[Evidence, Says | None, list[Notice]]:
        """The place of the organisation's guidance that decides, what, and what is to be told of that: the first, or a
        stricter one that contradicts it."""
        found = verdict_of(first, question, candidates)
        if found is None:
            return first, None, []
        notices = []
        if (stricter := self._stricter(first, found, candidates, question)) is not None:
            first, found = stricter
            notices.append(Notice("guidance_differs", say(question.language, "notice.guidance_differs")))
        return first, found, [*notices, *_of_general_case(first, question.language)]

    def _stricter(
        self, first: Evidence, found: Says, candidates: Sequence[Evidence], question: Question
    ) -> tuple[Evidence, Says] | None:
        """Another place of the organisation's guidance that is as sure to speak of what was asked, names as much of it,
        and is stricter. What names less, or only the wider class, is a general rule, which the more specific one goes
        before."""
        return next(
            (
                (each, said)
                for each in candidates
                if each.span != first.span
                and self.is_own(each.chunk.document_id)
                and each.features.exact_coverage >= first.features.exact_coverage
                and each.features.coverage >= first.features.coverage
                and (said := verdict_of(each, question, candidates)) is not None
                and STRICTNESS.index(said.verdict) > STRICTNESS.index(found.verdict)
            ),
            None,
        )

    def _of_own(
        self, candidates: Sequence[Evidence], question: Question
    ) -> tuple[list[Evidence], Says | None, list[Notice]]:
        """What the organisation's own guidance says of it, what decides or is the most likely first, the verdict that
        this gives, and what is to be told of that."""
        own = [
            each
            for each in candidates
            if self.is_own(each.chunk.document_id) and each.relevance >= OWN_RELEVANCE and not each.features.ruled
        ]
        if not own:
            return [], None, []
        first, found, notices = self._decided(own[0], candidates, question)
        return [first, *(each for each in own if each is not first)], found, notices

    def _own_drafts(self, own: Sequence[Evidence], of_own: Says | None, language: Language) -> list[Draft]:
        """The likeliest place, quoted, and what its mark means."""
        if not own:
            return []
        return [quote(own[0], language, self._documents[own[0].chunk.document_id]), *self._definition(own[0], of_own)]

    def depending(
        self, conditions: Conditions, candidates: Sequence[Evidence], evidence: Sequence[Evidence], question: Question
    ) -> Said:
        """What is known where somebody asks whether a service may be used and names no material: what the
        organisation's own guidance says of it, the rules that decide as soon as the material is named, and what the
        sources say of the use.

        conditions: rules with their places (at least one); evidence: what answers, if anything does.
        """
        language = question.language
        own, of_own, notices = self._of_own(candidates, question)
        resting = [(rule.document, span) for rule, span in conditions]
        uses = [
            each
            for each in evidence
            if each not in own[:1] and not stands_at(each.chunk.document_id, each.span, resting)
        ]
        drafts = self._own_drafts(own, of_own, language)
        for number, (rule, span) in enumerate(conditions):
            intro = f"{say(language, 'decision.depends')} " if number == 0 and of_own is None else ""
            place = self._at(rule.document, span)
            drafts.append(Draft(intro + self._condition(rule, language), "rule", (place,)))
        drafts += quotes(uses[:1], language, self._documents)
        if of_own is not None:
            notices.append(Notice("organisation_guidance", say(language, "notice.organisation_guidance")))
            return Said(tuple(drafts), tuple(notices), of_own.verdict, (), _conditions(of_own, drafts))
        service = named_tools(question, self._rulebook) or named_service(question, language, self._concepts)
        return Said(tuple(drafts), left_open=("data",) if service else ("tool", "data"))

    def _condition(self, rule: Rule, language: Language) -> str:
        """The rule as a condition on material that is still to be named: the curated sentence for that, or its own."""
        same = [each for each, _ in self._rulebook.rules if each.beside and each.document == rule.document]
        fitting = next((each for each in same if each.quote == rule.quote), rule)
        return fitting.says.of(language)

    def is_own(self, document_id: str) -> bool:
        """Whether it is guidance of the organisation itself, which refines the national guidance. A document that does
        not say whose it is has been put there by the organisation."""
        metadata = self._documents[document_id].metadata
        national = self._rulebook.organisation.national_publisher
        return metadata.kind == "guidance" and metadata.publisher != national

    def _has_own_guidance_on(self, ruling: Ruling, question: Question) -> bool:
        """Whether the organisation's own guidance speaks of such data, or of a wider class, and of AI services or of
        what the question wants done with it, and none of its rules applies here. Of material that only its name tells
        of nobody knows whether it speaks."""
        if any(self.is_own(each.rule.document) for each in ruling.applied):
            return False
        done = {name for name in question.named if self._concepts[name].kind in _USES and name != ENTERING}
        named = (self._named_in(document) for name, document in self._documents.items() if self.is_own(name))
        return any(
            (question.protected or concerns(each, ruling, self._concepts))
            and (bool(each & done) or any(self._concepts[name].kind == "tool" for name in each))
            for each in named
        )

    def _own_on_data(self, candidates: Sequence[Evidence], ruling: Ruling) -> list[Evidence]:
        """What was found in the organisation's own guidance that decides something and names such data, the likeliest
        first; too unlikely for a verdict."""
        return [
            each
            for each in candidates
            if each.says is not None
            and self.is_own(each.chunk.document_id)
            and concerns(self._concepts_at(each), ruling, self._concepts)
        ]

    def _concepts_at(self, evidence: Evidence) -> frozenset[str]:
        document = self._documents[evidence.chunk.document_id]
        return self._concepts_in(evidence.span.of(document.text), document.metadata.language)

    def _named_in(self, document: Document) -> frozenset[str]:
        if document.id not in self._named:
            self._named[document.id] = self._concepts_in(document.text, document.metadata.language)
        return self._named[document.id]

    def _concepts_in(self, text: str, language: Language) -> frozenset[str]:
        return frozenset().union(*self._finder.find(split_words(text), [language]))

    def suspended(self, question: Question) -> tuple[Notice, ...]:
        """A notice where a rule would apply to the question if its quote still stood in its document."""
        rules = [(rule, Span(0, 0)) for rule in self._rulebook.suspended]
        if not rules_that_apply(question, rules, self._concepts, names=self._rule_words.named):
            return ()
        return (Notice("rule_suspended", say(question.language, "notice.rule_suspended")),)

    def registered(self, question: Question, day: date) -> Said | None:
        """The approvals in force of the services that the question names, or of all; None if there are none."""
        named = named_tools(question, self._rulebook)
        if not named and named_service(question, question.language, self._concepts) is not None:
            return None
        tools = [tool for tool in named or self._rulebook.tools if tool.valid(day)]
        if not tools:
            return None
        return Said(tuple(self._entry(tool, question.language) for tool in tools))

    def nothing_registered(self, question: Question) -> str:
        """Why a question about approvals gets none."""
        service = named_service(question, question.language, self._concepts)
        if service is None or not self._rulebook.tools:
            return say(question.language, "refusal.register_empty")
        return say(question.language, "refusal.not_in_register", tool=service)

    def only_other_data(self, question: Question) -> tuple[str | None, tuple[Place, ...]]:
        """What to say where the rules are about other data than that which the question asks to enter, and where they
        stand; else nothing."""
        others = rules_on_other_data(question, self._rulebook.rules)
        if not asks_whether(question) or not others:
            return None, ()
        named = [self._concepts[name] for name in sorted(question.classes) if self._concepts[name].name]
        data = class_names(named, question.language, self._concepts)
        because = say(question.language, "refusal.other_data", data=f" ({data})" if data else "")
        return because, tuple(self._at(*place) for place in others)

    def _definition(self, evidence: Evidence, found: Says | None) -> list[Draft]:
        """What the document says that the cell's mark means, where the verdict rests on it."""
        if found is None or found.defined is None:
            return []
        document = self._documents[evidence.chunk.document_id]
        return [Draft(found.defined.of(document.text), "quote", (self._at(document.id, found.defined),))]

    def _likeliest_forbids(self, own: Sequence[Evidence], ruling: Ruling) -> bool:
        """Whether the likeliest place of the organisation's own guidance that decides something forbids: a row on all
        personal data does not go before the likelier one on a client's address, though that is not sure."""
        for each in own:
            if self._forbids(each, ruling):
                return True
            if each.says is not None:
                return False
        return False

    def _forbids(self, own: Evidence, ruling: Ruling) -> bool:
        """Whether the organisation's own sentence forbids, without exception, what the question is about."""
        if own.says is not None:
            verdict: Verdict | None = own.says.verdict
        elif own.chunk.kind == "row":
            verdict = None  # one cell decides: "Yhteystiedot | Sallittu | Kielletty" forbids nothing as a whole
        else:
            document = self._documents[own.chunk.document_id]
            verdict = permission_in(own.span.of(document.text), document.metadata.language).verdict
        return verdict == "not_allowed" and concerns(self._concepts_at(own), ruling, self._concepts)

    def _drafts(self, ruling: Ruling, language: Language) -> list[Draft]:
        """The verdict's sentence first, then what supplements it; the organisation's own rule before the national."""
        at = [self._places(each) for each in ruling.applied]
        rests_on = tuple(place for places in at for place in places)
        if ruling.by_register:
            entries = tuple(self._entry_place(tool) for tool in ruling.entries)
            listed = [self._concepts[name] for tool in ruling.entries for name in tool.data]
            data = class_names(ruling.data if ruling.verdict == "allowed" else listed, language, self._concepts)
            text = say(language, f"decision.{ruling.verdict}", tool=ruling.tool, data=data)
            depends = [condition_of(tool, language) for tool in ruling.entries]
            drafts = [Draft(" ".join(filter(None, (text, *depends))), "rule", (*entries, *rests_on))]
            if ruling.verdict == "allowed":
                return drafts
        else:
            drafts = [
                Draft(self._sentence(each.rule, ruling, language), "rule", places)
                for each, places in zip(ruling.applied, at, strict=True)
            ]
            if ruling.approval and ruling.verdict == "only_if_approved":
                drafts.insert(0, Draft(say(language, "decision.if_approved"), "rule", rests_on))
            if ruling.unapproved:
                drafts.insert(0, Draft(say(language, "decision.unapproved"), "rule", rests_on))
        said = {each.rule.id for each in ruling.deciding}
        drafts += [
            Draft(rule.says.of(language), "rule", (self._at(rule.document, span),))
            for rule, span in self._rulebook.rules
            if rule.supplements in said
        ]
        return drafts

    def _places(self, applied: Applied) -> tuple[Place, ...]:
        """Where a rule rests: its quote, and its conditions where they stand elsewhere."""
        name, text = applied.rule.document, self._documents[applied.rule.document].text
        outside = [each for each in applied.rule.conditions if each not in applied.span.of(text)]
        spans = [Span(start, start + len(each)) for each in outside for start in [text.find(each)]]
        return (self._at(name, applied.span), *(self._at(name, span) for span in spans))

    def _ruled_conditions(self, ruling: Ruling) -> tuple[Clause, ...]:
        """What the verdict of a rule, or of an entry in the register, depends on."""
        if ruling.by_register:
            entries = [tool for tool in ruling.entries if ruling.verdict == "allowed" and tool.condition]
            return tuple(Clause((tool.condition or "").rstrip(". "), (self._entry_place(tool),)) for tool in entries)
        return tuple(Clause(text, self._places(each)) for text, each in ruling.conditions)

    def _notices(self, ruling: Ruling, verdict: Verdict | None, language: Language) -> list[Notice]:
        """Which services are approved, whom to ask, and that rules differ if they do."""
        notices = []
        if ruling.differ:
            notices.append(Notice("sources_differ", say(language, "notice.sources_differ")))
        if verdict == "allowed":
            return notices
        texts = [self.contact(language)]
        if verdict == "only_if_approved":
            if ruling.expired is not None and ruling.expired.valid_until is not None:
                until = format_date(ruling.expired.valid_until.isoformat(), language)
                texts.insert(0, say(language, "notice.expired", tool=ruling.expired.name, until=until))
            if not self._rulebook.tools:
                texts.insert(0, say(language, "notice.register_empty"))
            elif not ruling.data:
                pass  # which services are approved depends on the data
            elif ruling.approved_for:
                tools = ", ".join(tool.name for tool in ruling.approved_for)
                texts.insert(-1, say(language, "notice.approved_tools", tools=tools))
            else:
                texts.insert(-1, say(language, "notice.none_approved"))
        return [*notices, Notice("approved_tools", " ".join(texts))]

    def _beside(self, chunk: Chunk, language: Language) -> list[Draft]:
        """What stands beside a table row, for somebody who wants to do what the row describes."""
        return [
            Draft(rule.says.of(language), "rule", (self._at(rule.document, span),))
            for rule, span in self._rulebook.rules
            if chunk.kind == "row" and rule.document == chunk.document_id and rule.beside in chunk.section.split(" › ")
        ]

    def _entry(self, tool: ApprovedTool, language: Language) -> Draft:
        data = class_names([self._concepts[name] for name in tool.data], language, self._concepts)
        approved = say(language, "register.approved", tool=tool.name, data=data, decision=tool.decision)
        text = " ".join(filter(None, (approved, condition_of(tool, language))))
        if tool.valid_until:
            text += " " + say(language, "register.until", until=format_date(tool.valid_until.isoformat(), language))
        return Draft(text, "rule", (self._entry_place(tool),))

    def _sentence(self, rule: Rule, ruling: Ruling, language: Language) -> str:
        if ruling.tool is None or not ruling.data or rule.says_of_tool is None:
            return rule.says.of(language)
        data = class_names(ruling.data, language, self._concepts)
        # Placeholders are replaced, never formatted: a sentence is an editor's text, and may hold any braces.
        return rule.says_of_tool.of(language).replace("{tool}", ruling.tool).replace("{data}", data)

    def _at(self, document_id: str, span: Span) -> Place:
        """The place with the section and page of the passage that it begins in."""
        for chunk in self._chunks:
            if chunk.document_id == document_id and chunk.span.start <= span.start < chunk.span.end:
                place = Place(document_id, span, chunk.section, chunk.page)
                return (
                    replace(place, context=cell_context(span, self._documents[document_id]))
                    if chunk.kind == "row"
                    else place
                )
        return Place(document_id, span, "", None)

    def _entry_place(self, tool: ApprovedTool) -> Place:
        """The paragraph of the register that a tool's entry stands in."""
        number = self._rulebook.tools.index(tool) + 1  # below the title
        return self._at(REGISTER_ID, self._documents[REGISTER_ID].blocks[number].span)


def _conditions(found: Says | None, drafts: Sequence[Draft]) -> tuple[Clause, ...]:
    """The conditions of a verdict that the first statement gives, or the definition after it."""
    if found is None:
        return ()
    return tuple(Clause(text, drafts[0 if found.defined is None else 1].places) for text in found.conditions)


def _of_general_case(evidence: Evidence, language: Language) -> list[Notice]:
    """That the verdict's place does not name something that the question does: it may not be about that case."""
    if not evidence.unnamed:
        return []
    return [Notice("general_case", say(language, "notice.general_case", words=", ".join(evidence.unnamed)))]


def _left_open(ruling: Ruling) -> tuple[Open, ...]:
    """What an approval is given for and the question does not name."""
    return (*(("tool",) if ruling.tool is None else ()), *(("data",) if not ruling.data else ()))
