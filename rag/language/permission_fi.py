"""How Finnish guidance permits and forbids."""

from __future__ import annotations

import re

from rag.language.permission_words import PermissionWords, words

_LEAVE = (
    r"(?:\w+-?)?(?:lupa\w*|luva\w*|hyväksy\w*|hyväksynn\w*|puolto\w*|puolta\w+|kuita(?:nnut|ttu)|kuittau\w*"
    r"|myöntä\w*|myönn\w*)"
    r"|(?:on|ole|olisi) (?:[^\s,.;:]+ ){0,3}?(?:määrännyt|päättänyt|lisännyt|antanut (?:[^\s,.;:]+ )?käyttöoikeuden)"
)
_AUTHORITY = (
    r"\w*(?:päälli\w+|johtaj\w+|johto|johdon|esihenkilö\w*|esimie\w+|rehtori\w*|lautakun\w+|hallitu\w+|yksikö\w+"
    r"|vastaav\w+|tilaaj\w+|omistaj\w+|ohjaaj\w+|lääkäri\w*|koordinaattori\w*|hallinto|hallinnon|viranomai\w+"
    r"|puheenjohtaj\w+|tiimi\w*|sihteeri\w*|virasto\w*|kunna\w*|kaupun\w+|valtuutet\w+|asiantuntij\w+|yhtiö\w*"
    r"|isännöits\w+|työnantaj\w+)"
)
_BY_LEAVE = r"\w*(?:luvalla|luvallaan|luvin|suostumuksella|suostumuksin|hyväksynnällä|päätöksellä)\w{0,3}"
_FEW = r"(?:[^\s,.;:]+ ){0,6}?"  # words that stand between

