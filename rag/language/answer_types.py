"""What kind of answer does a question want? Question words of three languages, as people type them."""

from __future__ import annotations

import re
from typing import Literal

Wanted = Literal["number", "time", "person", "list"]
Focus = Literal["who", "when", "where", "why", "how_many", "how", "what", "whether", "unsaid"]

_WANTED: dict[Wanted, re.Pattern[str]] = {
    "number": re.compile(
        r"\b(kuinka (?:monta|moni|monella|monessa|paljon|suuri|iso|usein)|mont?ako|moniko|mon(?:elta|ella|essa)ko"
        r"|paljonko|paljonk|mikä (?:osuus|määrä)|monta(?! (?:asiaa|syytä))|prosentti\w*|lukumäär\w+"
        r"|hur (?:många|mycket|stor|ofta)|antalet|how (?:many|much|often|large)|what (?:percentage|share|number))\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"\b(milloin|koska(?=\s+\w+\w*[^,]*\?)|minä (?:vuonna|päivänä)|mihin mennessä|när\b|vilket (?:år|datum)"
        r"|vilken (?:dag|månad)|when|what (?:year|date|day)|which (?:year|month))\b",
        re.IGNORECASE,
    ),
    "list": re.compile(
        r"\b(mitkä|millaisi[ain]\w*|minkälaisi[ain]\w*|mitä kaikkea|luettele\w*|lista|vilka|räkna upp|lista över"
        r"|which (?:were|are|\w+s\b)|what (?:are|were)|what \w+s (?:are|were|does|do|did)|list)\b",
        re.IGNORECASE,
    ),
    "person": re.compile(r"^\W*(kuka|ketkä|kenen|vem|vems|who|whose)\b", re.IGNORECASE),
}

# The first that is found decides, so "kuinka monta" comes before "kuinka".
_FOCUS: dict[Focus, re.Pattern[str]] = {
    "why": re.compile(
        r"\b(miks\w*|minkä (?:takia|vuoksi|tähden)|mistä syystä|varför|av vilken anledning|why|how come)\b",
        re.IGNORECASE,
    ),
    "how_many": re.compile(
        r"\b(kuinka (?:mon\w+|paljon|suur\w+|iso\w*|usein|pitkä\w*|kauan)|mont?ak\w+|montas?|monik\w+|monelta\w*"
        r"|monella\w*|monessa\w*|moneenko|paljonk\w*|kauank\w*|mikä (?:osuus|määrä)|lukumäär\w*|osuus"
        r"|hur (?:många|mycket|stor\w*|ofta|länge|högt?)|antal\w*"
        r"|how (?:many|much|often|large|long|big|high)|percentage|what (?:share|number))\b",
        re.IGNORECASE,
    ),
    "who": re.compile(
        r"\b(kuka|kukas|ketkä|ketä|keitä|kene\w+|kelle\w*|kellä\w*|vem|vems|who|whose|whom)\b", re.IGNORECASE
    ),
    "when": re.compile(
        r"\b(milloin|millon\w*|koska|koskas|mihin (?:mennessä|asti)|minä (?:vuonna|päivänä)|mistä lähtien"
        r"|när|vilket (?:år|datum)|vilken (?:dag|månad)|when|what (?:year|date|day)|which (?:year|month|day))\b",
        re.IGNORECASE,
    ),
    "where": re.compile(r"\b(missä|minne|mistä (?:löyt\w+|saa\w*)|var(?! (?:det|den|de)\b)|where)\b", re.IGNORECASE),
    "how": re.compile(r"\b(miten|mite|mitenkä|mites|kuinka|millä (?:tavalla|tavoin|keinoin)|hur|how)\b", re.IGNORECASE),
    "what": re.compile(
        r"\b(mi(?:kä|käs|tä|täs|tkä|hin|stä|llä|nkä|nä|ltä|lle|hinkä)|millai\w+|minkälai\w+|mille|kummat?|kumpi"
        r"|vad|vilk\w+|what\w*|which)\b",
        re.IGNORECASE,
    ),
    "whether": re.compile(
        r"\b(\w+(?:ko|kö|kos|kös)|onks|voiks|voinks|saaks|saanks|oliks|\w+(?:aks|eeks|iiks|ääks|iks))\b", re.IGNORECASE
    ),
}

# A text that begins with its verb asks yes or no, whatever question words follow ("Saisko botti vastata sen pohjalta,
# mitä sivuilla lukee?"); but not where somebody is asked to tell ("Voitko kertoa, kuka …").
_BEGINS_WITH_VERB = re.compile(
    r"^\W*(?:(?:hei|moi|hej|hi|hello|ja|no|och|and|so|men|but)\W+)*"
    r"(?!(?:mont|moni|mone|kauan|paljon|usein|voit|voisit|osaat|tiedät|kertois|muistat)\w*"
    r"|onko (?:tietoa|tiedossa|kerrottu|sanottu)\b|(?:kan|vet|kunde) du\b"
    r"|(?:can|could|would|do|will) you\b|(?:is|was) it (?:known|said|clear)\b|är det (?:känt|sagt)\b)"
    r"(?:\w+(?:ko|kö|kos|kös)|(?:saa|voi|on|ol|sais|vois|ois|pitää)(?:n|t|i)?(?:ks|nks|sko)|får|kan|måste|ska|bör|är|har|duger"
    r"|may|can|could|should|must|is|are|was|does|do|did|would|has|have|will)\b",
    re.IGNORECASE,
)

_PERMISSION = re.compile(
    r"\b(saa(?:n|t|mme|tte|vat|ko|nko|tko|ks|kse|nks)?|saisi\w*|sais\w*|voisi\w*"
    r"|voi(?:n|t|mme|tte|vat|daan|ko|nko|tko|daanko|ks|nks)?|pitääkö|pitääks|käykö|käyks|kelpaa\w*|sopii\w*"
    r"|sopisi\w*"
    r"|(?:onko|onks|oisko|olisko|olisiko) (?:se |tämä )?ok(?:ei)?|ok(?:ei)? (?:jos|et|että)"
    r"|sallittu\w*|kielletty\w*|lupa|luvallis\w*|luvaton\w*|luvatonta|hyväksyttävä\w*|asianmukai\w*|mahdollis\w*"
    r"|ehdol\w*|ehto|ehdot"
    r"|får|far|kan|måste|tillåt\w*|förbju\w*|lov|villkor\w*|(?:är det|det är|vore det) okej?|okej? (?:att|om)"
    r"|går det?|duger|acceptabel\w*|lämplig\w*|gäller"
    r"|may|can|could|should|allowed|permitted|forbidden|prohibited|acceptable|condition\w*|applies|is it safe"
    r"|(?:is|are|be|it['’]?s|that['’]?s) (?:it |that |this )?(?:fine|ok(?:ay)?|all ?right)"
    r"|(?:fine|ok(?:ay)?) (?:to|if|with))\b"
    r"|\bok(?:ay|ei|ej)?\W*$",
    re.IGNORECASE,
)


def wanted_in(text: str) -> frozenset[Wanted]:
    """What an answer to the question must hold; empty where nothing can be told."""
    return frozenset(kind for kind, pattern in _WANTED.items() if pattern.search(text))


def focus_of(text: str) -> Focus:
    """The kind of answer that is wanted; "unsaid" for keywords."""
    if _BEGINS_WITH_VERB.search(text):
        return "whether"
    for focus, pattern in _FOCUS.items():
        if pattern.search(text):
            return focus
    return "whether" if text.rstrip().endswith("?") and " " in text.strip() else "unsaid"


def asks_permission(text: str) -> bool:
    """May I, may one, is it allowed, on what condition."""
    return _PERMISSION.search(text) is not None
