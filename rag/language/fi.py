"""What is known of Finnish. What each entry means: pack.py."""

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
    PermissionWords,
    QuestionWords,
    SmallTalkWords,
    ValueWords,
    cue,
    words,
)

_QUESTIONS = QuestionWords(
    wanted={
        "number": (
            r"kuinka (?:monta|moni|monella|monessa|paljon|suuri|iso|usein)|mont?ako|moniko|mon(?:elta|ella|essa)ko"
            r"|paljonko|paljonk|mikä (?:osuus|määrä)|monta(?! (?:asiaa|syytä))|prosentti\w*|lukumäär\w+"
        ),
        "time": r"milloin|koska(?=\s+\w[^,]{0,300}\?)|minä (?:vuonna|päivänä)|mihin mennessä",
        "person": r"kuka|ketkä|kenen",
        "list": r"mitkä|millaisi[ain]\w*|minkälaisi[ain]\w*|mitä kaikkea|luettele\w*|lista",
    },
    focus={
        "why": r"miks\w*|minkä (?:takia|vuoksi|tähden)|mistä syystä",
        "how_many": (
            r"(?:kuinka|miten) (?:(?:mon(?!ist)|(?:suur|pien)(?!enn)|pitk|vanh|painav|myöhä|aikai|nope(?!ut)|kauka"
            r"|korke|matal|leve|syvä|lyhy|kall|nuor|iso)\w*|paljon|usein|kauan|kauas|pian|vähän|harvoin|lähel\w+)"
            r"|minkä (?:(?:koko|pitu|ikä|hinta|suuru)i\w+|verran)"
            r"|mont?ak\w+|montas?|monik\w+|monelta\w*"
            r"|monella\w*|monessa\w*|moneenko|paljonk\w*|kauank\w*|mikä (?:osuus|määrä)|lukumäär\w*|osuus"
        ),
        "who": r"kuka|kukas|ketkä|ketä|keitä|kene\w+|kelle\w*|kellä\w*",
        "when": r"milloin|millon\w*|koska|koskas|mihin (?:mennessä|asti)|minä (?:vuonna|päivänä)|mistä lähtien",
        "where": r"missä|minne|mistä (?:löyt\w+|saa\w*)",
        "how": r"miten|mite|mitenkä|mites|kuinka|millä (?:tavalla|tavoin|keinoin)",
        "what": (r"mi(?:kä|käs|tä|täs|tkä|hin|stä|llä|nkä|nä|ltä|lle|hinkä)|millai\w+|minkälai\w+|mille|kummat?|kumpi"),
        "whether": r"\w+(?:ko|kö|kos|kös)|onks|voiks|voinks|saaks|saanks|oliks|\w+(?:aks|eeks|iiks|ääks|iks)",
    },
    before_verb="hei|moi|ja|no",
    asks_to_tell=(
        r"(?:mont|moni|mone|kauan|paljon|usein|voit|voisit|osaat|tiedät|kertois|muistat)\w*"
        r"|onko (?:tietoa|tiedossa|kerrottu|sanottu)\b"
    ),
    verbs=r"\w+(?:ko|kö|kos|kös)|(?:saa|voi|on|ol|sais|vois|ois|pitää)(?:n|t|i)?(?:ks|nks|sko)",
    asks_a_fact="onko|onks|oliko|ovatko",
    permission=(
        r"saa(?:n|t|mme|tte|vat|ko|nko|tko|ks|kse|nks)?|saisi\w*|sais\w*|voisi\w*"
        r"|voi(?:n|t|mme|tte|vat|daan|ko|nko|tko|daanko|ks|nks)?|pitääkö|pitääks|käykö|käyks|kelpaa\w*|sopii\w*"
        r"|sopisi\w*"
        r"|(?:onko|onks|oisko|olisko|olisiko) (?:se |tämä )?ok(?:ei)?|ok(?:ei)? (?:jos|et|että)"
        r"|sallittu\w*|kielletty\w*|lupa|luvallis\w*|luvaton\w*|luvatonta|hyväksyttävä\w*|asianmukai\w*|mahdollis\w*"
        r"|ehdol\w*|ehto|ehdot|mitäs?\s+jos|mites\s+jos"
    ),
    number_said=(
        r"yksi|yhden|kaksi\w*|kahden|kahta|kahteen|kahde(?:lla|lle|ssa|sta|ksi)|kolme\w*|neljä\w*|viisi\w*|viiden"
        r"|viittä"
        r"|viiteen|kuusi\w*|kuuden|kuutta|kuuteen|seitsemä\w*|kahdeksa\w*|yhdeksä\w*|kymmen\w*|\w{3,}toista|sata\w*"
        r"|sadan"
        r"|tuhat\w*|tuhannen|puolet|puolen|kahdesti|kolmesti|kerran"
    ),
    time_said=(
        r"kuussa\b|kuuta\b|kevää|syksy|kesällä|talve|vuorokau|viiko|päivä"
        r"|\b(?:tulossa|myöhemmin|kuukausi\w*|kahdesti)\b"
    ),
    when_said=(
        r"\w*(?:vuo(?:si|de|nna|tta)|kuukau|kuussa|kuuta|päiv|viik|tunti|tunni|kevä|syksy|kesä|talve)\w*|välittömästi"
        r"|viipymättä|heti|ennen|jälkeen|mennessä|aina|kerran|\w*(?:maanantai|tiistai|keskiviik|torstai|perjantai"
        r"|lauantai"
        r"|sunnuntai|arki|arkena|arkisin|viikonlop|pyhä|aamu|ilta|illa|yöllä|öisin)\w*|klo|kello"
    ),
    person_said=(
        r"\w*(?:päälli|johtaj|johto|johdo|esihenkilö|esimie|rehtori|lautakun|hallitu|yksikö|vastaav|tilaaj|omistaj"
        r"|ohjaaj"
        r"|lääkäri|koordinaattori|hallinto|viranomai|puheenjohtaj|tiimi|sihteeri|virasto|valtuutet|asiantunti|työnantaj"
        r"|kirjaam|opettaj|hoitaj|henkilö|isännöits|toimisto|neuvoja|huoltaj|työntekij|virkamie|viranhaltij|kunta"
        r"|kaupunki"
        r"|ministeriö|opiskelij|oppila)\w*"
    ),
    served_said=r"\w*(?:ohjelma|palvelu|tuki|tuen|asiakas|asiakkaa)\w*",
    place_said=(
        r"\w*(?:osoit|huone|kerro|verkko|intra|lomak|portaali|järjestelm|kansio|toimisto|katu|sali|liite|luette"
        r"|sivu)\w*"
        r"|\w+(?:ssa|ssä|lla|llä|sta|stä|lta|ltä|seen|lle)"
    ),
    reason_said=r"koska|jotta|sillä|siksi|syy\w*|vuoksi|takia|johdosta|perust\w+|johtu\w+|tarkoitu\w+",
    asks_for={
        "mean": r"keskiarvo\w*|keskimäär\w+",
        "median": r"mediaani\w*",
        "price": (
            r"paljonko?s?\s+(?:(?!aika)\S+\s+){0,3}?maks(?:aa|oi|avat|oivat|eta\w+|ettiin)"
            r"|mitä\s+(?:\S+\s+){0,3}?maks(?:aa|oi|avat|oivat)"
            r"|minkä\s+hintai\w+|mikä\s+(?:\S+\s+){0,3}?hinta|mitkä\s+(?:\S+\s+){0,3}?hinnat"
        ),
        "email": r"(?:sähköposti|s-posti|meili|spostiosoi)-?osoi\w+|sähköpostiosoi\w+",
        "telephone": r"puhelinnume\w+|puhelinnro|puh\.?\s?n(?:ro|umero)",
        "name": (
            r"(?:minkä\s+nimi(?:nen|siä|set)|mikä\s+(?:on\s+)?(?:\S+\s+){0,4}?(?:päällikön|johtajan|edustajan"
            r"|sihteerin|rehtorin|virkamiehen"
            r"|ministerin|lakimiehen|asiantuntijan|jäsenen|esihenkilön|tietosuojavastaavan|vastuuhenkilön"
            r"|yhteyshenkilön)"
            r"\s+(?:\S+\s+)?nimi)"
        ),
    },
    gives={
        "mean": r"keskiarvo\w*|keskimäär\w+",
        "median": r"mediaani\w*",
        "price": r"\w*(?:euro|sent(?:ti|in)|ilmai|maksu|hinta|hinna)\w*",
    },
    acceptable=(
        r"haitta\w*|haittaako|ongelma\w*|väärin|laiton\w*|laitont\w*|rikonko|rikkooko|rikottaisiin|vaarallis\w*"
        r"|turvallis\w*"
        r"|pahasta|fiksua|järkevää|viisasta"
    ),
    does=r"\w+k[oö]s?",
    befalls=(
        r"(?:voi|saa)\w*\s+(?:\w+\s+){0,2}?(?:joutua|joutuu|menettää|rangaista|rangaistaan|irtisanoa|vastuuseen"
        r"|(?:saada\s+)?(?:potkut|kenkää|sakot|sakon|sakkoa|varoituksen|syytteen|rangaistuksen|tuomion)"
        r"(?=\W*$|,|\s+(?:jos|siitä|tästä|kun|mikäli)\b|\s+(?:\w+\s+){1,3}?\w+misesta\b))"
        r"|(?:onko|onks|oliko|olisiko|oisko)\s+(?:se\s+|tämä\s+|tää\s+)?(?:\w*rikos|rikollista|rangaistavaa|virkavirhe"
        r"|(?:tietoturva|tietosuoja)(?:loukkaus|rikkomus|poikkeama)|tietovuoto)"
    ),
    becomes=(
        r"(?:tallen[tn]|säily|säilö|poist|vuota|vuoda|paljast|levi|muist|opi|koulut|luovut|jaeta|päätyy|päätyv|katoa"
        r"|häviä|näky|kerä|lokit)\w*k[oö]s?"
    ),
    by_itself=(
        r"(?:vuota|vuoda|paljast|levit|muista|oppi|oppia|koulut|luovutta|jaka|kerä|unohta|säilyttä|tallenta)\w*"
    ),
    obliged=(
        r"pitääkö|pitääks|täytyykö|täytyyks|tuleeko|tarviiko|tarviiks|tarvitseeko|onko pakko|onko pakollista|onks pakko"
    ),
    subordinates=r"jos|kun|mikäli|ennen kuin|ennenku|sen jälkeen kun|ilman että|vaikka|koska|jotta",
    relatives=(
        r"että|et|jo(?:ka|ta|nka|ssa|sta|lla|lle|lta|hon|tka|ita|iden|issa|ista|illa|ille|ihin)"
        r"|(?:(?<=sillä )|(?<=siitä )|(?<=siihen ))mitä"
    ),
)