WORDS = PermissionWords(
    permits=words(
        r"saa|saat|saan|saamme|saatte|saavat|saadaan|voi|voit|voivat|voidaan|voimme|sallit\w*|sallii|luvallis\w*"
        r"|on hyväksyttyä|on hyväksyttävää|sopii|on oikeus|tervetul\w*|mahdolli(?:nen|sia|sta|stet\w*)|vapaasti"
        r"|riittää|käy|ei ole este(?:ttä|nä)?"
    ),
    forbids=words(
        r"(?:ei|eivät|emme|et|ette|en|eikä|eivätkä|muttei|vaan ei) (?:[^\s,.;:]+ ){0,4}?(?:saa|saada|saisi|voi|voida"
        r"|ole (?:sallit\w*|luvallis\w*|oikeutta|lupaa?|mahdolli(?:nen)?s?\w*|hyväksyttäv\w*)|käy|kelpaa|hyväksytä"
        r"|hyväksy|sallita|salli)",
        r"\w*luvallakaan|myös(?:kään)? luvalla|kiellet\w*|kiell(?:ämme|ät|etään)"
        r"|kielto|luvaton\w*|luvatonta|älä|älkää|ei koskaan|ei missään|(?:on|ovat) estetty"
        r"|(?:lupaa|oikeutta) (?:ei|eivät) ole",
        # What is denied of people or of the service is not done: "ei käytetä", "ei käsittele".
        r"(?:ei|eikä|eivät|eivätkä|muttei) (?!\w+(?:nut|nyt|neet)\b)(?!(?:edes |enää )?(?:tarvi|suosit|tiedo"
        r"|tieto|määritel|sovell"
        r"|saatavil|takaa|ole|olisi|koske|edellyt|vaadi|vaadit|vaikut"
        r"|rajoi|estä|muuta|poist|kuitenkaan|välttämättä|haittaa|riipu|sisälly|kulu|makset|perit|hyvitet|korvat"
        r"|tunnist)\w*)"
        r"\w*(?:ta|tä|da|dä|lla|llä|nna|nnä)",
        r"ei (?:sallit\w*|mahdollis\w*|luvallis\w*)|(?:ei|eivät|eikä) (?:tule"
        r"|pidä) (?:[^\s,.;:]+ ){0,2}?\w+(?:aa|ää|da|dä)",
    ),
    not_modal=words(
        r"(?:(?:ei|eivät|et|ette|emme|eikä) )?saa(?:t|vat|daan)? (?:(?!\w*(?:aa|ää|da|dä)\b)[^\s,.;:]+ ){0,2}?"
        r"(?:\w*palk(?:kaa|an)|\w*rahaa?n?|selvää|selville|\w*palvelu\w*[sl]t[aä]|\w*piste\w*[sl]t[aä]"
        r"|\w*toimisto\w*[sl]t[aä]|\w*korvau\w*|ilmoituks\w*|tiedon|tietoa|tiedot"
        r"|\w*kopion|\w*viestin|\w*kirjeen|vastauks\w*|ohjeen|ohjeet|tunnuks\w*|palautet\w*|apua|lomaa|vapaata)"
        r"|saa(?:t|vat)? (?:[^\s,.;:]+n ){0,2}[^\s,.;:]+n(?=[.,;]|$)|(?:on|ovat) saanut|on saatava|on saatu"
        r"|tarvittaessa",
        # What may happen, or what somebody may decide or be asked, permits nothing.
        r"(?<!ei\s)(?<!eivät\s)(?:voi|voivat) (?:[^\s,.;:]+ ){0,2}?(?:erehtyä|tuottaa (?:virhe|väär|harha)\w*"
        r"|aiheuttaa|johtaa|sisältää|vaihdella"
        r"|muuttua|syntyä|kestää|esiintyä|olla \w*(?:vaikut|virhe|haitta|riski)\w*|myöntää|kieltää|edellyttää"
        r"|vaatia|rajoittaa|päättää)|(?:voi|voit|voivat) saada"
        r"|(?:lisä)?tietoja voi\w? kysyä",
        r"(?:ei|eivät|eikä) ole (?:[^\s,.;:]+ ){0,2}?kiellet\w*|älä unohda|älä epäröi|kaikki(?: \w+)? eivät \w+",
        r"(?:sallitut|kielletyt|hyväksytyt) \w+ (?:(?:on|ovat) )?(?:luetel|määritel|kuvat|kuvataan|esite|löyty)\w*",
        r"on oikeus (?:[^\s,.;:]+ ){0,3}?\w*(?:vapaaseen|lomaan|korvaukseen|palkkaan|päivärahaan|etuun|tukeen)",
    ),
    needs_leave=words(
        rf"(?:tarvit(?:aan|set|see|sette|sevat)|vaaditaan|vaatii|edellyttää|edellytetään|pyydetään|hankitaan|haetaan"
        rf"|on (?:haettava|pyydettävä|saatava|oltava|hankittava)) {_FEW}(?:{_LEAVE})",
        rf"(?:{_LEAVE}) {_FEW}(?:tarvit(?:aan|set|see)|vaaditaan|edellytetään|haetaan|pyydetään|on (?:haettava"
        rf"|pyydettävä|saatava|oltava|hankittava))",
        rf"(?:vain|ainoastaan|vasta) {_FEW}\w*(?:luvalla|luvallaan|hyväksynnällä|päätöksellä)",
        rf"(?:edellyttää|edellytetään|vaatii|vaaditaan|tarvitaan) {_FEW}{_AUTHORITY} (?:[^\s,.;:]+ )?suostumu\w*",
        r"luvanvarai\w*|ehdollinen|ehdollista|hyväksytetään|on (?:[^\s,.;:]+ ){0,2}?hyväksyttävä",
        rf"(?:hyväksyy|päättää|luvan antaa|luvan myöntää) (?!itse){_FEW}\w*(?:päällikkö|johtaja|esihenkilö|esimies"
        r"|johtokunta|vastaava|lautakunta|rehtori|yksikkö)",
    ),
    needs_no_leave=words(
        rf"(?:ei|eivät|eikä) {_FEW}(?:tarvit\w*|vaadi\w*|edellyt\w*|ole tarpeen) {_FEW}"
        rf"(?!hyväksyä\b|myöntää\b)(?:{_LEAVE})",
        rf"(?:{_LEAVE}) {_FEW}(?:ei|eikä) {_FEW}(?:tarvit\w*|vaadi\w*|edellyt\w*|kysytä)",
        rf"(?:ei|eivät|eikä) {_FEW}(?:{_LEAVE}) (?:tarvita|vaadita|edellytetä|kysytä)",
        r"(?:ei|eivät|eikä) ole (?:[^\s,.;:]+ ){0,2}?kiellet\w*",
        r"lupaa kysymättä|keneltäkään kysymättä|kysymättä lupaa|ei tarvitse (?:kysyä|pyytää)",
    ),
    conditions=words(
        r"(?:(?:mutta )?(?:vain|ainoastaan|vasta),? )?(?:jos|kun|kunhan|mikäli|edellyttäen,? että|sillä ehdolla,? että"
        r"|silloin,? kun|sen jälkeen,? kun|siihen asti,? kun|ellei|ellette|ellet|elleivät|jollei|jolleivat|ennen kuin"
        r"|paitsi)(?: [^\s;]+)+",
        r"ilman(?: (?!(?:saa|saat|saavat|saadaan|voi|voit|voivat|voidaan|on|ovat|ei|eivät|et)\b)[^\s;,.]+){1,6}",
        rf"(?:(?:vain|ainoastaan|vasta)(?: [^\s;,.]+){{0,6}}? )?(?:[^\s;,.]+(?:n|lla|llä|sti) ){{0,3}}{_BY_LEAVE}",
        r"(?:vain|ainoastaan|vasta)(?: [^\s;,.]+)+",
        r"(?:[^\s;,.]+ ){0,3}?lukuun ottamatta(?: [^\s;,.]+)*|(?:muu\w*|kauemmin|kauempaa|pidempään"
        r"|enempää|enemmän|useammin|laajemmin) kuin(?: [^\s;,.]+)+|pois lukien(?: [^\s;,.]+)+",
    ),
    excepts=words(
        r"(?:mutta )?(?:ellei|ellette|ellet|elleivät|jollei|jolleivat|paitsi|ennen kuin|\S+ lukuun ottamatta|lukuun"
        r" ottamatta|(?:muu\w*|kauemmin|kauempaa|pidempään|enempää|enemmän|useammin|laajemmin) kuin|pois lukien)"
    ),
    without=words(r"ilman"),
    only=words(r"(?:mutta )?(?:vain|ainoastaan|vasta)(?!,? jos|,? kun|,? sen jälkeen)"),
    restricts=words(r"(?:mutta )?(?:vain|ainoastaan|vasta)"),
    leave=words(rf"(?:{_LEAVE})|\w*(?:luvalla|luvallaan|luvin|hyväksynnällä|päätöksellä)\w{{0,3}}"),
    agreed=words(r"suostum\w*|suostu\w*"),
    consent=words(r"suostum\w*|suostu\w*|sopi\w*|sovit\w*|päätö\w*"),
    authority=words(_AUTHORITY),
    asides=words(
        r"koska(?: [^\s;,.]+)+|(?:jo(?:ka|nka|ta|lla|lle|ssa|sta|hon|ista|issa|ihin|illa|ille|iden|tka|ita|lta"
        r"|ilta)|mikä|mitä|milloin|missä|miten|kuka|ketkä)"
        r"(?: [^\s;,.]+)+|vaikka(?: [^\s;,.]+)+"
    ),
    parts=re.compile(
        r";|(?<=[\s,])mutta (?!vain\b|ainoastaan\b|vasta\b)|(?<=\s)muttei (?=\w)|, sen sijaan |, muuten |, muutoin "
        r"|, (?=ei (?!\w+(?:a|ä|da|dä)\b|saa\b|voi\b|ole\b))|, eikä ",
        re.IGNORECASE,
    ),
    yes=words(r"kyllä(?!\s*(?:/|ja|tai)\s*ei)|ok|on|saa|sallittu|vapaa(?:sti)?|avoin"),
    no=words(
        r"(?:mutta )?ei(?! (?:koske|tiedossa|tietoa|määritel\w*|rajoituks\w*|sovellu|arvioitu|vielä|käytössä"
        r"|tarvi\w*))|kielletty|suljettu"
    ),
)
