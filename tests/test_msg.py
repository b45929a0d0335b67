"""Messages as Outlook saves them; and the old Office files that begin as they do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from rag.errors import UnreadableSource
from rag.sources.readers import read_corpus, read_document
from rag.types import Document
from tests.support.compound_file import compound_file
from tests.test_as_people_have_it import losses, outline, rows_of

TABLE = "<p>Hei!</p><table><tr><th>Palvelu</th><th>Saako</th></tr><tr><td>Välitys</td><td>ei</td></tr></table>"


def properties(**pages: int) -> bytes:
    entries = {"text": 0x3FFD, "page": 0x3FDE}
    said = [
        (0x0003).to_bytes(2, "little") + entries[name].to_bytes(2, "little") + bytes(4) + page.to_bytes(8, "little")
        for name, page in pages.items()
    ]
    return bytes(32) + b"".join(said)


def read(folder: Path, streams: dict[str, bytes]) -> Document:
    streams = {"__properties_version1.0": properties(text=1252, page=65001), **streams}
    (folder / "a.msg").write_bytes(compound_file(streams))
    return read_document(folder / "a.msg", folder, lambda _: "fi")


def test_a_plain_message(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        {
            "__substg1.0_0037001F": "Ohje tekoälystä".encode("utf-16-le"),
            "__substg1.0_1000001F": "Hei,\r\n\r\nsalaista ei saa syöttää:\r\n\r\n- tietoja\r\n- päätöksiä\r\n".encode(
                "utf-16-le"
            ),
            "__attach_version1.0_#00000000": b"",
        },
    )
    assert document.metadata.title == "Ohje tekoälystä"
    assert outline(document)[-2:] == ["item: tietoja", "item: päätöksiä"]
    assert losses(document) == [("attachment", 1)]
    assert document.quotability is not None
    assert document.quotability.lost == 0


def test_an_older_message_is_read_by_its_code_page(tmp_path: Path) -> None:
    streams = {
        "__substg1.0_0037001E": "Sääntö".encode("cp1252"),
        "__substg1.0_1000001E": "Syöttö – ei.".encode("cp1252"),
    }
    document = read(tmp_path, streams)
    assert (document.metadata.title, document.text) == ("Sääntö", "Syöttö – ei.")


def test_of_two_forms_of_a_text_the_one_with_its_tables_is_read(tmp_path: Path) -> None:
    streams = {"__substg1.0_1000001F": "Palvelu Välitys".encode("utf-16-le"), "__substg1.0_10130102": TABLE.encode()}
    assert rows_of(read(tmp_path, streams)) == [[("Palvelu", "Välitys"), ("Saako", "ei")]]


def test_when_it_was_sent_is_proposed(tmp_path: Path) -> None:
    ticks = int((datetime(2026, 11, 2) - datetime(1601, 1, 1)).total_seconds()) * 10_000_000
    sent = (0x0040).to_bytes(2, "little") + (0x0039).to_bytes(2, "little") + bytes(4) + ticks.to_bytes(8, "little")
    streams = {
        "__properties_version1.0": properties(text=1252) + sent,
        "__substg1.0_0037001F": "Avaimet".encode("utf-16-le"),
        "__substg1.0_1000001F": "Avainta ei saa lainata.".encode("utf-16-le"),
    }
    proposals = {each.key: each.value for each in read(tmp_path, streams).proposals}
    assert (proposals["title"], proposals["published"]) == ("Avaimet", "2026-11-02")


def test_without_a_text_it_is_said_how_to_save_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"save it as \.eml"):
        read(tmp_path, {"__substg1.0_10090102": b"LZFu"})


def test_a_broken_one_is_told(tmp_path: Path) -> None:
    whole = compound_file({"__properties_version1.0": properties(text=1252), "__substg1.0_1000001F": b"a\x00"})
    (tmp_path / "a.msg").write_bytes(whole[:1200] + b"__properties_version1.0".decode().encode("utf-16-le"))
    with pytest.raises(UnreadableSource) as raised:
        read_document(tmp_path / "a.msg", tmp_path, lambda _: "fi")
    assert raised.value.reason == "damaged"


@pytest.mark.parametrize(("name", "new"), [("a.doc", ".docx"), ("a.XLS", ".xlsx"), ("a.ppt", ".pptx")])
def test_an_old_office_file_in_a_folder_is_told_with_how_to_save_it(tmp_path: Path, name: str, new: str) -> None:
    (tmp_path / name).write_bytes(compound_file({"WordDocument": b"x"}))
    _, failures = read_corpus(tmp_path, lambda _: "fi")
    assert [(each.file, each.reason) for each in failures] == [(name, "wrong_type")]
    assert failures[0].detail.endswith(f"save it as {new}")


def test_under_a_new_ending_likewise(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(compound_file({"WordDocument": b"x"}))
    with pytest.raises(UnreadableSource, match=r"save it as \.docx, \.xlsx or \.pptx"):
        read_document(tmp_path / "a.docx", tmp_path, lambda _: "fi")
