"""The corpus with its changes, as a folder that reads like any other; and the contents that changes are made of.

<data_dir>/changes/objects/<sha-256>      contents of uploads and edits, never changed
<data_dir>/changes/sets/<fingerprint>.json  sets of changes, never changed; a version's manifest names its set
<data_dir>/changes/LATEST                 the set in use, for when no version of the index is left
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from rag.curated.changes import Changes, Description, Upload
from rag.errors import BadCorpusFile, ChangesLost, UnreadableSource
from rag.settings import Settings
from rag.sources import front_matter
from rag.sources.files import write_atomically
from rag.sources.readers import source_paths, sources_folder
from rag.types import LANGUAGES

UPLOADED = "published"  # the folder, below the sources, of what was uploaded


def changes_folder(settings: Settings) -> Path:
    return settings.data_dir / "changes"


def keep_content(settings: Settings, content: bytes) -> str:
    """Store a content for good; its SHA-256, by which it is found again. On the disk when this returns."""
    name = hashlib.sha256(content).hexdigest()
    path = changes_folder(settings) / "objects" / name
    if path.exists():
        path.touch()  # it is needed anew: see rag.publishing.cleanup
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    return name


def content_of(settings: Settings, name: str) -> bytes:
    """Raises ChangesLost."""
    try:
        return (changes_folder(settings) / "objects" / name).read_bytes()
    except FileNotFoundError as error:
        raise _lost(f"content {name[:16]}") from error


def keep_changes(settings: Settings, changes: Changes) -> None:
    """Store a set of changes under its fingerprint."""
    folder = changes_folder(settings) / "sets"
    folder.mkdir(parents=True, exist_ok=True)
    if changes.fingerprint:
        write_atomically(folder / f"{changes.fingerprint}.json", changes.model_dump_json())


def note_latest(settings: Settings, fingerprint: str) -> None:
    changes_folder(settings).mkdir(parents=True, exist_ok=True)
    write_atomically(changes_folder(settings) / "LATEST", fingerprint)


def latest(settings: Settings) -> str:
    """The fingerprint of the set that was last in use."""
    try:
        return (changes_folder(settings) / "LATEST").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def changes_named(settings: Settings, fingerprint: str) -> Changes:
    """A stored set. Raises ChangesLost."""
    if not fingerprint:
        return Changes()
    try:
        return Changes.model_validate_json((changes_folder(settings) / "sets" / f"{fingerprint}.json").read_bytes())
    except FileNotFoundError as error:
        raise _lost(f"set {fingerprint}") from error


@contextmanager
def changed_corpus(settings: Settings, changes: Changes, purpose: str) -> Iterator[Path]:
    """A folder with the corpus as changed, as long as the context. Without changes it is the corpus folder itself.

    purpose begins the folder's name. Raises ChangesLost; a BadCorpusFile raised within names files of the corpus.
    """
    if not changes.fingerprint:
        yield settings.corpus_dir
        return
    changes_folder(settings).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{purpose}-", dir=changes_folder(settings)) as made:
        folder = Path(made, "corpus")
        _copy(settings.corpus_dir, folder)
        _apply(settings, changes, folder)
        try:
            yield folder
        except BadCorpusFile as error:
            raise BadCorpusFile(str(error).replace(f"{folder}/", ""), error.line) from error


def remove_leftovers(settings: Settings, purpose: str) -> None:
    """Remove the folders of processes that were killed. Nobody else may be at work for this purpose."""
    for folder in changes_folder(settings).glob(f"{purpose}-*"):
        shutil.rmtree(folder)


def find_source(folder: Path, document_id: str) -> Path | None:
    """The file of a document of the corpus, found without reading it as a whole."""
    return next((path for path in source_paths(folder)[0] if _id_of(path) == document_id), None)


def _copy(corpus: Path, folder: Path) -> None:
    """Files as they are; links as links, so that one that leaves the corpus is refused as it is there."""
    for parent, folders, names in os.walk(corpus):
        folders[:] = [name for name in folders if not name.startswith(".")]
        there = folder / Path(parent).relative_to(corpus)
        there.mkdir(parents=True, exist_ok=True)
        for name in names:
            source = Path(parent, name)
            inside = source.is_symlink() and source.resolve().is_relative_to(corpus.resolve())
            if source.is_file() or source.is_symlink():
                shutil.copyfile(source, there / name, follow_symlinks=inside or not source.is_symlink())


def _apply(settings: Settings, changes: Changes, folder: Path) -> None:
    sources = sources_folder(folder)
    for document_id in changes.withdrawn:
        if path := find_source(sources, document_id):
            _remove(path)
            for translation in _translations(path.parent, document_id):
                translation.unlink()
    for document_id, upload in changes.documents.items():
        there = sources / UPLOADED / document_id
        there.mkdir(parents=True)
        if path := find_source(sources, document_id):
            _remove(path)
            for translation in _translations(path.parent, document_id):
                translation.rename(there / translation.name)
        _write(there / f"{document_id}{upload.suffix}", content_of(settings, upload.object), document_id, upload)
    for document_id, said in changes.described.items():
        if path := find_source(sources, document_id):
            _describe(path, said)
    for name, content in changes.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content_of(settings, content))


def _write(path: Path, content: bytes, document_id: str, upload: Upload) -> None:
    """Of uploaded Markdown only those keys stand before its text that mean nothing here: they stay."""
    path.write_bytes(content)
    _write_metadata(path, {"id": document_id, **{k: v for k, v in upload.metadata.items() if v is not None}})


def _describe(path: Path, said: Description) -> None:
    metadata: dict[str, str | None] = {**front_matter.written(_metadata(path))}
    metadata.setdefault("id", path.stem)
    metadata.update(said)  # type: ignore[arg-type]  # its keys are strings, too
    _write_metadata(path, {key: value for key, value in metadata.items() if value is not None})


def _write_metadata(path: Path, metadata: Mapping[str, str]) -> None:
    if path.suffix.lower() == ".md":
        head, body = front_matter.split(path.read_text(encoding="utf-8-sig"))
        unused = _unused(head, path.name) if head is not None else {}
        text = _yaml(metadata) + "".join(line for key, line in unused.items() if key not in metadata)
        body = body.lstrip("\n")
        path.write_text(f"---\n{text}---\n\n{body}", encoding="utf-8")
    else:
        text = _yaml(metadata)
        path.with_name(path.name + ".yaml").write_text(text, encoding="utf-8")


def _unused(head: str, file: str) -> Mapping[str, str]:
    try:
        return front_matter.read(head, file).unused
    except UnreadableSource:  # what was wrong with it is written anew
        return {}


def _yaml(said: Mapping[str, object]) -> str:
    return yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False, width=1000)


def _metadata(path: Path) -> dict[str, object]:
    """What a source says of itself, as far as it can be read: what is wrong with it is told when it is read."""
    try:
        if path.suffix.lower() == ".md":
            head = front_matter.split(path.read_text(encoding="utf-8-sig"))[0]
        else:
            sidecar = path.with_name(path.name + ".yaml")
            head = sidecar.read_text(encoding="utf-8-sig") if sidecar.is_file() else None
        if head is None:
            return {}
        is_markdown = path.suffix.lower() == ".md"
        return dict(front_matter.read(head, path.name).given) if is_markdown else front_matter.parse(head, path.name)
    except (OSError, UnicodeDecodeError, UnreadableSource):
        return {}


def _id_of(path: Path) -> str:
    return str(_metadata(path).get("id", path.stem))


def _translations(folder: Path, document_id: str) -> list[Path]:
    return [path for each in LANGUAGES if (path := folder / f"{document_id}.{each}.md").is_file()]


def _remove(path: Path) -> None:
    path.unlink()
    path.with_name(path.name + ".yaml").unlink(missing_ok=True)


def _lost(what: str) -> ChangesLost:
    return ChangesLost(
        f"The {what} of the administrators' changes is gone. Restore the folder 'changes' from a backup."
    )