_MESSAGES = MessageWords(
    greetings="hei|moi",
    and_also="ja|sekä|entä|lisäksi|sitten",
    please_tell="kertoisitko|kerro|voisitko kertoa|voitko kertoa|osaatko sanoa|haluaisin tietää|haluan tietää",
    opens=(
        r"mi(?:kä|tä|tkä|ssä|stä|hin|ltä|lle|ten|te|ksi|ks|llä|lloin|nkä|nne|llain\w*|llai\w+)|kuinka|kuka|ketkä|kenen"
        r"|kene\w+|milloin|millon|miks|mite|koska|paljonko|paljonk|mont[a]?ko|moniko|kauanko|onko|onks|oliko|ovatko"
        r"|saako|saanko|saaks"
        r"|saanks|voiko|voinko|voiks|voinks|pitääkö|pitääks|täytyykö|tarvitseeko|tarviiko|kannattaako|kuuluuko|päteekö"
        r"|koskeeko|käykö|entäs?|mites|\w+[aeiouyäönt]k[oö](?:s|han|hän)?"
    ),
    within=r"mi(?:kä|tä|tkä|ten|ksi|lloin|ssä|stä|hin)|kuka|kenen|ketkä|ketä|paljonko|montako",
    joins=r"ja(?: myös| lisäksi)?|sekä|eli|entä|\+",
    well="no|ok|okei|mutta",
    follows_up=(
        r"entä(?:s|pä)?|ent|mites?(?=\s+\w+\W*$)|mite[ns]\s+on(?=\s+\w+\s+(?:laita|kanssa)\W*$)"
        r"|(?:mitäs?|mites?)(?=\s+(?:jos|sitten))|ja|vai|onko\s+sama|sama"
        r"|(?:koskeeko|päteekö)(?:\s+(?:tämä|se|sama))?"
    ),
    follows_up_if=r"jos|sitten|myös|(?:entä|mitä|mite)s?\s+jos",
    corrects=(
        r"(?:(?:ei|eiku|eikun|siis|anteeksi|sori|sorry|oho)\W{1,3}){0,3}(?:eikun?|ei\s+kun|tark(?:oi|o)t(?:in|an))"
        r"(?:\W{1,3}(?:siis|sori|sorry|anteeksi))*"
    ),
    supposes="jos|mikäli",
    not_so=r"ei(?:\s+(?:ole|oo|olekaan|ookaan|olis|olisi))?(?:\s+(?:niin|sitä))?",
    unapproved="jos palvelua ei ole hyväksytty",
    points_back=(
        "se|sen|sitä|siihen|siinä|siitä|sille|siltä|sinne|siellä|siel|sieltä|ne|niitä|niiden|niihin|niissä|niistä|niille"
        "|niillä|niiltä"
        "|tämä|tämän|tätä|tähän|tässä|tästä|tälle|nämä|näitä|näiden|näihin|näissä|näistä|näille"
        "|tuohon|tuossa|tuosta|noita|noiden|noihin|noissa|noista"
    ),
    of_that="sen|niiden",
    may_one="saako",
)

