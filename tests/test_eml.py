"""Messages as mail programs save them."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from rag.errors import UnreadableSource
from rag.sources.readers import read_document
from rag.types import Document
from tests.test_as_people_have_it import losses, outline, rows_of

TABLE = "<table><tr><th>Palvelu</th><th>Saako</th></tr><tr><td>Välitys</td><td>ei</td></tr></table>"


def read(folder: Path, content: bytes) -> Document:
    (folder / "a.eml").write_bytes(content)
    return read_document(folder / "a.eml", folder, lambda _: "fi")


def message(text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = "kirjaamo@example.fi", "Ohje tekoälystä"
    made.set_content(text)
    return made


def test_a_plain_message(tmp_path: Path) -> None:
    made = message("Hei,\n\nsalaista ei saa syöttää:\n\n- tietoja\n- päätöksiä\n")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="liite.pdf")
    document = read(tmp_path, made.as_bytes())
    assert document.metadata.title == "Ohje tekoälystä"
    assert outline(document)[-2:] == ["item: tietoja", "item: päätöksiä"]
    assert losses(document) == [("attachment", 1)]
    assert document.quotability is not None
    assert document.quotability.lost == 0


@pytest.mark.parametrize("first", ["Hei", "Hyvä vastaanottaja", "Ohje"])
def test_the_subject_of_a_message_is_its_title_whatever_its_first_line_is(tmp_path: Path, first: str) -> None:
    document = read(tmp_path, message(f"{first}\n\nVuokra maksetaan viidentenä päivänä.\n").as_bytes())
    assert document.metadata.title == "Ohje tekoälystä"
    made = message("a")
    made.add_alternative(f"<h1>{first}</h1><p>Vuokra maksetaan.</p>", subtype="html")
    assert read(tmp_path, made.as_bytes()).metadata.title == "Ohje tekoälystä"
    del made["Subject"]
    assert read(tmp_path, made.as_bytes()).metadata.title == first


def test_of_two_forms_of_a_text_the_one_with_its_tables_is_read(tmp_path: Path) -> None:
    made = message("Palvelu Välitys")
    made.add_alternative(f"<p>Hei!</p>{TABLE}", subtype="html", charset="iso-8859-1")
    assert rows_of(read(tmp_path, made.as_bytes())) == [[("Palvelu", "Välitys"), ("Saako", "ei")]]


def test_an_old_encoding_is_read_as_the_message_says(tmp_path: Path) -> None:
    head = b"Subject: =?iso-8859-1?q?S=E4=E4nt=F6?=\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\n"
    document = read(tmp_path, head + "Syöttö – ei sallittu.\r\n".encode("cp1252"))
    assert (document.metadata.title, document.text) == ("Sääntö", "Syöttö – ei sallittu.")


def parts_in_parts(depth: int) -> bytes:
    lines = ["Subject: a"]
    for level in range(depth):
        lines += [f"Content-Type: multipart/mixed; boundary=b{level}", "", f"--b{level}"]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Vain sanoja.\n", "damaged"),
        (b"Subject: a\r\nContent-Type: text/plain; charset=x-unknown-9\r\n\r\nSana", "bad_encoding"),
        (b"Subject: a\r\n\r\n", "empty"),
        (b"Subject: a\r\nContent-Type: application/pdf\r\n\r\nx", "empty"),
        (b"Subject: a\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 5000 + b"x", "damaged"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(tmp_path, content)
    assert raised.value.reason == reason


def test_parts_within_parts_without_end_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(tmp_path, parts_in_parts(3000))
    assert raised.value.reason in ("damaged", "empty")


@pytest.mark.parametrize(
    "before",
    [
        "On 1.3.2026 10:00, Maija wrote:",
        "On Mon, 2 March 2026 at 10.00 Maija Meikäläinen\n<maija.meikalainen@kaupunki.example> wrote:",
        "ma 2.3.2026 klo 10.00 Maija kirjoitti:",
        "Den 2 mars 2026 kl. 10.00 skrev Maija:",
        "-----Original Message-----",
        "-----Alkuperäinen viesti-----",
        "Lähettäjä: Maija\nLähetetty: 2. maaliskuuta 2026 10.00\nVastaanottaja: Kirjaamo\nAihe: Saako?",
        "Från: Maija\nSkickat: den 2 mars 2026\nTill: Registratur\nÄmne: Får man?",
    ],
)
def test_what_a_message_answers_to_is_left_out_and_told(tmp_path: Path, before: str) -> None:
    asked = "Ymmärsin, että Copilotilla saa käsitellä asiakastietoja."
    plain = read(tmp_path, message(f"Hei,\n\nasiakastietoja ei saa käsitellä.\n\n{before}\n\n{asked}\n").as_bytes())
    made = message("a")
    shown = before.replace("<", "&lt;").replace("\n", "<br>")
    made.add_alternative(f"<p>Asiakastietoja ei saa käsitellä.</p><div>{shown}</div><p>{asked}</p>", subtype="html")
    for document in (plain, read(tmp_path, made.as_bytes())):
        assert "ei saa käsitellä." in document.text
        assert "Ymmärsin" not in document.text
        assert [kind for kind, _ in losses(document)] == ["quoted message"]


def test_lines_that_a_message_cites_are_left_out_wherever_they_stand(tmp_path: Path) -> None:
    text = "Hei,\n\n> Saako asiakastietoja käsitellä?\n\nEi saa.\n\n>> Vanha ohje: kaikki on sallittu.\n"
    document = read(tmp_path, message(text).as_bytes())
    assert document.text == "Hei,\n\nEi saa."
    made = message("a")
    cited = '<p>Ei saa.</p><blockquote type="cite"><p>Saako asiakastietoja käsitellä?</p></blockquote>'
    made.add_alternative(cited, subtype="html")
    assert read(tmp_path, made.as_bytes()).text == "Ei saa."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "Hi,\n\nOn 3.3.2026 Maija wrote:\n> May I use ChatGPT?\n\nYes, with public data.\n\n> And Claude?\n\nNo.\n",
            ["Yes, with public data.", "No."],
        ),
        ("Rajat\n\n> 500 euroa: kysy esihenkilöltä\n> 5000 euroa: ei saa ostaa\n", ["> 500 euroa", "> 5000 euroa"]),
        ("Tiedote\nLähettäjä: Tietohallinto\nPäivä: 3.3.2026\n\nHenkilötietoja ei saa syöttää.\n", ["ei saa syöttää"]),
        ("Validity\nFrom: 1.1.2026\nTo: 31.12.2026\n\nYou must not enter names.\n", ["must not enter"]),
        ("Resa\n\nFrån: Helsingfors\nTill: Esbo\n\nMan får inte köra själv.\n", ["får inte köra"]),
        ("Hei,\n\nJos joku kirjoitti yli 500 merkkiä:\n\n- lyhennä teksti\n", ["lyhennä"]),
        ("Valtuutettu kirjoitti 3.3.2026:\n\nHenkilötietoja ei saa syöttää.\n", ["ei saa syöttää"]),
        ("Tiedoksi\n\n---------- Forwarded message ---------\n\nTietoja ei saa syöttää.\n", ["ei saa syöttää"]),
    ],
)
def test_what_only_looks_like_a_reply_stays(tmp_path: Path, text: str, kept: list[str]) -> None:
    document = read(tmp_path, message(text).as_bytes())
    assert all(each in document.text for each in kept)
    assert "May I use" not in document.text


@pytest.mark.parametrize(
    "page",
    [
        '<p>Hei</p><blockquote type="cite">Saako?</blockquote>Tietoja ei saa syöttää.<br>',
        '<p>Hei</p><blockquote class="webkit-indent-blockquote">Tietoja ei saa syöttää.</blockquote>',
        '<p>Hei</p><div class="gmail_attr">ma 2.3.2026 klo 10.00 Maija kirjoitti:</div>'
        '<blockquote class="gmail_quote">Saako?</blockquote><div>Tietoja ei saa syöttää.</div>',
        "<p>Ohje</p><p>Från: Vanda<br>Till: Esbo</p><p>Tietoja ei saa syöttää.</p>",
    ],
)
def test_what_stands_beside_the_cited_words_of_a_page_stays(tmp_path: Path, page: str) -> None:
    made = message("a")
    made.add_alternative(page, subtype="html")
    text = read(tmp_path, made.as_bytes()).text
    assert "Tietoja ei saa syöttää." in text
    assert "Saako?" not in text


def test_a_message_that_only_passes_another_on_keeps_it(tmp_path: Path) -> None:
    passed = "Lähettäjä: Johtaja\nLähetetty: 2.3.2026\nAihe: Ohje\n\nAsiakastietoja ei saa käsitellä.\n"
    document = read(tmp_path, message(passed).as_bytes())
    assert "ei saa käsitellä." in document.text
    assert losses(document) == []


def test_the_euro_of_a_message_that_calls_itself_western(tmp_path: Path) -> None:
    head = b"Subject: Maksu\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n"
    assert read(tmp_path, head + "Maksu on 10 €.\r\n".encode("cp1252")).text == "Maksu on 10 €."
