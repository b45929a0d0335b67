"""What the service writes is for its own user alone, and so is what it finds in its data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store import Store
from rag.cli import main
from rag.curated.changed_corpus import keep_content
from rag.settings import Settings

FOR_OTHERS = 0o077


@pytest.fixture
def lax() -> Iterator[None]:
    """A process that lets everybody read what it writes."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & FOR_OTHERS]


@pytest.mark.usefixtures("lax")
def test_a_command_closes_what_it_finds_and_what_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    version = settings.data_dir / "index" / "20250101T000000.000000Z-00000000"
    version.mkdir(parents=True)
    (version / "documents.json").write_text("[]", encoding="utf-8")
    others = settings.data_dir / "report.html"  # not ours: the folder may be somebody's own
    others.touch()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (settings.data_dir / "models").symlink_to(elsewhere)
    assert open_to_others(settings.data_dir)

    monkeypatch.setenv("OHJENUORA_DATA_DIR", str(settings.data_dir))
    assert main(["versions"]) == 0
    store = Store(settings)
    store.prepare()
    keep_content(settings, b"a text that somebody uploaded")
    store.engine.dispose()
    assert main(["versions"]) == 0
    assert sorted(open_to_others(settings.data_dir)) == [str(settings.data_dir / "models"), str(others)]
    assert elsewhere.stat().st_mode & FOR_OTHERS
    assert (settings.data_dir / "ohjenuora.db").exists()