_STILL = (
    r"(?:\s+(?:vielä|viel|enää|mitään|mitenkään|lainkaan|yhtään|ollenkaan|nyt|edes|siis|kenenkään|luokiteltu|merkitty"
    r"|katsottu))"
)
_ABSENCE = AbsenceWords(
    before=(
        r"(?:ei|eivät|eikä|eivätkä|en|enkä|emme|ettei|etteivät)(?:\s+\w+){0,2}?\s+(?:ole|oo|olekaan|ookaan"
        r"|ollut|olisi|sisällä|sisälly|kuulu"
        rf"|mainita|näy|löydy){_STILL}{{0,2}}"
        rf"|(?:ei|eikä|eivät){_STILL}{{0,2}}|ilman(?:\s+(?:mitään|kenenkään|muita))?|vailla"
        # What is still to be done has not been done.
        r"|ennen kuin(?:\s+\w+){0,2}?\s+(?:on|ovat)"
        # What is taken out is not there: "poistan nimet ensin", "nimi on poistettu"; not "saako nimet poistaa?".
        r"|(?:poistan|poistin|poistettu|peitän|peitin|mustaan|häivytän|anonymisoin)(?:\s+(?:siitä|ensin|kaikki))?"
    ),
    but="",
    after=(
        r"(?:\s+(?!ei\b|eivät\b|eikä\b)\w+){0,3}?\s+(?:poistettu\w*|peitetty\w*|mustattu\w*|häivytetty\w*"
        r"|sensuroitu\w*|anonymisoitu\w*)\b"
        # "otan nimet ja tunnukset pois", "nimet jätetty pois"; not "saako nimet ottaa pois?".
        r"|(?:\s+(?!ei\b|ottaa\b|jättää\b|saa\b|saako\b)\w+){0,3}?\s+pois\b"
        r"|(?:\s+(?:siinä|niissä|siellä|tekstissä|mukana))?\s+(?:ei|eivät|eikä)\s+(?:ole|oo|sisälly|kuulu|näy|löydy)"
        r"(?:\s+(?:mukana|siinä|niissä|siellä|lainkaan|ollenkaan|yhtään|enää|tekstissä))*\s*(?:[,.;:?!]|$|(?:ja"
        r"|eikä)\b)"
    ),
    or_="tai|taikka|eikä",
)

_CLAIMS = ClaimWords(
    # "ellei" negates what follows. A compound ("ei-julkinen") is a word of its own.
    negation=cue(
        r"ei(?!-) eivät en emme ette et älä älkää ettei etteivät eikä eivätkä ellei elleivät ellemme ilman tuskin"
        r" jollei jolleivat"
    ),
    modality={
        "must": cue(
            r"tulee pitää täytyy pakko pakollis\w* edellyttä\w+ vaati\w+ vaadita\w* velvoit\w+ tarvitse\w*"
            r" (?:on|oli|ole|olisi)\s(?:\w+\s)?\w+(?:ttava|ttävä|tava|tävä) ehdoton\w* ehdottom\w+ välttämät\w+"
        ),
        "should": cue(r"tulisi pitäisi kannattaa kannattaisi suosit\w+ suositel\w+ tarvitsisi (?:on|olisi)\shyvä"),
        "may": cue(r"voi voivat voidaan voimme voitaisiin voisi voisivat saa saavat saadaan sallit\w+ voinut voineet"),
    },
    quantity={
        "all": cue(r"kaik\w+ joka jokai\w+ koko"),
        "none": cue(r"kukaan kenelläkään mikään mitään yksikään"),
        "most": cue(r"useim\w+ enemmistö\w* pääosi\w+ valtaosa\w* \w{4,}imm\w+ eniten mainituin\w* yleisin yleisintä"),
        "some": cue(
            r"jotkut jotkin joitakin joissakin joidenkin joillekin joillakin osa osassa osalla osalle osan"
            r" muutam\w+ yksittäis\w+ osittain"
        ),
        "only": cue(r"vain ainoastaan pelkästään yksinomaan"),
        "often": cue(r"usein toistuvasti yleensä tavallisesti"),
        "always": cue(r"aina jatkuvasti"),
        "about": cue(r"noin arviolta suunnilleen lähes melkein"),
        "at_least": cue(r"vähintään ainakin (?<!ei\s)yli(?=\s\d) ei\salle(?=\s\d)"),
        "at_most": cue(r"enintään korkeintaan (?<!ei\s)alle(?=\s\d) ei\syli(?=\s\d)"),
        "both": cue(r"molem\w+ kumpikin kummankin kumpaakin kummassakin"),
        "one": cue(r"toinen toisen toista toiselle toisella yhden\s\w+istä vain\syksi vain\syhden"),
        "yearly": cue(r"vuosittai\w+ vuodessa"),
        "monthly": cue(r"kuukausittai\w+ kuukaudessa"),
        "weekly": cue(r"viikoittai\w+ viikossa"),
        "daily": cue(r"päivittäi\w+ päivässä"),
    },
    opposites={
        "amount": (
            cue(r"enem\w+ lisä\w+ kasva\w+ kasvu\w* nous\w+ suurem\w+ useam\w+ korkeam\w+ laajem\w+ nopeu\w+"),
            cue(r"vähem\w+ vähen\w+ väheni\w* laske\w+ pienem\w+ alhaisem\w+ suppeam\w+ hidas\w+"),
        ),
        "time": (cue(r"ennen aiemmin"), cue(r"jälkeen myöhem\w+")),
        "worth": (
            cue(r"paran\w+ parem\w+ helpot\w+ hyöty\w* hyödy\w+ hyötyi\w* etu\w* edut tehosta\w*"),
            cue(r"heiken\w+ huonom\w+ huonon\w+ vaikeut\w+ haast\w+ haitta\w* haitat ongelm\w+ riski\w*"),
        ),
        "course": (cue(r"alka\w+ aloit\w+ käynnis\w+"), cue(r"päätt\w+ loppu\w* lopet\w+")),
        "place": (cue(r"sisäi\w+"), cue(r"ulkoi\w+")),
        "together": (
            cue(r"yhdessä yhtei\w+ sama samaa saman samassa samasta samalla samat samoja yhtä"),
            cue(r"erikseen erilli\w+ eri muu muuta muun muissa muille"),
        ),
        "order": (cue(r"ensin ensimmäi\w+"), cue(r"lopuksi viimei\w+")),
    },
    turns={
        "or": cue(r"tai taikka joko tahi"),
        "except": cue(r"paitsi poislukien pois\slukien lukuun\sottamatta ilman ellei elleivät jollei jolleivat"),
        "void": cue(
            r"enää kumo\w+ kumot\w+ vanhentu\w+ lakkau\w+ poistet\w+ poistu\w+ päätty\w+ aiemmin aikaisemmin ennen"
            r" entinen entis\w+ väit\w+ väär\w+ virheel\w+ paikkaansa peru\w+"
        ),
        "if": cue(r"jos mikäli kun kunhan edellyttäen ehdolla"),
    },
    light=frozenset(
        """
        myös lisäksi muun muassa kuten yksi eri mukaan ohje ohjeen ohjeessa ohjeiden avulla sekä näin siis toimia
        käyttää tehdä vaikuttaa
        """.split()
    ),
    clauses="ja|sekä|mutta|vaan|ellei|jos|kun|että|joka|jotka|jonka|jota|eikä|tai|kunhan|jolloin|muuten",
    joins=frozenset({"ja", "sekä", "tai"}),
    contrasts=re.compile(
        r"[,;]\s+(?:mutta|vaan|kun taas|sen sijaan|muuten|muulloin|[^,;]{0,80}\skuitenkin)\b", re.IGNORECASE
    ),
    prepositions=frozenset({"ennen", "ilman"}),
    agents=frozenset(),
    contraries={},
    oblique=re.compile(r"(?:lle|lt[aä]|ll[aä]|ss[aä]|st[aä]|ksi)(?:ni|si|nsa|nsä|an|en|mme|nne)?$"),
    possessive=None,
)

