"""How much personal data the redactor finds, and how often it takes something else for it.

    python -m eval.privacy [--squad DIR] [--json]

2,000 questions are made from eval/privacy_data/templates.jsonl with made-up values (eval/privacy_values.py); a fifth of
them as people type in a hurry. Further ones hold identifiers as no register has them (eval/privacy_forms.py). Templates
on odd lines may be looked at while the redactor is built, those on even lines are only measured. Names are measured
in small letters as well: in three more draws of such questions, and in the sentences of
eval/privacy_data/small_letters.jsonl (of which the lines from 101 on were written after the redactor). A value is found
when findings cover all of it. eval/privacy_data/harmless.jsonl has sentences without personal data; the question files
are taken for such. Nobody's data is in any of them.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval.intervals import Rate, share
from eval.privacy_forms import FORMS
from eval.privacy_values import Values
from eval.squad import load_squad
from eval.tables import Table, as_markdown, interval, percent, rate_table
from rag.chatbot import Chatbot
from rag.language.words import Lexicon
from rag.privacy.personal_data import Finding, Kind
from rag.privacy.redactor import Redactor
from rag.types import LANGUAGES, Language, Span

SEED = 20250429
QUESTIONS = 2_000
SMALL_SEEDS = (1, 2, 3)  # one draw of some 450 names alone gives anything from 88 to 93 %
HURRIED_SHARE = 0.2
LATER = 100  # lines of small_letters.jsonl that were there before the redactor looked for names in small letters
TYPED = 12  # questions of each form in each language
WARM_UP = 50  # questions before the clock counts

ROOT = Path(__file__).parent.parent
_HERE = Path(__file__).parent
TEMPLATES = _HERE / "privacy_data" / "templates.jsonl"
SMALL_LETTERS = _HERE / "privacy_data" / "small_letters.jsonl"
SMALL = "small letters"  # the form of the made questions in them
SMALL_SENTENCE = "small letters, sentences"
_SMALL_FORMS = (SMALL, SMALL_SENTENCE)
_KINDS: dict[str, Kind] = {
    "hetu": "identity_code",
    "personnummer": "swedish_identity",
    "satu": "client_identifier",
    "iban": "iban",
    "card": "card",
    "phone": "phone",
    "email": "email",
    "address": "address",
    "plate": "plate",
    "property": "property",
    "passport": "passport",
    "ip": "ip",
    "birth_date": "birth_date",
    "customer_number": "customer_number",
    "name": "name",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A question with one value in it. template is the line of its template, from 1; span that of the value;
    form: of eval/privacy_forms.py, "" as registers have it."""

    text: str
    language: Language
    kind: Kind
    span: Span
    template: int
    hurried: bool
    form: str = ""

    @property
    def seen(self) -> bool:
        """Whether its template may be looked at while building."""
        return self.template % 2 == 1

    @property
    def value(self) -> str:
        return self.span.of(self.text)


@dataclass(frozen=True, slots=True)
class Tried:
    """A question and what was found in it. ms: of the processor, for others may use it, too."""

    made: Made
    findings: tuple[Finding, ...]
    ms: float

    @property
    def found(self) -> bool:
        covered = {place for finding in self.findings for place in range(finding.span.start, finding.span.end)}
        span = self.made.span
        return all(place in covered or self.made.text[place].isspace() for place in range(span.start, span.end))

    @property
    def named_rightly(self) -> bool:
        return any(each.kind == self.made.kind and each.span.touches(self.made.span) for each in self.findings)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a redactor did: with the made questions, and with questions without personal data, by their source."""

    tried: list[Tried]
    alarms: dict[str, Rate]


@dataclass(frozen=True, slots=True)
class Figures:
    """recall by part and kind; typed: by kind and form, of what is typed as no register has it; small: of names
    without a capital, by what they stand in; precision: the share of findings that touch the value; false alarms by
    source."""

    recall: dict[str, dict[str, Rate]]
    typed: dict[str, Rate]
    small: dict[str, Rate]
    precision: Rate
    right_kind: Rate
    false_alarms: dict[str, Rate]
    p50_ms: float
    p95_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, help="a folder with passages.jsonl and questions.jsonl")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument(
        "--misses", action="store_true", help="also print what was missed, of the templates on odd lines"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        redactor = open_redactor(Lexicon(Path(folder)))
        tried = try_all(redactor, load_made(TEMPLATES))
        figures = measure(tried, false_alarms(redactor, arguments.squad))
    if arguments.json:
        print(json.dumps(asdict(figures), indent=2))
    else:
        print("\n\n".join(as_markdown(table) for table in tables(figures)))
    if arguments.misses:
        for each in tried:
            if each.made.seen and not each.found:
                print(f"{each.made.kind}: {each.made.value!r} in {each.made.text!r}")


def open_redactor(lexicon: Lexicon) -> Redactor:
    """The redactor as the service has it: the sources' names are public."""
    lexicon.warm_up()
    sources = sorted((ROOT / "corpus" / "documents").glob("*.md"))
    return Redactor(lexicon, [source.read_text(encoding="utf-8") for source in sources])


