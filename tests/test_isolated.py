"""Strange files are read in a process of its own, with little memory and little time."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.errors import UnreadableSource
from rag.settings import Settings
from rag.sources.confined_process import MEMORY_BYTES, Confined, Ended
from rag.sources.passing_folders import LEFT_AFTER_S, sweep
from rag.sources.reading_process import read_isolated
from tests.support.fakes import FakeChatbot


def test_a_document_is_read_as_it_is_in_this_process() -> None:
    files = {"a.md": b"# Otsikko\n\nSana.\n", "a.md.yaml": b"id: x\n"}
    document = read_isolated("a.md", files, 1000)
    assert (document.id, document.metadata.title, document.metadata.language) == ("x", "Otsikko", "fi")


def test_the_reason_comes_back() -> None:
    with pytest.raises(UnreadableSource) as raised:
        read_isolated("a.pdf", {"a.pdf": b"%PDF-1.7"}, 1000)
    assert (raised.value.file, raised.value.reason) == ("a.pdf", "damaged")


def test_too_long_and_too_much_end_the_process_and_not_this_one() -> None:
    files = {"a.txt": b"Sana sanalta. " * 100}
    with pytest.raises(UnreadableSource, match="within 0 seconds"):
        read_isolated("a.txt", files, 10_000, timeout_s=0.05)
    with pytest.raises(UnreadableSource, match="too much memory"):
        read_isolated("a.txt", files, 10_000, memory_bytes=60_000_000)


def test_a_page_that_unpacks_to_gigabytes_is_refused() -> None:
    bomb = zlib.compress(b"BT /F1 12 Tf (x) Tj ET\n" * 20_000_000, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(bomb), bomb),
    ]
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in enumerate(objects, 1))
    body += b"trailer << /Root 1 0 R /Size 5 >>\nstartxref\n0\n%%EOF"
    with pytest.raises(UnreadableSource) as raised:
        read_isolated("a.pdf", {"a.pdf": body}, 50_000_000, timeout_s=20)
    assert raised.value.reason in ("too_large", "damaged", "no_text_layer")  # by what gives way first


def test_a_reader_that_nobody_is_left_to_end_ends_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Sana sanalta. " * 100)
    command = [sys.executable, "-m", "rag.sources.reading_process", "2000000000", "0.000001", "10000"]
    wanted = json.dumps([str(tmp_path / "a.txt"), str(tmp_path)])
    ended = subprocess.run(command, input=wanted, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (-signal.SIGALRM, "")


def test_who_works_part_by_part_has_time_for_each() -> None:
    with Confined("tests.support.parts_program", (), MEMORY_BYTES, 3.0) as program:
        assert program.ask(json.dumps([3, 1.3, ""]).encode()) == b'"done"\n'
        with pytest.raises(Ended) as raised:
            program.ask(json.dumps([1, 60, ""]).encode())
    assert raised.value.late


def test_what_a_program_has_started_ends_with_it(tmp_path: Path) -> None:
    with Confined("tests.support.parts_program", (), MEMORY_BYTES, 3.0) as program, pytest.raises(Ended):
        program.ask(json.dumps([0, 0, str(tmp_path / "pid")]).encode())
    assert ends(int((tmp_path / "pid").read_text()))


def ends(process: int) -> bool:
    """Whether a process that was killed is gone within a minute: the system needs a moment for it."""
    try:
        opened = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        waiting = select.poll()  # select() takes no number above 1023, and a suite has many files open
        waiting.register(opened, select.POLLIN)
        return bool(waiting.poll(60_000))
    finally:
        os.close(opened)


def test_what_a_killed_service_left_of_strange_files_is_removed_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, elsewhere = tmp_path / "tmp", tmp_path / "elsewhere"
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    names = ("ohjenuora-read-old", "ohjenuora-git-old", "ohjenuora-read-young", "ohjenuora-other", "read-old")
    for folder in (elsewhere, *(temporary / name for name in names)):
        folder.mkdir(parents=True)
        (folder / "salainen.txt").write_text("Sana.")
    (temporary / "ohjenuora-read-link").symlink_to(elsewhere)
    (temporary / "ohjenuora-read-file").write_text("Sana.")
    long_ago = time.time() - LEFT_AFTER_S - 60
    for name in (*names, "ohjenuora-read-link", "ohjenuora-read-file"):
        if "young" not in name:
            os.utime(temporary / name, (long_ago, long_ago), follow_symlinks=False)
    settings = Settings(data_dir=tmp_path / "data")
    with TestClient(create_app(settings, FakeChatbot())) as client:
        assert client.get("/healthz").status_code == 200
    left = {"ohjenuora-read-young", "ohjenuora-other", "read-old", "ohjenuora-read-link", "ohjenuora-read-file"}
    assert {each.name for each in temporary.iterdir()} == left
    assert (elsewhere / "salainen.txt").exists()


def test_what_belongs_to_somebody_else_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "ohjenuora-read-theirs"
    theirs.mkdir()
    os.utime(theirs, (0, 0))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: theirs.stat().st_uid + 1)
    assert sweep() == 0
    assert theirs.is_dir()
