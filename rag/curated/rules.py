"""Rules, approved tools and the organisation itself: curated data beside the documents, checked when it is read.

    rules.yaml         if a question concerns such data and such a tool, then this verdict, because of this quote
    tools.yaml         what the organisation has approved, for which data, by which decision, until when
    organisation.yaml  its name and whom to ask
    suggestions.yaml   what an answer suggests to ask next

Each may be missing. A rule whose quote does not stand in its document is suspended: nothing is answered from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag.curated.concepts import Concept
from rag.curated.suggestions import Suggestion, load_suggestions
from rag.curated.yaml_files import Model, SomeWording, Wording, line_of, load_yaml
from rag.errors import BadCorpusFile
from rag.language.messages import format_date, say
from rag.sources.chunking import row_at
from rag.types import Block, Document, Language, Metadata, Span, Verdict

REGISTER_ID = "approved-tools"
# Which verdict holds where two sources disagree: the last.
STRICTNESS: tuple[Verdict, ...] = ("allowed", "only_if_approved", "not_allowed")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


OR = " / "  # parts the phrases of which one is enough
Phrase = Annotated[str, Field(min_length=1, max_length=200)]


class Rule(_Frozen):
    """What a quote of a document means for a question.

    A rule with a verdict applies where the question asks whether something is allowed and names what the rule is about:
    one of the data (or something narrower) if it has some, none of `unless`, one of the tools if it has some, and all
    of `words`, each a word or a phrase, or several of which one is enough, parted by " / ". column: of a quoted table
    row, the head of the cell that decides. conditions: words of the document that the verdict depends on. says_of_tool
    is said instead of says where the question names a tool; it may hold {tool} and {data}. A rule that supplements
    another is said after it; a rule that stands `beside` a section is said after a table row of that section when
    somebody asks whether AI may do it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    document: str
    quote: str = Field(min_length=1)
    column: str | None = Field(None, min_length=1)
    says: SomeWording
    says_of_tool: SomeWording | None = None
    verdict: Verdict | None = None
    data: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    words: tuple[Phrase, ...] = ()
    conditions: tuple[str, ...] = ()
    supplements: str | None = None
    beside: str | None = None

    def as_entry(self) -> dict[str, Any]:
        """As it is written to rules.yaml: without what it does not have."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    @model_validator(mode="after")
    def _has_one_occasion(self) -> Rule:
        if sum(bool(given) for given in (self.verdict, self.supplements, self.beside)) != 1:
            raise ValueError("give exactly one of 'verdict', 'supplements' and 'beside'")
        if self.verdict and not (self.data or self.tools or self.words):
            raise ValueError("a rule with a verdict needs 'data', 'tools' or 'words'")
        return self


class Rules(_Frozen):
    """rules.yaml"""

    rules: tuple[Rule, ...] = ()


class ApprovedTool(_Frozen):
    """A service that the organisation has approved, for which classes of data, by which decision, on which condition
    ("kun esihenkilö on antanut luvan")."""

    name: str = Field(min_length=1)
    other_names: tuple[str, ...] = ()
    data: tuple[str, ...] = Field(min_length=1)
    decision: str = Field(min_length=1)
    condition: str | None = Field(None, min_length=1)
    valid_from: date | None = None
    valid_until: date | None = None

    def valid(self, day: date) -> bool:
        """Whether the approval is in force on that day: an expired approval is none."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Tools(_Frozen):
    """tools.yaml"""

    tools: tuple[ApprovedTool, ...] = ()


