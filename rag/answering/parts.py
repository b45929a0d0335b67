"""Several questions in one message: "Paljonko kokeilut maksoivat ja mitä malleja niissä käytettiin?" """

from __future__ import annotations

import re

from rag.language.words import Lexicon, split_words
from rag.types import Language

MAX_PARTS = 4  # a bound on the time of one message; with more it is read as one question

# How a question begins, in any of the three languages; what begins so after a coordinator is a question of its own.
_OPENS = (
    r"(?:(?i:mi(?:kä|tä|tkä|ssä|stä|hin|ltä|lle|ten|te|ksi|ks|llä|lloin|nkä|nne|llain\w*|llai\w+)|kuinka|kuka|ketkä|kenen"
    r"|kene\w+|milloin|koska|paljonko|paljonk|mont[a]?ko|moniko|kauanko|onko|onks|oliko|ovatko|saako|saanko|saaks|saanks"
    r"|voiko|voinko|voiks|voinks|pitääkö|pitääks|täytyykö|tarvitseeko|tarviiko|kannattaako|kuuluuko|päteekö|koskeeko"
    r"|käykö|entäs?|mites"
    r"|vad|vem|vems|vilk\w+|när|var(?:för|ifrån)?|hur|(?:får|kan|måste|ska|behöver) (?:jag|man|vi)|är det|finns det"
    r"|gäller (?:det|den|detta)"
    r"|what|who|whom|whose|which|when|where|why|how|(?:may|can|must|should) (?:i|we|one)|can (?:it|ai)"
    r"|do (?:i|we|they)|does (?:it|this|that|the)|did (?:it|they|the)|is (?:it|there|this|that)|are (?:there|they)"
    r"|was (?:it|there)))\b"
)
# What may stand before it: a greeting, a coordinator, a polite request.
_BEFORE = (
    r"\W*(?i:(?:hei|moi|hej|hi|hello)\b\W*)?(?i:(?:ja|sekä|entä|lisäksi|sitten|och|dessutom|samt|and|also|plus)\s+)?"
    r"(?i:(?:kertoisitko|kerro|voisitko kertoa|voitko kertoa|osaatko sanoa|haluaisin tietää|haluan tietää"
    r"|kan du berätta|jag vill veta|jag undrar|could you tell me|can you tell me|i(?:'d| would) like to know"
    r"|i wonder)\W+)?"
)
_MARKS = re.compile(r"([?!.;])(?:\s?[?!.;])+")
_STARTS = re.compile(rf"{_BEFORE}{_OPENS}")
_AFTER_MARK = re.compile(rf"(?<=[?!.;])\s+(?={_BEFORE}{_OPENS})")
_JOINED = re.compile(
    rf"\s*,?\s+(?i:ja(?: myös| lisäksi)?|sekä|eli|och(?: också)?|samt|and(?: also)?|plus)\s+(?={_OPENS})"
)
_LISTED = re.compile(rf",\s+(?={_OPENS})")


def parts_of(text: str, language: Language, lexicon: Lexicon) -> list[str]:
    """The questions of a message in their order; the text alone where it asks one.

    Each part opens like a question and says of itself what it is about ("Mitä saa ja mitä ei saa syöttää?" is one
    question). A comma alone parts questions only in an enumeration whose last one is joined by a coordinator: else what
    follows it may be a clause ("Onko sanottu, mitä saa syöttää?").
    """
    parts: list[str] = []
    # One space and one mark where there are many: the searches below try every way to share out a run of them.
    folded = _MARKS.sub(r"\1", " ".join(text.split()))
    for sentence in _AFTER_MARK.split(folded):
        joined = _JOINED.split(sentence)
        if len(joined) > 1:
            joined = [piece for each in joined[:-1] for piece in _LISTED.split(each)] + joined[-1:]
        parts += joined if all(_asks(piece, language, lexicon) for piece in joined) else [sentence]
    parts = [part.strip(" \t\n,;") for part in parts if part.strip(" \t\n,;")]
    asking = [_STARTS.match(part) is not None and _asks(part, language, lexicon) for part in parts]
    marked = re.split(r"(?<=\?)\s", folded)
    if not all(asking) or len(parts) < len(marked):
        # Sentences that all end with a question mark are questions, however they begin ("Och för personuppgifter?").
        parts = marked
        asking = [part.endswith("?") and _says_something(part, language, lexicon) for part in marked]
    if not 1 < len(parts) <= MAX_PARTS or not all(asking):
        return [text]
    return [part if part.endswith(("?", "!", ".")) else f"{part}?" for part in parts]


def _says_something(text: str, language: Language, lexicon: Lexicon) -> bool:
    return any(not lexicon.read(word, language).function for word in split_words(text))


def _asks(piece: str, language: Language, lexicon: Lexicon) -> bool:
    """Whether it opens like a question and has a word that says what it is about."""
    opening = _STARTS.match(piece)
    rest = piece[opening.end() :] if opening else ""
    return _says_something(rest, language, lexicon)
