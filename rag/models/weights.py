"""The release's trained files, known by their digests: one that is not as it was released is not opened.

`SHA256SUMS` lists those that lie beside it, as `sha256sum --check` reads it. What trains one notes its new digest.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rag.errors import ModelUnavailable

SUMS = Path(__file__).parent / "SHA256SUMS"


def verified(file: Path, digest: str | None = None) -> bytes:
    """The contents of a file of weights. digest: the SHA-256 that they must have, by default the one that SHA256SUMS
    has for this file; a file that lies elsewhere was trained just now, and is taken as it is.

    Raises ModelUnavailable for other contents, which names both digests; OSError.
    """
    content = file.read_bytes()
    expected = digest or _listed().get(file)
    found = hashlib.sha256(content).hexdigest()
    if expected not in (None, found):
        raise ModelUnavailable(
            f"'{file}' is not the file of this release: its SHA-256 is {found}, not {expected}. "
            "Install the release anew."
        )
    return content


def note(file: Path) -> None:
    """Take the digest of a file that was trained anew into SHA256SUMS, if it lies beside it."""
    if file.parent == SUMS.parent:
        listed = _listed() | {file: hashlib.sha256(file.read_bytes()).hexdigest()}
        SUMS.write_text(
            "".join(f"{digest}  {path.name}\n" for path, digest in sorted(listed.items())), encoding="utf-8"
        )


def save_packed(arrays: Mapping[str, np.ndarray], file: Path) -> None:
    """As numpy.savez_compressed, but by LZMA: 3 % less, and numpy.load reads it as well."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as packed:
        for name, values in arrays.items():
            content = io.BytesIO()
            np.save(content, values)
            packed.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_LZMA)


def _listed() -> dict[Path, str]:
    lines = SUMS.read_text(encoding="utf-8").splitlines()
    return {SUMS.parent / name: digest for digest, name in (line.split("  ", 1) for line in lines)}