_LEAVE = (
    # A permit that one has, or asks a public body for, is no leave: "rakennuslupa", "lupahakemus".
    r"(?!\w*(?:rakennus|toimi|ajo|ympäristö|toimenpide|purku|oleskelu|kalastus|metsästys)lu[pv]a"
    r"|\w*lupa(?:hakem|asia|ehto|ehdo|menettel|käsittel|lomak))"
    r"(?:\w+-?)?(?:lupa\w*|luva\w*|hyväksy\w*|hyväksynn\w*|puolto\w*|puolta\w+|kuita(?:nnut|ttu)|kuittauksella\w*"
    r"|myöntä\w*|myönn\w*|myöntyn\w*|vihreää valoa)"
    r"|(?:on|ole|olisi) (?:[^\s,.;:]+ ){0,3}?(?:määrännyt|päättänyt|lisännyt|antanut (?:[^\s,.;:]+ )?käyttöoikeuden)"
)
_AUTHORITY = (
    r"(?:\w+-)?\w*(?:päälli\w+|johtaj\w+|johto|johdon|esihenkilö\w*|esimie\w+|rehtori\w*|lautakun\w+|hallitu\w+"
    r"|yksikö\w+"
    r"|vastaav\w+|tilaaj\w+|omistaj\w+|ohjaaj\w+|lääkäri\w*|koordinaattori\w*|hallinto|hallinnon|viranomai\w+"
    r"|puheenjohtaj\w+|tiimi\w*|sihteeri\w*|virasto\w*|kunna\w*|kaupun\w+|valtuutet\w+|asiantuntij\w+|yhtiö\w*"
    r"|isännöits\w+|työnantaj\w+|hoitaj\w+|opettaj\w+|ict-tu\w+|tietohallin\w+|juristi\w*|lakimie\w+|mestar\w+"
    r"|laamanni\w*|järjestäj\w+|valvoj\w+|tarkastaj\w+|professor\w*|dekaani\w*|isän(?:tä|nän|nälle|tää)|kapteeni\w*)"
)
_BY_LEAVE = r"\w*(?:luvalla|luvallaan|luvin|suostumuksella|suostumuksin|hyväksynnällä|päätöksellä|määräyksestä)\w{0,3}"
_FEW = r"(?:[^\s,.;:]+ ){0,6}?"  # words that stand between
_PEOPLE = (
    r"(?:\d+-)?\w*(?:työntekijä|virkamies|viranhaltija|opettaja|opiskelija|oppilas|harjoittelija|neuvoja|hoitaja"
    r"|ohjaaja"
    r"|esihenkilö|päällikkö|vieras|käyttäjä|kuljettaja|perheenjäsen|tukihenkilö|henkilöstö|henkilökunta|sijainen"
    r"|jäsen|osallistuja|tutkija|lääkäri|esimies|kukaan|vuotias|luokkalainen|palvelija|avustaja)(?:t|iset|et)?"
)
_NOT_DONE = (
    r"(?:tarvi|voi|ole|olisi|saa|maksa|vastaa|tiedä|tiedo|takaa|menetä|joudu|pääse|kuulu|pidä|täydy|osaa|korvaa|peri"
    r"|edellyt|vaadi|suosit|tunne|muista|halua|ehdi)\w*"
)

