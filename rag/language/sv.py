"""What is known of Swedish, as it is used in Finland. What each entry means: pack.py."""

from __future__ import annotations

import re

from rag.language.pack import (
    AbsenceWords,
    AskingWords,
    ClaimWords,
    DocumentWords,
    Inversion,
    LanguagePack,
    MessageWords,
    NounEnds,
    PermissionWords,
    QuestionWords,
    SmallTalkWords,
    ValueWords,
    cue,
    words,
)

_QUESTIONS = QuestionWords(
    wanted={
        "number": r"hur (?:många|mycket|stor|ofta)|antalet",
        "time": r"när\b|vilket (?:år|datum)|vilken (?:dag|månad)",
        "person": "vem|vems",
        "list": "vilka|räkna upp|lista över",
    },
    focus={
        "why": "varför|av vilken anledning",
        "how_many": (
            r"hur (?:många|mycket|stor\w*|ofta|länge|högt?|lång\w*|gam(?:mal|malt|la)|tung\w*|tidigt|sen|sent|snart"
            r"|snabbt|fort|nära|djup\w*|bred\w*|små|lit(?:en|et)|lågt?|kort\w*|dyr\w*|få|sällan)|antal\w*"
        ),
        "who": "vem|vems",
        "when": "när|vilket (?:år|datum)|vilken (?:dag|månad)",
        "where": r"var(?! (?:det|den|de)\b)",
        "how": "hur",
        "what": r"vad|vilk\w+",
        "whether": "",  # told by the verb that it begins with
    },
    before_verb="hej|och|men",
    asks_to_tell=r"(?:kan|vet|kunde) du\b|är det (?:känt|sagt)\b",
    verbs=(
        "får|fick|kan|kunde|måste|ska|skulle|bör|borde|är|har|hade|duger|finns|fanns|gäller|går|blir|blev|ingår|ingick"
        "|deltog|hör|räcker"
    ),
    asks_a_fact="ska|skall|är|var|har",
    permission=(
        r"får|far|kan|måste|tillåt\w*|förbju\w*|lov|villkor\w*|(?:är det|det är|vore det) okej?|okej? (?:att|om)"
        r"|går det?|duger|acceptabel\w*|lämplig\w*|gäller|(?:tänk|vad)\s+om\s+(?:jag|vi)"
    ),
    number_said=(
        r"två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|(?:tret|fjor|fem|sex|sjut|ar|nit)ton|(?:tjugo|trettio|fyrtio"
        r"|femtio|sextio|sjuttio|åttio|nittio|hundra|tusen)\w*|hälften"
    ),
    time_said="",
    when_said=(
        r"\w*(?:dag|dagar\w*|dagen|veck\w*|månad\w*)|år\w*|timm\w*|genast|omedelbart|utan dröjsmål|innan|efter|alltid"
        r"|\w*(?:helg|kväll|morgon|natt)\w*|kl|klockan"
    ),
    person_said=(
        r"\w*(?:chef|direktör|rektor|nämnd|styrelse|enhet|ansvarig|ägare|handledar|läkar|ombud|ordförande|förman"
        r"|sekreterar|ledar|ledning|myndighet|lärar|skötar|vårdar|registrator|personal|rådgivar|anställd|kommun|stad"
        r"|ministeri|student|elev|byrå|grupp)\w*"
    ),
    served_said=r"\w*(?:stöd|kund|klient|tjänst)\w*",
    place_said=(
        r"\w*(?:adress|rum|våning|webb|intra|blankett|portal|system|mapp|kansli|gatan|sal|bilag|förteckning|sida)\w*"
        r"|i|på|hos|vid|till|från"
    ),
    reason_said=r"eftersom|för att|därför|orsak\w*|skäl\w*|på grund av|grundar sig|beror|syfte\w*",
    asks_for={
        "mean": r"medelvärde\w*|medeltal\w*|genomsnitt\w*|i\s+snitt",
        "median": r"median\w*",
        "price": (r"vad\s+(?:\S+\s+)?kosta(?:r|de)|hur\s+mycket\s+(?:\S+\s+){0,3}?kosta(?:r|de|t)?|vad\s+är\s+priset"),
        "email": r"e-?post-?adress\w*|mejladress\w*|mailadress\w*",
        "telephone": r"telefonnum\w+|mobilnum\w+",
        "name": (
            r"vad\s+heter\s+(?:\S+\s+){0,4}?\w*(?:chef|representant|direktör|sekreterare|ordförande|rektor|ombud"
            r"|minister|jurist"
            r"|medlem|tjänsteman|expert|person|kontaktperson)\w*"
        ),
    },
    gives={
        "mean": r"medelvärde\w*|medeltal\w*|genomsnitt\w*|i\s+snitt",
        "median": r"median\w*",
        "price": r"\w*(?:kostnad|avgift|gratis|kronor|pris|betal)\w*",
    },
    acceptable=r"problem\w*|fel|olaglig\w*|brott\w*|bryter|farlig\w*|säker\w*|lugnt|klokt",
    does=r"\w+r|har",
    befalls=(
        r"(?:kan|får|kunde|skulle)\s+(?:jag|man|vi|du|hon|han|en\s+\w+)\s+(?:\w+\s+)?(?:(?:få\s+)?(?:sparken|böter"
        r"|straff|fängelse"
        r"|(?:en|ett)\s+(?:varning|anmärkning|straff))|förlora|råka|dömas|straffas|bötfällas|åtalas"
        r"|bli\s+(?:av\s+med|uppsagd|straffad|åtalad|stämd|bötfälld|avskedad|skyldig|dömd|ansvarig|anmäld))"
        r"|(?:är|var|vore|blir)\s+det\s+(?:(?:ett|en)\s+)?(?:\w*brott|\w*intrång|\w*incident|tjänstefel|\w*läcka"
        r"|brottsligt|straffbart)"
    ),
    becomes=(
        r"(?:(?:radera|läck|avslöja|försvinn)\w*|(?:lagra|spara|sprid|dela|lämna|samla|syn|logga|bevara|hamna|stanna|glöm)"
        r"\w*[rs])(?!\s+(?:jag|vi|man)\b)"
    ),
    by_itself=r"(?:läck|avslöj|röj|sprid|minn|lär|träna|lämna|dela|samla|glöm|lagra|spara|bevara)\w*",
    obliged=r"måste|behöver|är det obligatoriskt",
    subordinates=(
        r"om(?=\s+(?:(?:jag|man|vi|du|ni|de|dem|det|den|någon|nån|han|hon|min|mitt)\b|(?:en|ett)\s\w+\s\w+r\b))"
        r"|när|ifall|innan|förrän|fast|fastän|eftersom|medan"
    ),
    relatives=(r"(?<=, )om|att(?=\s+(?:jag|man|vi|du|ni|de|dem|det|den|någon|nån|han|hon|min|mitt)\b)|som"),
)

