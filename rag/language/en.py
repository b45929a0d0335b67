"""What is known of English. What each entry means: pack.py."""

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
        "number": "how (?:many|much|often|large)|what (?:percentage|share|number)",
        "time": "when|what (?:year|date|day)|which (?:year|month)",
        "person": "who|whose",
        "list": r"which (?:were|are|\w+s\b)|what (?:are|were)|what \w+s (?:are|were|does|do|did)|list",
    },
    focus={
        "why": "why|how come",
        "how_many": (
            "how (?:many|much|often|large|long|big|high|old|far|heavy|late|early|soon|fast|quickly|close|near|deep|wide"
            "|small|short|few|low|expensive|tall)|percentage|what (?:share|number|size)"
        ),
        "who": "who|whose|whom",
        "when": "when|what (?:year|date|day)|which (?:year|month|day)",
        "where": "where",
        "how": "how",
        "what": r"what\w*|which",
        "whether": "",  # told by the verb that it begins with
    },
    before_verb="hi|hello|and|so|but",
    asks_to_tell=r"(?:can|could|would|do|will) you\b|(?:is|was) it (?:known|said|clear)\b",
    verbs="may|might|can|could|should|must|is|are|was|were|does|do|did|would|has|have|had|will",
    asks_a_fact="does|do|did|is|are|was|were|has|have",
    permission=(
        r"may|can|could|should|allowed|permitted|forbidden|prohibited|acceptable|condition\w*|applies|is it safe"
        r"|(?:is|are|be|it['’]?s|that['’]?s) (?:it |that |this )?(?:fine|ok(?:ay)?|all ?right)"
        r"|(?:fine|ok(?:ay)?) (?:to|if|with)|what\s+if\s+(?:i|we)"
    ),
    number_said=(
        r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
        r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|half|twice"
    ),
    time_said="",
    when_said=(
        r"\w*days?|weeks?|months?|years?|hours?|immediately|at once|without delay|before|after|until|by|always|once"
        r"|weekends?|mornings?|evenings?|nights?|noon|o'clock"
    ),
    person_said=(
        r"\w*(?:manager|head|director|superior|supervisor|principal|chair|board|committee|unit|officer|owner|lead"
        r"|rector"
        r"|dean|council|agency|office|team|secretar|minist|doctor|teacher|nurse|desk|staff|registry|adviser|employee"
        r"|municipal|city|student|pupil|group)\w*"
    ),
    served_said=r"\w*(?:client|customer|service)\w*",
    place_said=(
        r"\w*(?:address|room|floor|web|intra|form|portal|system|folder|office|street|hall|annex|list|page)\w*|in|at"
        r"|on|from"
    ),
    reason_said=r"because|since|so that|in order|reasons?|due to|therefore|purpose\w*|as (?:it|they)",
    asks_for={
        "mean": r"average|averaged|the\s+mean|mean\s+(?:cost|price|value|number|age|time|score|salary)",
        "median": "median",
        "price": (
            r"what\s+(?:do|does|did)\s+(?:\S+\s+){1,4}?cost|how\s+much\s+(?:do|does|did|is|are"
            r"|was)\s+(?:\S+\s+){1,4}?cost"
            r"|what(?:'s|\s+is|\s+was)?\s+(?:the\s+)?price"
        ),
        "email": r"e-?mail\s+address\w*",
        "telephone": r"(?:tele)?phone\s+number\w*|mobile\s+number\w*",
        "name": (
            r"(?:what(?:'s|\s+is)?\s+(?:\S+\s+){0,4}?name\s+of\s+(?:\S+\s+){0,4}?(?:manager|head|director|officer"
            r"|secretary|chair|principal"
            r"|representative|lawyer|expert|minister|person|contact|lead)"
            r"|what(?:'s|\s+is)?\s+(?:\S+\s+){0,4}?(?:manager|head|director|officer|secretary|chair|principal"
            r"|representative|lawyer"
            r"|expert|minister|contact|lead)['’]?s?['’]?\s+name)"
        ),
    },
    gives={
        "mean": r"average\w*|mean",
        "median": "median",
        "price": r"free|prices?|pric\w+|charg\w+|cents?|fees?|pay\w*",
    },
    acceptable=r"problem\w*|wrong|illegal|unlawful|breach\w*|break\w*|violat\w*|safe|wise|(?<!a )(?<!the )fine|alright",
    does=r"does|do|did|will|has|have|is|are",
    befalls=(
        r"(?:can|could|may|might|will|would|do|does)\s+(?:i|we|you|one|someone|somebody"
        r"|an?\s+\w+)\s+(?:\w+\s+)?(?:lose|face\s|end\s+up"
        r"|go\s+to\s+(?:jail|prison)|get\s+(?:fired|fined|sued|sacked|punished|(?:in|into)\s+trouble|an?\s+(?:fine"
        r"|warning))"
        r"|be\s+(?:fired|fined|sued|sacked|punished|charged|prosecuted|sentenced|jailed|dismissed|(?:held\s+)?(?:liable"
        r"|responsible)))"
        r"|(?:is|was|would)\s+(?:it|this|that)\s+(?:be\s+|count\s+as\s+)?(?:(?:an?\s+)?(?:criminal|punishable)"
        r"|an?\s+(?:\w+\s+)?(?:crime|offen[cs]e|(?:data|security|privacy)\s+(?:breach|incident|leak)))"
    ),
    becomes=(
        r"(?:is|are|was|were|will|does|do|did|gets?)\s+(?!i\b|we\b|one\b|someone\b|somebody\b)(?:\w+\s+){1,4}?"
        r"(?:be\s+|get\s+|being\s+)?(?:stored|saved|kept|retained|deleted|erased|leaked|revealed|disclosed|logged"
        r"|remembered|forgotten|visible|leak|stay|remain|end\s+up)"
    ),
    by_itself=r"(?:leak|reveal|disclos|expos|remember|forget|learn|train|shar|stor|sav|keep|retain|spread|collect)\w*",
    obliged=r"must|do (?:i|we|you) (?:have|need) to|should|is it (?:mandatory|obligatory|necessary)",
    subordinates=r"if|when|whenever|before|after|once|while|unless|although|because|since",
    relatives=(r"which|who|whose|whom|(?<!do )(?<!is )(?<!did )(?<!does )(?<!would )(?<!will )(?<!can )that"),
)

