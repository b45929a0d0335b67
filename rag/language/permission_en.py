"""How English guidance permits and forbids."""

from __future__ import annotations

import re

from rag.language.permission_words import PermissionWords, words

_LEAVE = (
    r"(?:permission|permit|approv\w*|authoris\w*|accept(?:s|ed)|leave(?= of| from|[.,;]|$)|clearance|cleared|granted"
    r"|grants|allows it|has decided|ordered|go-ahead|green light|sign(?:ed|s)?[- ]off)"
)
_FEW = r"(?:[^\s,.;:]+ ){0,6}?"

WORDS = PermissionWords(
    permits=words(
        r"may|can|could|is fine|are fine|is ok|are welcome|is welcome|allowed|permitted|permits|allows|free to"
        r"|entitled to (?!(?:an?|the|\d+|one|two|three|four|five|six|paid|unpaid|leave|compensation) )\w+"
        r"|(?:have|has) the right to|permissible|possible|is enough|accepted|no obstacle"
    ),
    forbids=words(
        r"(?:may|must|can|could|should|shall) (?:[^\s,.;:]+ ){0,3}?(?:not|never)|(?:^\s*(?:please )?|and "
        r"|(?<=,\s))(?:do not|don't)"
        r"|(?:is|are) (?:not|never) \w+(?:ed|en|wn)",
        r"cannot|can't|mustn't|never|(?:not|isn't|aren't) (?:allowed|permitted|accept\w*|possible|fine|ok)"
        r"|prohibit\w*|forbid\w*|ban(?:ned)?|no \w+(?: \w+){0,3} (?:may|is|are|can)|nobody|no one"
        r"|nothing (?:\w+ ){0,3}?(?:may|can|is)|neither|no longer(?! than)|none of"
        r"|(?:in|under|on|at) no (?:circumstances?|case|event|account|time)|by no means|out of the question"
        r"|not an option|barred|excluded|ruled out",
    ),
    not_modal=words(
        r"may (?:take|last) (?:up to )?\d+|as (?:soon|far|much) as|may be (?:that|the case)",
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
        r"conditional|by permission|(?:is|are) (?:approved|decided|accepted) by (?:the|your)",
    ),
    needs_no_leave=words(
        rf"(?:needs? no|requires? no|(?:does|do|is|are) not (?:need|require)) {_FEW}(?:{_LEAVE}|consent)",
        rf"no {_FEW}{_LEAVE} (?:(?:is|are) )?(?:needed|required|necessary)",
        rf"(?:{_LEAVE}|consent) (?:is|are) not (?:needed|required|necessary)",
        r"(?:is|are) not (?:prohibited|forbidden|banned)",
        r"without asking|need not ask|not required to ask",
    ),
    conditions=words(
        r"(?:(?:but )?only )?(?:if|when|where|unless|until|before|once|after|provided that|provided|as long as"
        r"|on condition that|except|excepted)(?: [^\s;]+)+",
        r"without(?: (?!(?:may|can|must|is|are|will|should|shall)\b)[^\s;,.]+){1,8}",
        rf"(?:only )?(?:with|by|on|after) (?:[^\s;,.]+ ){{0,4}}?{_LEAVE}(?: of(?: [^\s;,.]+)+)?",
        r"only(?: [^\s;,.]+)+|(?:[^\s;,.]+ ){1,4}only(?=[.,;]|$)",
        r"(?:except|other than|apart from|(?<!no\s)(?:longer|more|further|later|earlier) than)(?: [^\s;,.]+)+"
        r"|(?:[^\s;,.]+ ){1,3}excepted",
    ),
    excepts=words(
        r"(?:but )?(?:unless|until|before|except|excepted|other than|apart from|(?:longer|more|further|later"
        r"|earlier) than)"
    ),
    without=words(r"without"),
    only=words(r"(?:but )?only(?! if| when| after| once)|(?:[^\s;,.]+ ){1,4}only$"),
    restricts=words(r"(?:but )?only"),
    leave=words(_LEAVE),
    agreed=words(r"consent\w*"),
    consent=words(r"consent\w*|agree[sd]?|agreement|signed"),
    authority=words(
        r"\w*(?:manager\w*|head|director\w*|superior\w*|supervisor\w*|principal|chair\w*|board|committee|unit"
        r"|officer\w*|owner\w*|lead|rector|dean|council|city|municipality|agency|office|team|secretar\w*|minist\w*"
        r"|doctor|physician|administrator|funder|client organisation|landlord|employer|company)(?:['’]s)?"
    ),
    asides=words(
        # The verb of the main clause follows: "the person who orders may not approve the invoice".
        r"(?:which|who|whose)(?: (?!(?:may|must|can|cannot|shall|should)\b)[^\s;,.]+)+",
        r"because(?: [^\s;,.]+)+|(?:where|whether|what|how|that have not|that has not)(?: [^\s;,.]+)+"
        r"|(?:even if|although)(?: [^\s;,.]+)+",
    ),
    parts=re.compile(
        r";|(?<=[\s,])but (?!only\b)|, whereas |, otherwise |, however |, (?=(?:though )?not (?!even\b))", re.IGNORECASE
    ),
    yes=words(r"yes(?!\s*(?:/|and|or)\s*no)|ok|okay|free(?:ly)?|allowed|permitted|open"),
    no=words(
        r"no(?! (?:data|restrictions?|limit\w*|information|permission|approval|consent|need|comment|change))"
        r"|(?:but |though )?not(?! (?:specified|applicable|known|defined|required|needed|necessary|assessed"
        r"|available|relevant|yet))|never|forbidden|prohibited|closed"
    ),
)