# "…, rahaa ei", "… ei sielläkään".
_DENIED = (
    r"(?<!tai )(?<!vai )\b(?:ei|eivät)(?: (?:lainkaan|ollenkaan|koskaan|missään [^\W\d]{1,20}"
    r"|[^\W\d]{2,30}k(?:aan|ään)))?\W{0,5}$"
)
_PERMISSION = PermissionWords(
    permits=words(
        r"saa|saat|saan|saamme|saatte|saavat|saadaan|voi|voit|voivat|voidaan|voimme|sallit\w*|sallii|luvallis\w*"
        r"|on hyväksyttyä|on hyväksyttävää|sopii|on oikeus|tervetul\w*|mahdolli(?:nen|sia|sta|stet\w*)|vapaasti"
        r"|riittää|(?:kelpaa|kelpaavat)(?! \S+ (?:vuo|kuukau|viiko|päivä))|(?:soveltuu"
        r"|soveltuvat)(?! (?:hyvin|parhaiten|erityisen|huonosti))|onnistuu(?! (?:parhaiten|harvoin|yleensä"
        r"|automaattisesti))|ihan ok|vapaassa käytössä|omaan harkintaan"
        r"|ovat hyväksyttäviä|käy|ei ole este(?:ttä|nä)?"
    ),
    forbids=words(
        r"(?:ei|eivät|emme|et|ette|en|eikä|eivätkä|muttei|vaan ei) (?:[^\s,.;:]+ ){0,4}?(?:saa|saada|saisi|voi|voida"
        r"|ole (?:(?!aina|vain|ainoastaan|pelkästään|enää|välttämättä)[^\s,.;:]+ ){0,3}?(?:sallit\w*|luvallis\w*"
        r"|oikeutta|lupaa?|mahdolli(?:nen)?s?\w*|hyväksyttäv\w*"
        r"|tarkoitet\w*|\w+mist[aä] varten)|käy|kelpaa|hyväksytä|sovellu"
        r"|tule (?:kyseeseen|kysymykseen)"
        r"|kuulu (?:(?!\w*tehtäv|piiri|\w+impiin)[^\s,.;:]+ ){0,2}?(?!\w*tehtäv|piiri|\w+impiin)\w+(?:[aeiouyäö]{2}n"
        r"|h[aeiouyäö]n)"
        r"|hyväksy|sallita|salli)",
        r"\w*luvallakaan|myös(?:kään)? luvalla|kiellet\w*|kiell(?:ämme|ät|etään)"
        r"|(?:jätetään|jätettävä|jättäkää|jätä|jättävät) (?:[^\s,.;:]+ ){0,4}?(?:(?!viipymättä|riippumatta|huolimatta"
        r"|epäilemättä)\w+m[aä]tt[aä](?! ole)|pois)"
        r"|hylätään|evätään|kieltäydytään|(?:ei|eivät) (?:[^\s,.;:]+ ){0,3}?onnistu"
        r"|kielto|luvaton\w*|luvatonta|älä(?:kä)?|älkää(?:kä)?|ei koskaan|ei missään|(?:on|ovat) estetty"
        r"|(?:lupaa|oikeutta) (?:ei|eivät) ole",
        # What is denied of people or of the service is not done: "ei käytetä", "ei käsittele".
        r"(?:ei|eikä|eivät|eivätkä|muttei) (?!\w+(?:nut|nyt|neet)\b)(?!(?:edes |enää )?(?:tarvi|suosit|tiedo"
        r"|tieto|määritel|sovell"
        r"|saatavil|takaa|ole|olisi|koske|edellyt|vaadi|vaadit|vaikut"
        r"|rajoi|estä|este|muuta|poist|kuitenkaan|välttämättä|haittaa|riipu|sisälly|kulu|makset|perit|hyvitet|korvat"
        r"|tunnist)\w*)"
        r"\w*(?:ta|tä|da|dä|lla|llä|nna|nnä)",
        # What people do not do: "työntekijä ei julkaise", "emme anna".
        rf"(?:{_PEOPLE}) (?:ei|eivät) (?:itse )?(?!{_NOT_DONE})[^\W\d]\w*(?:a|e|i|o|u|y|ä|ö)",
        rf"(?:emme|et|en|ette) (?!{_NOT_DONE})[^\W\d]{{3,}}",
        r"ei (?:sallit\w*|mahdollis\w*|luvallis\w*)|(?:ei|eivät|eikä) (?:tule"
        r"|pidä) (?:[^\s,.;:]+ ){0,2}?\w+(?:aa|ää|da|dä)",
    ),
    not_modal=words(
        r"(?:(?:ei|eivät|et|ette|emme|eikä) )?saa(?:t|vat|daan)? (?:(?!\w*(?:aa|ää|da|dä)\b)[^\s,.;:]+ ){0,2}?"
        r"(?:\w*palk(?:kaa|an)|\w*rahaa?n?|selvää|selville|\w*palvelu\w*[sl]t[aä]|\w*piste\w*[sl]t[aä]"
        r"|\w*toimisto\w*[sl]t[aä]|\w*korvau\w*|ilmoituks\w*|tiedon|tietoa|tiedot"
        r"|\w*kopion|\w*viestin|\w*kirjeen|vastauks\w*|ohjeen|ohjeet|tunnuks\w*|palautet\w*|apua|lomaa|vapaata)"
        r"|saa(?:t|vat)? (?:[^\s,.;:]+n ){0,2}[^\s,.;:]+n(?=[.,;]|$)|(?:on|ovat) saanut|on saatava|on saatu"
        r"|tarvittaessa|(?:eikä|ei) kukaan muu",
        # What may happen, or what somebody may decide or be asked, permits nothing.
        r"(?<!ei\s)(?<!eivät\s)(?:voi|voivat) (?:[^\s,.;:]+ ){0,2}?(?:erehtyä|tuottaa (?:virhe|väär|harha)\w*"
        r"|aiheuttaa|johtaa|sisältää|vaihdella"
        r"|muuttua|syntyä|kestää|esiintyä|olla \w*(?:vaikut|virhe|haitta|riski)\w*|myöntää|kieltää|edellyttää"
        r"|vaatia|rajoittaa|päättää)|(?:voi|voit|voivat) saada"
        r"|(?:lisä)?tietoja voi\w? kysyä",
        # Things that are called forbidden, of which something else is told.
        r"kiellettyjen \w+|kielletyt (?!on\b|ovat\b)\w+ \w+v[aä]t|sopii (?:\d+|kaksi|kolme|neljä)",
        r"(?:ei|eivät) ole aina \w+",
        r"älä unohda|älä epäröi|kaikki(?: \w+)? eivät \w+",
        r"(?:sallitut|kielletyt|hyväksytyt) \w+ (?:(?:on|ovat) )?(?:luetel|määritel|kuvat|kuvataan|esite|löyty)\w*",
        r"on oikeus (?:[^\s,.;:]+ ){0,3}?\w*(?:vapaaseen|lomaan|korvaukseen|palkkaan|päivärahaan|etuun|tukeen)",
    ),
    needs_leave=words(
        rf"(?:tarvit(?:aan|set|see|sette|sevat)|vaaditaan|vaatii|edellyttää|edellytetään|pyydetään|hankitaan|haetaan"
        rf"|on (?:haettava|pyydettävä|saatava|oltava|hankittava)) {_FEW}(?:{_LEAVE})",
        rf"(?:{_LEAVE}) {_FEW}(?:tarvit(?:aan|set|see)|vaaditaan|edellytetään|haetaan|pyydetään|on (?:haettava"
        rf"|pyydettävä|saatava|oltava|hankittava))",
        rf"(?:vain|ainoastaan|vasta) {_FEW}\w*(?:luvalla|luvallaan|hyväksynnällä|päätöksellä)",
        rf"(?:edellyttää|edellytetään|vaatii|vaaditaan|tarvitaan) {_FEW}{_AUTHORITY} (?:[^\s,.;:]+ )?(?:suostumu\w*"
        r"|päätö(?:s|kse|stä)\w*|määräy(?:s|kse|stä)\w*)",
        # Who may give leave, has to be asked for it.
        r"(?<!ei\s)(?<!eivät\s)(?:voi|voivat|saa) (?:[^\s,.;:]+ ){0,3}?(?:myöntää|sallia|vapauttaa"
        r"|antaa (?:[^\s,.;:]+ )?luvan|antaa anteeksi)",
        r"luvanvarai\w*(?! (?:ei|eivät)\b)|ehdollinen|ehdollista|hyväksytetään"
        r"|on (?:[^\s,.;:]+ ){0,2}?hyväksyttävä(?! (?:vaihtoeh|tapa"
        r"|keino|syy))",
        rf"(?:hyväksyy|päättää|luvan antaa|luvan myöntää"
        rf"|poikkeuks\w+ (?:[^\s,.;:]+ )?myöntää) (?!itse){_FEW}\w*(?:päällikkö"
        r"|johtaja|esihenkilö|esimies|johtokunta|vastaava|lautakunta|rehtori|yksikkö|hoitaja|lakimies|sihteeri|hallitus"
        r"|omistaja|isännöitsijä|valvoja|vahtimestari)",
        rf"{_AUTHORITY} (?:[^\s,.;:]+ )?(?:ratkaistava\w*|päätettävä\w*|harkinnassa|harkittava\w*)",
    ),
    needs_no_leave=words(
        rf"(?:ei|eivät|eikä) {_FEW}(?:tarvit\w*|vaadi\w*|edellyt\w*|ole tarpeen) {_FEW}"
        rf"(?!hyväksyä\b|myöntää\b)(?:{_LEAVE})",
        rf"(?:{_LEAVE}) {_FEW}(?:ei|eikä) {_FEW}(?:tarvit\w*|vaadi\w*|edellyt\w*|kysytä)",
        rf"(?:ei|eivät|eikä) {_FEW}(?:{_LEAVE}) (?:tarvita|vaadita|edellytetä|kysytä)",
        r"(?:ei|eivät|eikä) (?:enää )?(?:ole )?(?:[^\s,.;:]+ ){0,2}?kiellet\w*|(?:ei|eivät) voi(?:da)? kieltää",
        r"(?:kiellet\w+|luvanvarai\w+) (?:ei|eivät) (?:kuitenkaan |enää )?ole"
        r"|(?:ei|eivät) ole (?:[^\s,.;:]+ ){0,2}?luvanvarai\w+",
        rf"kielto {_FEW}(?:ei|eivät) (?:kuitenkaan |enää )?(?:koske|ole voimassa|päde)"
        r"|kielto (?:on )?(?:kumottu|poistettu|päättynyt)",
        r"lupaa kysymättä|keneltäkään kysymättä|kysymättä lupaa|ei tarvitse (?:kysyä|pyytää)",
    ),
    conditions=words(
        r"(?:(?:mutta )?(?:vain|ainoastaan|vasta),? )?(?:jos|kun|kunhan|mikäli|edellyttäen,? että|sillä ehdolla,? että"
        r"|silloin,? kun|sen jälkeen,? kun|siihen asti,? kun|ellei|ellette|ellet|elleivät|jollei|jolleivat|ennen kuin"
        r"|paitsi)(?: [^\s;]+)+",
        r"ilman(?: (?!(?:saa|saat|saavat|saadaan|voi|voit|voivat|voidaan|on|ovat|ei|eivät|et)\b)[^\s;,.]+){1,6}",
        rf"(?:(?:vain|ainoastaan|vasta)(?: [^\s;,.]+){{0,6}}? )?(?:[^\s;,.]+(?:n|lla|llä|sti) ){{0,3}}{_BY_LEAVE}",
        r"(?:vain|ainoastaan|vasta)(?: [^\s;,.]+)+",
        r"(?<=,\s)poikkeuksena(?: [^\s;]+)+",
        r"(?:[^\s;,.]{2,}n ){1,3}(?<!\son\s)hyväksyttyä(?: [^\s;,.]+){0,4}",
        r"(?:[^\s;,.]+ ){0,3}?lukuun ottamatta(?: [^\s;,.]+)*|(?:muu\w*|kauemmin|kauempaa|pidempään"
        r"|enempää|enemmän|useammin|laajemmin) kuin(?: [^\s;,.]+)+|pois lukien(?: [^\s;,.]+)+",
    ),
    excepts=words(
        r"(?:mutta )?(?:ellei|ellette|ellet|elleivät|jollei|jolleivat|paitsi|poikkeuksena|ennen kuin"
        r"|\S+ lukuun ottamatta|lukuun ottamatta"
        r"|(?:muu\w*|kauemmin|kauempaa|pidempään|enempää|enemmän|useammin|laajemmin) kuin|pois lukien)"
    ),
    unless=words(r"(?:mutta )?(?:ellei|ellette|ellet|elleivät|jollei|jolleivat)"),
    without=words(r"ilman"),
    only=words(r"(?:mutta )?(?:vain|ainoastaan|vasta)(?!,? jos|,? kun|,? sen jälkeen)"),
    restricts=words(r"(?:mutta )?(?:vain|ainoastaan|vasta)"),
    leave=words(rf"(?:{_LEAVE})|\w*(?:luvalla|luvallaan|luvin|hyväksynnällä|päätöksellä|määräyksestä)\w{{0,3}}"),
    agreed=words(r"suostum\w*|suostu\w*"),
    by_consent=words(r"(?:vain|ainoastaan|vasta)(?: [^\s;,.]+){0,4}? suostumuksella(?:an|nsa|si|mme)?"),
    # What somebody with authority finds is their leave: "jos ylijohtaja katsoo siihen olevan erityinen syy".
    consent=words(
        r"suostum\w*|suostu\w*|sopi\w*|sovit\w*|päätö(?!kset\b|ksiä\b|sten\b|ksi(?:in|ssä|stä)\b)\w*"
        r"|katso(?:o|vat|nut|neet)|pitää sitä|vapaut(?:taa|tanut)"
        r"|tarkasta(?:a|nut)|sallii|sallivat|salli(?:nut|neet)|kirjannut"
    ),
    authority=words(_AUTHORITY),
    asides=words(
        r"koska(?: [^\s;,.]+)+|(?:jo(?:ka|nka|ta|lla|lle|ssa|sta|hon|ista|issa|ihin|illa|ille|iden|tka|ita|lta"
        r"|ilta)|mikä|mitä|milloin|missä|miten|kuka|ketkä)"
        r"(?: [^\s;,.]+)+|vaikka(?: [^\s;,.]+)+"
    ),
    # After "vaikka" without a comma may stand what is only an example: "vaikka kotona".
    concedes=re.compile(r"(?:(?<=, )|^)vaikka(?: (?!(?:jos|kun|ellei|kunhan|mikäli)\b)[^\s;,.]+)+", re.IGNORECASE),
    exceptionally=re.compile(
        r"^\s*(?:poikkeuksellisesti|poikkeustapauksessa|poikkeuksena)(?! (?:kuitenkin )?(?:on|ovat)\b)(?=\s)",
        re.IGNORECASE,
    ),
    goes_on=re.compile(r"\b(?:että|ettei|ettei[vt]\w*|jos|kun|joka|jotka|jossa)\W*$", re.IGNORECASE),
    parts=re.compile(
        r";|(?<=[\s,])mutta (?!vain\b|ainoastaan\b|vasta\b)|(?<=\s)muttei (?=\w)|, sen sijaan |, muuten |, muutoin "
        r"|, (?=kielto )|, (?=ei (?!(?!\w{3,30}(?:ss|(?<!e)ll)[aä]\b)\w+(?:a|ä)\b|saa\b|voi\b|ole\b))"
        r"|, (?=eikä )",
        re.IGNORECASE,
    ),
    joins=re.compile(r"(?<=\s)(?:ja|sekä) |, (?=mu(?:uta|ita)\b)", re.IGNORECASE),
    short=re.compile(
        rf", (?!(?:jo[hklmnst]|mi[hklnst]|kun|että|ellei|koska|vaikka|ei)\w*\b)"
        rf"(?=[^,;:]{{2,80}}(?:{_DENIED}|\b(?:saa|sallittua?|kiellettyä?|kielletty)\W{{0,5}}$))",
        re.IGNORECASE,
    ),
    denied=re.compile(_DENIED, re.IGNORECASE),
    commas=re.compile(
        r", (?!(?:eikä|eivätkä|vaan|jo(?!ten\b|skaan\b)(?:[hklmnst]|i[dhlst])\w*|mi[hklnst]\w*|jos|kun(?! taas)"
        r"|kunhan|mikäli|että|ett\w+|ellei\w*|jollei\w*|koska|vaikka\w*|paitsi|vain|ainoastaan|vasta|ilman|lukuun"
        r"|pois|ennen|edellyttäen|sillä|silloin"
        r"|myös|kuten|esimerkiksi|eli|tai)\b)",
        re.IGNORECASE,
    ),
    contrasts=re.compile(r", (?:kun taas|joskin) ", re.IGNORECASE),
    instead=re.compile(r", (?:[^\s,;:]+ ){0,6}?(?:sen sijaan|sitä vastoin|puolestaan)\b", re.IGNORECASE),
    weak=words(r"voi|voit|voivat|voidaan|voimme"),
    yes=words(r"kyllä(?!\s*(?:/|ja|tai)\s*ei)|ok|on|saa|sallittu|vapaa(?:sti)?|avoin|itsenäisesti(?=\s*(?:$|[,.;(]))"),
    no=words(
        r"(?:mutta )?ei(?! (?:kiellet\w*|este\w*|ongelm\w*|koske|tiedossa|tietoa|määritel\w*|rajoituks\w*|sovellu"
        r"|arvioitu|vielä|käytössä"
        r"|tarvi\w*))|kielletty|suljettu"
    ),
    given=words(
        r"(?:[^\s,;]+ ){0,6}?\w*(?:luvalla|suostumuksella|hyväksynnällä) \w+(?:t[uy]|n[uy]t)\w{0,4}",
        r"(?:[^\s,;]+ ){0,6}?\w*päätöksellä",
    ),
    negates=words(r"\w+ttiin|\w+[lrns]tiin|ei|eivät|eikä|eivätkä|muttei|en|et|emme|ette|edes|kukaan|mikään"),
)


