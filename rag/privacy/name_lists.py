"""What is known about names beforehand: common first names and surnames, and words that look like them.

The names are those of the package Faker (MIT): common ones at home, which is in Finland, Sweden and Great Britain, and
elsewhere (names_abroad.py). All in lower case.
"""

from __future__ import annotations

from functools import cache

from faker.providers.address.en_GB import Provider as BritishPlaces
from faker.providers.address.fi_FI import Provider as FinnishPlaces
from faker.providers.address.sv_SE import Provider as SwedishPlaces
from faker.providers.person.en_GB import Provider as BritishNames
from faker.providers.person.fi_FI import Provider as FinnishNames
from faker.providers.person.sv_SE import Provider as SwedishNames

from rag.privacy.names_abroad import first_names_abroad, surnames_abroad

_MORE_FIRST_NAMES = """
    aila aune eerik eero eetu eino elli emmi esa hilja iida ilkka ilmari into jaana jalmari janne jari jarno jenni
    jere jesse joonas jouko jouni juha juhani juho kaija kaisla kalevi kati katja kauko kimmo kristiina lahja leevi
    lempi leo merja mervi miikka mika mikko mira mirja miro nea niilo niko noora oiva olli onerva orvokki oskari otso
    outi paavo pasi pauli petri pihla piia pilvi pirjo pirkko päivi raija raili rauha rauni rauno reijo riikka riitta
    saimi sakari salla sami sanna santeri satu seija senja siiri siiru sirpa soile suvi taina tanja tarja teemu teija
    teppo tero tiina timo toivo tomi toni tuire tuisku tuomo tytti tyyne ulla urho urpo valtteri veera veijo venla
    viivi vilho vilja ville väinö
"""
_MORE_SURNAMES = "meikäläinen meikalainen teikäläinen doe"