_MESSAGES = MessageWords(
    greetings="hi|hello",
    and_also="and|also|plus",
    please_tell="could you tell me|can you tell me|i(?:'d| would) like to know|i wonder",
    opens=(
        r"(?:(?:to|for|with|by|from|at|in|on|since|under|of|until)\s)?"
        r"(?:what|who|whom|whose|which|when|where|why|how)"
        r"|(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|should|will|would)"
        r"\s(?:ai|i|you|he|she|it|we|they|one|there|this|that|these|those|the|an?|any|some|all|each|every|our|my|their"
        r"|its|(?-i:[A-Z])\w+)\b"
    ),
    within=r"who|whom|whose|what|which|when|where|why|how",
    joins=r"and(?: also)?|plus|\+",
    well="ok|okay",
    follows_up=(
        r"and|but|or|what(?=\s+if\b)|what about"
        r"|how about|does\s{1,3}(?:that|this|it|the same)\s{1,3}(?:also\s{1,3})?(?:apply|go|hold|concern)"
        r"(?:\s{1,3}(?:to|for))?"
        r"|is\s+(?:that|it)\s+(?:the same|also)|same"
    ),
    follows_up_if=r"also|the same|if|for|what\s+if|(?:what|how)\s+about(?:\s+if)?",
    corrects=r"(?:(?:no|sorry|oops|wait|apologies|actually)\W{1,3}){0,3}i\s+meant?(?:\s+to\s+say|(?!\s+to\b))",
    supposes="if|in case",
    not_so=(
        r"(?:(?:it|they|this|that)(?:['’]s|\s+(?:is|are)|['’]re)?\s+)?not"
        r"|(?:it|they|this|that)\s+(?:isn|aren|hasn|haven)['’]?t(?:\s+been)?"
    ),
    unapproved="if the service is not approved",
    # "Is it allowed to use AI?" and "is there guidance?" point at nothing.
    points_back=(
        r"it(?!\s+(?:\w+\s+)?(?:allowed|ok|okay|fine|possible|permitted|forbidden|prohibited|necessary|legal|safe"
        r"|acceptable|alright|required|mandatory|wise|advisable)\s+(?:for\s+\w+\s+)?(?:to|if|that)\b)"
        r"|its|this|these|that|them|they|those|their|(?<!is\s)(?<!are\s)(?<!was\s)(?<!were\s)there"
    ),
    of_that="its|their",
    may_one="may one",
)

_STILL = r"(?:\s+(?:yet|any|a|the|been|be|made|contain|include|hold|have|count as|classified as|marked|considered))"
_ABSENCE = AbsenceWords(
    before=(
        r"(?:is|are|was|were|be|been|has|have|had|does|do|did)(?:n['’]?t|\s+not|\s+no|\s+never)"
        rf"{_STILL}{{0,3}}|(?:contain|include|hold|contains|includes|holds)\s+(?:no|neither){_STILL}{{0,2}}"
        rf"|(?:not|never|without|no|nothing|free of|free from){_STILL}{{0,2}}"
        r"|before(?:\s+\w+){0,2}?\s+(?:is|are|(?:has|have)\s+been)"
        # What is taken out is not there: "I remove the names first", "with the names blacked out".
        r"|(?<!can )(?<!may )(?<!could )(?<!should )(?<!must )(?:i|we)(?:\s+(?!(?:never|not|can|may|could|should|must"
        r"|didn|haven|don)\b)\w+)?\s+(?:removed?|redact(?:ed)?|delete[d]?|black(?:ed)?\s+out|strip(?:ped)?(?:\s+out)?)"
        r"(?:\s+(?:all|the|any|their))?|stripped\s+of(?:\s+(?:all|the))?"
    ),
    but="",
    after=(
        r"(?:\s+(?!not\b|never\b)\w+){0,3}?\s+(?:removed|redacted|deleted|stripped|masked|anonymi[sz]ed"
        r"|blacked\s+out|taken\s+(?:out|off|away))\b"
    ),
    or_="or|nor",
)

