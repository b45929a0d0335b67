"""Data folders and databases of every format that was released open, or are brought up to date by `ohjenuora index`.

tests/formats holds them as the former code wrote them: index-N of index format N, schema-N.*.sql of database schema N.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from api import audit, drafts, tables
from api.store import Store
from rag.chatbot import Chatbot
from rag.curated.changes import PutDocument
from rag.errors import IndexMismatch, IndexMissing
from rag.index.build import build_index
from rag.index.database import FILE, engine_of
from rag.index.opening import FORMAT, current_version
from rag.index.pointer import read_current, write_current
from rag.index.schema import STEPS
from rag.index.versions import activate, changes_in_use, documents_of, kept_versions
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support import postgres

ROOT = Path(__file__).parent.parent
FORMATS = Path(__file__).parent / "formats"
INDICES = sorted(path.name for path in FORMATS.glob("index-*"))
SCHEMAS = sorted({int(path.name.split(".")[0].removeprefix("schema-")) for path in FORMATS.glob("schema-*")})


def test_every_released_format_is_here() -> None:
    """Who raises a number keeps what was written under the one before."""
    assert [f"index-{number}" for number in range(1, FORMAT + 1)] == INDICES
    assert list(range(1, len(STEPS["sqlite"]))) == SCHEMAS
    assert len(STEPS["sqlite"]) == len(STEPS["postgresql"])


def former(data: Path, index: str) -> None:
    """A data folder as it was: an index, an upload that was published, a database."""
    shutil.copytree(FORMATS / index, data / "index")
    shutil.copytree(FORMATS / "changes", data / "changes")


def load(settings: Settings, schema: int) -> None:
    engine = engine_of(settings)
    script = (FORMATS / f"schema-{schema}.{engine.dialect.name}.sql").read_text(encoding="utf-8")
    connection = engine.raw_connection()
    try:
        if engine.dialect.name == "sqlite":
            connection.driver_connection.executescript(script)  # type: ignore[union-attr]
        else:
            connection.cursor().execute(script)
        connection.commit()
    finally:
        connection.close()


@pytest.fixture
def small(tmp_path: Path, settings: Settings) -> Settings:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "kirjasto.md").write_text("# Aukiolo\n\nKirjasto on avoinna arkisin.\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to((settings.data_dir / "models").resolve())
    return Settings.model_validate({"corpus_dir": tmp_path / "corpus", "data_dir": tmp_path / "data", "threads": 1})


def check_index(small: Settings, embedder: Embedder, lexicon: Lexicon) -> None:
    before = current_version(small)
    assert before is not None
    report = build_index(small, embedder, lexicon)
    assert report.failures == ()
    assert current_version(small) == report.manifest.version != before
    assert list(changes_in_use(small).documents) == ["tori"]
    assert "lauantaisin" in Chatbot(small, embedder, lexicon).search("tori")[0].text
    # The former one can be read still, where a citation leads to it, but not be answered from.
    with pytest.raises((IndexMismatch, IndexMissing)):
        activate(small, before, embedder.fingerprint)
    for kept in kept_versions(small):
        assert kept.usable == kept.current
        assert "kirjasto" in (documents_of(small, kept.manifest.version) or {})


@pytest.mark.parametrize("index", INDICES)
def test_an_index_of_any_format_is_built_anew_with_what_was_published(
    index: str, small: Settings, embedder: Embedder, lexicon: Lexicon
) -> None:
    former(small.data_dir, index)
    check_index(small, embedder, lexicon)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_backup_of_a_former_version_is_restored_and_brought_up_to_date(
    schema: int, tmp_path: Path, small: Settings, embedder: Embedder, lexicon: Lexicon
) -> None:
    """As deploy/backup of that version packed it."""
    packed = tmp_path / "packed"
    packed.mkdir()
    former(packed / "data", INDICES[min(schema, len(INDICES)) - 1])  # the index has changed less often
    made = Settings(data_dir=packed)
    load(made, schema)
    engine_of(made).dispose()
    with tarfile.open(tmp_path / "backup.tar.gz", "w:gz") as archive:
        archive.add(packed, ".", filter=lambda each: None if each.name.endswith(("-wal", "-shm")) else each)
    environment = {"PATH": os.environ["PATH"]} | small.environment()
    command = [str(ROOT / "deploy" / "restore"), str(tmp_path / "backup.tar.gz")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    check_index(small, embedder, lexicon)
    check_database(small, schema)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_database_of_any_schema_is_brought_up_to_date(
    schema: int, dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql") if dialect == "postgresql" else ""
    settings = Settings.model_validate({"data_dir": tmp_path, "database_url": url})
    if url:
        with engine_of(settings).begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    load(settings, schema)
    check_database(settings, schema)
    if url:
        write_current(settings, tmp_path, "v2")
        assert read_current(settings, tmp_path) == "v2"


def check_database(settings: Settings, schema: int) -> None:
    store = Store(settings)
    store.prepare()
    with store.engine.connect() as connection:
        assert [row.text for row in connection.execute(select(tables.answers))] == ["Saanko käydä torilla?"]
        assert [entry.who for entry in audit.entries(connection, None, 9)] == ["aino"]
        (draft,) = drafts.listed(connection, "open", 9)
        assert isinstance(draft.change, PutDocument)
        assert drafts.contents_of_open(connection) == {"a" * 64}
        assert [row.kind for row in connection.execute(select(tables.jobs))] == ["publication"]
        connection.execute(select(tables.sessions)).all()
        assert [row.quote for row in connection.execute(select(tables.cited))] == ["Tori on auki lauantaisin."]
        assert [row.rating for row in connection.execute(select(tables.feedback))] == ["up"]
    assert store.rate(f"a{schema}", "down", None, date(2026, 3, 1))
    with pytest.raises(Exception, match="only ever added to"), store.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))
    store.engine.dispose()
    if not settings.database_url.get_secret_value():
        assert (settings.data_dir / FILE).is_file()
