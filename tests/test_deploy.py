"""What lies in deploy/: a backup is restored, the files agree with the settings and with each other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url, select, text

from api import audit, tables
from api.store import Store
from rag.chatbot import Chatbot
from rag.curated.changed_corpus import keep_content
from rag.curated.changes import PutDocument, Upload
from rag.index.build import build_index
from rag.index.database import engine_of
from rag.index.opening import current_version
from rag.index.versions import changes_in_use
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import PREFIX, SECRET_FILES, Settings
from tests.support import postgres
from tests.support.fakes import answered

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


def run(script: str, file: Path, settings: Settings, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHON": sys.executable} | settings.environment() | more
    return subprocess.run(
        [str(DEPLOY / script), str(file)], env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_backup_is_restored_with_uploads_versions_answers_and_audit_log(
    database: str, tmp_path: Path, embedder: Embedder, lexicon: Lexicon
) -> None:
    if database == "sqlite":
        check_backup(Settings(corpus_dir=tmp_path / "c", data_dir=tmp_path / "d"), "", tmp_path, embedder, lexicon)
        return
    with postgres.running() as url:
        other = url.replace("/postgres", "/restored")
        given = {"corpus_dir": tmp_path / "c", "data_dir": tmp_path / "d", "database_url": url}
        settings = Settings.model_validate(given)
        with engine_of(settings).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CREATE DATABASE restored"))
        check_backup(settings, other, tmp_path, embedder, lexicon)
        engine_of(settings).dispose()


def check_backup(settings: Settings, other: str, tmp_path: Path, embedder: Embedder, lexicon: Lexicon) -> None:
    settings.corpus_dir.mkdir()
    (settings.corpus_dir / "kirjasto.md").write_text("Kirjasto on avoinna arkisin.\n", encoding="utf-8")
    upload = Upload(object=keep_content(settings, b"Tori on auki lauantaisin."), suffix=".txt", metadata={})
    change = PutDocument(id="tori", upload=upload)
    build_index(settings, embedder, lexicon, edit=lambda changes: changes.with_change(change))
    store = Store(settings)
    store.remember("Saanko?", answered(), date.today())
    with store.engine.begin() as connection:
        audit.note(connection, "aino", "published", "tori")

    file = tmp_path / "backup.tar.gz"
    done = run("backup", file, settings)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0  # for nobody else
    given: dict[str, Any] = {"corpus_dir": settings.corpus_dir, "data_dir": tmp_path / "new"}
    new = Settings.model_validate({**given, "database_url": other})
    done = run("restore", file, new)
    assert done.returncode == 0, done.stderr
    assert run("restore", file, new).returncode == 1  # never over what is there

    assert current_version(new) == current_version(settings)
    assert changes_in_use(new) == changes_in_use(settings)
    assert "lauantaisin" in Chatbot(new, embedder, lexicon).search("tori")[0].text
    assert not build_index(new, embedder, lexicon).changed
    restored = Store(new)
    restored.prepare()
    with restored.engine.connect() as connection:
        assert [row.id for row in connection.execute(select(tables.answers))] == ["a1"]
        assert [entry.who for entry in audit.entries(connection, None, 9)] == ["aino"]
    with pytest.raises(Exception, match="only ever added to"), restored.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))
    restored.engine.dispose()


def test_an_encrypted_backup_opens_with_the_key_alone(tmp_path: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("age is not installed; on Debian: apt-get install age")
    secret = "Saanko kertoa tästä?"
    make_key = [shutil.which("age-keygen") or "age-keygen"]
    key = subprocess.run(make_key, capture_output=True, text=True, check=True).stdout
    (tmp_path / "key").write_text(key, encoding="utf-8")
    (tmp_path / "public").write_text(key.split("public key: ")[1].split()[0], encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data")
    keep_content(settings, secret.encode())
    file = tmp_path / "backup.tar.gz"
    assert run("backup", file, settings, BACKUP_RECIPIENTS=str(tmp_path / "public")).returncode == 0
    assert file.read_bytes().startswith(b"age-encryption.org")
    assert file.stat().st_mode & 0o077 == 0

    new = Settings(data_dir=tmp_path / "new")
    refused = run("restore", file, new)
    assert refused.returncode != 0
    assert "BACKUP_IDENTITY" in refused.stderr
    other = subprocess.run(make_key, capture_output=True, text=True, check=True).stdout
    (tmp_path / "other").write_text(other, encoding="utf-8")
    assert run("restore", file, new, BACKUP_IDENTITY=str(tmp_path / "other")).returncode != 0
    assert not new.data_dir.exists()
    assert run("restore", file, new, BACKUP_IDENTITY=str(tmp_path / "key")).returncode == 0
    assert [path.read_text() for path in (new.data_dir / "changes" / "objects").iterdir()] == [secret]
    # A key that cannot be read leaves no backup, neither a whole one nor a part.
    file.unlink()
    assert run("backup", file, settings, BACKUP_RECIPIENTS=str(tmp_path / "gone")).returncode != 0
    assert list(tmp_path.glob("backup*")) == []


@pytest.mark.parametrize(("script", "program"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_the_databases_password_stands_in_no_command_line(script: str, program: str, tmp_path: Path) -> None:
    """A program in the place of PostgreSQL's notes what it is told by its arguments and by the file."""
    told, programs = tmp_path / "told", tmp_path / "bin"
    programs.mkdir()
    stub = programs / program
    stub.write_text(f'#!/bin/sh\necho "$@" > {told}.line\ncat "$PGSERVICEFILE" > {told}.file\n', encoding="utf-8")
    stub.chmod(0o755)
    file = tmp_path / "backup.tar.gz"
    (tmp_path / "database.dump").touch()
    if script == "restore":
        with tarfile.open(file, "w:gz") as archive:
            archive.add(tmp_path / "database.dump", "database.dump")
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "OHJENUORA_DATA_DIR": str(tmp_path / "data"),
        "OHJENUORA_DATABASE_URL": "postgresql+psycopg://ohj:sala%2Fsana=1@db.example.fi:5433/ohj?sslmode=require",
    }
    command = [str(DEPLOY / script), str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    line = Path(f"{told}.line").read_text(encoding="utf-8")
    assert "service=ohjenuora" in line
    assert "sala" not in line
    assert Path(f"{told}.file").read_text(encoding="utf-8").splitlines() == [
        "[ohjenuora]",
        "host=db.example.fi",
        "port=5433",
        "user=ohj",
        "password=sala/sana=1",
        "dbname=ohj",
        "sslmode=require",
    ]


def test_the_image_is_made_of_the_packages_and_what_builds_them() -> None:
    patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    named = [each for each in patterns if each and not each.startswith("#")]
    assert named[0] == "*"
    let_in = {each.removeprefix("!") for each in named if each.startswith("!")}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert let_in == {each.split(".")[0] for each in packages} | {
        "pyproject.toml",
        "constraints.txt",
        "requirements.txt",
        "README.md",
        "LICENSE",
    }


def test_the_files_name_settings_that_there_are_and_the_versions_that_are_tested() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | SECRET_FILES.keys()
    for path in (each for each in DEPLOY.rglob("*") if each.is_file() and each.suffix != ".png"):
        named = set(re.findall(r"OHJENUORA_[A-Z_]+", path.read_text(encoding="utf-8")))
        assert named <= known, path
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(services) == {"ohjenuora", "chroma", "chroma-gate", "postgresql"}
    pinned = re.search(r"^chromadb==(.+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    assert services["chroma"]["image"].endswith(f":{pinned[1]}}}")  # where no digest is given


def test_chroma_and_the_database_are_reached_by_the_service_alone() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert compose["networks"]["inside"] == {"internal": True}
    for name, each in compose["services"].items():
        assert each["read_only"], name
        assert each["cap_drop"] == ["ALL"], name
        assert ("ports" in each) == ("outside" in each["networks"]) == (name == "ohjenuora"), name


def test_the_service_s_role_owns_its_database_and_is_nobody_else_s(tmp_path: Path) -> None:
    with postgres.running() as url:
        address = make_url(url)
        programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PGHOST": address.host or "",
            "PGPORT": str(address.port or ""),
            "SERVICE_ROLE": "service",
            "POSTGRES_USER": address.username or "",
            "SERVICE_PASSWORD": "sala'sana",
        }
        done = subprocess.run(
            [str(DEPLOY / "database-role")], env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        own = address.set(username="service", password="sala'sana", database="service")  # noqa: S106
        settings = Settings.model_validate(
            {"data_dir": tmp_path, "database_url": own.render_as_string(hide_password=False)}
        )
        store = Store(settings)
        store.prepare()
        with store.engine.connect() as connection:
            role = connection.execute(
                text("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
            )
            assert role.one() == (False, False, False)
        store.engine.dispose()