_CLAIMS = ClaimWords(
    # "unless" negates what follows.
    negation=cue(r"not \w+n't \w+n’t cannot no(?!\.) never without neither nor none unless hardly nothing nobody"),
    modality={
        "must": cue(r"must shall requires? required mandatory obliged has\sto have\sto needs? necessary"),
        "should": cue(r"should ought recommend\w* advis\w+ (?:is|would\sbe)\sgood"),
        "may": cue(r"can cannot could may might permit\w* allowed"),
    },
    quantity={
        "all": cue(r"all every each whole entire everyone everything"),
        "none": cue(r"no\sone nobody none nothing"),
        "most": cue(r"most mostly majority largest mainly (?<!at\s)least"),
        "some": cue(r"some few partly certain several individual"),
        "only": cue(r"only solely merely exclusively just alone"),
        "often": cue(r"often usually frequently generally"),
        "always": cue(r"always constantly"),
        "about": cue(r"about(?=\s\d) approximately around(?=\s\d) roughly nearly almost"),
        "at_least": cue(
            r"at\sleast (?<!not\s)over(?=\s\d) (?<!no\s)(?<!not\s)more\sthan(?=\s\d) (?:not|no)\s(?:less|fewer)\sthan"
        ),
        "at_most": cue(
            r"at\smost under(?=\s\d) below(?=\s\d) (?<!no\s)(?<!not\s)less\sthan(?=\s\d) (?:not|no)\smore\sthan "
            r"not\sover(?=\s\d)"
        ),
        "both": cue(r"both"),
        "one": cue(r"one\sof either only\sone"),
        "yearly": cue(r"annual\w* yearly a\syear per\syear"),
        "monthly": cue(r"monthly a\smonth per\smonth every\smonth"),
        "weekly": cue(r"weekly a\sweek per\sweek"),
        "daily": cue(r"daily a\sday per\sday"),
    },
    opposites={
        "amount": (
            cue(r"more increas\w+ grow\w* ris\w+ larger higher greater faster accelerat\w+ speed\w*"),
            cue(r"less fewer decreas\w+ reduc\w+ fall\w* smaller lower slow\w*"),
        ),
        "time": (cue(r"before earlier prior"), cue(r"after later once")),
        "worth": (
            cue(r"improv\w+ better eas\w+ benefi\w+ advantage\w*"),
            cue(r"weaken\w* worse\w* hinder\w* challeng\w+ disadvantage\w* problem\w* risk\w* harm\w*"),
        ),
        "course": (cue(r"beg[aiu]n\w* start\w*"), cue(r"end(?:s|ed)? finish\w*")),
        "place": (cue(r"internal\w* within"), cue(r"external\w* outside")),
        "together": (cue(r"together jointly same"), cue(r"separate\w* apart alone another other different")),
        "order": (cue(r"first\w*"), cue(r"last\w* finally")),
    },
    turns={
        "or": cue(r"or either"),
        "except": cue(r"except excluding excepted apart\sfrom other\sthan without unless"),
        "void": cue(
            r"no\slonger repeal\w* abolish\w* expired? revok\w+ withdrawn rescind\w* outdated obsolete former\w*"
            r" previously used\sto claims?\sthat alleg\w+ false wrong incorrect untrue"
        ),
        "if": cue(r"if when provided providing whenever"),
    },
    light=frozenset(
        """
        also among include includes including one according guidance guidelines done used well addition such provided
        go goes make makes made runs example
        """.split()
    ),
    clauses="and|but|unless|if|when|that|which|who|whereas|while|or|once|otherwise",
    joins=frozenset({"and", "or"}),
    contrasts=re.compile(r"[,;]\s+(?:but|whereas|while|otherwise|[^,;]{0,80}\s(?:however|though))\b", re.IGNORECASE),
    prepositions=frozenset(
        "of by from to for on in about at with without before after under over between within into against through"
        " among as than until during except including also".split()
    ),
    agents=frozenset({"by"}),
    contraries={
        "from": frozenset({"to", "until", "into"}),
        "to": frozenset({"from"}),
        "into": frozenset({"from"}),
        "until": frozenset({"from", "after"}),
        "after": frozenset({"before", "until", "within", "during", "by"}),
        "before": frozenset({"after", "from", "during"}),
        "within": frozenset({"after"}),
        "during": frozenset({"after", "before"}),
        "over": frozenset({"under"}),
        "under": frozenset({"over"}),
        "with": frozenset({"without"}),
        "without": frozenset({"with"}),
        "except": frozenset({"also", "even", "including"}),
        "also": frozenset({"except"}),
        "including": frozenset({"except"}),
    },
    oblique=None,
    possessive=re.compile(r"['’]s?$", re.IGNORECASE),
)

_LEAVE = (
    # A permit that one has, or asks a public body for, is no leave.
    r"(?:permission|(?<!building\s)(?<!residence\s)(?<!parking\s)permit|(?<!who\s)approv\w*|authoris\w*"
    r"|accept(?:s|ed)(?= by)|leave(?= of| from|[.,;]|$)|clearance|cleared|granted"
    r"|grants|allows it|has (?:permitted|allowed) (?:it|this|them)|has decided"
    r"|giv(?:en|es|e) (?:[^\s,.;:]+ )?leave|ordered|decision of|go-ahead|green light|sign(?:ed|s)?[- ]off)"
)
_AUTHORITY = (
    r"\w*(?:manager\w*|head|director\w*|superior\w*|supervisor\w*|principal|chair\w*|board|committee|unit"
    r"|officer\w*|owner\w*|lead|leader|commissioner|ombudsman|rector|dean|council|city|municipality|agency"
    r"|office|team|secretar\w*|minist\w*"
    r"|doctor|physician|administrator|registrar|funder|client organisation|landlord|employer|company"
    r"|inspector|foreman|steward|sister|master|governors?|advis[eo]r|technician|nurse|warden|curator|archivist"
    r"|librarian|teacher|instructor|caretaker|investigator|desk|editor)(?:['’]s)?"
)
_FEW = r"(?:[^\s,.;:]+ ){0,6}?"

