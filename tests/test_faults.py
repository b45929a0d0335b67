"""Whatever breaks, the version in use goes on answering, and what was uploaded is not lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.chatbot import Chatbot
from rag.curated.changed_corpus import keep_content
from rag.curated.changes import PutDocument, Upload
from rag.errors import IndexDamaged
from rag.index.build import build_index
from rag.index.opening import current_version, index_folder, open_index
from rag.index.versions import kept_versions
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings

OLD = "Kirjasto on avoinna arkisin."
NEW = "Kirjasto on avoinna joka päivä."
PLACES = 10

# One process that has the libraries, and for each fault a child of it that breaks. "kill" ends at one of ten moments,
# spread over all that a build does to files (Python's audit events tell of it; a whole build in a copy counts them);
# "full" lets no file grow beyond a size, as on a full disk.
BREAK = """
    import json, os, resource, shutil, signal, sys
    import rag.index.ingestion
    from rag.index.build import build_index
    from rag.curated.changes import CHANGE
    from rag.models.embedding import Embedder
    from rag.settings import Settings
    from rag.language.words import Lexicon

    kind, change, given, copy = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4]
    settings = Settings.model_validate(given)
    change = CHANGE.validate_python(change)
    embedder, lexicon = Embedder.load(settings), Lexicon(settings.data_dir)
    TOUCHING = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copyfile")

    def build(settings):
        return build_index(settings, embedder, lexicon, edit=lambda changes: changes.with_change(change))

    def child(run, *arguments):
        if (pid := os.fork()) == 0:
            try:
                run(*arguments)
                os._exit(0)
            except BaseException as error:
                print(type(error).__name__, error, file=sys.stderr)
                os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def listen(settings, at):
        root, seen = str(settings.data_dir), 0
        def hear(event, arguments):
            nonlocal seen
            if event in TOUCHING and root in str(arguments):
                seen += 1
                if seen == at:
                    os._exit(9)
        sys.addaudithook(hear)
        build(settings)
        return seen

    def count(path):
        shutil.copytree(settings.data_dir, copy, symlinks=True)
        seen = listen(settings.model_copy(update={"data_dir": type(settings.data_dir)(copy)}), 0)
        open(path, "w").write(str(seen))

    def fill(kilobytes):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1000,) * 2)
        build(settings)

    if kind == "full":
        codes = [child(fill, size) for size in (1, 4, 20, 100)]
    else:
        assert child(count, copy + ".txt") == 0
        seen = int(open(copy + ".txt").read())
        assert seen > 30, seen
        codes = [child(listen, settings, 1 + place * (seen - 1) // 9) for place in range(10)]
    print(json.dumps(codes))
"""


@pytest.fixture
def small(tmp_path: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "kirjasto.md").write_text(f"---\ntitle: Kirjasto\nlanguage: fi\n---\n\n{OLD}\n", encoding="utf-8")
    for number in range(3):
        (corpus / f"ohje{number}.txt").write_text(f"Ohje {number}. Sauna lämpiää kello {number + 16}.\n")
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to((settings.data_dir / "models").resolve())
    made = Settings.model_validate({"corpus_dir": corpus, "data_dir": data, "threads": 1})
    build_index(made, embedder, lexicon)
    return made


@pytest.fixture
def change(small: Settings) -> PutDocument:
    upload = Upload(object=keep_content(small, NEW.encode()), suffix=".txt", metadata={"title": "Kirjasto"})
    return PutDocument(id="kirjasto", upload=upload)


def broken(kind: str, small: Settings, change: PutDocument, copy: Path) -> list[int]:
    """How the children ended."""
    given = {"corpus_dir": str(small.corpus_dir), "data_dir": str(small.data_dir), "threads": 1}
    arguments = [kind, change.model_dump_json(), json.dumps(given), str(copy)]
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(BREAK), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    codes: list[int] = json.loads(ended.stdout.splitlines()[-1])
    return codes


def library(chatbot: Chatbot) -> str:
    return chatbot.search("Milloin kirjasto on avoinna?")[0].text


@pytest.mark.parametrize("kind", ["kill", "full"])
def test_a_build_that_breaks_anywhere_leaves_the_old_version_or_the_new_one_and_nothing_between(
    kind: str, small: Settings, change: PutDocument, embedder: Embedder, lexicon: Lexicon, tmp_path: Path
) -> None:
    before = current_version(small)
    codes = broken(kind, small, change, tmp_path / "copy")
    if kind == "kill":
        assert codes == [9] * PLACES
    else:
        assert codes[:2] == [1, 1]
    chatbot = Chatbot(small, embedder, lexicon)
    assert library(chatbot) == (OLD if current_version(small) == before else NEW)
    # The upload is there, the lock is free, and the next build tidies up.
    report = build_index(small, embedder, lexicon, edit=lambda changes: changes.with_change(change))
    chatbot.refresh()
    assert library(chatbot) == NEW
    assert report.failures == ()
    folders = {path.name for path in index_folder(small).iterdir() if path.is_dir()}
    assert folders == {kept.manifest.version for kept in kept_versions(small)}
    assert list((small.data_dir / "changes").glob("build-*")) == []


def test_a_switch_that_fails_has_not_happened(
    small: Settings, change: PutDocument, embedder: Embedder, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_version(small)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.index.versions.write_current", fail)
    with pytest.raises(OSError, match="No space left"):
        build_index(small, embedder, lexicon, edit=lambda changes: changes.with_change(change))
    assert current_version(small) == before
    assert library(Chatbot(small, embedder, lexicon)) == OLD


def chroma(small: Settings) -> Path:
    return index_folder(small) / (current_version(small) or "") / "chroma"


def truncated(folder: Path) -> None:
    file = folder / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[:5000])


def rubbish(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"rubbish" * 2000)


def empty(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"")


@pytest.mark.parametrize("damage", [shutil.rmtree, truncated, rubbish, empty])
def test_a_damaged_chroma_folder_is_mended_at_the_start(
    small: Settings, embedder: Embedder, lexicon: Lexicon, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    # In a copy: this process has the folder itself open.
    copy = small.model_copy(update={"data_dir": tmp_path / "copy"})
    shutil.copytree(small.data_dir / "index", copy.data_dir / "index")
    damage(chroma(copy))
    assert library(Chatbot(copy, embedder, lexicon)) == OLD
    assert (chroma(copy).parent / "chroma-1").is_dir()
    assert library(Chatbot(copy, embedder, lexicon)) == OLD
    assert not (chroma(copy).parent / "chroma-2").exists()


@pytest.mark.parametrize("file", ["documents.json", "chunks.json", "vectors.npy", "examples.npz", "rulebook.json"])
def test_other_damage_is_told_with_what_to_run(
    small: Settings, embedder: Embedder, lexicon: Lexicon, file: str
) -> None:
    path = index_folder(small) / (current_version(small) or "") / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(IndexDamaged, match=r"is damaged .*Rebuild it with: ohjenuora index --full, or return to"):
        open_index(small, embedder.fingerprint)
    build_index(small, embedder, lexicon, full=True)
    assert library(Chatbot(small, embedder, lexicon)) == OLD
