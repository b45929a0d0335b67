"""Small words that turn what a sentence claims: negation, modality, quantity, direction; in three languages.

A cue word belongs to one class; two sentences that say the same have the same classes, though not the same words.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.types import Language

Modality = Literal["must", "should", "may"]
Quantity = Literal[
    "all", "none", "most", "some", "only", "often", "always", "about", "at_least", "at_most", "both",
    "yearly", "monthly", "weekly", "daily",
]  # fmt: skip


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(text.split())})(?!\w)", re.IGNORECASE)


# "ellei" and "unless" negate what follows; Swedish has "om … inte". A compound ("ei-julkinen") is a word of its own.
_NEGATION: dict[Language, re.Pattern[str]] = {
    "fi": _words(
        r"ei(?!-) eivät en emme ette et älä älkää ettei etteivät eikä eivätkä ellei elleivät ellemme ilman tuskin"
        r" jollei jolleivat"
    ),
    "sv": _words(
        r"inte ej ingen inget inga ingenting aldrig (?<!,\s)utan(?!\satt) varken knappast icke(?!-) omöjlig\w*"
    ),
    "en": _words(r"not \w+n't \w+n’t cannot no(?!\.) never without neither nor none unless hardly nothing nobody"),
}
_MODALITY: dict[Modality, dict[Language, re.Pattern[str]]] = {
    "must": {
        "fi": _words(
            r"tulee pitää täytyy pakko pakollis\w* edellyttä\w+ vaati\w+ vaadita\w* velvoit\w+ tarvitse\w*"
            r" (?:on|oli|ole|olisi)\s(?:\w+\s)?\w+(?:ttava|ttävä|tava|tävä) ehdoton\w* ehdottom\w+ välttämät\w+"
        ),
        "sv": _words(
            r"ska skall måste krävs kräver obligatorisk\w* skyldig\w* nödvändig\w* förutsätter behöver behövs"
        ),
        "en": _words(r"must shall requires? required mandatory obliged has\sto have\sto needs? necessary"),
    },
    "should": {
        "fi": _words(r"tulisi pitäisi kannattaa kannattaisi suosit\w+ suositel\w+ tarvitsisi (?:on|olisi)\shyvä"),
        "sv": _words(r"bör borde rekommender\w+ lönar (?:är|vore)\s(?:det\s)?bra"),
        "en": _words(r"should ought recommend\w* advis\w+ (?:is|would\sbe)\sgood"),
    },
    "may": {
        "fi": _words(
            r"voi voivat voidaan voimme voitaisiin voisi voisivat saa saavat saadaan sallit\w+ voinut voineet"
        ),
        "sv": _words(r"kan kunna kunde kunnat får fick tillåt\w+"),
        "en": _words(r"can cannot could may might permit\w* allowed"),
    },
}
_QUANTITY: dict[Quantity, dict[Language, re.Pattern[str]]] = {
    "all": {
        "fi": _words(r"kaik\w+ joka jokai\w+ koko"),
        "sv": _words(r"alla allt samtliga varje hela"),
        "en": _words(r"all every each whole entire everyone everything"),
    },
    "none": {
        "fi": _words(r"kukaan kenelläkään mikään mitään yksikään"),
        "sv": _words(r"ingen inget inga ingenting"),
        "en": _words(r"no\sone nobody none nothing"),
    },
    "most": {
        "fi": _words(r"useim\w+ enemmistö\w* pääosi\w+ valtaosa\w* \w{4,}imm\w+ eniten mainituin\w* yleisin yleisintä"),
        "sv": _words(r"flesta majoritet\w* största merparten mest huvudsakligen vanligaste viktigaste minst"),
        "en": _words(r"most mostly majority largest mainly least"),
    },
    "some": {
        "fi": _words(r"jotkut jotkin joitakin joissakin osa osassa osalla osalle osan muutam\w+ yksittäis\w+ osittain"),
        "sv": _words(r"några vissa somliga en\sdel enstaka delvis"),
        "en": _words(r"some few partly certain several individual"),
    },
    "only": {
        "fi": _words(r"vain ainoastaan pelkästään yksinomaan"),
        "sv": _words(r"bara endast enbart uteslutande"),
        "en": _words(r"only solely merely exclusively just alone"),
    },
    "often": {
        "fi": _words(r"usein toistuvasti yleensä tavallisesti"),
        "sv": _words(r"ofta vanligen vanligtvis oftast"),
        "en": _words(r"often usually frequently generally"),
    },
    "always": {"fi": _words(r"aina jatkuvasti"), "sv": _words(r"alltid ständigt"), "en": _words(r"always constantly")},
    "about": {
        "fi": _words(r"noin arviolta suunnilleen lähes melkein"),
        "sv": _words(r"cirka ungefär omkring nästan"),
        "en": _words(r"about(?=\s\d) approximately around(?=\s\d) roughly nearly almost"),
    },
    "at_least": {
        "fi": _words(r"vähintään ainakin yli(?=\s\d)"),
        "sv": _words(r"minst(?=\s\d) åtminstone över(?=\s\d)"),
        "en": _words(r"at\sleast over(?=\s\d) more\sthan(?=\s\d)"),
    },
    "at_most": {
        "fi": _words(r"enintään korkeintaan alle(?=\s\d)"),
        "sv": _words(r"högst under(?=\s\d+\s(?!\d))"),
        "en": _words(r"at\smost under(?=\s\d) below(?=\s\d) less\sthan(?=\s\d)"),
    },
    "both": {"fi": _words(r"molem\w+"), "sv": _words(r"båda både"), "en": _words(r"both")},
    "yearly": {
        "fi": _words(r"vuosittai\w+ vuodessa"),
        "sv": _words(r"årlig\w* om\såret per\sår"),
        "en": _words(r"annual\w* yearly a\syear per\syear"),
    },
    "monthly": {
        "fi": _words(r"kuukausittai\w+ kuukaudessa"),
        "sv": _words(r"månatlig\w* varje\smånad i\smånaden"),
        "en": _words(r"monthly a\smonth per\smonth every\smonth"),
    },
    "weekly": {
        "fi": _words(r"viikoittai\w+ viikossa"),
        "sv": _words(r"veckovis\w* i\sveckan per\svecka"),
        "en": _words(r"weekly a\sweek per\sweek"),
    },
    "daily": {
        "fi": _words(r"päivittäi\w+ päivässä"),
        "sv": _words(r"daglig\w* om\sdagen per\sdag"),
        "en": _words(r"daily a\sday per\sday"),
    },
}
_OPPOSITES: tuple[tuple[dict[Language, re.Pattern[str]], dict[Language, re.Pattern[str]]], ...] = (
    (
        {
            "fi": _words(r"enem\w+ lisä\w+ kasva\w+ kasvu\w* nous\w+ suurem\w+ useam\w+ korkeam\w+ laajem\w+ nopeu\w+"),
            "sv": _words(r"mer fler ök\w+ väx\w+ stig\w+ större högre snabb\w+"),
            "en": _words(r"more increas\w+ grow\w* ris\w+ larger higher greater faster accelerat\w+ speed\w*"),
        },
        {
            "fi": _words(r"vähem\w+ vähen\w+ väheni\w* laske\w+ pienem\w+ alhaisem\w+ suppeam\w+ hidas\w+"),
            "sv": _words(r"mindre färre minsk\w+ sjunk\w+ lägre långsam\w+"),
            "en": _words(r"less fewer decreas\w+ reduc\w+ fall\w* smaller lower slow\w*"),
        },
    ),
    (
        {"fi": _words(r"ennen aiemmin"), "sv": _words(r"före innan tidigare"), "en": _words(r"before earlier prior")},
        {"fi": _words(r"jälkeen myöhem\w+"), "sv": _words(r"efter senare"), "en": _words(r"after later")},
    ),
    (
        {
            "fi": _words(r"paran\w+ parem\w+ helpot\w+ hyöty\w* hyödy\w+ hyötyi\w* etu\w* edut tehosta\w*"),
            "sv": _words(r"förbättr\w+ bättre underlätt\w+ nytt\w+ fördel\w*"),
            "en": _words(r"improv\w+ better eas\w+ benefi\w+ advantage\w*"),
        },
        {
            "fi": _words(r"heiken\w+ huonom\w+ huonon\w+ vaikeut\w+ haast\w+ haitta\w* haitat ongelm\w+ riski\w*"),
            "sv": _words(r"försämr\w+ sämre försvår\w+ utmaning\w* nackdel\w* problem\w* risk\w*"),
            "en": _words(r"weaken\w* worse\w* hinder\w* challeng\w+ disadvantage\w* problem\w* risk\w* harm\w*"),
        },
    ),
    (
        {
            "fi": _words(r"alka\w+ aloit\w+ käynnis\w+"),
            "sv": _words(r"börja\w* inled\w+"),
            "en": _words(r"beg[aiu]n\w* start\w*"),
        },
        {
            "fi": _words(r"päätt\w+ loppu\w* lopet\w+"),
            "sv": _words(r"slut\w* avslut\w+"),
            "en": _words(r"end(?:s|ed)? finish\w*"),
        },
    ),
    (
        {"fi": _words(r"sisäi\w+"), "sv": _words(r"intern\w* inre"), "en": _words(r"internal\w* within")},
        {"fi": _words(r"ulkoi\w+"), "sv": _words(r"extern\w* yttre"), "en": _words(r"external\w* outside")},
    ),
)


def negations(text: str, language: Language) -> int:
    """How many times the text negates."""
    return len(_NEGATION[language].findall(text))


def modalities(text: str, language: Language) -> frozenset[Modality]:
    return frozenset(name for name, cues in _MODALITY.items() if cues[language].search(text))


def quantities(text: str, language: Language) -> frozenset[Quantity]:
    return frozenset(name for name, cues in _QUANTITY.items() if cues[language].search(text))


def opposed(text: str, source: str, language: Language) -> bool:
    """Whether the text says the opposite of a word of the source: "more" where the source only says "less"."""
    for one, other in _OPPOSITES:
        for cues, against in ((one, other), (other, one)):
            has, against_it = cues[language], against[language]
            if has.search(text) and not has.search(source) and against_it.search(source):
                return True
    return False
