"""Fakes, each a subclass of the real thing, that answer from memory."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from rag.answering.choices import Choices, Tool
from rag.answering.clock import Clock
from rag.answering.compose import Heard
from rag.chatbot import Chatbot
from rag.curated.rules import Organisation
from rag.errors import BadQuestion
from rag.sources.canonical import Canonical, Row
from rag.types import Access, Answer, Citation, Document, Language, Metadata, Notice, Passage, Statement

RULE = (
    "Salassapidettävää, ei-julkista tai henkilötietoja sisältävää materiaalia ei tule syöttää tekoälypalveluihin, "
    "ellei palvelua ole organisaatiossa hyväksytty tähän tarkoitukseen."
)
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def guidance() -> Document:
    """A source with every kind of block, characters beyond the basic plane among them."""
    page = Canonical()
    page.heading("Ohjenuoraa generatiivisen tekoälyn hyödyntämiseen", 1)
    page.paragraph("Johdanto 🙂 ja sen toinen lause.")
    page.heading("Ohjeen keskeiset kohdat", 2)
    page.item("Tekoäly on työkalu.", 1)
    page.item("Se auttaa ideoinnissa.", 2)
    page.item(RULE, 1)
    page.paragraph("Tehtävät ovat:")
    page.item("Kehitetään toimintamalli.", 1, 3)
    page.item("Rakennetaan verkko.", 1, 4)
    page.end_sections()
    page.table(
        [
            Row(["Käyttökohde", "Esimerkki", "Hyödyt"], header=True),
            Row(["Käännökset", "Tekstin tuottaminen toisella kielellä.", "Säästää aikaa."]),
            Row(["Tietoanalyysi", "", "Parantaa laatua."]),
        ],
        "Taulukko 2. Käyttötapauksia.",
    )
    return _document(
        page,
        Metadata(
            "vm-genai-guidance-2025",
            "Ohjenuoraa generatiivisen tekoälyn hyödyntämiseen julkisella sektorilla",
            "Valtiovarainministeriö",
            "2025-04-29",
            url="https://vm.fi/ohje",
        ),
    )


def decision() -> Document:
    page = Canonical()
    page.heading("Toimikausi", 2)
    page.paragraph("AuroraAI-ohjelman toimikausi on 31.1.2020 – 31.12.2022.")
    return _document(
        page,
        Metadata(
            "auroraai-appointment-2020",
            "Kansallinen tekoälyohjelma AuroraAI",
            "Valtiovarainministeriö",
            "2020-02",
            kind="decision",
            valid_from=date(2020, 1, 31),
            valid_until=date(2022, 12, 31),
        ),
    )


def hostile() -> Document:
    page = Canonical()
    page.heading(HOSTILE, 2)
    page.paragraph(HOSTILE)
    page.item(HOSTILE, 1)
    page.table([Row([HOSTILE], header=True), Row([HOSTILE])], HOSTILE)
    return _document(page, Metadata("hostile", HOSTILE, HOSTILE, HOSTILE, url="javascript:alert(1)"))


def _document(page: Canonical, metadata: Metadata) -> Document:
    text, blocks = page.finish()
    return Document(metadata, text, blocks, f"{metadata.id}.md", "0123456789abcdef")


def cite(document: Document, quote: str, number: int = 1) -> Citation:
    about, start = document.metadata, document.text.index(quote)
    end = start + len(quote)
    return Citation(
        number,
        document.id,
        about.title,
        about.publisher,
        about.published,
        about.language,
        "Ohjeen keskeiset kohdat",
        3,
        quote,
        start,
        end,
        f"/documents/{document.id}#c{start}-{end}",
        about.historical(date.today()),
    )


@dataclass(frozen=True, slots=True)
class Cell(Citation):
    """A citation of a table's cell, which says where it stands."""

    context: str = ""


def cited_cell(number: int = 1) -> Cell:
    cited = cite(guidance(), "Säästää aikaa.", number)
    given = {each.name: getattr(cited, each.name) for each in fields(cited)}
    return Cell(**given | {"context": "Käännökset: Hyödyt"})