# Names that are also ordinary words of Finnish. A dictionary knows more such words ("matti", "pekka"), but nobody
# begins a sentence with those.
_FINNISH_WORDS = """
    aalto aatos aho ahti aimo alanko anna armas armo aro arvo aulis aura aurora autio elo esa halla halme harju helmi
    hilja hämäläinen ilo ilta impi into jalo järvi kai kaino kaisla kallio kanerva kangas karhu karjalainen karri
    kauko keskinen ketola kielo kiuru kivi koivu kokko korpi koski kuisma kurki kuura kärki laakso lahja lahti laiho
    laine lammi lappalainen lehto lempi leo lilja linna lumi luoma maa mainio marja meri metsä mäki nea niemi niitty
    nurmi oiva oja oksa onni oras orvokki otso otto outi pelto pihla pilvi pohjola pyry raita ranta rauha rautio repo
    rinne rossi ruotsalainen ruusu räty saana saari sade salmi salo salonen sampo satu savolainen seppä sini sisko
    soini sulo suomalainen suvi säde taika taimi taipale taisto tarmo taru tikka toivo touko tuisku tuomi tuuli tuulia
    tyyne tyyni tähti unto urho urpo usko utu vaili vainio valo vanamo varis varma veli venäläinen vesa vieno vilja
    virpi virta visa voitto vuokko vuori ylinen yrjö
"""
# Which of them people write of in all their cases; of the others an inflected form is a name even without a capital.
_EVERYDAY_WORDS = """
    arvo hämäläinen ilo ilta into järvi karjalainen kivi kärki lahja lappalainen lempi linna lumi maa meri metsä
    otto pilvi ranta rauha repo ruotsalainen saari savolainen sisko suomalainen tuuli tähti valo veli venäläinen
    vilja voitto
"""
# Of Swedish and English.
_OTHER_WORDS = """
    amber archer art ash asp axel baker ball banks barber bell ben berg berry bill birch bird bishop björk björn
    black blixt blom bo bob bond booth borg bot brink brook brooks bror brown bull burns butcher butler bäck
    carpenter carter chambers chandler charity chase christian clay collier cook cooper cross curt dag dal dale dan
    dawn day dean del dick don drew du edit ek else english faith falk fall farmer field fields finch fisher flink
    ford fors foster fox france frank franklin frans fred freeman french frid frisk frost fry fuller gardener
    gardner garner gene gill glen glover grace gran grant gray green gren grey gun guy hale hall hammar hardy hart
    hazel heath heather hill hjort holland holly holm home hope howe hunt hunter inga iris ivy jack jade jarl jay
    jean joy june juni junior kaj king kirk klara kling knight knut kvist lamb lane law lee lesson li lind linda
    linnea little liv ljung lo long lord lova love luna lund lönn löv maj major malm marina mark marsh marshall
    martin mason max may mercy mike miles miller mills min mina minnas modig moss my noble nord north nova owe page
    palm palmer park parker parkinson pat patience peacock penny per pike pitt pollard pope porter potter power
    powers pratt price rask ray read reed reeve repo rice rich rita rob robin rod roman roos ros rosa rose rosemary
    rowan ruby rune rut saga sage said sally sami sandy satu savage sharp shepherd short silver skinner skog sky
    sköld slater small smart smith spencer spring stark steel stella sten sterling stig stone storey storm strand
    strid strong ström sue summer summers sund svan svärd swan swift tage thorn tilde tim tom tor tova ture turner
    urban vega victor vide viking viola violet wade walker wall ward warden warner waters webb wells west white will
    winter wolf wood woods woodward wright young öst
"""
# Which of them, or of others, have a capital inside a sentence as well: in titles, services, offices.
_TITLE_WORDS = """
    art ball bank banks bell bill bird bishop black bond book borg brown case chase christian close cross dag dal
    day dean del du else english field fields french german grant gray green grey hall hill holland home house june
    juni junior king knight law life light little long lord love luna lund maj major march mark marsh may mills min
    my nord north nova office page park per pope power powers price read rich roman rose saga silver sky small smart
    spring stark steel sten stone storey strand strid strong summer summers sund swift urban vega vide viking viola
    wall ward waters west white will winter wood woods word young öst
"""
_CALENDAR = """
    april august augusti christmas december easter februari february friday januari january juli july june juni maj
    march mars may monday november october oktober saturday september sunday thursday tuesday wednesday
"""
_MORE_PLACES = """
    aasia adelaide afrikka ahvenanmaa amerikka austin berliini berlin björneborg borgå boston britannia brussels
    bryssel brysseli cambridge chelsea china cuba dallas danmark denmark egentliga ekenäs englanti esbo estland
    estonia etelä eurooppa europa europe finland fredrikshamn georgia germany grankulla hangö haparanda helsingfors
    holland houston hyvinge häme imatra india ingå intia irak iran israel itä jakobstad japan japani jerusalem joensuu
    jordan jyväskylä kainuu kajana karjala karleby kaskö kemi kent kervo keski kiina kimitoön kingston korsholm
    korsnäs kotka kouvola kristinestad kronoby kuopio kuuba kymenlaakso kyrkslätt lagos lahtis lappi lappland larsmo
    lincoln lojo london lovisa länsi malax mali malta mariehamn milan moscow moskova norge norja norway nykarleby
    nyland nyslott nystad närpes nådendal orlando oslo oxford pargas pariisi paris pedersöre pirkanmaa pohjanmaa
    pohjois raseborg raumo reso rom rome rooma rovaniemi ruotsi russia ryssland saksa salem satakunta savo scotland
    seinäjoki sibbo sjundeå stanford suomi sverige sweden sydney tallinna tammerfors tanska tavastehus terjärv torneå
    träskända tukholma tusby tuusula tyskland uleåborg uusimaa vanda varsinais vasa venäjä victoria villmanstrand viro
    vörå wales washington windsor york åbo åland österbotten
"""
# Services and organisations that carry a first name or a surname.
_PRODUCTS = """
    alexa alko anthropic apple aurora azure bard bing chatgpt claude copilot cortana deepl dell excel facebook fazer
    finlex ford gemini github google java kanta kela kone linux llama mercedes meta microsoft migri mistral nokia nordea
    office omakanta openai outlook perplexity philips posti python ruby siemens siri sitra teams thl tieto traficom
    valtori valvira veikkaus volvo whisper word yle
"""

