"""Files → Documents: which files are sources, what they really are, and what they say of themselves."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import UnreadableSource
from rag.sources import csv_charset, front_matter
from rag.sources.canonical import Canonical, clean
from rag.sources.format_html import PageTooDeep, declared_charset
from rag.sources.formats import BY_SUFFIX, FORMATS, OLD_SUFFIXES, SUFFIXES, Format, wrong_ending
from rag.sources.office import DAMAGED
from rag.sources.properties import properties_of, title_in
from rag.sources.quotability import quotability_of
from rag.sources.raw_text import NoRawText
from rag.sources.self_description import proposals_of
from rag.types import LANGUAGES, Document, Language, Metadata, Origin, ProposedKey, Quotability

if TYPE_CHECKING:
    from rag.sources.text_recognition import Tesseract

DEFAULT_MAX_BYTES = 50_000_000  # a bound on a file that no setting gives; see MEMORY_BYTES
SIDECAR_MAX_BYTES = 64_000  # a bound on what is parsed as YAML
_HTML = (".html", ".htm")
_MESSAGES = (".eml", ".msg")
Read = Callable[[Path, Path, Callable[[str], Language], int], Document]

_TRANSLATION = re.compile(rf"(.+)\.(?:{'|'.join(LANGUAGES[1:])})\.md", re.IGNORECASE)
_CHAPTER = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){0,4}\.?\s{1,3}(?:§\s{0,3})?[^\W\d_]"
)  # where it is one of several: "1 Johdanto"
_OLD_OFFICE = "an old Office file (.doc, .xls, .ppt)"
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"{\\rtf", "an RTF text"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
)
_OUTLOOK = "__properties_version1.0".encode("utf-16-le")  # a part that a message has, and no other such container
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")  # an Office file with a password is an old-style container
# A page's own claim is followed for these; the names are Python's.
_CHARSETS = {"utf-8", "cp1252", "iso8859-15", "iso8859-4", "iso8859-10", "iso8859-13", "cp1250", "cp1257"}
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_AS_IN_BROWSERS = {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-16": "utf-8"}


def read_document(
    path: Path,
    root: Path,
    detect_language: Callable[[str], Language],
    max_bytes: int = DEFAULT_MAX_BYTES,
    recognition: Tesseract | None = None,
) -> Document:
    """Read one source of the corpus folder `root`.

    detect_language is asked, with the canonical text, when neither front matter nor sidecar names a language;
    recognition: what reads pages that are pictures, None for nothing.
    Raises UnreadableSource, which names the file relative to root.
    """
    file = _name_within(path, root)
    suffix = path.suffix.lower()
    if suffix not in BY_SUFFIX:
        raise UnreadableSource(file, "wrong_type", wrong_ending(suffix))
    form = BY_SUFFIX[suffix]
    data = _read(path, root, file, max_bytes)
    _refuse_other_content(data, suffix, file)
    given: dict[str, Any] = {}
    unused: tuple[str, ...] = ()
    sidecar = path.with_name(path.name + ".yaml")
    if os.path.lexists(sidecar):
        name = _name_within(sidecar, root)
        given = front_matter.parse(_decode(_read(sidecar, root, name, SIDECAR_MAX_BYTES), name), name)
    source: bytes | str = data
    if form.pictures:
        canonical = form.reader()(data, file, recognition)
    elif form.in_bytes:
        canonical = form.reader()(data, file)
    else:
        source = _decode(data, file, declared_charset(data) if suffix in _HTML else _other_charset(data, suffix))
        if suffix == ".md":
            head, source = front_matter.split(source)
            if head is not None:
                in_front = front_matter.read(head, file)
                unused = tuple(in_front.unused)
                if in_front.given and os.path.lexists(sidecar):
                    what = f"line 1: front matter, and a sidecar {sidecar.name} too; keep one of them"
                    raise UnreadableSource(file, "bad_metadata", what)
                given = given or dict(in_front.given)
        canonical = _read_source(source, form, file)
    text, blocks = canonical.finish()
    if not text:
        raise UnreadableSource(file, "empty", "no words in it; write some or remove it")
    tops = [block.span.of(text) for block in blocks if block.kind == "heading" and block.level == 1]
    # The first of several chapters ("Johdanto") is no title where the file says what it is called.
    properties = properties_of(source, suffix)
    own = title_in(canonical.title) or (clean(properties.get("title", "")) if len(tops) > 1 else "")
    # Nor is the first line of a message ("Hei"): its subject says what it is about.
    top = tops[0] if tops and (not own or (len(tops) == 1 and suffix not in _MESSAGES)) else None
    if top is not None and _CHAPTER.match(top) and any(map(_CHAPTER.match, tops[1:])):
        top = None
    said = {"id": path.stem, "title": top or own or clean(path.stem), **given}
    found: dict[ProposedKey, Origin] = {}
    if "title" not in given:
        found["title"] = "text" if top or (own and own in text) else "properties" if own else "file name"
    if "language" not in given:
        said["language"] = detect_language(text)
        found["language"] = "detected"
    metadata = Metadata(**said)
    document = Document(metadata, text, blocks, file, _version(metadata, text), canonical.losses)
    return replace(
        document,
        quotability=_quotability(document, form, source),
        recognised=tuple(canonical.recognised),
        proposals=proposals_of(document, properties, found),
        unused_keys=unused,
    )


def _other_charset(data: bytes, suffix: str) -> str | None:
    return csv_charset.charset_of(data) if suffix == ".csv" else None


def _quotability(document: Document, form: Format, source: bytes | str) -> Quotability | None:
    try:
        return quotability_of(document, form.raw_text()(source))
    except NoRawText:
        return None


def read_corpus(
    folder: Path,
    detect_language: Callable[[str], Language],
    max_bytes: int = DEFAULT_MAX_BYTES,
    read: Read = read_document,
) -> tuple[list[Document], list[UnreadableSource]]:
    """All documents below a folder, sorted by id, and the sources that could not be read, sorted by file.

    read: what reads one of them.

    Hidden files, sidecars, translations (`<id>.sv.md` beside `<id>.*`), pictures without a sidecar (as a page shows
    them) and files of other kinds are no sources. Those of old Office programs are told as such.
    Raises UnreadableSource when the folder itself cannot be read.
    """
    if not folder.is_dir():
        raise UnreadableSource(str(folder), "unreadable", "no such folder; create it or name another")
    paths, failures = source_paths(folder)
    documents: dict[str, Document] = {}
    for path in paths:
        try:
            document = read(path, folder, detect_language, max_bytes)
            if first := documents.get(document.id):
                what = f"id '{document.id}' is taken by {first.file}; give one of them another id or name"
                raise UnreadableSource(document.file, "duplicate_id", what)
            documents[document.id] = document
        except UnreadableSource as failure:
            failures.append(failure)
    return sorted(documents.values(), key=lambda each: each.id), sorted(failures, key=lambda each: each.file)


def sources_folder(corpus_dir: Path) -> Path:
    """Where the sources lie: `documents` below the corpus folder, or the corpus folder itself."""
    inner = corpus_dir / "documents"
    return inner if inner.is_dir() else corpus_dir


def source_paths(folder: Path) -> tuple[list[Path], list[UnreadableSource]]:
    """The files to read, in the order of their names; and the folders that cannot be listed or lead elsewhere."""
    paths: list[Path] = []
    failures: list[UnreadableSource] = []

    def note(error: OSError) -> None:
        failures.append(_unreadable(_name_within(Path(error.filename), folder), error))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            inner = Path(parent, name)
            if inner.is_symlink():  # never followed: what lies within the corpus is read in its own place
                try:
                    _refuse_outside(inner, folder, _name_within(inner, folder))
                except UnreadableSource as failure:
                    failures.append(failure)
        stems = {Path(name).stem for name in names if Path(name).suffix.lower() in SUFFIXES}
        for name in names:
            translation = _TRANSLATION.fullmatch(name)
            if name.startswith((".", "~$")) or (translation and translation[1] in stems):
                continue
            suffix = Path(name).suffix.lower()
            form = BY_SUFFIX.get(suffix)
            if suffix in OLD_SUFFIXES or (form is not None and (not form.beside or f"{name}.yaml" in names)):
                paths.append(Path(parent, name))
    return sorted(paths), failures


def _name_within(path: Path, root: Path) -> str:
    try:
        name = path.relative_to(root).as_posix()
    except ValueError:
        what = "it lies outside the corpus; copy it there"
        raise UnreadableSource(_printable(path.name), "unreadable", what) from None
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        what = "control characters or broken UTF-8 in its name; rename it"
        raise UnreadableSource(_printable(name), "unreadable", what)
    return name


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in name)


def _refuse_outside(path: Path, root: Path, file: str) -> None:
    try:
        inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise _unreadable(file, error) from error
    if not inside:
        raise UnreadableSource(file, "unreadable", "a link that leaves the corpus; copy what it leads to")


def _unreadable(file: str, error: Exception) -> UnreadableSource:
    why = getattr(error, "strerror", None) or str(error)
    return UnreadableSource(file, "unreadable", f"{clean(why)}; check the file and its permissions")


def _read(path: Path, root: Path, file: str, max_bytes: int) -> bytes:
    """A regular file's bytes; a larger one is refused unread."""
    _refuse_outside(path, root, file)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableSource(file, "unreadable", "not a regular file; remove it")
        if status.st_size > max_bytes:
            what = f"{status.st_size:,} bytes, the limit is {max_bytes:,}; split it or raise the limit"
            raise UnreadableSource(file, "too_large", what)
        with path.open("rb") as opened:
            data = opened.read(max_bytes)
    except OSError as error:
        raise _unreadable(file, error) from error
    return data