def _forms(number: str, stem: str, *others: str) -> str:
    """A numeral in its cases; not its ordinal, nor a longer number."""
    return rf"{number}|{stem}(?:n|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi)|{'|'.join(others)}"


_VALUES = ValueWords(
    spelt=(
        r"kaksi|kahde\w+|kahta|kahtee\w+|kahdesti",
        r"kolme\w*|kolmesti",
        r"neljä\w*",
        r"viisi|viide\w+|viittä|viitee\w+",
        r"kuusi|kuude\w+|kuutta|kuutee\w+",
        r"seitsemä\w+",
        r"kahdeksa\w+",
        r"yhdeksä\w+",
        r"kymmene\w*",
        r"yksitoista",
        r"kaksitoista",
    ),
    counted=(
        _forms("kaksi", "kahde", "kahta", "kahteen", "kahtena"),
        _forms("kolme", "kolme", "kolmea", "kolmeen", "kolmena"),
        _forms("neljä", "neljä", "neljää", "neljään", "neljänä"),
        _forms("viisi", "viide", "viittä", "viiteen", "viitenä"),
        _forms("kuusi", "kuude", "kuutta", "kuuteen", "kuutena"),
        _forms("seitsemän", "seitsemä", "seitsemää", "seitsemään", "seitsemänä"),
        _forms("kahdeksan", "kahdeksa", "kahdeksaa", "kahdeksaan", "kahdeksana"),
        _forms("yhdeksän", "yhdeksä", "yhdeksää", "yhdeksään", "yhdeksänä"),
        _forms("kymmenen", "kymmene", "kymmentä", "kymmeneen", "kymmenenä"),
        r"yksitoista|yhdentoista|yhtätoista",
        r"kaksitoista|kahdentoista|kahtatoista",
    ),
    units={
        "euro": r"eur(?:o(?!op|p)\w*|\b)",
        "percent": r"prosent\w*",
        "day": r"(?:arki|kalenteri|työ)?päiv\w*|pv\b|vrk\b|vuorokau\w*",
        "week": r"viiko\w*|viikk\w*|vk\b",
        "month": r"kuukau\w*|kk\b",
        "year": r"vuode\w*|vuosi\w*|vuot(?:ta|een)\b",
        "age": r"-?vuotia\w*",
        "minute": r"minuut\w*",
        "hour": r"tun(?:ti\w*|ni\w*|te\w*)",
        "person": r"henkilö\w*|hen[gk]e\w*|hlö\w*|osallistuj\w*",
        "kilometre": r"kilometr\w*",
        "megabyte": r"mt\b|megata\w*",
        "gigabyte": r"gt\b|gigata\w*",
    },
    thousand=r"tuha\w*|tonni\w*",
    million=r"milj\w*\.?",
    months=(
        r"tammikuu\w*",
        r"helmikuu\w*",
        r"maaliskuu\w*",
        r"huhtikuu\w*",
        r"toukokuu\w*",
        r"kesäkuu\w*",
        r"heinäkuu\w*",
        r"elokuu\w*",
        r"syyskuu\w*",
        r"lokakuu\w*",
        r"marraskuu\w*",
        r"joulukuu\w*",
    ),
    not_="ei|eivät",
    above="yli|enemmän kuin|enempää kuin|suurempi kuin|jälkeen",
    from_="vähintään|alkaen|aikaisintaan",
    below="alle|vähemmän kuin|vähempää kuin|pienempi kuin|ennen",
    up_to=r"enintään|korkeintaan|max\w*\.?|viimeistään",
    above_after=r"ylittäv\w*|jälkeen",
    from_after="alkaen|lähtien",
    below_after=r"alittav\w*",
    up_to_after="asti|saakka|mennessä",
    or_="tai|ja",
    more="enemmän|yli",
    less="vähemmän|alle",
    to="ja",
    to_at_most="alle|enintään",
)

