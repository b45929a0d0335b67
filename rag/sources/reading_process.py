"""`python -m rag.sources.reading_process`: reads strange files, with little memory and time, and prints the documents.

A file from outside may be made to exhaust the machine or to break a library that reads it: here it breaks a process
that is of no other use. read_isolated() and read_corpus_isolated() are the other side.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from rag.errors import UnreadableSource
from rag.language.detection import detect_language
from rag.sources.confined_process import MEMORY_BYTES, TIMEOUT_S, Confined, Ended, serve
from rag.sources.passing_folders import passing_folder
from rag.sources.readers import read_corpus, read_document
from rag.types import Document, Language

# Starting the process takes as long as reading hundreds of these; what is larger may be made to take long. They are
# read here all the same: nothing in them is unpacked, and every expression is tested against texts that are made to
# keep it busy (tests/test_expressions.py).
HARMLESS_SUFFIXES = frozenset({".md", ".txt"})
HARMLESS_BYTES = 200_000
_PROGRAM = "rag.sources.reading_process"
_DOCUMENT = TypeAdapter(Document)
# The document of a name, of files by their names: see read_isolated.
ReadFiles = Callable[[str, Mapping[str, bytes]], Document]


def read_isolated(
    name: str,
    files: dict[str, bytes],
    max_bytes: int,
    memory_bytes: int = MEMORY_BYTES,
    timeout_s: float = TIMEOUT_S,
    recognised: Path | None = None,
) -> Document:
    """Read the document `name`; files: its content, and that of its sidecar, by names that are safe as such.

    timeout_s: for all but its pages that are pictures, and for each of those; recognised: a folder that keeps what is
    read of them.
    Raises UnreadableSource, also when reading takes too long or too much memory.
    """
    with passing_folder("read") as folder:
        for each, content in files.items():
            Path(folder, each).write_bytes(content)
        with Confined(_PROGRAM, _arguments(max_bytes, recognised), memory_bytes, timeout_s) as reader:
            return _read(reader, Path(folder, name), Path(folder), timeout_s)


@contextmanager
def reading_isolated(max_bytes: int, recognised: Path | None = None) -> Iterator[ReadFiles]:
    """What read_isolated does, for many documents in one process, which takes seconds to start: it is started when it
    is needed, and anew when something has broken it. Small texts are read here, as those of the corpus are."""
    with Confined(_PROGRAM, _arguments(max_bytes, recognised), MEMORY_BYTES, TIMEOUT_S) as reader:

        def read(name: str, files: Mapping[str, bytes]) -> Document:
            with passing_folder("read") as folder:
                for each, content in files.items():
                    Path(folder, each).write_bytes(content)
                return _read_with(reader, Path(folder, name), Path(folder), detect_language, max_bytes)

        yield read


def read_corpus_isolated(
    folder: Path, max_bytes: int, recognised: Path | None = None
) -> tuple[list[Document], list[UnreadableSource]]:
    """rag.sources.readers.read_corpus, with all but small texts read in a process of its own: a file that breaks it, or
    takes too long or too much memory, is one of those that could not be read. recognised: see read_isolated."""
    with Confined(_PROGRAM, _arguments(max_bytes, recognised), MEMORY_BYTES, TIMEOUT_S) as reader:
        return read_corpus(folder, detect_language, max_bytes, partial(_read_with, reader))


def _read_with(reader: Confined, path: Path, root: Path, detect: Callable[[str], Language], max_bytes: int) -> Document:
    """In its process all but small texts. Raises UnreadableSource."""
    harmless = path.suffix.lower() in HARMLESS_SUFFIXES
    if harmless and path.is_file() and path.stat().st_size <= HARMLESS_BYTES:
        return read_document(path, root, detect, max_bytes)
    return _read(reader, path, root, TIMEOUT_S)


def _arguments(max_bytes: int, recognised: Path | None) -> tuple[str, str]:
    return str(max_bytes), str(recognised.absolute()) if recognised is not None else ""


def _read(reader: Confined, path: Path, root: Path, timeout_s: float) -> Document:
    """Raises UnreadableSource."""
    try:
        told = json.loads(reader.ask(json.dumps([str(path.absolute()), str(root.absolute())]).encode()))
    except Ended as ended:
        file = path.relative_to(root).as_posix()
        if ended.late:
            what = f"it cannot be read within {timeout_s:.0f} seconds; simplify it or split it"
            raise UnreadableSource(file, "too_large", what) from None
        what = "reading it takes too much memory or breaks; open it in its own program and save it anew"
        raise UnreadableSource(file, "damaged", what) from None
    if "document" in told:
        return _DOCUMENT.validate_python(told["document"])
    raise UnreadableSource(**told)


def main(memory_bytes: str, timeout_s: str, max_bytes: str, recognised: str = "") -> int:
    """For each line [path, root] of the input, one of the output: the document, or why it cannot be read."""
    from rag.sources.text_recognition import Tesseract  # here: who only asks need not load what reads a PDF

    def answer(line: bytes, alive: Callable[[], None]) -> bytes:
        path, root = (Path(each) for each in json.loads(line))
        recognition = Tesseract.installed(Path(recognised) if recognised else None, alive)
        try:
            document = read_document(path, root, detect_language, int(max_bytes), recognition)
            told: dict[str, object] = {"document": _DOCUMENT.dump_python(document, mode="json")}
        except UnreadableSource as failure:
            told = {"file": failure.file, "reason": failure.reason, "detail": failure.detail, "field": failure.field}
        return json.dumps(told).encode()

    serve(answer, memory_bytes, timeout_s)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
