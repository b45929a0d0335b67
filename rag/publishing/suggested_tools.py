"""Services that a document names as approved, as the entries of the register that an editor may make of them.

A suggestion is never in the register by itself: somebody accepts it, corrects it or leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.unit_verdicts import Decided
from rag.curated.concepts import Concepts
from rag.curated.rules import Rule
from rag.language.words import fold, split_words
from rag.types import Document

_APPROVES = ("allowed", "only_if_approved")
# Written as a name: capitals within a sentence, with what goes on as one. "Lumo-kirjuri", "Aura Pro".
_NAME = re.compile(r"(?<![\w.-])[A-ZÅÄÖ][\w-]+(?: (?:[A-ZÅÄÖ][\w-]*|\d+))*")
_BEGINNING = re.compile(r"(?:^|[.!?:›\n]\s*|\s[–-]\s)$")


@dataclass(frozen=True, slots=True)
class SuggestedTool:
    """quote: where the document says so; data: ids of concepts, empty where it names no class; conditions: verbatim."""

    name: str
    data: tuple[str, ...]
    conditions: tuple[str, ...]
    quote: str


def suggested_tools(
    decided: Sequence[Decided], rules: Sequence[Rule], document: Document, concepts: Concepts
) -> list[SuggestedTool]:
    """One for each service, in the order in which they are named, with all data that it is approved for. rules: what
    Suggester makes of what is decided."""
    found: dict[str, SuggestedTool] = {}
    for each, rule in zip(decided, rules, strict=True):
        if each.verdict not in _APPROVES:
            continue
        for name in _names(each, rule, document, concepts):
            before = found.get(fold(name))
            data = dict.fromkeys([*(before.data if before else ()), *rule.data])
            conditions = dict.fromkeys([*(before.conditions if before else ()), *rule.conditions])
            quote = before.quote if before else each.quote if not each.row else each.row
            found[fold(name)] = SuggestedTool(before.name if before else name, tuple(data), tuple(conditions), quote)
    return list(found.values())


def _names(decided: Decided, rule: Rule, document: Document, concepts: Concepts) -> Iterator[str]:
    """Services by the name that is known of them; without any, what is written as a name. A kind of service is none:
    others are narrower than it."""
    language = document.metadata.language
    kinds = {broader for each in concepts.concepts if each.kind == "tool" for broader in each.broader}
    known = [name for name in rule.tools if name not in kinds]
    yield from (concepts.by_id[name].display(language) for name in known)
    if known:
        return
    if decided.row:
        label = decided.row.split("|")[0].strip()
        in_label = {each for names in concepts.find(split_words(label), [language]) for each in names}
        if rule.data and label and "data_class" not in concepts.kinds_of(in_label) and _NAME.search(label):
            yield label
        return
    words = f"{decided.of}: {decided.quote}" if decided.of else decided.quote
    named = {fold(word) for name in rule.data for word in concepts.by_id[name].labels(language)}
    for match in _NAME.finditer(words):
        begins = _BEGINNING.search(words[: match.start()]) is not None
        is_compound = "-" in match.group() or " " in match.group()
        if fold(match.group()) not in named and (not begins or is_compound):
            yield match.group()