def answered() -> Answer:
    return Answer(
        id="a1",
        conversation_id="c1",
        language="fi",
        status="answered",
        reason=None,
        verdict="only_if_approved",
        message=f"Vain, jos palvelu on hyväksytty.\n{RULE}",
        statements=(
            Statement("Vain, jos organisaatiosi on hyväksynyt palvelun tähän.", "rule", (1,)),
            Statement("Ohjelma päättyi vuonna 2022.", "quote", (2,)),
        ),
        citations=(cite(guidance(), RULE), cite(decision(), "31.12.2022", 2)),
        see_also=(),
        notices=(Notice("historical_source", "Lähde oli voimassa 31.12.2022 asti."),),
        follow_ups=("Kuka hyväksyy palvelun?",),
        confidence=0.83,
        index_version="v1",
        timings_ms={"embed": 9.0, "retrieve": 2.0, "total": 12.5},
        left_open=("tool",),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message that held several. statements: which of the answer's, from 0."""

    question: str
    status: str
    reason: str | None
    verdict: str | None
    statements: tuple[int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Parted(Answer):
    parts: Any = ()


def parted() -> Parted:
    """An answer to a message of two questions, of which the sources answer the first."""
    whole = replace(answered(), verdict=None, left_open=())
    parts = (
        Part("Saanko syöttää henkilötietoja?", "answered", None, "only_if_approved", (0, 1), "Vain, jos."),
        Part("Mitä se maksaa?", "refused", "not_in_guidance", None, (), "Lähteet eivät kerro hintaa."),
    )
    given = {each.name: getattr(whole, each.name) for each in fields(whole)}
    return Parted(**given | {"parts": parts})


def refused() -> Answer:
    return replace(
        answered(),
        status="refused",
        reason="not_in_guidance",
        verdict=None,
        message="Lähteet eivät vastaa tähän kysymykseen.\nLähimmät kohdat ovat alla.",
        statements=(),
        citations=(),
        see_also=(cite(guidance(), "Tekoäly on työkalu."),),
        notices=(),
        follow_ups=(),
        confidence=0.1,
        left_open=(),
    )


class FakeChatbot(Chatbot):
    """Gives one answer to every question. A question with "huono" in it is none; one with "kaadu" breaks it."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or answered()
        self.sources = [guidance(), decision(), hostile()]
        self.asked: list[tuple[str, Language | None, str | None, str | None, date | None]] = []
        self.refreshed = 0

    def ask(
        self,
        question: str,
        language: Language | None = None,
        conversation_id: str | None = None,
        tool: str | None = None,
        as_of: date | None = None,
        heard: Heard | None = None,
        page_language: Language = "fi",
        clock: Clock | None = None,
    ) -> Answer:
        self.asked.append((question, language, conversation_id, tool, as_of))
        if "huono" in question:
            raise BadQuestion("empty", "Kysymyksessä ei ole sanoja.")
        if "kaadu" in question:
            raise KeyError(question)
        self.answer = replace(self.answer, id=uuid.uuid4().hex)  # as no two answers have the same
        return self.answer

    def read_by(self, access: Access) -> FakeChatbot:
        return self

    def search(self, query: str, k: int = 5, language: Language | None = None) -> list[Passage]:
        if "kaadu" in query:
            raise KeyError(query)
        document = self.sources[0]
        start = document.text.index(RULE)
        passage = Passage(document.id, "Ohjeen keskeiset kohdat", None, RULE, start, start + len(RULE), 0.9)
        return [passage] * min(k, 2)

    def without_personal_data(self, text: str) -> str:
        """Nothing of it, so that a test that finds a question in the database has found a leak."""
        return ""

    def documents(self) -> list[Document]:
        return self.sources

    def document(self, document_id: str) -> Document | None:
        return next((each for each in self.sources if each.id == document_id), None)

    def choices(self, language: Language) -> Choices:
        return Choices((Tool("Copilot", True), Tool("ChatGPT", False)), ("henkilötiedot", "julkinen tieto"))

    def organisation(self) -> Organisation:
        return Organisation()

    def prepare(self, ends: Callable[[], bool]) -> None:
        pass

    def refresh(self) -> bool:
        self.refreshed += 1
        return False
