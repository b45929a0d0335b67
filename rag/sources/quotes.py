"""Where in a text do given words stand? Binds curated data to the sources' own wording."""

from __future__ import annotations

import re

from rag.types import Document, Span

_WORD_CHARACTER = re.compile(r"\w")


def locate(quote: str, document: Document) -> Span | None:
    """The first place where the quote's letters and digits stand in this order, with nothing but marks, list numbers
    and white space between them; None where they do not, or for a quote without any. Capital letters matter.

    So a quote may leave out bullets, numbers of a list and line breaks, and no word of it may differ.
    """
    text = document.text
    wanted = "".join(_WORD_CHARACTER.findall(quote))
    places = [
        match.start()
        for block in document.blocks
        for match in _WORD_CHARACTER.finditer(text, block.span.start, block.span.end)
    ]
    at = "".join(text[place] for place in places).find(wanted) if wanted else -1
    if at < 0:
        return None
    end = places[at + len(wanted) - 1] + 1
    # Marks that close the quote belong to it: a sentence's full stop, a bracket.
    tail = re.sub(r"^.*\w", "", quote.strip(), flags=re.DOTALL)
    while tail and text[end : end + 1] == tail[0]:
        end, tail = end + 1, tail[1:]
    return Span(places[at], end)