class Organisation(_Frozen):
    """Whose installation this is. national_publisher: whose guidance an organisation's own refines."""

    name: Wording | None = None
    contact: Wording | None = None
    national_publisher: str = "Valtiovarainministeriö"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What the curated files hold: the rules in force with the place of their quotes, and those without a place; what
    has been approved, by whom, and what to suggest."""

    rules: tuple[tuple[Rule, Span], ...] = ()
    suspended: tuple[Rule, ...] = ()
    tools: tuple[ApprovedTool, ...] = ()
    organisation: Organisation = field(default_factory=Organisation)
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with anything in it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def load_rulebook(corpus_dir: Path, documents: Mapping[str, Document], concepts: Sequence[Concept]) -> Rulebook:
    """The rules, approved tools and organisation of a corpus.

    Raises BadCorpusFile, which names file, line and entry: also for data classes and tools that concepts.yaml does
    not know.
    """
    rules = _load(corpus_dir / "rules.yaml", Rules).rules
    tools = _load(corpus_dir / "tools.yaml", Tools).tools
    data = {concept.id for concept in concepts if concept.kind == "data_class"}
    services = {concept.id for concept in concepts if concept.kind == "tool"}
    ids = [rule.id for rule in rules]
    for number, rule in enumerate(rules):
        place = corpus_dir / "rules.yaml", ("rules", number)
        _check(*place, "data", rule.data, data, "data class")
        _check(*place, "unless", rule.unless, data, "data class")
        _check(*place, "tools", rule.tools, services, "tool")
        if rule.supplements and rule.supplements not in ids:
            _refuse(*place, "supplements", f"unknown rule '{rule.supplements}'")
        if ids.index(rule.id) != number:
            _refuse(*place, "id", f"'{rule.id}' stands twice")
    for number, tool in enumerate(tools):
        _check(corpus_dir / "tools.yaml", ("tools", number), "data", tool.data, data, "data class")
    placed: list[tuple[Rule, Span]] = []
    suspended: list[Rule] = []
    for rule in rules:
        document = documents.get(rule.document)
        span = place_of(rule, document) if document else None
        if span is None:
            suspended.append(rule)
        else:
            placed.append((rule, span))
    gone = {rule.id for rule in suspended}  # what supplements a suspended rule has nothing to supplement
    suspended += [rule for rule, _ in placed if rule.supplements in gone]
    placed = [(rule, span) for rule, span in placed if rule.supplements not in gone]
    organisation = _load(corpus_dir / "organisation.yaml", Organisation)
    return Rulebook(tuple(placed), tuple(suspended), tools, organisation, load_suggestions(corpus_dir, documents))


def place_of(rule: Rule, document: Document) -> Span | None:
    """Where the quote stands, verbatim, not a comma may differ; of a row the cell in the rule's column. None where
    it, or a condition, stands no more."""
    start = document.text.find(rule.quote)
    if start < 0 or not all(each in document.text for each in rule.conditions):
        return None
    span = Span(start, start + len(rule.quote))
    if rule.column is None:
        return span
    row, heads = row_at(span, document)
    fitting = zip(heads, row.cells, strict=False) if row is not None else ()
    return next((cell for head, cell in fitting if head == rule.column), None)


def tool_concepts(tools: Sequence[ApprovedTool], known: Sequence[Concept]) -> list[Concept]:
    """A concept for each approved tool, so that its name is found inflected and misspelt like any other."""
    broader = tuple(concept.id for concept in known if concept.id == "ai_service")
    return [
        Concept(id=tool_concept_id(number), kind="tool", broader=broader, fi=names, sv=names, en=names)
        for number, tool in enumerate(tools)
        for names in [(tool.name, *tool.other_names)]
    ]


def tool_concept_id(number: int) -> str:
    return f"approved_tool_{number}"


def register_document(rulebook: Rulebook, concepts: Sequence[Concept]) -> Document | None:
    """The register of approved tools as a document that answers can cite, one paragraph a tool; None if it is empty."""
    if not rulebook.tools:
        return None
    names = {concept.id: concept.display("fi") for concept in concepts}
    paragraphs = [say("fi", "register.title")]
    for tool in rulebook.tools:
        data = ", ".join(names[each] for each in tool.data)
        validity = _validity(tool, "fi")
        entry = say("fi", "register.entry", tool=tool.name, data=data, decision=tool.decision, validity=validity)
        paragraphs.append(" ".join(filter(None, (entry, condition_of(tool, "fi")))))
    blocks: list[Block] = []
    at = 0
    for number, paragraph in enumerate(paragraphs):
        span = Span(at, at + len(paragraph))
        blocks.append(Block("heading", span, level=1) if number == 0 else Block("paragraph", span))
        at = span.end + 2
    text = "\n\n".join(paragraphs)
    name = rulebook.organisation.name
    publisher = name.of("fi") if name else ""
    metadata = Metadata(REGISTER_ID, paragraphs[0], publisher=publisher, language="fi", kind="decision")
    version = hashlib.sha256(f"{metadata}{text}".encode()).hexdigest()[:16]
    return Document(metadata, text, tuple(blocks), "tools.yaml", version)


def condition_of(tool: ApprovedTool, language: Language) -> str:
    """On what the approval depends, a whole sentence; empty where it depends on nothing."""
    return say(language, "register.condition", condition=tool.condition.rstrip(". ")) if tool.condition else ""


def _validity(tool: ApprovedTool, language: Language) -> str:
    since = format_date(tool.valid_from.isoformat(), language) if tool.valid_from else ""
    until = format_date(tool.valid_until.isoformat(), language) if tool.valid_until else ""
    key = "between" if since and until else "until_day" if until else "from_day" if since else "no_end"
    return say(language, f"register.{key}", since=since, until=until)


def _load(path: Path, model: type[Model]) -> Model:
    return load_yaml(path, model) if path.exists() else model()


def _check(
    path: Path, entry: tuple[int | str, ...], key: str, given: Sequence[str], known: set[str], what: str
) -> None:
    for each in given:
        if each not in known:
            _refuse(
                path, entry, key, f"unknown {what} '{each}'; concepts.yaml has {', '.join(sorted(known)) or 'none'}"
            )


def _refuse(path: Path, entry: tuple[int | str, ...], key: str, problem: str) -> None:
    place = (*entry, key)
    line = line_of(path.read_text(encoding="utf-8"), place)
    raise BadCorpusFile(f"{path}:{line}: {'.'.join(map(str, place))}: {problem}", line)