_MESSAGES = MessageWords(
    greetings="hej",
    and_also="och|dessutom|samt",
    please_tell="kan du berätta|jag vill veta|jag undrar",
    opens=(
        r"(?:(?:till|för|med|av|från|i|på|enligt|om|sedan|inom|hos|åt)\s)?(?:vad|vem|vems|vilk\w+|när)"
        r"|var(?:för|ifrån)?|hur"
        r"|(?:är|var|har|hade|finns|fanns|får|fick|kan|kunde|måste|ska|skulle|behöver|bör|borde|gäller|gällde"
        r"|räcker|duger"
        r"|ingår|ingick|deltog|deltar|används|användes|blir|blev|vill|går|gick|krävs)"
        r"\s(?:jag|du|han|hon|man|vi|ni|de|den|det|detta|dem|alla|någo[nt]|några|(?-i:[A-ZÅÄÖ])\w+|\w+(?:en|et|na))\b"
        r"|(?:är|var|finns|fanns|krävs|behövs)\s(?:en|ett)\b"
    ),
    within=r"vem|vilka|vilken|vilket|vad|när|hur|varför",
    joins=r"och(?: också)?|samt|\+",
    well="okej|ok",
    follows_up=(
        r"och|men|(?:tänk|vad|hur)(?=\s+om\b)|hur är det med|vad gäller|gäller\s+(?:det|detta|samma|de)|samma|eller"
    ),
    follows_up_if=r"också|även|för|om|(?:tänk|vad|hur)\s+om|hur\s+är\s+det\s+med|vad\s+gäller",
    corrects=(
        r"(?:(?:nej|förlåt|ursäkta|alltså|oj|sorry)\W{1,3}){0,3}jag\s+men(?:ade|ar)(?:\W{1,3}(?:alltså|förstås|ju))*"
    ),
    supposes="om|ifall",
    not_so=r"(?:(?:den|det)\s+)?inte(?:\s+är\s+det|\s+är|\s+det)?|(?:den|det)\s+inte\s+är\s+det",
    unapproved="om tjänsten inte är godkänd",
    # "Är det tillåtet att använda AI?" och "finns det riktlinjer?" pekar på ingenting.
    points_back=(
        r"(?<!finns\s)(?<!fanns\s)det(?!\s+(?:\w+\s+)?(?:tillåt\w*|ok|okej|förbjud\w*|möjlig\w*|nödvändig\w*|laglig\w*"
        r"|bra|fel|säkert|obligatorisk\w*|klokt)\s+(?:att|om)\b)(?!\s+(?:bra\s+)?att\b)"
        r"|den|detta|denna|dessa|dem|de|dess|deras|dit|där"
    ),
    of_that="dess|deras",
    may_one="får man",
)

