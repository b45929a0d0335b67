"""Where sentences end; and that no text makes looking for it take long."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answering.parts import parts_of
from rag.language.detection import detect_language
from rag.language.sentences import split_sentences
from rag.language.words import Lexicon
from rag.publishing.quality import check_corpus
from rag.types import Block, Document, Metadata, Span


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mm. esim. tämä, ks. J. Virtanen.", "Vuonna 2022.", "Kolmas."],
        ["Avtalet gäller t.o.m. 31.12.2026 och sedan.", "Nytt."],
        ["Lain 24 §:n 1 mom. 2 kohdan mukaan näin.", "Toinen."],
        ["Se tulee voimaan 1.1. 2026.", "Uusi."],
        ["Enligt 5 kap. 2 § gäller det.", "Nytt."],
        ["Städarna arbetar högst max. 4 timmar per dag.", "Tauko on min. 30 minuuttia, art. 6.", "Uusi."],
        ["87 % vastasi (Hyvinvointialueet eivät vastanneet. Niistä on oma kuva.)", "Toinen virke."],
        ["Avoin ( sulku.", "Toinen virke."],
        ["Do not enter it.", "“Personal data” means any information."],
        ["Ei saa.", "– Muut saa."],
        ["Näin ei saa tehdä.", "§ 5 määrää muusta."],
        ["Se koskee luokkaa B.", "Muut saa käsitellä."],
        ["Guidance of the U.S. Government applies to Nordic Ltd. Only here."],
        ["Korvaus on enint. 500 euroa ja väh. 3 päivää, viim. 30.6.2026.", "Uusi."],
        ["Lisätietoja antaa joht. Virtanen, erit. Helsingissä.", "Kuv. 3 ja taul. 2 kertovat lisää."],
        ["Asian nro. 123, tilinro. 5, kpl. 3 ja vv. 2021.", "Lainaa saa 5 kpl.", "Muut palautetaan."],
        ["Ohjeen on laatinut YT:n j.k. Virtanen.", "Uusi."],
        ["Ärendet föredras av tf. Direktör Berg vid avd. Hälsa.", "Nytt."],
        ["Se prop. 2017/18:105, per pers. 12 år.", "Enl. 5 § gäller detta.", "Förf. Ek skrev det."],
        ["Det gäller 5 pers.", "Resten väntar."],
        ["Ohjeen liitt. 3 kertoo, alv. 25,5 % ja srk. 5, synt. 1.1.1980.", "Se on voimassa toist. 31.12. saakka."],
        ["Hinta sisältää alv.", "Muuta ei makseta."],
        ["Se bil. 3, gäller from. 1.5.2026 t.o.m. 31.12.2026.", "Nytt."],
        ["See Sect. 5, no. IV and reg. no. HSA/311/2025.", "The limit is 50 incl. VAT.", "Nothing else."],
        ["The E.U. Commission agrees.", "Smith et al. Both wrote it."],
        ["Is it allowed?", "No.", "Not even initials."],
        ["Kesto on 30 min.", "Tauko on min. 5 minuuttia."],
        ["He arrived at 5 p.m.", "The meeting began."],
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.of(text) for span in split_sentences(text)] == sentences


MILLION = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "a" + "." * MILLION,
        ("." * 420 + " ") * 50,
        "esim. A " * 100_000,
        "(a. A" * 100_000,
        ".)" * 300_000,
        "7" * MILLION,
        "a. " + " " * MILLION,
        "1.1. 2" * 100_000,
    ],
    ids=["stops", "rows of stops", "abbreviations", "brackets", "closing", "digits", "spaces", "days"],
)
def test_no_text_takes_long(text: str) -> None:
    # Each of these took minutes, or for ever, where a search tried every way to share it out.
    split_sentences(text)
    document = Document(Metadata("a", "A"), text, (Block("paragraph", Span(0, len(text))),), "a.txt", "0")
    check_corpus([document], [], date(2026, 1, 1))
    detect_language(text)


@pytest.mark.parametrize("text", ["a" + " " * 1990 + "b", "?" + " ?" * 990, "ja " * 660, "mitä " * 390, "(" * 2000])
def test_no_question_takes_long(text: str, lexicon: Lexicon) -> None:
    assert parts_of(text, "fi", lexicon) == [text]