def _looks_like(data: bytes) -> str | None:
    """What the first bytes show, None for text and for what is not known."""
    start = data[:1024].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    name = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    if name == _OLD_OFFICE and _OUTLOOK in data:
        return "an Outlook message"
    if name == "a ZIP archive":
        held = _archive_marks(data)
        return next((each.looks for each in FORMATS if each.mark and b"\n" + each.mark in held), name)
    return name


def _archive_marks(data: bytes) -> bytes:
    """The names of an archive's parts and what is said first in it, each behind a line end; of a broken one those marks
    of formats that stand anywhere in it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            first = archive.read(names[0])[:100] if names[:1] == ["mimetype"] else b""
    except DAMAGED:
        return b"".join(b"\n" + each.mark for each in FORMATS if each.mark in data)
    return b"".join(b"\n" + name.encode() for name in [*names, first.decode("ascii", "replace")])


def _refuse_other_content(data: bytes, suffix: str, file: str) -> None:
    if not data.strip():
        raise UnreadableSource(file, "empty", "no content; write some or remove it")
    if suffix == ".pdf" and b"%PDF-" in data[:1024]:  # junk in front is tolerated
        return
    seen = _looks_like(data)
    wanted = BY_SUFFIX[suffix].looks
    if wanted and _ENCRYPTED_OFFICE in data and seen is not None and seen.startswith("an old Office"):
        kind = wanted.removeprefix("an ").removeprefix("a ")
        raise UnreadableSource(file, "encrypted", f"the {kind} asks for a password; save it without one")
    if wanted is None and (seen is None or (seen == "an HTML page" and suffix != ".txt")):
        return
    if seen is None:
        raise UnreadableSource(file, "damaged", f"it does not begin as {wanted} does; copy or download it again")
    if seen == _OLD_OFFICE:
        what = f"it looks like {seen}; open it in its own program or LibreOffice and save it as .docx, .xlsx or .pptx"
        raise UnreadableSource(file, "wrong_type", what)
    if seen != wanted:
        raise UnreadableSource(file, "wrong_type", f"it looks like {seen}; give it the right ending")


def _decode(data: bytes, file: str, charset: str | None = None) -> str:
    """Text by its byte order mark, else by the given charset, else UTF-8; with "\\n" as line end."""
    encoding, skipped = "utf-8", 0
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            encoding, skipped, charset = marked, len(mark), None
    if charset is not None:
        try:
            named = codecs.lookup(charset).name
        except LookupError:
            named = ""
        encoding = _AS_IN_BROWSERS.get(named, named)
        if encoding not in _CHARSETS:
            raise UnreadableSource(file, "bad_encoding", f"it declares charset '{charset}'; save it as UTF-8")
    try:
        text = data[skipped:].decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start + skipped
        what = f"byte {offset} is not {encoding.upper()}; save it as UTF-8"
        raise UnreadableSource(file, "bad_encoding", what) from error
    if "\x00" in text:
        offset = skipped + len(text[: text.index("\x00")].encode(encoding))
        raise UnreadableSource(file, "bad_encoding", f"byte {offset} is a null, no text has it; save it as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_source(source: str, form: Format, file: str) -> Canonical:
    try:
        return form.reader()(source)
    except (PageTooDeep, RecursionError) as error:
        what = f"its HTML cannot be read to the end ({error}); simplify it"
        raise UnreadableSource(file, "damaged", what) from error
    except csv.Error as error:  # a cell without end, as after a quotation mark that nobody closed
        raise UnreadableSource(file, "damaged", f"its cells cannot be told apart ({error}); save it anew") from error


def _version(metadata: Metadata, text: str) -> str:
    # Without groups and edition where there are none: documents keep the versions that they had before there were any.
    given = {key: value for key, value in asdict(metadata).items() if key not in ("groups", "edition") or value}
    said = json.dumps(given, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{said}\n{text}".encode()).hexdigest()[:16]