def make_questions(count: int = QUESTIONS, seed: int = SEED, templates: Path = TEMPLATES) -> list[Made]:
    """The templates in turn, each time with another value; the same seed makes the same questions."""
    lines = templates.read_text(encoding="utf-8").splitlines()
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    values = Values(seed)
    order = list(range(len(lines)))
    chance.shuffle(order)
    made: list[Made] = []
    for number in range(count):
        line = order[number % len(order)]
        template = json.loads(lines[line])
        value = values.value(template["kind"], template["language"], template.get("case"))
        parts = (*template["text"].partition("{value}")[::2], value)
        hurried = chance.random() < HURRIED_SHARE
        before, after, value = _in_a_hurry(parts, chance) if hurried else parts
        span = Span(len(before), len(before) + len(value))
        text = before + value + after
        made.append(Made(text, template["language"], _KINDS[template["kind"]], span, line + 1, hurried))
    return made


def make_typed(count: int = TYPED, seed: int = SEED, templates: Path = TEMPLATES) -> list[Made]:
    """Identifiers as people type them: so many of each kind's every form in each language, the templates in turn."""
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    values = Values(seed)
    lines = [json.loads(line) for line in templates.read_text(encoding="utf-8").splitlines()]
    made: list[Made] = []
    for kind, forms in FORMS.items():
        for language in LANGUAGES:
            wanted = (kind, language)
            own = [(at, each) for at, each in enumerate(lines, 1) if (each["kind"], each["language"]) == wanted]
            for name, form in forms.items():
                for number in range(count):
                    at, template = own[(number + len(made)) % len(own)]
                    before, after = template["text"].split("{value}")
                    ahead, value, behind = form(values.value(kind, language, None), language, chance)
                    parts = (before + ahead, behind + after, value)
                    hurried = chance.random() < HURRIED_SHARE
                    before, after, value = _in_a_hurry(parts, chance) if hurried else parts
                    span = Span(len(before), len(before) + len(value))
                    text = before + value + after
                    made.append(Made(text, language, _KINDS[kind], span, at, hurried, name))
    return made


def make_small(templates: Path = TEMPLATES, sentences: Path = SMALL_LETTERS) -> list[Made]:
    """Names without capitals: of made questions, other ones than are looked at elsewhere, and one entry for each name
    of the sentences that have none."""
    made = [each for seed in SMALL_SEEDS for each in make_questions(seed=seed, templates=templates)]
    small = [replace(each, text=each.text.lower(), form=SMALL) for each in made if each.kind == "name"]
    for line, row in enumerate(map(json.loads, sentences.read_text(encoding="utf-8").splitlines()), 1):
        for name in row["names"]:
            start = row["text"].index(name)
            span = Span(start, start + len(name))
            small.append(Made(row["text"], row["language"], "name", span, line, False, SMALL_SENTENCE))
    return small


def _in_a_hurry(parts: tuple[str, str, str], chance: random.Random) -> tuple[str, str, str]:
    """One or two of: no capitals, double spaces, no space after commas, a value without capitals."""
    before, after, value = parts
    for slip in chance.sample(["small", "spaces", "commas", "value"], k=chance.randint(1, 2)):
        if slip == "small":
            before, after, value = before.lower(), after.lower(), value.lower()
        elif slip == "spaces":
            before, after, value = (part.replace(" ", "  ") for part in (before, after, value))
        elif slip == "commas":
            before, after, value = (part.replace(", ", ",") for part in (before, after, value))
        else:
            value = value.lower()
    return before, after, value


def load_made(templates: Path) -> list[Made]:
    return make_questions(templates=templates) + make_typed(templates=templates) + make_small(templates)


def generate_searched(chatbot: Chatbot, made: Sequence[Made], squad: Path | None = None) -> Searched:
    """The open chatbot's own redactor. squad: a folder with further questions without personal data."""
    redactor = chatbot.opened.redactor
    return Searched(try_all(redactor, made), false_alarms(redactor, squad))


def try_all(redactor: Redactor, questions: Sequence[Made]) -> list[Tried]:
    for question in questions[-WARM_UP:]:
        redactor.redact(question.text, None)
    tried: list[Tried] = []
    for question in questions:
        started = time.thread_time()
        redaction = redactor.redact(question.text, None)
        tried.append(Tried(question, redaction.findings, 1000 * (time.thread_time() - started)))
    return tried


