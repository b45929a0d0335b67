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
# Of the name days of Finland, Finnish and Swedish ones, that Faker lacks.
_NAME_DAYS = """
    aada aadolf aamos aapeli aapo aaro aaron aatami aatto ada adele agda agneta agnes ahto ahvo aija aino airi aki
    aksel aleksanteri aleksi alexandra alfons alfred alina alisa alli alma alva alvar alvari amalia amanda amelie
    anders ane anelma anette anita anitta anja anki anni anniina annika annikki anssi antero anton antti anu arja
    armi arto arttu artturi arvi asko asta aslak asseri asser auli aulikki aura aurora axel beata benita benjamin
    bengt berit berndt bertel birger birgit birgitta bjarne börje camilla carita carola caroline cecilia charlotta
    christel christer dagmar daniela desiree ebba edit edith edla edvard eelis eemeli eemi eerika eerikki eeva eevi
    eija eila eine einar einari eini eira eliel elias eliisa elina elisa elisabet ella elle ellen ellinoora elma
    elsa elsi elvi elviira emil emilia emma ensio erik erja erkki erkko erland ernesti esaias essi ester esteri
    eugen eveliina fanni fanny felix filip fredrik fredrika frida fritjof gabriel gerda georg gudrun gun gunilla
    gunnar gunnel gunvor gustaf gustav göran göta hanna hannariina hannele hannes hannu harald harri harry hedvig
    heidi heikki heini heino helena helge helga helinä helka helle hellevi hellin helmer helvi hemmi hemminki henna
    henni henri henriikka henrik herman herkko hermanni hertta heta hilda hilkka hille hillevi hilma holger håkan
    ida iiris iikka iines iiro iivari iivo ilari ilmi ilmo ilona ilpo ilse immo ina inari inga inger ingmar ingrid
    ingvar inka inkeri irene irina iris irja irma irmeli isabella isko isla ismo ivar ivo jaakkima jaakko jaakob
    jaako jalo jani janika janina janita jarkko jarmo jasmin jasu jenna jenny jesper jimi jirko joakim joel johan
    johanna johannes johansson jonatan jonna jonne jooel jooseppi jorma josefiina jouna joosua juhana jukka julia
    juliaana julius jutta juuli juulia juuso jyri jyrki jaro kaapo kaapro kaarina kaarle kaarlo kai kaiju kaisa
    kaleva kalervo kalle kalvo karl karolina karoliina karri kasimir kasper kasperi kastehelmi katariina katrina
    katri katriina kea keijo kerkko kerttu kerttuli kirsi kirsikka kirsti kiia kielo klaara klas klaus konsta
    konstantin krister kristian kristiian kullervo kustaa kustavi kyllikki kyösti laila lari lars lasse lassi latte
    laura lauri laurila leea leena leevi leif leila lemmikki lenita lenni lennart leni leonard levi lienna liina
    liisa liisi lilian lilli linnea linus lisbet loviisa lotta lovisa ludvig luukas lyydi lyyli lyyti maaria maarit
    maija maiju maikki maila maini maire malla malin malva manta manu margareta margit mari maria mariana marianna
    marianne marika marita maritta marjaana marjatta marjo marjukka marjut markku marko markus marta martta martti
    mathias matias matilda matleena matti mauno maunu mauri maxim meeri meimi melina melissa merit meritta merja
    mette miia miika mikael miina milla milja mimmi minea minja minka minna minttu miranda mirella miska mirka mirva
    mitja moona monika nadja nanna nanni natalia neea nelli nestori nico nicole niila niina nikke nikolai nina noomi
    nooa nuutti nyyrikki oili oiva okko olavi oliver olivia olof orvo oskar osmo ossi otso otteljaana oona oula
    paavali panu patrik patrick paula pauliina paulus pelle pentti pertti peter petra petrus petteri pia pietari
    piia pinja pirita pirkka pirkko pontus päivikki raakel ragnar rafael raimo raine rainer raija raisa rami ramona
    rasmus rebecka reetta regina reima reine reino riia riina rikhard riku ritva robert robin roine roni ronja roope
    roosa ruut roy rolf rudolf runar ruusa ruusu saaga saara saija saila saini sakarias saku salme salomon sameli
    sampsa samu samuel samuli sanelma sanni sara sarianna seela selim selma senni seppo serafia severi signe sigrid
    sigurd siiri silja silva simo simeoni sini sinikka sirja sirkka sirkku sisko sofia sohvi soili sointu solja
    solveig sonja stefan stella stina susanna susanne svante sven sylvi sylvia synnöve sylvester taavetti taavi tage
    taija taimi tahvo taneli tapani tapio tatu tauno teea teijo tellervo tenho teresa terhi terho terttu tiia tiina
    tinja titta tobias toini tommi torsten torvald touko tove tuija tuomas tuomi tuovi turkka turo tuukka tuula
    tuuli tuulikki tuure tyko tytti uljas ulf ulrika uno uolevi ursula uuno vaito valdemar valentin valma valpuri
    vanessa vappu varpu veeti veikka veikko venny venni verner verneri vihtori viktor viktoria vieno viena vilhelm
    vilhelmiina vilho vili vilhelmi viljam viljami viljo vilma virva virve virpi virpa vivian voitto volmar wilhelm
    wilma yngve yrjänä yvonne åke åsa örjan östen
"""
_MORE_SURNAMES = """
    meikäläinen meikalainen teikäläinen doe ahlfors ahlström ahokas alatalo alen anttila asikainen backman blomqvist
    bäckman eerola ekholm eklund ekman eloranta enqvist eskelinen fagerström forsberg forsman forss fredriksson
    grönroos haapala haapasalo hakala hakkarainen halonen hannula hautala hautamäki heikkilä heikkinen heino helin
    helander hietala hietanen hiltunen hirvonen hokkanen holmberg holmström honkanen hovi huhtala huotari huttunen
    huuskonen hyttinen hyvärinen häkkinen häkämies ihalainen immonen isaksson jaakkola jalonen jauhiainen jokela
    jokinen jääskeläinen kangasniemi kanerva karhapää karhunen karppinen karvonen kauppila kauppinen kekkonen
    keränen kettula kettunen kinnunen kivelä kiviniemi koistinen kokkonen kolehmainen kononen korhonen korpela
    koskela koskinen koivisto koivula kovanen kujala kulmala kumpulainen kuosmanen kuusela kuusisto kärkkäinen
    kääriäinen laakkonen laaksonen laamanen lahtela lahtinen laitinen lassila latvala lehtinen lehtola lehtonen
    leino leinonen leppäkoski leppälä leppänen liimatainen lindberg lindfors lindholm lindqvist lindroos lindström
    liukkonen luoto luukkonen lyytikäinen malinen manninen marjamäki markkanen martikainen mattila mikkola mikkonen
    miettinen moilanen mononen mustonen mutanen myllymäki mäkelä mäkinen määttä nevala nevalainen niemelä nieminen
    niskanen nissinen niinistö nikula norrgård nousiainen nummela nurminen nyberg nygård nykänen nylund nyman
    nyström ojala ojanen ollikainen oksanen paananen paavilainen paavola pajunen pakarinen palander palomäki
    parkkinen partanen parviainen peltola peltonen penttilä penttinen pesonen pietilä piirainen pitkänen pulkkinen
    puranen pursiainen purho pyykkönen pöyhönen raatikainen raitanen rajala rantala rantanen rautiainen rautanen
    reinikainen riihimäki rissanen ristola roininen ronkainen rosenqvist ruuskanen ruuska ryynänen räisänen räsänen
    rönkä rönkkö saarela saarelainen saarinen saastamoinen salmela salmi salminen salonen sandberg sandström
    sarkkinen savela savolainen seppälä seppänen sihvonen siitonen silvennoinen simola sipilä sirola sjöberg sjöblom
    sjögren sjöholm snellman soininen strandberg suhonen suomela suominen sundberg sundqvist sundström suutari
    söderberg söderholm söderlund söderström taipale takala tamminen tanskanen tarkiainen tervonen tiainen tiihonen
    tikkanen timonen toivanen toivonen tolonen tolvanen tuominen tuomela turkki turpeinen turunen tuovinen tynkkynen
    törmänen ukkonen uotila uusitalo vainikka vainio valkonen valtonen varis vartiainen vatanen vehviläinen
    venäläinen vesterinen vesala vierikko viitala viitanen viljanen virtanen virkkunen voutilainen vuorela vuorinen
    vuori vuoristo väisänen välimäki väänänen wahlberg wahlroos wallin westerholm westerlund wikstedt wikström
    ylitalo ylönen äijälä ärölä öhman öhberg österberg
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
def _more_first_names() -> frozenset[str]:
    return _words(_MORE_FIRST_NAMES) | _words(_NAME_DAYS)


@cache
def names_at_home() -> frozenset[str]:
    """First names and surnames that are common here, so that one word is enough to know them by."""
    homes = (FinnishNames, SwedishNames, BritishNames)
    lists = [names for home in homes for names in (home.first_names, home.last_names)]
    listed = frozenset(name.lower() for names in lists for name in names)
    return listed | _more_first_names() | _words(_MORE_SURNAMES)


@cache
def first_names() -> frozenset[str]:
    lists = [names.first_names for names in (FinnishNames, SwedishNames, BritishNames)]
    at_home = frozenset(name.lower() for names in lists for name in names)
    return at_home | _more_first_names() | first_names_abroad()


@cache
def surnames() -> frozenset[str]:
    lists = [names.last_names for names in (FinnishNames, SwedishNames, BritishNames)]
    at_home = frozenset(name.lower() for names in lists for name in names)
    return at_home | _words(_MORE_SURNAMES) | surnames_abroad()


@cache
def finnish_names() -> frozenset[str]:
    """First names and surnames that are Finnish, and so are read in all their inflections without a capital, too."""
    listed = frozenset(name.lower() for names in (FinnishNames.first_names, FinnishNames.last_names) for name in names)
    return listed | _more_first_names() | _words(_MORE_SURNAMES)


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