# "…, an e-mail to a company does not".
_DENIED = r"\b(?:do|does|is|are) not(?: at all)?\W{0,5}$"
_PERMISSION = PermissionWords(
    permits=words(
        r"may|can|could|is fine|are fine|is ok|are welcome|is welcome|allowed|permitted|permits(?! (?:are|is|were"
        r"|will|expire))|allows|free to"
        r"|entitled to (?!(?:an?|the|\d+|one|two|three|four|five|six|paid|unpaid|leave|compensation) )\w+"
        r"|(?:have|has) the right to|permissible|possible|is enough|accepted|acceptable|no obstacle|no objection"
        r"|perfectly fine|good enough"
        r"|(?:is|are) (?:in order(?! of| to| that)|open to(?! the public| abuse| interpretation| question))"
    ),
    forbids=words(
        r"(?:may|must|can|could|should|shall) (?:[^\s,.;:]+ ){0,3}?(?:not|never)|(?:^\s*(?:please )?|and "
        r"|(?<=,\s))(?:do not|don't)"
        # What people do not do: "a trainee does not sign".
        r"|(?:we|you|staff|people|pupils?|units?|spouse|\w{2,}(?:ees?|ers?|ors?|ents?|ants?|ials?|ians?|ists?))"
        r" (?:does|do) not (?!need|have|apply|require|mean|affect|include|cover|extend|concern|count|replace|prevent"
        r"|guarantee|know|store|keep|say|tell|matter|entitle|receive|exist|become|contain|belong|depend|cost|pay"
        r"|reimburse|answer|show|change|recognise|understand|pass)\w+"
        r"|(?:is|are) (?:not|never) (?:to be )?(?:lit|\w+(?:ed|en|wn|ld|nt|ft|un|ade|id))",
        r"cannot|can't|mustn't|never|(?:not|isn't|aren't) (?:allowed|permitted|accept\w*|possible|fine|ok|okay)"
        r"|prohibit\w*|forbid\w*|ban(?:ned)?|no \w+(?: \w+){0,3} (?:may|is|are|can)|nobody|no one"
        r"|nothing (?:\w+ ){0,3}?(?:may|can|is)|neither|no longer(?! than)|none of"
        r"|(?:in|under|on|at) no (?:circumstances?|case|event|account|time)|by no means|out of the question"
        r"|not an option|not an? accept\w*|no (?:more|less) accept\w*|barred|excluded|ruled out"
        r"|unwelcome|not good enough|not tolerated|(?<!not\s)(?:out of bounds|no-go|off limits|closed to)"
        r"|(?:is|are) (?:avoided|refused|declined|turned down|switched off)(?! by| automatically)"
        r"|not among (?!the (?:\w+ )?(?:most|\w+est)\b)\w+",
    ),
    not_modal=words(
        r"may (?:take|last) (?:up to )?\d+|as (?:soon|far|much) as|may be (?:that|the case)",
        r"(?:no one|nobody) else|(?:bothers?|disturbs?|harms?) (?:no one|nobody)|that (?:no one|nobody) has",
        r"no \w+(?: \w+){0,2} (?:is|are) (?:needed|required|necessary)",
        # What may happen, or what somebody may decide, permits nothing; what need not be done is not forbidden.
        r"(?:may|can|could) (?:[^\s,.;:]+ ){0,2}?(?:result|produce (?:incorrect|wrong|false|inaccurate)"
        r"|make mistakes|make errors|contain|cause|lead to|vary"
        r"|differ|need|grant|prohibit|forbid|require|have|help|affect|receive|take \w+ (?:days|weeks|months))",
        r"(?:may|can|could) be (?!\w+(?:ed|en|wn|ne|ld|un|ght|pt|id)\b|\w+ly\b|(?:made|sent|lent|heard|hung|spent"
        r"|lost|built|dealt|let|put|left"
        r"|set|cut|read|met|in|at|with"
        r"|away|absent|present)\b)\w+|not (?:always|necessarily) \w+|not entitled|not free",
        r"(?:may|can|could) (?:[^\s,.;:]+ )?be (?:asked|required|rejected|obtained|found|difficult|hard|withdrawn"
        r"|revoked|subject)|may not be (?:able|available|processed)",
        r"(?:(?:do|does|did) not|don't|doesn't|didn't) (?:[^\s,.;:]+ )?(?:have to|need|require|recommend|advise|forget"
        r"|hesitate|apply|concern|affect|mean|prevent|guarantee|receive|include|limit|cover)",
        r"(?:(?:is|are|has|have) not|isn't|aren't|not) (?:been )?(?:prohibited|forbidden|banned|necessary|required"
        r"|mandatory|obligatory|compulsory|needed|recommended|reimbursed|paid|charged|refunded|available"
        r"|responsible|specified)",
        r"nothing (?:\w+ )?(?:prevents|to prevent)|not (?:all|every\w*|everyone)(?: \w+){0,3} (?:may|can|are|is)",
        # Things that are called so, of which something else is told; what is over.
        r"(?:list|lists|kinds?|examples?) of (?:prohibited|forbidden|banned|permitted|allowed|accepted) \w+"
        r"|an? (?:accepted|permitted) \w+|no longer (?:in use|used|available)",
        r"(?:permitted|prohibited|forbidden|banned|accepted) \w+(?: \w+)? (?:is|are|will be) (?:described|listed"
        r"|defined|set out|explained|confiscated|removed)",
    ),
    needs_leave=words(
        rf"(?:(?<!may\s)needs?|requires?|required|must (?:have|obtain|get)|subject to) {_FEW}(?:{_LEAVE}"
        r"|consent)",
        r"(?:must|has to|have to) (?:\w+ )?be (?:\w+ ){0,2}?(?:approved|authorised|authorized|accepted by"
        r"|agreed (?:\w+ ){0,3}?with)",
        rf"(?:{_LEAVE}|consent) {_FEW}(?:is|are) (?:needed|required|necessary)",
        r"must be (?:requested|applied for|sought)",
        rf"only (?:with|by|on|upon|after|once) {_FEW}(?:{_LEAVE}|consent of the)",
        r"(?:may|can) (?:only )?be (?:approved|granted|authorised|authorized|accepted|allowed) by",
        rf"calls? for {_FEW}(?:{_LEAVE}|decision)",
        # Who may give leave, has to be asked for it.
        r"(?<!who\s)\b(?:can|may) (?:(?!not\b|be\b)[^\s,.;:]+ ){0,2}?(?:grant|authori[sz]e|exempt"
        r"|(?<!a\s)(?<!the\s)permit|give (?:\w+ )?permission)",
        rf"at (?:the|an?) (?:\w+ ){{0,2}}{_AUTHORITY} discretion|(?:is|are) (?:for|up to) (?:the "
        rf"|your )?(?:\w+ ){{0,2}}{_AUTHORITY}"
        rf"|(?:is|are) granted by (?:the |your )?(?:\w+ ){{0,2}}{_AUTHORITY}"
        rf"|by arrangement with (?:the |your )?(?:\w+ ){{0,2}}{_AUTHORITY}",
        r"conditional|by permission|(?:is|are) (?:approved|decided|accepted) by (?:the|your)",
    ),
    needs_no_leave=words(
        rf"(?:needs? no|requires? no|(?:does|do|is|are) not (?:need|require)) {_FEW}(?:{_LEAVE}|consent)",
        rf"(?:no|nobody['’]s|no one['’]s) {_FEW}{_LEAVE} (?:(?:is|are) )?(?:needed|required|necessary)",
        rf"(?:{_LEAVE}|consent) (?:is|are) not (?:needed|required|necessary)",
        r"(?:not|no longer|no one is) (?:\w+ )?(?:prohibited|forbidden|banned|restricted)",
        r"cannot (?:forbid|prohibit|ban)",
        rf"(?:ban|prohibition) {_FEW}(?:does not|doesn't|no longer) (?:apply|applies|concern|cover|covers|extend)"
        r"|(?:ban|prohibition) (?:has been|was|is) (?:lifted|repealed|withdrawn)",
        rf"not subject to {_FEW}(?:{_LEAVE}|consent)",
        r"without asking|need not ask|not required to ask",
    ),
    conditions=words(
        r"(?:(?:but )?only )?(?:if|when|where|unless|until|before|once|after|provided that|provided|as long as"
        r"|on condition that|except|excepted)(?: [^\s;]+)+",
        r"without(?: (?!(?:may|can|must|is|are|will|should|shall|if|when|unless|until|provided|before|after|once|as)\b)"
        r"[^\s;,.]+){1,8}",
        rf"(?:only )?(?:with|by|on|after) (?:[^\s;,.]+ ){{0,4}}?(?:{_LEAVE}|consent)(?: of(?: [^\s;,.]+)+)?",
        r"only(?: [^\s;,.]+)+|(?:[^\s;,.]+ ){1,4}only(?=[.,;]|$)",
        r"(?:except|other than|apart from|(?<!no\s)(?:longer|more|further|later|earlier) than)(?: [^\s;,.]+)+"
        r"|(?:[^\s;,.]+ ){1,3}excepted",
    ),
    excepts=words(
        r"(?:but )?(?:unless|until|before|except|excepted|other than|apart from|(?:longer|more|further|later"
        r"|earlier) than)"
    ),
    unless=words(r"(?:but )?unless"),
    without=words(r"without"),
    only=words(r"(?:but )?only(?! if| when| after| once)|(?:[^\s;,.]+ ){1,4}only$"),
    restricts=words(r"(?:but )?only"),
    leave=words(_LEAVE),
    agreed=words(r"consent\w*"),
    by_consent=words(r"only with(?: [^\s;,.]+){0,5}? consent(?: of(?: [^\s;,.]+){1,5})?"),
    # What somebody with authority finds is their leave: "if the head of department considers it necessary".
    consent=words(
        r"consent\w*|agree[sd]?|agreement|signed|considers?|finds?|released"
        r"|accept(?:s|ed)|decides?|(?:has|have) so decided"
    ),
    authority=words(_AUTHORITY),
    asides=words(
        # The verb of the main clause follows: "the person who orders may not approve the invoice".
        r"(?:which|who|whose)(?: (?!(?:may|must|can|cannot|shall|should)\b)[^\s;,.]+)+",
        r"because(?: [^\s;,.]+)+|(?:where|whether|what|how|that have not|that has not)(?: [^\s;,.]+)+"
        r"|(?:even if|although)(?: [^\s;,.]+)+",
    ),
    concedes=re.compile(r"(?:(?<=, )|^)even if(?: (?!(?:if|when|only|unless)\b)[^\s;,.]+)+", re.IGNORECASE),
    exceptionally=re.compile(r"^\s*(?:as an exception(?! to)|by way of exception|exceptionally)\b", re.IGNORECASE),
    goes_on=re.compile(r"\b(?:that|if|when|which|who|where|to)\W*$", re.IGNORECASE),
    parts=re.compile(
        r";|, (?=(?:the|this) (?:ban|prohibition) )|(?<=[\s,])but (?!only\b)|, whereas |, otherwise |, however "
        r"|, (?=(?:though )?not (?!even\b))",
        re.IGNORECASE,
    ),
    joins=re.compile(r"(?<=\s)and |, (?=other\b)", re.IGNORECASE),
    short=re.compile(
        rf", (?!(?:which|who|that|if|when|because|although|while|whether|not|though|and|or)\b)"
        rf"(?=[^,;:]{{2,80}}(?:{_DENIED}|\b(?:may|must|can)(?:not| not)?\W{{0,5}}$"
        r"|\b(?:allowed|permitted|forbidden|prohibited)\W{0,5}$))",
        re.IGNORECASE,
    ),
    denied=re.compile(_DENIED, re.IGNORECASE),
    commas=re.compile(
        r", (?:(?:al)?though )?(?!(?:nor|neither|(?:of|in|for|to|by|from|with) (?:which|whom)|which|who|whose|that|if"
        r"|when|where|unless|until|because|as|even|provided|except|other|apart|only|without|before|after|once|such"
        r"|including|for example|or|so)\b)",
        re.IGNORECASE,
    ),
    contrasts=re.compile(r", (?:while|whereas) (?!only\b|with\b)", re.IGNORECASE),
    instead=re.compile(r", (?:[^\s,;:]+ ){0,6}?(?:however|instead|by contrast)\b", re.IGNORECASE),
    weak=words(r"can|could|may be"),
    yes=words(
        r"yes(?!\s*(?:/|and|or)\s*no)|ok|okay|free(?:ly)?|allowed|permitted|open"
        r"|(?:independently|on (?:one's|their|your) own)(?=\s*(?:$|[,.;(]))"
    ),
    no=words(
        r"no(?! (?:problem\w*|objection\w*|obstacle|data|restrictions?|limit\w*|information|permission|approval"
        r"|consent|need|comment|change))"
        r"|(?:but |though )?not(?! (?:prohibited|forbidden|banned|restricted|confidential|subject|specified"
        r"|applicable|known|defined|required|needed|necessary|assessed"
        r"|available|relevant|yet))|never|forbidden|prohibited|closed"
    ),
    given=words(
        r"(?:with|by|on|after) (?:[^\s,;]+ ){0,4}?(?:(?:approved|authori[sz]ed|accepted|granted|permitted|signed) \w+"
        r"|that\b)",
        rf"(?:with|by|on|after) (?:[^\s,;]+ ){{0,4}}?(?:{_LEAVE})(?: (?:of )?\w+){{0,3}}? (?:is|are|was|were|meets?"
        rf"|will)\b",
        r"(?:by|on|after) (?:[^\s,;]+ ){0,4}?(?:decision|approval) (?:of|by)\b",
    ),
    negates=words(r"was|were|had|not|no|never|neither|nobody|none|even|\w+n['’]t|cannot"),
)