def false_alarms(redactor: Redactor, squad: Path | None = None) -> dict[str, Rate]:
    """The share of questions without personal data in which something is found."""
    sources = {
        "harmless.jsonl": _texts(_HERE / "privacy_data" / "harmless.jsonl", "text"),
        "dev.jsonl": _texts(_HERE / "questions" / "dev.jsonl", "question"),
        "adversarial.jsonl": _texts(_HERE / "questions" / "adversarial.jsonl", "question"),
    }
    sources |= {f"{name}, small letters": [text.lower() for text in each] for name, each in sources.items()}
    rates = {
        name: _alarms([bool(redactor.redact(text, None).findings) for text in each]) for name, each in sources.items()
    }
    if squad:
        texts = [row["question"] for row in load_squad(squad)[1]]
        rates["SQuAD, identifiers only"] = _alarms(
            [any(k != "name" for k in redactor.redact(t, "fi").kinds) for t in texts]
        )
    return rates


def _texts(file: Path, key: str) -> list[str]:
    return [json.loads(line)[key] for line in file.read_text(encoding="utf-8").splitlines()]


def _alarms(hits: list[bool]) -> Rate:
    return share(hits, [str(number) for number in range(len(hits))])


def measure(tried: Sequence[Tried], alarms: dict[str, Rate]) -> Figures:
    usual = [each for each in tried if not each.made.form]
    parts = {
        "dev": [each for each in usual if each.made.seen],
        "measured only": [each for each in usual if not each.made.seen],
        "in a hurry": [each for each in usual if each.made.hurried],
        "all": usual,
    }
    # A sentence with two names is no measure of precision: what touches the other one would count against this one.
    touching = [(t, finding) for t in tried if t.made.form != SMALL_SENTENCE for finding in t.findings]
    times = sorted(each.ms for each in tried)
    return Figures(
        recall={name: _recall(part) for name, part in parts.items()},
        typed=_by_form([each for each in tried if each.made.form and each.made.form not in _SMALL_FORMS]),
        small=_small(tried),
        precision=share(
            [finding.span.touches(each.made.span) for each, finding in touching],
            [str(each.made.template) for each, _ in touching],
        ),
        right_kind=_rate([each.named_rightly for each in tried if each.found], [each for each in tried if each.found]),
        false_alarms=alarms,
        p50_ms=statistics.median(times),
        p95_ms=times[int(0.95 * len(times))],
    )


def _recall(tried: Sequence[Tried]) -> dict[str, Rate]:
    """By kind; all identifiers together."""
    groups: dict[str, list[Tried]] = {}
    for kind in _KINDS.values():
        groups[kind] = [each for each in tried if each.made.kind == kind]
    groups["identifiers"] = [each for each in tried if each.made.kind != "name"]
    names = groups["name"]
    groups["name, one word"] = [each for each in names if len(each.made.value.split()) == 1]
    groups["name, several words"] = [each for each in names if len(each.made.value.split()) > 1]
    for language in ("fi", "sv", "en"):
        groups[f"name, {language}"] = [each for each in names if each.made.language == language]
    return {name: _rate([each.found for each in group], group) for name, group in groups.items()}


def _by_form(tried: Sequence[Tried]) -> dict[str, Rate]:
    """By kind and form; those of a language together, and all."""
    groups: dict[str, list[Tried]] = {}
    for each in tried:
        for name in (f"{each.made.kind}, {each.made.form}", each.made.language, "all"):
            groups.setdefault(name, []).append(each)
    return {name: _rate([each.found for each in group], group) for name, group in sorted(groups.items())}


def _small(tried: Sequence[Tried]) -> dict[str, Rate]:
    """By form, then by what nothing was fitted on and by language."""
    groups: dict[str, list[Tried]] = {}
    for form in _SMALL_FORMS:
        own = [each for each in tried if each.made.form == form]
        groups[form] = own
        groups[f"{form}: measured only"] = [each for each in own if not each.made.seen]
        for language in LANGUAGES:
            groups[f"{form}: {language}"] = [each for each in own if each.made.language == language]
    written_later = [each for each in groups[SMALL_SENTENCE] if each.made.template > LATER]
    groups[f"{SMALL_SENTENCE}: written after the redactor"] = written_later
    return {name: _rate([each.found for each in group], group) for name, group in groups.items()}


def _rate(hits: Sequence[bool], tried: Sequence[Tried]) -> Rate:
    return share(hits, [str(each.made.template) for each in tried])


def tables(figures: Figures) -> list[Table]:
    parts = list(figures.recall)
    rows = tuple(
        (
            kind,
            *(f"{percent(rate.value)} {interval(rate)} {rate.n}" for rate in (figures.recall[p][kind] for p in parts)),
        )
        for kind in figures.recall["all"]
    )
    rates = [("precision", figures.precision), ("right kind, of those found", figures.right_kind)]
    rates += [(f"false alarms: {name}", rate) for name, rate in figures.false_alarms.items()]
    time_note = f"{figures.p50_ms:.2f} ms (p50), {figures.p95_ms:.2f} ms (p95) a question."
    return [
        Table("Found: % of the values, [95 %], n", ("kind", *parts), rows),
        rate_table("Found as people type them", list(figures.typed.items())),
        rate_table("Names found in small letters", list(figures.small.items())),
        rate_table("Precision and false alarms", rates, time_note),
    ]


if __name__ == "__main__":
    main()
