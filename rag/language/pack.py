"""What must be known of a language: the form that fi.py, sv.py and en.py fill in, and a new language would.

Fields of type str are alternatives of a regular expression, in small letters, without groups that catch; what reads
them joins those of all languages, because nobody knows which of them a message mixes. "" says that the language has
nothing to add. Compiled patterns are read by the language alone. Nothing has a default: what is left out stops the
import, so that no language is read by the words of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from rag.types import Language

Wanted = Literal["number", "time", "person", "list"]
Particular = Literal["mean", "median", "price", "email", "telephone", "name"]
Worded = Literal["mean", "median", "price"]  # those that a text gives in words
Focus = Literal["who", "when", "where", "why", "how_many", "how", "what", "whether", "unsaid"]
Modality = Literal["must", "should", "may"]
Quantity = Literal[
    "all", "none", "most", "some", "only", "often", "always", "about", "at_least", "at_most", "both",
    "one", "yearly", "monthly", "weekly", "daily",
]  # fmt: skip
Opposite = Literal["amount", "time", "worth", "course", "place", "together", "order"]
Turn = Literal["or", "except", "void", "if"]
Unit = Literal[
    "euro", "percent", "day", "week", "month", "year", "age", "minute", "hour", "person", "kilometre", "megabyte",
    "gigabyte",
]  # fmt: skip

SPELT = range(2, 13)  # the numbers that are known as words
MONTHS = range(1, 13)  # of a year


WORD_PART_CHARS = 60  # a bound on work; the longest Finnish compounds in use have as many letters


def words(*alternatives: str) -> re.Pattern[str]:
    r"""Any of these, as whole words, in either case; a space stands for any, and \w* for a part of a word, which is
    bounded: a run of letters without end would take n² steps. [^\s;,.]+ stands for any word that no clause ends in, a
    number's own comma or stop ("2,000") being none."""
    joined = "|".join(alternatives).replace(" ", r"\s+").replace(r"\w*", rf"\w{{0,{WORD_PART_CHARS}}}")
    joined = joined.replace(r"[^\s;,.]+", r"(?:[^\s;,.]|[,.](?=\d))+")
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE)