_VALUES = ValueWords(
    spelt=("two|twice", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    # Not what ends "twenty-five" or "a hundred and five".
    counted=tuple(
        rf"(?<!ty-)(?<!hundred and )(?<!thousand and ){number}"
        for number in ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    ),
    units={
        "euro": r"eur(?:o(?!op|p)\w*|\b)",
        "percent": r"per\s?cent\w*",
        "day": r"days?\b",
        "week": r"weeks?\b",
        "month": r"months?\b",
        "year": r"years?\b(?!-old|\sold)",
        "age": r"-?years?[-\s]olds?",
        "minute": r"minutes?\b",
        "hour": r"hours?\b",
        "person": r"people|participants?\b",
        "kilometre": r"kilometres?\b",
        "megabyte": r"megabyte\w*",
        "gigabyte": r"gigabyte\w*",
    },
    thousand="thousand",
    million=r"million\w*",
    months=(
        r"january",
        r"february",
        r"march",
        r"april",
        r"(?<=in\s)may|(?<=of\s)may|(?<=until\s)may|(?<=by\s)may|(?<=before\s)may|(?<=after\s)may|(?<=from\s)may"
        r"|(?<=to\s)may|(?<=since\s)may|(?<=\d\s)may|may(?=\s\d|\s?[-–])|(?<=[-–])may|(?<=[-–]\s)may",
        r"june",
        r"july",
        r"august",
        r"september",
        r"october",
        r"november",
        r"december",
    ),
    not_="not|no",
    above="over|more than|above|exceeding|after",
    from_="from|at least",
    below="under|less than|below|fewer than|before",
    up_to=r"at most|up to|by|max\w*\.?",
    above_after="",
    from_after="",
    below_after="",
    up_to_after="",
    or_="or|and",
    more="more|over|above|later|longer",
    less="less|fewer|under|below",
    to="to|and",
    to_at_most="up to",
)

_SMALL_TALK = SmallTalkWords(
    ability=frozenset("help robot bot chatbot instructions".split()),
    asks=frozenset("what who can could".split()),
    addressed=frozenset("you your".split()),
    thanks=frozenset("thank thanks thx ty cheers appreciated grateful".split()),
    greeting=frozenset(
        """
        hi hello hey yo how greetings goodbye bye morning afternoon evening there anybody anyone up going doing
        """.split()
    ),
    remark=frozenset(
        """
        ok okay k cool yes yeah yep no nope nice great good perfect excellent awesome brilliant lovely wow understood
        gotcha fine alright sure right test testing sorry nevermind lol haha smart clever stupid bad useless dumb silly
        rubbish helpful useful helps helped
        """.split()
    ),
    together=frozenset(
        """
        a an the is are was were it this that these i me my we what who how can could do does did may should so much
        very lot million again for answer answers info information reply time everything and all right day night good
        later see today there now just got to know only nothing else more never mind one job really not ask about
        questions question tell offer able use service work works human real person ai be please bit of made built
        all's that's
        it's you're what's how's i'm that’s it’s you’re what’s how’s
        """.split()
    ),
    of_the_matter=(frozenset(("use", "ai")), frozenset(("use", "work"))),
)

# Written with their hyphen where a line ends behind it, too. It costs what is one word with the same parts: "nonsense".
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten"
_HYPHENATED = (
    "(?:well|self|non|quasi)-[a-z]{4,30}",
    "(?:long|short|medium|high|low|full|part|real|large|small|wide|half|mid)-(?:term|time|risk|level|scale|range|size|sized"
    "|quality|standing|ranging|run|lived|income|cost|impact|priority|profile|performance|speed|value|volume|resolution"
    "|security|paid|end|tech|length|year|career|world|life)",
    f"(?:{_NUMBERS})-(?:thirds?|quarters?|fifths?|sixths?|tenths?|half|factor|year|month|week|day|hour|minute|way|step"
    "|stage|phase|part|tier|digit|page|person|sided|level|track|off|offs|time|stop|size)",
    "(?:first|second|third|fourth)-(?:party|parties|hand|class|level|line|degree|generation|rate|year|country|quarter)",
    "(?:cross|trans)-(?:border|sector|sectoral|cutting|functional|cultural|check|checks|checked|references?|referenced"
    "|platform|domain|site|party)",
    "open-(?:source|ended|plan|access|door|air)|closed-(?:source|door|circuit)|end-(?:users?|to|product|date)",
    "in-(?:house|person|depth|service|kind|app)|on-(?:site|call|demand|premises?|duty|the)|off-(?:site|peak|duty|line|the)",
    "so-called|up-to|state-of|day-to|case-by|step-by|face-to|one-to|peer-to|door-to|point-of|follow-(?:up|ups|through)",
    "(?:opt|plug|drop|walk|stand|buy|add|built|phase|spin|write|trade|sign|top|mock|clean|catch|start|hands|face)"
    "-(?:ins?|ons?|offs?|outs?|ups?)",
    "(?:vice-(?:chairs?|chairman|presidents?|chancellor|mayor)|ex-(?:employees?|employers?|members?|officio|post|ante))",
    "ill-(?:informed|advised|defined|equipped|suited|treatment|prepared)|all-(?:time|day|party|inclusive|purpose)",
    "(?:machine|human|user|computer|man|hand|tailor|custom)-(?:readable|made|defined|written|facing|led|friendly|built)",
    # "nationwide", "carefree" and what "over" and its like stand before are one word.
    "(?!(?:over|under|inter|hyper|super|mis|dis|pre|sub|out|multi)-|(?:nation|world|state|city|country)-wide|care-free)"
    "[a-z]{3,30}-(?:based|related|specific|driven|oriented|making|makers?|wide|free|friendly|neutral|intensive|sensitive"
    "|dependent|compliant|certified|generated|assisted|enabled|funded|owned|readable)",
)

_DOCUMENTS = DocumentWords(
    captions="table|figure",
    titles="table|figure",
    states="is|are|may|must|can|cannot|shall|should|will|applies|apply",
    abbreviations=r"vs|e\.g|i\.e",
    suspends=frozenset("and or".split()),
    announces=r"following|below|as follows|these|any of this",
    hyphenated="|".join(_HYPHENATED),
    mail_from="from",
    mail_fields="sent|date|to|cc|subject",
    mail_original="original message",
    mail_wrote="wrote",
    heading_style="heading",
    page=r"page|s\.|p\.",
    page_of="of",
    defines="means|stands for|indicates",
    that="that",
    mark="",
    denies="not|never|no|unless|cannot",
    valid_from=r"(?:valid|in force|effective|applies)(?: until further notice)?"
    r"(?: from| as of| as from| since| date)?:?\s+(?:the\s+)?<date>"
    r"|(?:takes effect|(?:enters|comes|entered|came) into (?:force|effect))(?: on)?\s+(?:the\s+)?<date>",
    valid_until=r"(?:valid|in force|effective|applies)(?: from)?\s+<date>\s?(?:[-–]|to|until|through)\s?<date>"
    r"|(?:valid|in force|effective|applies)\s+(?:until|till|through|up to|to)\s+<date>|expires(?: on)?:?\s+<date>",
    issued=r"(?:published|approved|adopted|issued|dated|date of issue|updated)\b[^.\n]{0,60}?<date>",
    acts=r"(?<!this )\b(?:acts?|laws?|regulations?|directives?|contracts?|agreements?|permits?|licen[cs]es?)\b",
    lettered=r"(?:class|group|level|annex|appendix|option|category|part|schedule)(?:es|s)?",
    replaces=r"replaces|supersedes|repeals",
    replaced=r"(?:guid|instruction|decision|regulation|order|polic|circular|recommendation|principle|rule)\w*",
    edition=r"version(?: number)?|edition|revision|rev|ver|v",
    record=r"(?:case|record|reference|document|registration)\s+(?:number|no)|ref",
    publishers=r"(?:Ministry|City|Municipality|University|Department|Office|Board) of(?: the)?(?: \w+){1,5}"
    r"|(?:\w+ ){0,3}(?:Agency|Authority|Ministry|Council|University|Municipality)",
    within_names="of|the|and|for",
    publisher="publisher|published by|issuing authority",
    of_month="(?:st|nd|rd|th)?(?: day)? of|st|nd|rd|th",
)

_ASKING = AskingWords(
    decides=(
        Inversion(
            re.compile(r"^you (?:may|can|must)(?: not)\b|^you (?:may|can)\b|^you cannot\b", re.IGNORECASE),
            "May I {rest}?",
        ),
        Inversion(words("(?:may|must) not", "may"), "May {subject} {rest}?"),
        Inversion(words("cannot", "can not", "can"), "Can {subject} {rest}?"),
        Inversion(words("must", "shall"), "Must {subject} {rest}?"),
        Inversion(
            words(r"(?P<is>is|are)(?: not)?(?= (?:allowed|permitted|prohibited|forbidden))"), "{is} {subject} {rest}?"
        ),
    ),
    tells=(
        Inversion(words("costs"), "How much does {subject} cost?"),
        Inversion(words("cost"), "How much do {subject} cost?"),
        Inversion(words("(?P<base>last|take)s"), "How long does {subject} {base}?"),
        Inversion(words("(?P<is>is|are) (?P<state>open|closed|valid|in force)"), "When {is} {subject} {state}?"),
        Inversion(words("comes into force"), "When does {subject} come into force?"),
        Inversion(words("(?P<base>begin|start|end|open|close)s"), "When does {subject} {base}?"),
        Inversion(words("approves", "grants", "decides", "is responsible"), "Who {verb} {rest}?"),
    ),
    vague=words(
        "it",
        "its",
        "they",
        "them",
        "their",
        "this",
        "that",
        "these",
        "those",
        "he",
        "she",
        "then",
        "there",
        "otherwise",
        "therefore",
    ),
    fillers=words("only", "however", "also", "not", "therefore"),
)

ENGLISH = LanguagePack(
    language="en",
    english_name="English",
    detector="ENGLISH",
    analyser="snowball",
    stemmer="english",
    letters="",
    back_to_front=None,
    infinitive=None,
    genitive=None,
    noun_ends=NounEnds("y", r"i?e?s|['’]s|"),
    belonging=frozenset("of about from on to for".split()),
    negating=frozenset("un in im non non-".split()),
    undone=None,
    endings={},
    joints=(),
    # The stop words that bm25s has of the Snowball and NLTK lists, then those of questions about guidance.
    function=frozenset(
        """
        a about above after again against ain all am an and any are aren aren't as at be because been before being
        below between both but by can couldn couldn't d did didn didn't do does doesn doesn't doing don don't down
        during each few for from further had hadn hadn't has hasn hasn't have haven haven't having he her here hers
        herself him himself his how i if in into is isn isn't it it's its itself just ll m ma me mightn mightn't more
        most mustn mustn't my myself needn needn't no nor not now o of off on once only or other our ours ourselves out
        over own re s same shan shan't she she's should should've shouldn shouldn't so some such t than that that'll
        the their theirs them themselves then there these they this those through to too under until up ve very was
        wasn wasn't we were weren weren't what when where which while who whom why will with won won't wouldn wouldn't
        y you you'd you'll you're you've your yours yourself yourselves

        may might must tell say says said many much long get give please
        """.split()
    ),
    spoken=None,
    forms=frozenset("is it".split()),
    abbreviations=frozenset(
        """
        max mrs mr ms dr st vs cf eg ie e.g i.e u.s u.k ltd inc etc fig art par vol ph.d
        para paras reg ch cl approx incl excl encl al viz subpara subsec dept jan feb apr jun jul aug sep sept
        oct nov dec
        """.split()
    ),
    numbered=frozenset("no nos min sec sect sched pp prop".split()),
    month_names=tuple("January February March April May June July August September October November December".split()),
    sample="May one use the service?",
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