# The word before a name that tells it is one: forms of address, then roles and labels. Compared by beginning or whole.
TITLES = frozenset(
    """
    rouva rva herra hra neiti nti tohtori tri dr professori prof herr fru fröken frk doktor mr mrs ms miss mx sir madam
    """.split()
)
ROLES = (
    *("asiak", "hakij", "potila", "työntekij", "työnhaki", "virkamie", "oppila", "opiskelij", "lapse", "äiti", "äidi"),
    *(
        "isä",
        "huoltaj",
        "puoliso",
        "vanhus",
        "eläkelä",
        "kollega",
        "vuokralai",
        "naapuri",
        "asukas",
        "asukkaa",
        "alaise",
    ),
    *(
        "nimi",
        "nime",
        "lähettäj",
        "vastaanottaj",
        "kansalai",
        "valittaj",
        "edunsaaj",
        "perheenjäs",
        "esihenkilö",
        "alaine",
    ),
    *(
        "klient",
        "kund",
        "sökand",
        "patient",
        "elev",
        "studerande",
        "anställd",
        "arbetssökand",
        "granne",
        "namn",
        "kollegan",
    ),
    *("mamma", "pappa", "modern", "fadern", "barnet", "avsändar", "mottagar", "invånar", "medborgar"),
    *("client", "customer", "applicant", "pupil", "student", "employee", "neighbour", "neighbor", "name", "colleague"),
    *("mother", "father", "child", "sender", "recipient", "resident", "citizen", "tenant", "jobseeker", "candidate"),
)
# What such a person holds, does or says is public.
PUBLIC_OFFICES = (
    *(
        "ministeri",
        "pääministeri",
        "kuntaministeri",
        "presidentti",
        "presidenti",
        "kansanedustaj",
        "eduskun",
        "minister",
    ),
    *("statsminister", "kommunminister", "riksdagsledam", "president", "prime"),
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def names_at_home() -> frozenset[str]:
    """First names and surnames that are common here, so that one word is enough to know them by."""
    homes = (FinnishNames, SwedishNames, BritishNames)
    lists = [names for home in homes for names in (home.first_names, home.last_names)]
    listed = frozenset(name.lower() for names in lists for name in names)
    return listed | _words(_MORE_FIRST_NAMES) | _words(_MORE_SURNAMES)


@cache
def first_names() -> frozenset[str]:
    lists = [names.first_names for names in (FinnishNames, SwedishNames, BritishNames)]
    at_home = frozenset(name.lower() for names in lists for name in names)
    return at_home | _words(_MORE_FIRST_NAMES) | first_names_abroad()


@cache
def surnames() -> frozenset[str]:
    lists = [names.last_names for names in (FinnishNames, SwedishNames, BritishNames)]
    at_home = frozenset(name.lower() for names in lists for name in names)
    return at_home | _words(_MORE_SURNAMES) | surnames_abroad()


@cache
def finnish_names() -> frozenset[str]:
    """First names and surnames that are Finnish, and so are read in all their inflections without a capital, too."""
    listed = frozenset(name.lower() for names in (FinnishNames.first_names, FinnishNames.last_names) for name in names)
    return listed | _words(_MORE_FIRST_NAMES) | _words(_MORE_SURNAMES)


@cache
def places() -> frozenset[str]:
    """Municipalities, counties, countries and the like, in their own names and those of the three languages."""
    lists = [
        *(FinnishPlaces.cities, FinnishPlaces.states, FinnishPlaces.countries, SwedishPlaces.cities),
        *(SwedishPlaces.countries, BritishPlaces.counties, BritishPlaces.countries),
    ]
    # Some municipalities' names are first of all people's.
    people = _words("simo soini tervo kaarina marttila nousiainen lemi muhos")
    return (frozenset(name.lower() for names in lists for name in names) | _words(_MORE_PLACES)) - people


FINNISH_WORDS = _words(_FINNISH_WORDS)
EVERYDAY_WORDS = _words(_EVERYDAY_WORDS)
OTHER_WORDS = _words(_OTHER_WORDS)
TITLE_WORDS = _words(_TITLE_WORDS)
CALENDAR = _words(_CALENDAR)
PRODUCTS = _words(_PRODUCTS)
