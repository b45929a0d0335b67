"""What personal data looks like once it is found: a kind and a place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from rag.types import Span

Kind = Literal[
    "identity_code",
    "swedish_identity",
    "client_identifier",
    "iban",
    "card",
    "passport",
    "property",
    "birth_date",
    "customer_number",
    "email",
    "phone",
    "ip",
    "address",
    "plate",
    "name",
]
KINDS: tuple[Kind, ...] = get_args(Kind)  # the surest first: where two findings are equally long, the first wins

MASK = "\ufffc"  # stands where something was found already: neither letter, digit, space nor the end of a sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data of one kind; span counts in characters of the text as it was given."""

    kind: Kind
    span: Span


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as its reader sees it, for patterns to be matched on: composed letters, ASCII digits, hyphens and spaces,
    nothing invisible. starts[i] is where the text's character i began in the original; its last entry is the end."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> Plain:
        if original.isascii():
            return cls(original, tuple(range(len(original) + 1)))
        seen: list[str] = []
        starts: list[int] = []
        for place, char in enumerate(original):
            if seen and unicodedata.combining(char):
                composed = unicodedata.normalize("NFC", seen[-1] + char)
                if len(composed) == 1:
                    seen[-1] = composed
                    continue
            if unicodedata.category(char) != "Cf":
                seen.append(_plain(char))
                starts.append(place)
        return cls("".join(seen), (*starts, len(original)))

    def original(self, span: Span) -> Span:
        """Where a span of the plain text lies in the original."""
        return Span(self.starts[span.start], self.starts[span.end])


def _plain(char: str) -> str:
    if char.isascii():
        return char
    if char.isalpha():  # a wide "T" and others that only look different
        usual = unicodedata.normalize("NFKC", char)
        return usual if len(usual) == 1 else char
    usual = unicodedata.normalize("NFKC", char)
    if len(usual) == 1 and usual.isascii() and not usual.isalnum():  # a wide "@"
        return usual
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category == "Pd" or char == "−":
        return "-"
    return " " if category == "Zs" else char


def merge(findings: list[Finding]) -> list[Finding]:
    """Findings that overlap become one: it covers them all, and is of the longest one's kind (of two equally long ones
    the surer). In the order of the text."""
    merged: list[list[Finding]] = []
    end = -1
    for finding in sorted(findings, key=lambda each: each.span.start):
        if finding.span.start < end:
            merged[-1].append(finding)
        else:
            merged.append([finding])
        end = max(end, finding.span.end)
    return [_joined(group) for group in merged]


def _joined(group: list[Finding]) -> Finding:
    best = max(group, key=lambda each: (each.span.end - each.span.start, -KINDS.index(each.kind)))
    return Finding(best.kind, Span(min(each.span.start for each in group), max(each.span.end for each in group)))