_SMALL_TALK = SmallTalkWords(
    ability=frozenset(
        """
        osaat osaatko tiedät tiiät tiedätkö pystyt pystytkö vastaat autat auttaa auttaisitko autatko apua auta ohje
        käyttöohje toimit oletko ootko sinulta sulta teet botti robotti bot
        """.split()
    ),
    asks=frozenset("kuka mikä mikäs".split()),
    addressed=frozenset("olet oot sinä sä".split()),
    thanks=frozenset("kiitos kiitosta kiitoksia kiitti kiitsa kiits kiitän thx".split()),
    greeting=frozenset(
        """
        hei heippa heips heihei moi moikka moro moido terve tervehdys tere haloo päivää huomenta iltaa huomenia
        näkemiin hyvästi kuuluu menee
        """.split()
    ),
    remark=frozenset(
        """
        ok okei oukei okke okkei selvä selevä joo juu jep jees hyvä hyvää hienoa hieno loistavaa loistava mahtavaa
        mahtava upea upeaa kiva kivaa mainiota erinomaista aha ahaa jaa jaha niinpä täydellistä ymmärrän ymmärsin testi
        testaan testataan anteeksi sori taitava fiksu paras huono surkea turha tyhmä hölmö outo kätevä wau vau lol
        """.split()
    ),
    together=frozenset(
        """
        ole oli olit ovat on olette minä mä mun sun sinun sinä sä te teille teiltä teistä tosi todella hirveästi
        kovasti valtavasti paljon suuri suuret iso isot monet avusta avustasi apu avun tuesta vastauksesta vastauksista
        vastaus vastaukset tiedosta tiedoista ohjeista ohjeesta neuvosta hyödyllinen hyötyä hyödyksi auttoi auttoivat
        tästä tässä tämä tää siitä se nämä näistä kaikesta nopeasta nopea selkeä selkeästä jatkoa viikonloppua
        päivänjatkoa päivän yötä miten kuinka mitä mistä mihin missä kuka mikä kaikkea asioista asioissa asioihin kysyä
        vastata kertoa tehdä tekemään vastaamaan kertomaan voit voitko voin voi voisitko saa saan saanko oikein ihan
        niin siis kyllä juttu homma ihminen oikea kone vai tekoäly palvelu täällä siellä paikalla ketään kukaan taas
        sinulle sulle muuta ei enää tällä kertaa muu asia riittää tämän sitten nyt vielä vaan vain käyttää käytetään
        toimii toimit tätä sua sinua minua mua hauska tavata hyvin kaikki jo
        """.split()
    ),
    of_the_matter=(),
)

_DOCUMENTS = DocumentWords(
    captions="taulukko|kuva|kuvio|kaavio",
    titles="taulukko|kuvio",
    # The passive ("palautetaan", "myydään"), which no noun ends in; the plural ends as "maksettavat kulut" does.
    states=r"on|ovat|ei|eivät|saa|saavat|voi|voivat|pitää|täytyy|tulee|koskee|\w{1,30}(?:[eiouyäö]t(?:aa|ää)|[aouyiäöh]d(?:aa|ää))n",
    abbreviations="esim|mm|ns|ks|vrt|nk|nro",
    suspends=frozenset("ja tai sekä eli vai".split()),
    announces=r"seuraav\w+|näin|alla(?=\s+(?:on|ovat|olev\w+|luetel\w+|maini\w+))|allaolev\w+|nämä|näi(?:tä|den|hin|ssä|stä|lle|llä)|tällais\w+",
    hyphenated="",
    mail_from="lähettäjä|keneltä",
    mail_fields=r"lähetetty|päivä(?:ys|määrä)?|vastaanottaja|kenelle|kopio|aihe",
    mail_original="alkuperäinen viesti",
    mail_wrote="kirjoitti",
    heading_style="otsikko",
    page="sivu",
    page_of="",
    defines=r"tarkoitta\w+",
    that=r"että|ettei(?=\s)",
    mark="-merkintä",
    denies="ei|eivät|en|emme|älä|ellei|elleivät",
    valid_from=r"voimassa(?:olo(?:aika)?)?:?\s+(?:toistaiseksi\s+)?<date>\s+(?:alkaen|lähtien|lukien)"
    r"|voimassa(?:olo(?:aika)?)?:?\s+<date>\s?[-–]"
    r"|voimassa(?: alkaen|olo alkaa):?\s+<date>|(?:tulee|astuu|tuli|tullut)\s+voimaan\s+<date>"
    r"|voimaantulo\w*:?\s+<date>|<date>\s+(?:alkaen|lähtien|lukien)\s+voimassa|sovelletaan\s+<date>\s+(?:alkaen"
    r"|lähtien|lukien)",
    valid_until=r"voimassa(?:olo(?:aika)?)?:?\s+(?:enintään\s+|<date>\s?[-–]\s?"
    r"|<date>\s+(?:alkaen|lähtien|lukien)\s+)?<date>\s+(?:asti|saakka)"
    r"|voimassa(?: asti|olo päättyy):?\s+<date>|voimassa(?:olo(?:aika)?)?:?\s+<date>\s?[-–]\s?<date>"
    r"|viimeinen voimassaolopäivä:?\s+<date>",
    issued=r"(?:julkaistu|annettu|hyväksytty|vahvistettu|päivätty|päiväys|laadittu|päivitetty|julkaisupäivä|antopäivä"
    r"|päätöspäivä|hyväksymispäivä)\b[^.\n]{0,60}?<date>",
    acts=r"(?<!tämä )\b(?!tämä)\w{0,30}(?:laki|asetus|direktiivi|sopimus|lupa)\b",
    lettered=r"\w{0,20}(?:luok|ryhm|taso|liit|vaihtoeh|kategori|osa)\w{0,8}",
    replaces=r"korvaa|kumoaa|tällä\s\w{1,30}\s(?:korvataan|kumotaan)",
    replaced=r"\w*(?:ohje|määräy|päätö|linjau|kirje|suositu|käytän|periaat)\w*",
    edition=r"versio(?:numero)?|ver|v",
    record=r"diaari(?:numero|nro)|dnro|asia(?:numero|nro|tunnus)|asiakirja(?:numero|tunnus)"
    r"|(?:asiakirjan|asian)\s+(?:numero|tunnus)",
    publishers=r"\w*(?:ministeriö|virasto|laitos|kaupunki|kunta|keskus|hallitus|yliopisto|lautakunta|hyvinvointialue)",
    within_names=r"\w+n|ja|sekä",
    publisher="julkaisija|julkaisijataho|julkaiseva viranomainen",
    of_month="päivänä",
)