def cue(text: str) -> re.Pattern[str]:
    r"""Any of the words that spaces part, in either case, also before a hyphen; \s stands for a space within one."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(text.split())})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWords:
    """How people ask, as they type it.

    wanted, focus: question words by what an answer must hold, and by the kind of answer; before_verb: what may stand
    before a question's first word; asks_to_tell: beginnings with a verb that do not ask yes or no ("Voitko kertoa, kuka
    …"); verbs: those that do; asks_a_fact: verbs that ask what is so, not what one may do; permission: may I, is it
    allowed, on what condition; number_said, time_said: what an answer to "how many" and "when" has, besides figures;
    when_said: likewise, in more words; person_said, place_said, reason_said: what one to "who", "where" and "why" has,
    besides addresses; served_said: who helps or is helped, which may stand for one. asks_for: words that ask for a
    particular; gives: words of a text that gives it; acceptable: may it be done, in words that ask of no leave ("is it
    wrong if …"); does: verbs that ask what somebody does, before them; befalls: what happens to somebody, with the
    modal before it ("could I lose my job"), or whether it is a crime, which asks no leave; becomes: how a question
    begins that asks what becomes of data ("is it stored"); by_itself: what a service does with them by itself, after a
    modal ("can it leak"); obliged: must one; subordinates: what a clause begins
    with that asks nothing itself; relatives: likewise, within a sentence alone.
    """

    wanted: Mapping[Wanted, str]
    focus: Mapping[Focus, str]
    before_verb: str
    asks_to_tell: str
    verbs: str
    asks_a_fact: str
    permission: str
    number_said: str
    time_said: str
    when_said: str
    person_said: str
    served_said: str
    place_said: str
    reason_said: str
    asks_for: Mapping[Particular, str]
    gives: Mapping[Worded, str]
    acceptable: str
    does: str
    befalls: str
    becomes: str
    by_itself: str
    obliged: str
    subordinates: str
    relatives: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceWords:
    """How somebody says that something is not so, or not there: "joka ei ole julkinen", "utan personuppgifter".

    before: what the word follows that is denied, to its last word; but: before that word, what makes it no denial
    ("inte offentliga utan hemliga"); after: what follows the word that is denied; or_: joins two that are denied
    together. What denies a permission ("miksi en saa …") denies no thing.
    """

    before: str
    but: str
    after: str
    or_: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWords:
    """How messages are put together, of several questions and one after the other.

    greetings, and_also, please_tell: what may stand before a question; opens: how one begins; within: how one begins
    that stands within another; joins: what joins two. well, follows_up, follows_up_if: how a follow-up begins ("no",
    "entä", "jos"); corrects: how one begins that takes back what was said ("eiku tarkoitin"); supposes: if; not_so: a
    supposition that only denies ("ei ole"); unapproved: that no leave has been given; points_back: pronouns that may
    mean what was said before; of_that: whose something is; may_one: how a question begins that asks for leave.
    """

    greetings: str
    and_also: str
    please_tell: str
    opens: str
    within: str
    joins: str
    well: str
    follows_up: str
    follows_up_if: str
    corrects: str
    supposes: str
    not_so: str
    unapproved: str
    points_back: str
    of_that: str
    may_one: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWords:
    """Small words that turn what a sentence claims. opposites: each word's class and the class that says the opposite
    ("more", "less"); turns: what makes a sentence say more or less than without it ("or", "except", "no longer",
    "if"); light: words that a sentence about a text may have beside those of the text; clauses: conjunctions and
    relatives that a clause begins with, joins: those of them that join words as well; contrasts: how a clause begins
    for which other conditions hold; prepositions: what tells the place of the word behind it, where no case does,
    agents: those before who does what is done, contraries: those by which one says the contrary of another; oblique:
    how a word ends in a case that no subject has; possessive: how one ends that says whose the next is."""

    negation: re.Pattern[str]
    modality: Mapping[Modality, re.Pattern[str]]
    quantity: Mapping[Quantity, re.Pattern[str]]
    opposites: Mapping[Opposite, tuple[re.Pattern[str], re.Pattern[str]]]
    turns: Mapping[Turn, re.Pattern[str]]
    light: frozenset[str]
    clauses: str
    joins: frozenset[str]
    contrasts: re.Pattern[str]
    prepositions: frozenset[str]
    agents: frozenset[str]
    contraries: Mapping[str, frozenset[str]]
    oblique: re.Pattern[str] | None
    possessive: re.Pattern[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionWords:
    """The words by which guidance permits and forbids: patterns, none of which needs more than one pass over a
    sentence.

    permits, forbids: the modal; not_modal: what looks like one and is none; needs_leave, needs_no_leave: "tarvitaan
    lupa", "lupaa ei tarvita"; conditions: whole clauses on which it depends; excepts: how those begin that turn the
    rest round ("ellei", "paitsi"), unless: those of them that begin a clause, "ellei"; without: "ilman"; only: "vain
    auton sisällä", which permits here and forbids elsewhere; restricts: how those begin that nothing but they allow
    ("vasta, kun …"); leave: somebody's approval; agreed: the consent of those whom it is about, by_consent: the
    condition that it alone is; consent: what may be either, and is an approval where somebody with authority gives it;
    asides: clauses that decide nothing; concedes: those of them in spite of which it holds; exceptionally: how a
    sentence begins that tells an exception to another; goes_on: how a lead-in ends whose items are no sentences of
    their own; parts: what parts a sentence into clauses that decide on their own; joins: what parts it only where one
    thing is permitted and another forbidden; short: a comma before a last clause that leaves out all but what it is
    said of and the modal ("rahaa ei", "puhelimella sallittu"), denied: how it ends where it has none; commas: those
    that may part two clauses, contrasts: such a comma with what begins another case, instead: with what may ("Y sen
    sijaan"), weak: modals that tell of what happens as well as of what is permitted; yes, no: how a cell of a table
    begins that says nothing else; given: leave that only tells what a thing is ("with the approved form"); negates:
    words that deny.
    """

    permits: re.Pattern[str]
    forbids: re.Pattern[str]
    not_modal: re.Pattern[str]
    needs_leave: re.Pattern[str]
    needs_no_leave: re.Pattern[str]
    conditions: re.Pattern[str]
    excepts: re.Pattern[str]
    unless: re.Pattern[str]
    without: re.Pattern[str]
    only: re.Pattern[str]
    restricts: re.Pattern[str]
    leave: re.Pattern[str]
    agreed: re.Pattern[str]
    by_consent: re.Pattern[str]
    consent: re.Pattern[str]
    authority: re.Pattern[str]
    asides: re.Pattern[str]
    concedes: re.Pattern[str]
    exceptionally: re.Pattern[str]
    goes_on: re.Pattern[str]
    parts: re.Pattern[str]
    joins: re.Pattern[str]
    short: re.Pattern[str]
    denied: re.Pattern[str]
    commas: re.Pattern[str]
    contrasts: re.Pattern[str]
    instead: re.Pattern[str]
    weak: re.Pattern[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    given: re.Pattern[str]
    negates: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueWords:
    """Numbers, times and ranges as words.

    spelt: the numbers from two to twelve, also where they are part of another; counted: the same where a unit follows,
    by their forms; units: what a value is measured in; thousand, million; months: from January
    on. The bounds of a range: above, from_, below, up_to stand before a value, and are turned by not_ before them;
    above_after … up_to_after stand behind it; or_, more, less make one with each other ("5 or more"); to, to_at_most
    stand between two values ("5 – enintään 10").
    """

    spelt: tuple[str, ...]
    counted: tuple[str, ...]
    units: Mapping[Unit, str]
    thousand: str
    million: str
    months: tuple[str, ...]
    not_: str
    above: str
    from_: str
    below: str
    up_to: str
    above_after: str
    from_after: str
    below_after: str
    up_to_after: str
    or_: str
    more: str
    less: str
    to: str
    to_at_most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalkWords:
    """The words of messages that ask nothing of the sources.

    ability: asks what the service can do; so does one of asks with one of addressed ("what can you do"). thanks,
    greeting, remark: marks of each kind; together: what may stand beside the others; of_the_matter: words that ask of
    the sources where they stand together ("can you use AI at work?").
    """

    ability: frozenset[str]
    asks: frozenset[str]
    addressed: frozenset[str]
    thanks: frozenset[str]
    greeting: frozenset[str]
    remark: frozenset[str]
    together: frozenset[str]
    of_the_matter: tuple[frozenset[str], ...]

    def all(self) -> frozenset[str]:
        return self.together.union(self.ability, self.asks, self.addressed, self.thanks, self.greeting, self.remark)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWords:
    """What documents are laid out by.

    captions: what a table's or a picture's number follows; titles: those of them that may end in a full stop and be no
    sentence; states: verbs by which a sentence behind such a number is told from a title; abbreviations: after
    whose full stop a line goes on; suspends: conjunctions after a suspended hyphen
    ("hallinto- ja toimialarajat"); announces: how a sentence says that a list follows; hyphenated: compounds that
    are spelt with their hyphen also where a line ends behind it; mail_from, mail_fields,
    mail_original, mail_wrote: how a mail program begins what a message answers to; heading_style: how a word processor
    calls it; page, page_of: "sivu 2 / 10"; defines,
    that: how a legend says what a mark means, mark: what may be joined to one; denies: negations that two passages are
    compared by; valid_from, valid_until, issued: how a document says of itself from when on and until when it holds and
    when it was made, with <date> where a day stands; acts: what such words before them are said of, where it is not the
    text itself; lettered: what is called by a letter ("luokka B"); replaces: what
    stands before the document whose place it takes, replaced: how its kind is called; edition: what stands before its
    version; record: before the number it is registered by; publishers: how the names of public bodies end, or begin;
    within_names: their words in small letters before that;
    publisher: what stands before a colon and the name of who publishes it; of_month: between a day and its month.
    """

    captions: str
    titles: str
    states: str
    abbreviations: str
    suspends: frozenset[str]
    announces: str
    hyphenated: str
    mail_from: str
    mail_fields: str
    mail_original: str
    mail_wrote: str
    heading_style: str
    page: str
    page_of: str
    defines: str
    that: str
    mark: str
    denies: str
    valid_from: str
    valid_until: str
    issued: str
    acts: str
    lettered: str
    replaces: str
    replaced: str
    edition: str
    record: str
    publishers: str
    within_names: str
    publisher: str
    of_month: str


@dataclass(frozen=True, slots=True)
class Inversion:
    """A verb as sentences have it, and the question that such a sentence answers.

    asks: with {subject}, what stands before the verb; {rest}, what stands after it; {verb}, its words; and the named
    groups of verb.
    """

    verb: re.Pattern[str]
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingWords:
    """How a sentence becomes the question that it answers; the first verb of a list that it has decides.

    decides: verbs of what one may do and must; tells: of how much, when and who; vague: how a subject begins that was
    named before, and nobody could ask by; fillers: what a question leaves out.
    """

    decides: tuple[Inversion, ...]
    tells: tuple[Inversion, ...]
    vague: re.Pattern[str]
    fillers: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class NounEnds:
    """falls_away: letters; forms: a pattern of what may follow, also nothing."""

    falls_away: str
    forms: str

    def pattern(self, nouns: Iterable[str]) -> str:
        """Of all forms of these, and no others. A stem would not do: verbs share it ("söka" and "sökande")."""
        parted = ((each.rstrip(self.falls_away), each) for each in map(str.lower, nouns))
        begins = (rf"{re.escape(begin)}(?:{re.escape(each[len(begin) :])})?" for begin, each in parted)
        return rf"(?:{'|'.join(begins)})(?:{self.forms})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePack:
    """All that is known of one language.

    english_name: as a language model is told it; detector: lingua's name; analyser: pypykko reads a word by a
    dictionary and tells whether it has it, snowball only cuts endings; stemmer: Snowball's name; letters: those beyond
    a to z; back_to_front: the vowels that somebody may have typed without their dots, None where a word's vowels do not
    tell; infinitive: dictionary forms of verbs, None where no reading gives them; genitive: words that say whose
    the next is, None where they need no ending; noun_ends: how a noun's forms end, and its dictionary form's own
    last letter that others may lack; None where a dictionary tells its forms; belonging: what stands between a
    thing and whose it is ("of"); negating: what makes a word's opposite of it in front, without dots;
    undone: a verb's form that says that it is not done ("salaamaton"), None where that stands in front; endings: of
    forms that the stemmer keeps apart from their dictionary form, by what that ends in instead; joints: how the first
    part of a compound ends that no dictionary parts, and in what by itself, none where compounds are written apart or a
    dictionary parts them; function: words that shape a question without saying what it is about; spoken: their spoken
    forms, None where a list does;
    forms: function words that function has by their dictionary form only; abbreviations: after whose full stop a
    sentence goes on; numbered: those after which it goes on with a number only, where none stands before them ("no. 5",
    not "5 min."); month_names: as dates are written, None where they are written in figures; sample: a may-I
    question.
    """

    language: Language
    english_name: str
    detector: str
    analyser: Literal["pypykko", "snowball"]
    stemmer: str
    letters: str
    back_to_front: Mapping[int, int] | None
    infinitive: re.Pattern[str] | None
    genitive: re.Pattern[str] | None
    noun_ends: NounEnds | None
    belonging: frozenset[str]
    negating: frozenset[str]
    undone: re.Pattern[str] | None
    endings: Mapping[str, str]
    joints: tuple[tuple[str, str], ...]
    function: frozenset[str]
    spoken: re.Pattern[str] | None
    forms: frozenset[str]
    abbreviations: frozenset[str]
    numbered: frozenset[str]
    month_names: tuple[str, ...] | None
    sample: str
    questions: QuestionWords
    messages: MessageWords
    absence: AbsenceWords
    claims: ClaimWords
    permission: PermissionWords
    values: ValueWords
    small_talk: SmallTalkWords
    documents: DocumentWords
    asking: AskingWords

    def __post_init__(self) -> None:
        """Raises ValueError for an entry that is missing: types do not see into mappings and lists."""
        keyed: dict[str, tuple[Iterable[str], set[str]]] = {
            "questions.wanted": (self.questions.wanted, set(get_args(Wanted))),
            "questions.focus": (self.questions.focus, set(get_args(Focus)) - {"unsaid"}),
            "claims.modality": (self.claims.modality, set(get_args(Modality))),
            "claims.quantity": (self.claims.quantity, set(get_args(Quantity))),
            "claims.opposites": (self.claims.opposites, set(get_args(Opposite))),
            "claims.turns": (self.claims.turns, set(get_args(Turn))),
            "values.units": (self.values.units, set(get_args(Unit))),
        }
        for field, (entries, wanted) in keyed.items():
            if missing := wanted.difference(entries):
                raise ValueError(f"language '{self.language}': {field} lacks {', '.join(sorted(missing))}")
        counted = {
            "values.spelt": (self.values.spelt, len(SPELT)),
            "values.counted": (self.values.counted, len(SPELT)),
            "values.months": (self.values.months, len(MONTHS)),
            "month_names": (self.month_names, len(MONTHS)),
        }
        for field, (listed, length) in counted.items():
            if listed is not None and len(listed) != length:
                raise ValueError(f"language '{self.language}': {field} has {len(listed)} entries, not {length}")

    @property
    def has_dictionary(self) -> bool:
        """Whether a reading tells a word that there is from one that is guessed."""
        return self.analyser == "pypykko"
