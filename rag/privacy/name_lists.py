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

# What Faker lacks of those that are common in Finland, of its name days too.
_MORE_FIRST_NAMES = """
    aadolf aamos aapeli aatami aatto ada adele agda agnes agneta ahto ahvo aija aksel alfons alfred alli alma alva
    alvar alvari amalia amelie ane anelma anette anitta anki armi arvi aslak asser asseri asta auli aura axel beata
    bengt benita berit berndt bertel birger birgit bjarne börje camilla carola caroline cecilia charlotta christel
    christer dagmar daniela desiree ebba edit edith edla eemi eerika eerikki eevi einar eine eini eira eliel elle
    ellinoora elma elsi elvi elviira erja erkko erland ernesti esaias ester eugen fanni fanny felix filip fredrik
    fredrika frida fritjof gabriel georg gerda gudrun gun gunilla gunnar gunnel gunvor gustaf gustav göran göta
    hannariina hannes harald harry hedvig heini heino helga helge helka helle hellin helmer hemmi hemminki henni
    henriikka herkko herman hertta heta hilda hilja hille hilma holger håkan iikka iines iiro iivari iivo ilmi ilmo
    ilpo ilse immo ina inari inga inger ingmar ingrid ingvar inka into irina iris isabella isko isla ivar ivo
    jaakkima jaako jaakob jalo janika janina janita jaro jasu jenny jesper jimi jirko joakim johansson jonatan jonne
    jooel jooseppi joosua jouna juliaana jutta juuli jyri kaapo kaapro kaarle kaiju kaisla kaleva kalvo karolina
    karri kasimir kasperi kastehelmi katrina kea kerkko kerttuli kielo kiia kirsikka klaara klas klaus konsta
    konstantin krister kristiian kustavi kyösti lahja laila lari lars latte laurila leea leif lemmikki lempi leni
    lenita lennart lenni leonard levi lienna liina liisi lilian lilli linus lisbet loviisa lovisa ludvig luukas
    lyydi lyyli lyyti maiju maikki maila maini malin malla malva manta manu mariana marianna marta mathias matleena
    maunu maxim meeri meimi melina melissa merit meritta mette miikka miina milja mimmi minea minja minka minttu
    miranda mirella mirka mirva miska mitja monika moona nadja nanna nanni natalia neea nelli nestori nico nicole
    niila nikke nikolai nooa noomi nuutti nyyrikki oili okko olof onerva orvo otso otteljaana oula paavali panu
    patrick paulus pelle petrus pietari pihla pilvi pinja pirita pirkka pontus raakel rafael ragnar raine raisa rami
    ramona rauha rauni rebecka reetta regina reima reine riia riina rikhard robin roine rolf roni ronja roy rudolf
    runar ruusa ruusu ruut saaga saija saila saimi saini sakarias saku salla salme salomon sameli sampsa sanelma
    sarianna seela selim selma senja senni serafia severi signe sigrid sigurd siiru silja silva simeoni sirja sirkku
    sohvi soile soili sointu solja solveig stefan stella stina susanne svante sven sylvester sylvi sylvia synnöve
    taavetti taavi tage tahvo taija taimi tatu teea teijo tenho teppo teresa terho tinja titta tobias toini torsten
    torvald touko tove tuire tuisku tuomi tuovi turkka turo tuure tyko tytti tyyne ulf uljas ulrika uno urho urpo
    ursula uuno vaito valentin valma valpuri vanessa vappu varpu veikka venni venny verner viena vieno vihtori
    viktor viktoria vilhelmi vili vilja viljam virpa virva virve vivian voitto volmar wilhelm wilma yngve yrjänä
    yvonne åke åsa örjan östen
"""
_MORE_SURNAMES = """
    ahlfors ahlström alen bäckman doe eerola ekholm ekman enqvist fagerström forsberg forss fredriksson haapasalo
    helander hovi häkämies isaksson kangasniemi karhapää kekkonen kettula kononen kääriäinen laamanen lahtela
    leppäkoski leppälä luoto lyytikäinen marjamäki meikalainen meikäläinen mutanen niinistö norrgård nummela nygård
    nyström palander purho pursiainen pyykkönen pöyhönen raitanen rautanen ristola roininen rosenqvist ruuska rönkä
    saarelainen sandberg sandström sarkkinen savela siitonen sirola sjöberg sjögren sjöholm snellman strandberg
    sundberg sundqvist sundström suomela suutari söderberg söderholm söderlund söderström tarkiainen teikäläinen
    tervonen tuomela turkki tynkkynen törmänen ukkonen vainikka vatanen vehviläinen vesala vierikko virkkunen
    vuoristo wahlberg wahlroos wallin westerholm westerlund wikstedt wikström äijälä ärölä öhberg öhman österberg
"""

# Names that are also ordinary words of Finnish. A dictionary knows more such words ("matti", "pekka"), but nobody
# begins a sentence with those.
_FINNISH_WORDS = """
    aamos aini ane asko aura armi heimo helka helle ilma jalo kaina kauno kiia lemmikki lemmitty manta mies mirka
    norma otava päivä raita rea roine sointu solja suoma tenho uljas vaito vappu varpu verna viena ensio kaleva
    kaija ruusa anu minttu kirsikka kastehelmi inari miina malla malva manu mimmi hertta jutta kerttu maini niila
    leea minka raine tellervo rami reine ronja rudolf saaga silva stella tahvo terho latte laila loviisa mari turkki
    vehviläinen kanerva vuori taipale venäläinen savolainen luoto hovi leino alen helin aalto aatos aho ahti aimo
    alanko anna armas armo aro arvo aulis aurora autio elo esa halla halme harju helmi hilja hämäläinen ilo ilta
    impi into järvi kai kaino kaisla kallio kangas karhu karjalainen karri kauko keskinen ketola kielo kiuru kivi
    koivu kokko korpi koski kuisma kurki kuura kärki laakso lahja lahti laiho laine lammi lappalainen lehto lempi
    leo lilja linna lumi luoma maa mainio marja meri metsä mäki nea niemi niitty nurmi oiva oja oksa onni oras
    orvokki otso otto outi pelto pihla pilvi pohjola pyry ranta rauha rautio repo rinne rossi ruotsalainen ruusu
    räty saana saari sade salmi salo salonen sampo satu seppä sini sisko soini sulo suomalainen suvi säde taika
    taimi taisto tarmo taru tikka toivo touko tuisku tuomi tuuli tuulia tyyne tyyni tähti unto urho urpo usko utu
    vaili vainio valo vanamo varis varma veli vesa vieno vilja virpi virta visa voitto vuokko ylinen yrjö
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
