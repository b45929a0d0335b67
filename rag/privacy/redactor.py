"""Personal data out of a text: what was found is replaced by the name of its kind, in the text's language.

A text about personal data ("saako hetun syöttää?") stays as it is. Identifiers come from identifiers.py, also as people
say them (spoken.py), street addresses from addresses.py, names from person_names.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.language.detection import detect_language
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.privacy.addresses import find_addresses
from rag.privacy.identifiers import find_identifiers
from rag.privacy.person_names import Forms, NameFinder
from rag.privacy.personal_data import KINDS, MASK, Finding, Kind, Plain, merge
from rag.privacy.spoken import as_figures
from rag.types import LANGUAGES, Language

_PUBLIC_KINDS = ("email", "phone", "address")  # in the sources these are those of offices


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without personal data. findings: what was removed, in the order of the original text, in its offsets."""

    text: str
    findings: tuple[Finding, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of what was removed, each once, in a fixed order."""
        return tuple(kind for kind in KINDS if any(finding.kind == kind for finding in self.findings))


@dataclass(frozen=True, slots=True)
class _Public:
    """What is nobody's secret, because a source says it: who is named there, how offices are reached."""

    names: frozenset[Forms]
    patterns: frozenset[str]


class Redactor:
    """Takes personal data out of texts. Safe to call from several threads."""

    def __init__(self, lexicon: Lexicon, sources: Iterable[str], earlier: Redactor | None = None) -> None:
        """sources: texts whose names, e-mail and street addresses and phone numbers are public.

        earlier: one that may know some of the sources already.
        """
        self._names = NameFinder(lexicon)
        known: dict[str, _Public] = earlier._sources if earlier is not None else {}
        self._sources: dict[str, _Public] = {text: known.get(text) or self._public_in(text) for text in sources}
        self._public = _Public(
            frozenset().union(*(each.names for each in self._sources.values())),
            frozenset().union(*(each.patterns for each in self._sources.values())),
        )
        labels = sorted({_placeholder(kind, each) for kind in KINDS for each in LANGUAGES}, key=len, reverse=True)
        self._placeholders = re.compile("|".join(re.escape(label) for label in labels))

    def redact(self, text: str, language: Language | None) -> Redaction:
        """The text with typed placeholders; language is that of the text (None: it is detected).

        What comes out has nothing left to find: redacting it again changes nothing.
        """
        plain = Plain.of(text)
        seen = self._placeholders.sub(lambda match: MASK * len(match[0]), plain.text)
        for finding in _find_patterns(seen):
            if finding.span.of(seen).casefold() in self._public.patterns:
                seen = _masked(seen, finding)
        language = language or detect_language(seen.replace(MASK, " "))
        found: list[Finding] = []
        # What is removed may change how the rest reads, so look until nothing is left.
        while fresh := merge(self._find(seen, language)):
            found += fresh
            for finding in fresh:
                seen = _masked(seen, finding)
        if not found:
            return Redaction(text, ())
        findings = sorted((Finding(f.kind, plain.original(f.span)) for f in found), key=lambda f: f.span.start)
        for finding in reversed(findings):
            label = _placeholder(finding.kind, language)
            text = text[: finding.span.start] + label + text[finding.span.end :]
        return Redaction(text, tuple(findings))

    def _find(self, text: str, language: Language) -> list[Finding]:
        patterns = _find_patterns(text)
        plain = Plain(text, tuple(range(len(text) + 1)))
        # Most texts say the same whichever way their words are read.
        for said in dict.fromkeys(as_figures(plain, together) for together in (False, True)):
            if said:
                patterns += [Finding(each.kind, said.original(each.span)) for each in find_identifiers(said.text)]
        for finding in patterns:  # the name in an e-mail address makes no name of the word before it
            text = _masked(text, finding)
        names = self._names.find(text, language, self._public.names)
        return patterns + [Finding("name", span) for span in names]

    def _public_in(self, source: str) -> _Public:
        text = Plain.of(source).text
        found = (finding for finding in _find_patterns(text) if finding.kind in _PUBLIC_KINDS)
        patterns = frozenset(finding.span.of(text).casefold() for finding in found)
        return _Public(frozenset(self._names.named(text)), patterns)


def _masked(text: str, finding: Finding) -> str:
    start, end = finding.span.start, finding.span.end
    return text[:start] + MASK * (end - start) + text[end:]


def _find_patterns(text: str) -> list[Finding]:
    return find_identifiers(text) + [Finding("address", span) for span in find_addresses(text)]


def _placeholder(kind: Kind, language: Language) -> str:
    return f"[{say(language, f'privacy.{kind}')}]"