_ASKING = AskingWords(
    decides=(
        Inversion(re.compile(r"^(?:et saa|saat)(?!\w)", re.IGNORECASE), "Saanko {rest}?"),
        Inversion(words("ei saa", "saa"), "Saako {subject} {rest}?"),
        Inversion(words("eivät saa", "saavat"), "Saavatko {subject} {rest}?"),
        Inversion(words("ei voida", "voidaan"), "Voidaanko {subject} {rest}?"),
        Inversion(words("ei voi", "voi"), "Voiko {subject} {rest}?"),
        Inversion(words("eivät voi", "voivat"), "Voivatko {subject} {rest}?"),
        Inversion(words("pitää", "täytyy"), "Pitääkö {subject} {rest}?"),
        Inversion(words("ei tarvitse"), "Tarvitseeko {subject} {rest}?"),
        Inversion(
            words(r"(?:on|ei ole)(?= (?:sallit|kiellet|luvallis|luvaton|luvatonta|hyväksyttäv))"),
            "Onko {subject} {rest}?",
        ),
    ),
    tells=(
        Inversion(words("maksaa", "maksavat"), "Paljonko {subject} {verb}?"),
        Inversion(words("kestää", "kestävät"), "Kuinka kauan {subject} {verb}?"),
        Inversion(
            words(
                "(?:on|ovat) (?:avoinna|auki|kiinni|voimassa)",
                "alkaa",
                "alkavat",
                "päättyy",
                "päättyvät",
                "(?:tulee|tulevat|astuu|astuvat) voimaan",
                "järjestetään",
                "suljetaan",
                "avataan",
            ),
            "Milloin {subject} {verb}?",
        ),
        # "Hakemuksen hyväksyy rehtori", "Rehtori hyväksyy hakemuksen": what stands first tells which of them it is.
        Inversion(
            re.compile(r"(?:(?<=n )(?:hyväksyy|myöntää|päättää)|(?<=st[aä] )vastaa)(?!\w)"), "Kuka {subject} {verb}?"
        ),
        Inversion(
            re.compile(r"(?:(?<=[^n] )(?:hyväksyy|myöntää|päättää)|(?<=[^aä] )(?:vastaa|neuvoo))(?!\w)"),
            "Kuka {verb} {rest}?",
        ),
    ),
    vague=words(
        "se",
        "sen",
        "sitä",
        "siitä",
        "siihen",
        "siinä",
        "ne",
        "niitä",
        "niiden",
        "niistä",
        "tämä",
        "tämän",
        "tätä",
        "tästä",
        "nämä",
        "näitä",
        "näiden",
        "hän",
        "hänen",
        "he",
        "heidän",
        "silloin",
        "tällöin",
        "muuten",
        "siksi",
    ),
    fillers=words("vain", "ainoastaan", "kuitenkin", "myös", "kuitenkaan", "myöskään", "siis"),
)

FINNISH = LanguagePack(
    language="fi",
    english_name="Finnish",
    detector="FINNISH",
    analyser="pypykko",
    stemmer="finnish",
    letters="äöå",
    back_to_front=str.maketrans("aoAO", "äöÄÖ"),
    # "hakea", "tukea", "voida"; agents ("hakija") and participles ("luettava") end otherwise.
    infinitive=re.compile(r"(?:[aeiouyäö]|[dtlnr])[aä]$"),
    genitive=re.compile(r"n$", re.IGNORECASE),
    noun_ends=None,
    belonging=frozenset(),
    negating=frozenset("ei epa ei-".split()),
    undone=re.compile(r"(?<=\w{3})(?P<ending>maton|mätön|matont\w{1,4}|mätönt\w{1,4}|mattom\w{1,12}|mättöm\w{1,12})$"),
    endings={},
    joints=(),
    function=frozenset(
        """
        ei eikä en et emme ette eivät älä olla voida saada tulla pitää täytyä kannattaa joutua tehdä käydä antaa
        kertoa sanoa tarkoittaa tietää haluta aikoa pystyä osata onko voiko saako saaks saanks voiks onks pitääkö
        mikä mitä mitkä kuka ketkä milloin koska missä mistä mihin miten kuinka miksi paljonko montako moni miksei
        entä myös vielä jo nyt sitten vain vaan edes ihan niin kuten kun jos että vai tai ja sekä joka jokin joku
        kaikki tämä tuo se nämä nuo ne hän he minä sinä me te itse sama muu toinen oikein mahdollisesti esimerkiksi
        esim yms jne mm sitä siinä siitä siihen siellä tässä tästä tähän täällä sen kans oikeesti oikeasti todella
        jossain jotenkin niinku niinkuin sillee hei moi kiitos meijän teijän tehä paljonks paljonk mitäs ku kyllä
        edelleen enää aiemmin koskea liittyä kuulua
        """.split()
    ),
    # Question verbs, which no dictionary has: "voiks", "saanks", "voisko", "pitäiskö", "onks".
    spoken=re.compile(
        r"(?:voi|vois|saa|sais|saisi|on|ol|olis|pitäis|pitää|kannattais|kannattaa)(?:n|t)?(?:k[oös]|ks[aä]?)"
    ),
    forms=frozenset("on oli ovat ole olen olet saa saan voi voin miks mite".split()),
    abbreviations=frozenset(
        """
        esim max mm ns ym yms jne ks vrt so eli n nro s v klo puh huom tri prof toim os ent mom kap art ml jäl jälj
        pykl kohd ao ko em eo alk päätt tammik helmik maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk
        sis lis tarv ed vast tk ap dnro enint väh viim joht erit kirj tstokirj allekirj kuv taul ts esm tilinro
        diaarinro asianro yht tark päiv siht pj vpj apul dipl ins maist kand toht
        """.split()
    ),
    numbered=frozenset("kpl vv pvm min liitt synt alv srk toist bil".split()),
    month_names=None,
    sample="Saako palvelua käyttää?",
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
