"""How Swedish guidance permits and forbids."""

from __future__ import annotations

import re

from rag.language.permission_words import PermissionWords, words

_LEAVE = (
    r"(?:förhands|skriftlig\w* |uttrycklig\w* )?(?:\w*tillstånd\w*|lov|godkän\w*|beviljat|beviljar|bifall\w*"
    r"|tillåtelse|klartecken"
    r"|tillåtit|bestämt|skrivit under|\w*beslut\w*|sagt ja)"
)
_FEW = r"(?:[^\s,.;:]+ ){0,6}?"
_AUTHORITY = (
    r"\w*(?:chef\w*|direktör\w*|rektor\w*|nämnd\w*|styrelse\w*|enhet\w*|ansvarig\w*|ägare\w*|handledar\w*"
    r"|läkar\w*|ombud\w*|ordförande\w*|förman\w*|sekreterar\w*|ledar\w*|kommun\w*|stad\w*|myndighet\w*"
    r"|ledning\w*|operatör\w*|producent\w*|förvaltning\w*|\w*bolag\w*|disponent\w*|arbetsgivar\w*)"
)

WORDS = PermissionWords(
    permits=words(r"får|kan|tillåt\w*|har rätt(?! till)|lov att|fritt|välkomna?|går bra|duger|räcker|inget hinder"),
    forbids=words(
        r"(?:får|kan|ska|skall|bör) (?:[^\s,.;:]+ ){0,4}?(?:inte|aldrig|ej|inga|ingen|inget)",
        r"(?:inte|aldrig|ej) (?:tillåt\w*|lov|avse\w*)|förbju\w*|förbud\w*|otillåt\w*|(?:ingen|inga|inget"
        r"|varken) (?:[^\s,.;:]+ ){0,4}?(?:får|kan)"
        r"|(?:under inga|inte under några) (?:omständigheter|villkor)|i inget fall|på inga villkor|uteslut\w*"
        r"|inte möjlig\w*",
        r"har inte rätt att",
        r"(?!finns|krävs|behövs|anses|oss|hans|dess|betalas|ersätts|tas inte ut)\w{2,}s (?:inte|aldrig)"
        r"|^\s*(?!\w+[rs] )\w+ (?:inte|aldrig) \w+",
    ),
    not_modal=words(
        # "Får sin lön", not "får använda sitt konto": no infinitive stands between.
        r"får (?:(?!\w+as?\b)[^\s,.;:]+ ){0,2}?(?:lön|\w*traktamente|\w*stipendi\w*|feedback|\w*bidrag|du av|du från"
        r"|ni av|man av|räkna med|(?:en|ett|sin|sitt|sina)|ersättning\w*|besked|meddelande\w*|svar|kopia|bekräftelse"
        r"|betalt|del av"
        r"|information|hjälp)|kan hända|i den mån",
        # What may happen, or what somebody may decide, permits nothing; what need not be done is not forbidden.
        r"kan (?:[^\s,.;:]+ ){0,2}?(?:leda|producera fel\w*|innehålla|göra fel|variera|ändras|orsaka|medföra"
        r"|bevilja|förbjuda"
        r"|besluta|kräva|begränsa|avslå\w*|förekomma|ha \w+|ta (?:\w+ )?\w+ (?:dagar|veckor|månader))",
        r"(?:behöver|måste|gäller|rekommenderar|påverkar|innebär|betyder|hindrar|omfattar|berör|glöm|tveka"
        r"|rekommenderas) (?:[^\s,.;:]+ ){0,2}?(?:inte|ej)(?: \w+)?",
        r"(?:har|är) inte (?:rätt till|tillåt\w* alltid|alltid \w+)|(?:inte|ej) (?:förbju\w*|fastställ\w*|känt"
        r"|aktuell\w*|tillämplig\w*|angiv\w*|definierat)"
        r"|är inte förbju\w*|alla(?: \w+){0,2} (?:får|kan) inte(?: \w+)?",
        r"(?:tillåtna|förbjudna|godkända) \w+ (?:räknas upp|anges|beskrivs|finns|är listade|definieras)",
    ),
    needs_leave=words(
        rf"(?:kräv\w*|behöv\w*(?! inte godkänna)|förutsätter|ska (?:ha|få|begära|ansökas|sökas)|måste (?:ha"
        rf"|få)) {_FEW}{_LEAVE}",
        rf"{_LEAVE} {_FEW}(?:krävs|behövs|ska (?:sökas|begäras|inhämtas))",
        r"(?:ska|skall|måste) (?:[^\s,.;:]+ ){0,3}?(?:godkännas|beviljas|medges)"
        r"|ska (?:[^\s,.;:]+ ){0,4}?(?:ge|godkänna|bevilja) (?:[^\s,.;:]+ ){0,3}",
        r"tillståndsplikt\w*|enligt prövning",
        rf"(?:bara|endast|enbart|först) (?:med|efter) {_FEW}{_LEAVE}",
        rf"(?:kräv\w*|behöv\w*|förutsätter) {_FEW}{_AUTHORITY} (?:[^\s,.;:]+ )?(?:medgivande|samtycke)",
    ),
    needs_no_leave=words(
        rf"(?:behöv\w*|kräv\w*|förutsätter) (?:inte|inget|ingen|inga|ej) {_FEW}(?!godkänna\b){_LEAVE}",
        rf"(?:inget|ingen|inte något) {_FEW}{_LEAVE} (?:behövs|krävs)|{_LEAVE} {_FEW}(?:behövs|krävs) (?:inte|ej)",
        r"är inte förbju\w*",
        r"utan att (?:fråga|be|ansöka)\w*",
        r"behöver (?:du |man |ni )?inte (?:fråga|be)",
    ),
    conditions=words(
        r"(?:(?:men )?(?:bara|endast|enbart|först) )?(?:om|när|då|förutsatt att|under förutsättning att|på villkor att"
        r"|såvida|ifall|efter att|sedan|förrän|innan)(?: [^\s;]+)+",
        r"utan(?: att)?(?: (?!(?:får|kan|ska|skall|är|har|måste|behöver)\b)[^\s;,.]+){1,8}",
        rf"(?:(?:bara|endast|enbart|först) )?(?:med|efter) (?:[^\s;,.]+ ){{0,5}}?{_LEAVE}",
        r"(?:bara|endast|enbart|först)(?: [^\s;,.]+)+",
        r"(?:utom|förutom|med undantag|annat än|så länge|(?:längre|mer|fler|oftare|större) än)(?: [^\s;]+)+",
    ),
    excepts=words(
        r"(?:men )?(?:om inte|såvida|förrän|innan|utom|förutom|med undantag|annat än"
        r"|(?:längre|mer|fler|oftare|större) än)"
    ),
    without=words(r"utan"),
    only=words(r"(?:men )?(?:bara|endast|enbart|först)(?! om| när| då| efter att| sedan)"),
    restricts=words(r"(?:men )?(?:bara|endast|enbart|först)"),
    leave=words(_LEAVE),
    agreed=words(r"medgivande\w*|samtyck\w*"),
    consent=words(r"medgivande\w*|samtyck\w*|medge\w*|går med på|kommit överens|avtalat"),
    authority=words(_AUTHORITY),
    asides=words(
        # The verb of the main clause follows: "den som är släkt med en sökande får inte delta".
        r"(?:som|där)(?: (?!(?:får|kan|ska|skall|måste|bör)\b|\w{2,}s (?:inte|aldrig)\b)[^\s;,.]+)+",
        r"eftersom(?: [^\s;,.]+)+|(?:vilket|vad|hur|huruvida|vilka)(?: [^\s;,.]+)+|även om(?: [^\s;,.]+)+",
    ),
    parts=re.compile(
        r";|(?<=[\s,])men (?!bara\b|endast\b|enbart\b|först\b)|, däremot |, annars |, (?=(?:dock )?inte (?!ens\b))",
        re.IGNORECASE,
    ),
    yes=words(r"ja(?!\s*(?:/|och|eller)\s*nej)|ok|okej|får|tillåtet|fritt|fri|öppet|öppen"),
    no=words(
        r"nej|(?:dock |men )?(?:inte|ej)(?! (?:fastställ|känt|aktuell|tillämplig|angiv|definiera)\w*)|förbjudet"
        r"|stängt|stängd"
    ),
)