_SPELT = ("två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_COUNT = rf"(?:\d|(?:en|ett|{'|'.join(_SPELT)})\b)"  # what "minst" counts from; else it orders: "de minst använda"

_STILL = r"(?:\s+(?:ännu|längre|några|någon|något|alls|ens|heller|som|klassad|klassat|klassade))"
_ABSENCE = AbsenceWords(
    before=(
        r"(?:är|var|varit|blir|blivit|innehåller|innehöll|har|finns|utgör)(?:\s+\w+)?\s+(?:inte|ej|aldrig|ingen"
        r"|inga|inget)"
        rf"{_STILL}{{0,2}}"
        rf"|(?:inte|ej){_STILL}{{0,2}}\s+(?:är|var|varit|blivit|innehåller|innehöll|har|finns|utgör|hör till)"
        rf"{_STILL}{{0,2}}"
        rf"|(?<!får )(?<!kan )(?<!ska )(?<!bör )(?:inte|ej|icke){_STILL}{{0,2}}|utan(?:\s+(?:några|någon|något))?"
        r"|(?:ingenting|inget|inga|ingen)(?:\s+\w+){1,3}?\s+(?:är|innehåller)|inga|ingen|inget"
        r"|innan(?:\s+\w+){0,2}?\s+(?:har|är|blir|blivit)"
        # What is taken out is not there: "med namnen strukna", "jag stryker namnen".
        r"|(?<!inte )(?<!aldrig )(?<!ännu )(?:stryker|strök|strukit|raderar|raderat|maskerar|maskerat"
        r"|(?:tar|tog|tagit)\s+bort)(?:\s+alla)?"
    ),
    but=r"(?:inte|ej|icke|inga|ingen|inget)\b[^.!?]*\butan",
    after=(
        r"(?:\s+(?!inte\b|ej\b)\w+){0,3}?\s+(?:borttag(?:en|et|na)|ta(?:s|gits|gna|get)\s+bort|bortstruk\w+|struk(?:en|et|na)|radera(?:d|t|de)"
        r"|maskera(?:d|t|de)"
        r"|anonymisera(?:d|t|de))\b"
    ),
    or_="eller",
)

_CLAIMS = ClaimWords(
    negation=cue(
        r"inte ej ingen inget inga ingenting aldrig (?<!,\s)utan(?!\satt) varken knappast icke(?!-) omöjlig\w*"
    ),
    modality={
        "must": cue(r"ska skall måste krävs kräver obligatorisk\w* skyldig\w* nödvändig\w* förutsätter behöver behövs"),
        "should": cue(r"bör borde rekommender\w+ lönar (?:är|vore)\s(?:det\s)?bra"),
        "may": cue(r"kan kunna kunde kunnat får fick tillåt\w+"),
    },
    quantity={
        "all": cue(r"alla allt samtliga varje hela"),
        "none": cue(r"ingen inget inga ingenting"),
        "most": cue(
            r"flesta majoritet\w* största merparten mest huvudsakligen vanligaste viktigaste "
            rf"minst(?!\s{_COUNT})"
        ),
        "some": cue(r"några vissa somliga en\sdel enstaka delvis"),
        "only": cue(r"bara endast enbart uteslutande"),
        "often": cue(r"ofta vanligen vanligtvis oftast"),
        "always": cue(r"alltid ständigt"),
        "about": cue(r"cirka ungefär omkring nästan"),
        "at_least": cue(
            rf"minst(?=\s{_COUNT}) åtminstone (?<!inte\s)över(?=\s\d) "
            r"inte\sunder(?=\s\d) inte\smindre\sän"
        ),
        "at_most": cue(r"högst (?<!inte\s)under(?=\s\d+\s(?!\d)) inte\söver(?=\s\d) inte\smer\sän"),
        "both": cue(r"båda både"),
        "one": cue(r"en\sav ett\sav den\sena det\sena endera bara\sen bara\sett"),
        "yearly": cue(r"årlig\w* om\såret per\sår"),
        "monthly": cue(r"månatlig\w* varje\smånad i\smånaden"),
        "weekly": cue(r"veckovis\w* i\sveckan per\svecka"),
        "daily": cue(r"daglig\w* om\sdagen per\sdag"),
    },
    opposites={
        "amount": (
            cue(r"mer fler ök\w+ väx\w+ stig\w+ större högre snabb\w+"),
            cue(r"mindre färre minsk\w+ sjunk\w+ lägre långsam\w+"),
        ),
        "time": (cue(r"före innan tidigare"), cue(r"efter senare")),
        "worth": (
            cue(r"förbättr\w+ bättre underlätt\w+ nytt\w+ fördel\w*"),
            cue(r"försämr\w+ sämre försvår\w+ utmaning\w* nackdel\w* problem\w* risk\w*"),
        ),
        "course": (cue(r"börja\w* inled\w+"), cue(r"slut\w* avslut\w+")),
        "place": (cue(r"intern\w* inre"), cue(r"extern\w* yttre")),
        "together": (cue(r"tillsammans gemensam\w* samma"), cue(r"skilt separat\w* annan annat andra olika")),
        "order": (cue(r"först första"), cue(r"sist sista slutligen")),
    },
    turns={
        "or": cue(r"eller antingen"),
        "except": cue(r"utom förutom undantag bortsett utan(?!\satt) såvida"),
        "void": cue(
            r"längre upphäv\w+ upphör\w* avskaff\w+ föråldra\w+ tidigare förut förr påstå\w+ felaktig\w* fel"
            r" återkalla\w+ utgått"
        ),
        "if": cue(r"om när ifall förutsatt villkor"),
    },
    light=frozenset(
        """
        också även dessutom bland annat samt en ett enligt anvisning anvisningen anvisningarna gäller görs används sker
        exempel utöver vidare går
        """.split()
    ),
    clauses="och|samt|men|utan|om|när|att|som|medan|annars|eller|ifall",
    joins=frozenset({"och", "samt", "eller"}),
    contrasts=re.compile(
        r"[,;]\s+(?:men|medan|däremot|annars|[^,;]{0,80}\s(?:dock|däremot|emellertid))\b", re.IGNORECASE
    ),
    prepositions=frozenset(
        "av från till för på i om hos mot med utan före efter under över mellan inom vid åt enligt genom"
        " bland utom även tills innan".split()
    ),
    agents=frozenset({"av"}),
    contraries={
        "från": frozenset({"till", "tills"}),
        "till": frozenset({"från"}),
        "efter": frozenset({"före", "inom", "under", "tills", "innan"}),
        "före": frozenset({"efter", "under"}),
        "inom": frozenset({"efter"}),
        "över": frozenset({"under"}),
        "under": frozenset({"över", "efter", "före"}),
        "med": frozenset({"utan"}),
        "utan": frozenset({"med"}),
        "utom": frozenset({"även", "också"}),
        "även": frozenset({"utom"}),
    },
    oblique=None,
    possessive=re.compile(r"[^s]s$", re.IGNORECASE),
)

_LEAVE = (
    # A permit that one has, or asks a public body for, is no leave.
    r"(?:förhands|skriftlig\w* |uttrycklig\w* )?(?:(?!(?:miljö|uppehålls|serverings|byggnads)tillstånd"
    r"|\w*tillståndsansök)\w*tillstånd\w*|lov|godkän\w*|beviljat|beviljar|bifall\w*"
    r"|tillåtelse|klartecken"
    r"|tillåtit|bestämt|skrivit under|\w*beslut\w*)"
)
_FEW = r"(?:[^\s,.;:]+ ){0,6}?"
_AUTHORITY = (
    r"(?:\w+-)?\w*(?:chef\w*|direktör\w*|sakkunnig\w*|rektor\w*|nämnd\w*|styrelse\w*|enhet\w*|ansvarig\w*|ägare\w*"
    r"|handledar\w*"
    r"|läkar\w*|ombud\w*|ordförande\w*|förman\w*|sekreterar\w*|ledar\w*|kommun\w*|stad\w*|myndighet\w*"
    r"|ledning\w*|inspektör\w*|lärar\w*|operatör\w*|producent\w*|förvaltning\w*|bolag\w*|disponent\w*|arbetsgivar\w*"
    r"|arkivarie\w*|skötar\w*|föreståndar\w*|vaktmästar\w*|direktion\w*|servicedesk\w*|kontor\w*|tekniker\w*"
    r"|bibliotekarie\w*|jurist\w*|värd(?:en|inna\w*)?)"
)

# "…, tjänstebilen inte"; in "…, uppgifterna sparas inte" the verb is another.
_DENIED = r"(?:, [^\W\d]+|[^\W\drs])(?<!får)(?<!eller) (?:inte|ej|aldrig)(?: (?:alls|heller))?\W{0,5}$"
_PERMISSION = PermissionWords(
    permits=words(
        r"får|kan|tillåt\w*|har rätt(?! till)|lov att|fritt|välkomna?|går (?:bra|lika bra|för sig)|duger|räcker"
        r"|inget hinder"
        r"|godtas(?! (?:inte |först )?av)|släpps in|i sin ordning|accepteras|inget problem|helt okej|inga hinder"
        r"|godtagba\w*|(?:är|står) (?:öpp(?:en|et|na)|upplåt\w*) (?:för|åt)(?! (?:missbruk|tolkning))"
        r"|är möjlig(?:a|t)?(?! att)"
    ),
    forbids=words(
        r"(?:får|kan|ska|skall|bör) (?:[^\s,.;:]+ ){0,4}?(?:inte|aldrig|ej|inga|ingen|inget|varken)",
        r"(?:inte|aldrig|ej) (?:tillåt\w*|lov|avse\w*)|förbju\w*|\w*förbud(?:et|en)?|otillåt\w*|(?:ingen|inga|inget"
        r"|varken) (?:[^\s,.;:]+ ){0,4}?(?:får|kan)"
        r"|(?:under inga|inte under några) (?:omständigheter|villkor)|i inget fall|på inga villkor|uteslut\w*"
        r"|inte möjlig\w*|avböjs|avvisas|avslås|undviks|otänkba\w*|(?:inte|aldrig) (?:(?:ett|en) )?godtagba\w*"
        r"|(?:duger|räcker|lämpar sig)"
        r" (?:[^\s,.;:]+ ){0,2}?(?:inte|aldrig|ej)|går (?:det )?(?:inte|ej) (?:an|att|för sig|bra)"
        r"|hör (?:[^\s,.;:]+ )?inte (?:heller )?(?:hemma|till(?! (?:de\b|(?:[^\s,.;:]+ ){0,3}?uppgift)))"
        r"|(?<!vi\s)(?<!jag\s)har (?:inte|inget) tillträde",
        r"har inte rätt att|kommer inte i fråga",
        # What people do not do: "personalen tar inte emot gåvor".
        r"(?:vi|man|du|ni|personalen|anställda|\w{3,}(?:are|erna|arna|ande|anter|enter)|chefen"
        r"|rektorn)(?: själva?)? (?!är|har|behöver"
        r"|måste|svarar|ansvarar|vet|kan|känner|garanterar|betalar|ersätter)\w+r (?:sig )?(?:inte|aldrig"
        r"|ing(?:a|en|et)(?! (?:hinder|problem|invändning)))",
        r"(?!finns|tills\b|lyckades?|märks|syns|hörs|minns|krävs|behövs|anses|oss|hans|dess|betalas|ersätts"
        r"|tas inte ut)\w{2,}s (?:inte|aldrig|ing(?:a|en|et))"
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
        r"|alla(?: \w+){0,2} (?:får|kan) inte(?: \w+)?|(?:och|men) ing(?:en|et|enting) annan?t?",
        # Things that are called forbidden, of which something else is told; what is over.
        r"(?:otillåtna|förbjudna) \w+ (?!är\b|får\b)\w+[rs]|används inte längre",
        r"(?:tillåtna|förbjudna|godkända) \w+ (?:räknas upp|anges|beskrivs|finns|är listade|definieras)",
    ),
    needs_leave=words(
        rf"(?:kräv\w*|behöv\w*(?! inte godkänna)|förutsätter|ska (?:ha|få|begära|ansökas|sökas)|måste (?:ha"
        rf"|få)) {_FEW}{_LEAVE}",
        rf"{_LEAVE} {_FEW}(?:krävs|behövs|ska (?:sökas|begäras|inhämtas))",
        r"(?:ska|skall|måste) (?:[^\s,.;:]+ ){0,3}?(?:godkännas|beviljas|medges)"
        r"|ska (?:[^\s,.;:]+ ){0,4}?(?:ge|godkänna|bevilja) (?:[^\s,.;:]+ ){0,3}",
        # Who may give leave, has to be asked for it.
        r"(?:kan|får) (?:(?!inte\b|ej\b)[^\s,.;:]+ ){0,4}?(?:bevilja|medge|tillåta|beordra"
        r"|ge (?:[^\s,.;:]+ )?(?:lov|tillstånd))",
        r"tillståndsplikt\w*|enligt prövning",
        rf"(?:är (?:helt )?upp till|överlåts åt|avgörs av|beslutas av|godkänns av|beviljas av|medges av)"
        rf" (?:(?!som\b)[^\s,.;:]+ ){{0,3}}?{_AUTHORITY}",
        rf"(?:bara|endast|enbart|först) (?:med|efter) {_FEW}{_LEAVE}",
        rf"(?:kräv\w*|behöv\w*|förutsätter) {_FEW}{_AUTHORITY} (?:[^\s,.;:]+ )?(?:medgivande|samtycke)",
    ),
    needs_no_leave=words(
        rf"(?:behöv\w*|kräv\w*|förutsätter) (?:inte|inget|ingen|inga|ej) {_FEW}(?!godkänna\b){_LEAVE}",
        rf"(?:inget|ingens?|inte något) {_FEW}{_LEAVE} (?:behövs|krävs)|{_LEAVE} {_FEW}(?:behövs|krävs) (?:inte|ej)",
        r"(?:inte|ej) (?:längre |alls )?förbju\w*|kan inte förbjuda|inget förbud",
        rf"förbudet {_FEW}(?:gäller|omfattar|berör) (?:dock )?inte|förbudet (?:har )?(?:upphävts|upphört)",
        r"utan att (?:fråga|be|ansöka)\w*",
        r"behöver (?:du |man |ni )?inte (?:fråga|be)",
    ),
    conditions=words(
        # "Uppgifter om brott får inte behandlas" is no condition.
        r"(?:(?:men )?(?:bara|endast|enbart|först) )?(?:(?<!uppgifter\s)(?<!uppgift\s)(?<!beslut\s)(?<!beslutet\s)"
        r"(?<!frågor\s)(?<!frågan\s)(?<!samtal\s)(?<!information\s)(?<!ärenden\s)(?<!avtal\s)(?<!data\s)om|när|då"
        r"|förutsatt att|under förutsättning att|på villkor att|såvida|ifall|efter att|sedan|förrän|innan)"
        r"(?: [^\s;]+)+",
        # ", utan de …" turns to what is so instead, and "inte ens utan" lifts nothing.
        r"(?<!ens\s)(?:(?<!,\s)utan|utan(?! (?:de|det|den|du|man|vi|ni|han|hon|detta|dessa)\b))"
        r"(?: att)?(?: (?!(?:får|kan|ska|skall|är|har|måste|behöver|(?<!be\s)om|när|förutsatt|såvida|ifall|innan"
        r"|efter)\b)[^\s;,.]+){1,8}",
        rf"(?:(?:bara|endast|enbart|först) )?(?:med|efter) (?:[^\s;,.]+ ){{0,5}}?(?:{_LEAVE}"
        r"|(?:medgivande|samtycke)(?: av(?: [^\s;,.]+){1,2})?"
        r"|(?:avtal|överenskommelse) med(?: [^\s;,.]+){1,2})",
        r"(?:bara|endast|enbart|först)(?: [^\s;,.]+)+",
        r"(?:utom|förutom|med undantag|annat än|så länge|(?:längre|mer|fler|oftare|större) än)(?: [^\s;]+)+",
    ),
    excepts=words(
        r"(?:men )?(?:om inte|såvida|förrän|innan|utom|förutom|med undantag|annat än"
        r"|(?:längre|mer|fler|oftare|större) än)"
    ),
    unless=words(r"(?:men )?(?:om inte|såvida)"),
    without=words(r"utan"),
    only=words(r"(?:men )?(?:bara|endast|enbart|först)(?! om| när| då| efter att| sedan)"),
    restricts=words(r"(?:men )?(?:bara|endast|enbart|först)"),
    leave=words(_LEAVE),
    agreed=words(r"medgivande\w*|samtyck\w*|sagt ja"),
    by_consent=words(r"(?:bara|endast|enbart|först) med(?: [^\s;,.]+){0,4}? (?:samtycke|medgivande)"),
    # What somebody with authority finds is their leave: "om inspektören anser att det är möjligt".
    consent=words(
        r"medgivande\w*|samtyck\w*|medge\w*|sagt ja|förordar|går med på|kommit överens|avtalat"
        r"|anser|bedömer|bekräfta[rt]|prövat|avtal|överenskommelse|tillåter|godtar|godtagit"
    ),
    authority=words(_AUTHORITY),
    asides=words(
        # The verb of the main clause follows: "den som är släkt med en sökande får inte delta".
        r"(?:som|där)(?: (?!(?:får|kan|ska|skall|måste|bör)\b|\w{2,}s (?:inte|aldrig)\b)[^\s;,.]+)+",
        r"eftersom(?: [^\s;,.]+)+|(?:vilket|vad|hur|huruvida|vilka)(?: [^\s;,.]+)+|även om(?: [^\s;,.]+)+",
    ),
    concedes=re.compile(r"(?:(?<=, )|^)även om(?: [^\s;,.]+)+", re.IGNORECASE),
    exceptionally=re.compile(r"^\s*(?:som (?:ett )?undantag(?! från)|undantagsvis)\b", re.IGNORECASE),
    goes_on=re.compile(r"\b(?:att|om|när|som|där)\W*$", re.IGNORECASE),
    parts=re.compile(
        r";|, (?=förbudet )|(?<=[\s,])men (?!bara\b|endast\b|enbart\b|först\b)|, däremot |, annars "
        r"|, (?=(?:dock )?inte (?!ens\b))",
        re.IGNORECASE,
    ),
    joins=re.compile(r"(?<=\s)(?:och|samt) |, (?=(?:annat|andra)\b)", re.IGNORECASE),
    short=re.compile(
        rf", (?!(?:som|vilk\w+|om|när|att|eftersom|fastän|medan|inte|dock)\b)"
        rf"(?=[^,;:]{{2,80}}(?:{_DENIED}|\b(?:får|tillåt\w{{1,3}}|förbjud\w{{1,3}})\W{{0,5}}$))",
        re.IGNORECASE,
    ),
    denied=re.compile(_DENIED, re.IGNORECASE),
    commas=re.compile(
        r", (?:fast )?(?!(?:(?:av|i|för|till|med|på) vilk\w+|varken|inte heller|också|dock|som|vilk\w+|om|när|då"
        r"|att|eftersom|fastän|även|såvida|utom"
        r"|förutom|med undantag|bara|endast|enbart|först|utan|innan|förutsatt|till exempel|såsom|eller|så)\b)",
        re.IGNORECASE,
    ),
    contrasts=re.compile(r", medan ", re.IGNORECASE),
    instead=re.compile(r", (?:[^\s,;:]+ ){0,6}?(?:däremot|i stället)\b", re.IGNORECASE),
    weak=words(r"kan"),
    yes=words(
        r"ja(?!\s*(?:/|och|eller)\s*nej)|ok|okej|får|tillåtet|fritt|fri|öppet|öppen"
        r"|(?:självständigt|på egen hand)(?=\s*(?:$|[,.;(]))"
    ),
    no=words(
        r"nej|(?:dock |men )?(?:inte|ej)(?! (?:förbju|begräns|fastställ|känt|aktuell|tillämplig|angiv"
        r"|definiera)\w*)|förbjudet"
        r"|stängt|stängd"
    ),
    given=words(
        r"(?:med|efter) (?:[^\s,;]+ ){0,4}?(?:(?:godkän[dt]\w*|beviljad\w*) \w+|tillstånd (?:\w{2,}s|är|ska)\b"
        r"|\w*beslut\w*)"
    ),
    negates=words(r"\w{2,}des|inte|ej|inga|inget|ingen|aldrig|varken|ens"),
)

_VALUES = ValueWords(
    spelt=_SPELT,
    counted=_SPELT,
    units={
        "euro": r"eur(?:o(?!op|p)\w*|\b)",
        "percent": r"procent\w*",
        "day": r"(?:arbets|kalender)?dag(?:ar\w*|en|s)?\b",
        "week": r"veck\w*",
        "month": r"månad\w*|mån\b",
        "year": r"år(?:et|en|s)?\b",
        "age": r"-?åri(?:g\w*|ng\w*)",
        "minute": r"minut\w*",
        "hour": r"timm\w*|tim\b",
        "person": r"person(?:er\w*|s)?\b|deltagare\w*",
        "kilometre": r"kilometer\w*",
        "megabyte": r"megabyte\w*",
        "gigabyte": r"gigabyte\w*",
    },
    thousand="tusen",
    million=r"milj\w*\.?",
    months=(
        r"januari",
        r"februari",
        r"mars\b",
        r"april",
        r"maj\b",
        r"juni\b",
        r"juli\b",
        r"augusti",
        r"september",
        r"oktober",
        r"november",
        r"december",
    ),
    not_="inte|icke|ej",
    above="över|mer än|större än|efter",
    from_=r"minst|från och med|fr\.o\.m\.|från",
    below="under|mindre än|före",
    up_to=r"högst|upp till|till och med|t\.o\.m\.|senast",
    above_after=r"överstig\w*",
    from_after="",
    below_after=r"understig\w*",
    up_to_after="",
    or_="eller|och",
    more="mer|fler|över",
    less="mindre|färre|under",
    to="till|och",
    to_at_most="högst",
)

_SMALL_TALK = SmallTalkWords(
    ability=frozenset(
        """
        hjälp hjälpa hjälper fungerar robot bot chatbot anvisning bruksanvisning
        """.split()
    ),
    asks=frozenset("vad vem kan kunde".split()),
    addressed=frozenset("du dig".split()),
    thanks=frozenset("tack tackar tacksam thanks thx".split()),
    greeting=frozenset(
        """
        hej hejsan hallå tjena tjo moj mojn godmorgon goddag adjö hejdå morgon god kväll hälsningar läget mår
        """.split()
    ),
    remark=frozenset(
        """
        ok okej oké jo ja nej jaha jaså aha bra jättebra fint utmärkt perfekt toppen super kanon förstår klart
        uppfattat test testar förlåt ursäkta duktig smart dum jätteduktig dålig konstig wow oj lol
        """.split()
    ),
    together=frozenset(
        """
        så mycket hemskt stort tusen många för hjälpen svaret svaren svar det den här detta informationen allt ska ha
        snälla förväg dag natt igen alla dig mig jag man vi vet gör göra kan kunde fungerar använder används svara
        svarar på frågan fråga frågor om med vem vad hur är var en ett människa riktig ai tjänsten tjänst bara annat
        inget mer nu till nytta nyttigt stor går står någon där snabb snabbt riktigt väldigt berätta hörs va
        """.split()
    ),
    of_the_matter=(),
)

_DOCUMENTS = DocumentWords(
    captions="tabell|figur|bild",
    titles="tabell|figur",
    states="är|får|ska|skall|kan|måste|bör|gäller",
    abbreviations=r"bl\.a|t\.ex",
    suspends=frozenset("och eller samt".split()),
    announces=r"följande|nedan(?:stående)?|så här|dessa|något av detta",
    hyphenated="",
    mail_from="från|avsändare",
    mail_fields="skickat|datum|till|kopia|ämne",
    mail_original="ursprungligt meddelande",
    mail_wrote="skrev",
    heading_style="rubrik",
    page="sida",
    page_of="av",
    defines="betyder|betecknar",
    that="att",
    mark="",
    denies="inte|ej|icke|aldrig|om inte",
    valid_from=r"(?:gäller|giltig\w*|i kraft|tillämpas):?\s+(?:tills vidare\s+)?"
    r"(?:från och med|fr\.\s?o\.\s?m\.|från)(?: den)?\s+<date>"
    r"|(?:träder|trädde) i\s?kraft(?: den)?\s+<date>|(?:gäller|giltig\w*|i kraft):?\s+<date>\s?[-–]"
    r"|ikraftträdande:?\s+<date>",
    valid_until=r"(?:gäller|giltig\w*|i kraft):?\s+(?:till och med|t\.\s?o\.\s?m\.|till)(?: den)?\s+<date>"
    r"|(?:gäller|giltig\w*|i kraft):?\s+(?:(?:från och med|fr\.\s?o\.\s?m\.|från)(?: den)?\s+)?<date>"
    r"\s?(?:[-–]|t\.\s?o\.\s?m\.|till och med)(?: den)?\s?<date>",
    issued=r"(?:publicera[dt]|godkän[dt]|antagen|utfärda[dt]|fastställ[dt]|datera[dt]|given|utgiven|uppdatera[dt]"
    r"|beslutsdatum|publiceringsdatum|datum för beslutet)\b[^.\n]{0,60}?<date>",
    acts=r"(?<!denna )(?<!detta )\b\w{0,30}(?:lagen|lag|förordning|förordningen|direktiv|direktivet|avtal|avtalet"
    r"|tillstånd|tillståndet)\b",
    lettered=r"(?:klass|grupp|nivå|bilaga|alternativ|kategori|del)\w{0,5}",
    replaces=r"ersätter|upphäver|härmed upphävs",
    replaced=r"\w*(?:anvisning|föreskrift|beslut|riktlinj|brev|rekommendation|princip|guide)\w*",
    edition=r"version(?:snummer)?|utgåva|ver|v",
    record=r"diarie(?:nummer|nr)|dnr|ärende(?:nummer|nr)|dokument(?:nummer|nr|beteckning)",
    publishers=r"\w*(?:ministeriet|verket|myndigheten|centralen|universitetet|nämnden|styrelsen|stad|kommun"
    r"|institutet)",
    within_names=r"\w+ska|stads|kommuns|och|samt|för",
    publisher="utgivare|utgivande myndighet",
    of_month=":[ae]",
)

_ASKING = AskingWords(
    decides=(
        Inversion(re.compile(r"^du får(?: inte)?(?!\w)", re.IGNORECASE), "Får jag {rest}?"),
        Inversion(words("får inte", "får"), "Får {subject} {rest}?"),
        Inversion(words("kan inte", "kan"), "Kan {subject} {rest}?"),
        Inversion(words("måste", "ska", "skall"), "Måste {subject} {rest}?"),
        Inversion(words("behöver inte"), "Behöver {subject} {rest}?"),
        Inversion(words(r"är(?: inte)?(?= (?:tillåt|förbjud))"), "Är {subject} {rest}?"),
    ),
    tells=(
        Inversion(words("kostar"), "Hur mycket kostar {subject}?"),
        Inversion(words("varar", "pågår"), "Hur länge {verb} {subject}?"),
        Inversion(words("är (?P<state>öppet|öppen|öppna|stängt|stängd|stängda|i kraft)"), "När är {subject} {state}?"),
        Inversion(words("träder i kraft"), "När träder {subject} i kraft?"),
        Inversion(words("börjar", "slutar", "upphör", "ordnas", "stängs", "öppnas"), "När {verb} {subject}?"),
        Inversion(words("godkänner", "beviljar", "beslutar", "ansvarar"), "Vem {verb} {rest}?"),
    ),
    vague=words(
        "den",
        "det",
        "de",
        "dem",
        "denna",
        "detta",
        "dessa",
        "han",
        "hon",
        "hen",
        "då",
        "dess",
        "deras",
        "annars",
        "där",
        "därför",
    ),
    fillers=words("endast", "bara", "dock", "också", "inte", "heller", "alltså"),
)

SWEDISH = LanguagePack(
    language="sv",
    english_name="Swedish (as in Finland)",
    detector="SWEDISH",
    analyser="snowball",
    stemmer="swedish",
    letters="äöå",
    back_to_front=None,
    infinitive=None,
    genitive=None,
    noun_ends=NounEnds("ae", r"ns?|nas?|s|[aeo]r(?:na)?s?|e[nt]s?|"),
    belonging=frozenset("på om av från till för".split()),
    negating=frozenset("o ej icke-".split()),
    undone=None,
    # Two stems each: "gränsen" and "gräns", "skolan" and "skola", "registret" and "register", "slutna" and "sluten".
    endings={
        "": "s n t en et a na ar arna er erna r rna",
        "e": "ar arna er erna",
        "a": "or orna ade at as des de te",
        "an": "ningar ningarna",
        "el": "let",
        "en": "na",
        "er": "ret ren",
        "m": "met men",
    },
    joints=(
        ("s", ""),
        ("", ""),
        ("", "a"),
        ("", "e"),
        ("o", "a"),
    ),  # arbets-tid, bil-resa, skol-bok, pojk-rum, kyrko-gård
    # The stop words that bm25s has of the Snowball and NLTK lists, then those of questions about guidance.
    function=frozenset(
        """
        alla allt att av blev bli blir blivit de dem den denna deras dess dessa det detta dig din dina ditt du där då
        efter ej eller en er era ert ett från för ha hade han hans har henne hennes hon honom hur här i icke ingen inom
        inte jag ju kan kunde man med mellan men mig min mina mitt mot mycket ni nu när någon något några och om oss på
        samma sedan sig sin sina sitta själv skulle som så sådan sådana sådant till under upp ut utan vad var vara
        varför varit varje vars vart vem vi vid vilka vilkas vilken vilket vår våra vårt än är åt över

        får ska skall bör måste finns säger många
        """.split()
    ),
    spoken=None,
    forms=frozenset("är går".split()),
    abbreviations=frozenset(
        """
        t.ex max bl.a bl m.m osv dvs s.k kl nr resp ca inkl exkl tel obs t.o.m fr.o.m o.s.v d.v.s mom kap art
        jfr m.fl f.n f.d pkt ev dnr p.g.a fn p.p jan febr okt nov dec
        tf avd enl förf ang ordf sekr betr jmf c:a o.dyl sid
        """.split()
    ),
    numbered=frozenset("min pers prop bil from".split()),
    month_names=None,
    sample="Får man använda tjänsten?",
    questions=_QUESTIONS,
    messages=_MESSAGES,
    absence=_ABSENCE,
    claims=_CLAIMS,
    permission=_PERMISSION,
    values=_VALUES,
    small_talk=_SMALL_TALK,
    documents=_DOCUMENTS,
    asking=_ASKING,
)
