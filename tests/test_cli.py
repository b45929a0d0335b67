"""The command `ohjenuora`, as a shell would run it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from rag.chatbot import Chatbot
from rag.cli import main
from rag.index.build import BuildReport
from rag.index.opening import current_version
from rag.settings import Settings, load_settings
from rag.types import Answer

TEXT = "Kirjasto on avoinna arkisin. Lauantaisin kirjasto on suljettu.\n"


@pytest.fixture(autouse=True)
def _folder_without_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one small source, which the settings name."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "kirjasto.md").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("OHJENUORA_CORPUS_DIR", str(folder))
    return folder


@pytest.fixture
def own_index(settings: Settings, built: BuildReport, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment of the session's index."""
    monkeypatch.setenv("OHJENUORA_CORPUS_DIR", str(settings.corpus_dir))
    monkeypatch.setenv("OHJENUORA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("OHJENUORA_THREADS", str(settings.threads))
    return settings


@pytest.fixture
def open_chatbot(own_index: Settings, chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session's chatbot instead of one that is loaded anew for every command."""

    def opened(given: Settings) -> Chatbot:
        assert given == own_index
        return chatbot

    monkeypatch.setattr(Chatbot, "open", staticmethod(opened))


# check


def test_check_reports_and_exits_with_0_when_nothing_blocks(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "ohje.md").write_text("# Ohje\n\n## Tyhjä\n\n## Täysi\n\nSisältö on tässä.\n", encoding="utf-8")
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ohje.md:3: heading without content: 'Tyhjä' has nothing below it; it answers nothing",
        "kirjasto.md: 100.0 % of its 8 words can be quoted",
        "ohje.md: 100.0 % of its 6 words can be quoted",
        f"2 documents in '{corpus}', 1 findings, 0 of them block.",
    ]


def test_check_exits_with_1_when_something_blocks(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "tyhja.md").write_text("")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("tyhja.md: unreadable (empty): ")
    assert out.endswith("1 findings, 1 of them block.\n")


def test_check_of_the_projects_own_sources(own_index: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("3 documents in ")


@pytest.mark.parametrize(
    ("name", "content"), [("concepts.yaml", "concepts: ["), ("kirjasto.sv.md", "Biblioteket är öppet.\n")]
)
def test_check_reads_what_lies_beside_the_documents(corpus: Path, name: str, content: str) -> None:
    (corpus / name).write_text(content, encoding="utf-8")
    assert main(["check"]) != 0


# Settings


def test_an_unknown_setting_stops_it_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OHJENUORA_DATADIR", "x")
    assert main(["check"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Setting 'OHJENUORA_DATADIR' is unknown.")
    assert err.count("\n") == 1


def test_the_env_file_of_the_folder_is_read(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".env").write_text("OHJENUORA_THREADS=lots\n")
    assert main(["check"]) == 2
    assert "Setting 'OHJENUORA_THREADS' has value 'lots'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["answer"], ["ask", "Saanko?", "--language", "de"]])
def test_wrong_arguments_exit_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert "usage: ohjenuora" in capsys.readouterr().err


# index and ask


def test_index_tells_what_it_did_and_ask_answers_from_it(
    corpus: Path,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(settings.data_dir / "models")
    monkeypatch.setenv("OHJENUORA_DATA_DIR", str(data))

    assert main(["ask", "Milloin kirjasto on auki?"]) == 2
    assert capsys.readouterr().err == f"There is no index in '{data}' yet. Build it with: ohjenuora index\n"

    assert main(["index"]) == 0
    line = capsys.readouterr().out
    assert line.startswith("documents 1, chunks 1: added 1, kept 0, removed 0; embedded 3 texts; ")
    assert re.search(r"; \d+\.\d s; version [\w.-]+\n$", line)

    (corpus / "rikki.pdf").write_bytes(b"no PDF")
    assert main(["index"]) == 1
    out, err = capsys.readouterr()
    assert "added 0, kept 1, removed 0; embedded 0 texts" in out
    assert out.endswith(f"version {current_version(Settings(data_dir=data))} (unchanged)\n")
    assert "Not indexed: rikki.pdf: " in err

    monkeypatch.setenv("OHJENUORA_EMBEDDING_MODEL", "/no/such/model")
    assert main(["ask", "Milloin kirjasto on auki?"]) == 2
    assert "The embedding model '/no/such/model' cannot be loaded: " in capsys.readouterr().err


@pytest.mark.usefixtures("open_chatbot")
def test_ask_prints_the_answer_as_text_or_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    question = "Mikä on AuroraAI-ohjelman toimikausi?"
    assert main(["ask", question, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {field.name for field in fields(Answer)}
    assert answer["status"] == "answered"
    assert answer["citations"][0]["document_id"] == "auroraai-appointment-2020"
    assert main(["ask", question, "--language", "fi"]) == 0
    assert capsys.readouterr().out == answer["message"] + "\n"


@pytest.mark.usefixtures("open_chatbot")
def test_a_refusal_is_an_answer_and_no_question_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "   ", "--language", "en"]) == 2
    assert capsys.readouterr().err == "Write a question. An empty question cannot be answered.\n"
    assert main(["ask", "Mikä sää on huomenna Helsingissä?"]) == 0
    assert capsys.readouterr().out.startswith("Vastaan vain näiden lähteiden perusteella")


# confirm-translation


def test_confirming_a_translation(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = corpus / "kirjasto.sv.md"
    file.write_text("---\ntranslation_of: kirjasto\nlanguage: sv\n---\n\nBiblioteket är öppet. Det är stängt.\n")
    assert main(["confirm-translation", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: confirmed against kirjasto.md\n"
    assert re.search(r"^original: [0-9a-f]{8}$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert main(["confirm-translation", str(corpus / "muu.sv.md")]) == 2
    assert "no such file, or no document 'muu' beside it" in capsys.readouterr().err


# versions and activate


def test_versions_are_listed_and_an_earlier_one_is_returned_to(
    corpus: Path,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(settings.data_dir.resolve() / "models")
    monkeypatch.setenv("OHJENUORA_DATA_DIR", str(data))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["versions"]) == 0
    assert main(["index"]) == 0
    first = str(current_version(Settings(data_dir=data)))
    assert "\r[########################] 100 % train" not in capsys.readouterr().err  # there is nothing to train on
    (corpus / "toinen.md").write_text("Sauna on lämmin.\n", encoding="utf-8")
    assert main(["index"]) == 0
    err = capsys.readouterr().err
    assert re.search(r"\r\[#+-*\] +\d+ % embed", err)
    second = str(current_version(Settings(data_dir=data)))
    assert main(["activate", first]) == 0
    capsys.readouterr()
    assert main(["versions"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"  {second}  documents 2, chunks 2",
        f"* {first}  documents 1, chunks 1",
    ]
    assert main(["activate", "nothing"]) == 2
    assert capsys.readouterr().err == "There is no version nothing.\n"


def test_a_new_token_comes_with_the_hash_that_the_setting_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OHJENUORA_ADMIN_TOKEN", "short")  # whose start has just stopped
    assert main(["token"]) == 0
    shown, setting = capsys.readouterr().out.splitlines()
    token, given = shown.rpartition(": ")[2], setting.rpartition("=")[2]
    assert [each.digest for each in load_settings({"OHJENUORA_ADMIN_TOKEN": given}).admin_tokens] == [
        each.digest for each in load_settings({"OHJENUORA_ADMIN_TOKEN": token}).admin_tokens
    ]
    assert token not in setting


def test_what_a_command_writes_is_for_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0o022)
    try:
        monkeypatch.setenv("OHJENUORA_DATA_DIR", str(tmp_path / "data"))
        assert main(["audit", "verify"]) == 0
        written = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
        assert len(written) > 1
        assert [path for path in written if path.stat().st_mode & 0o077] == []
        assert os.umask(0o022) == 0o022  # and the shell that called it is as it was
    finally:
        os.umask(before)
