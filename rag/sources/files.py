"""Files that are never half written, and that nobody else reads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

FOR_OTHERS = 0o077


def write_atomically(path: Path, content: str) -> None:
    """The file has its old content or its new one, also when the machine stops in the middle."""
    unfinished = path.with_name(f".{path.name}.new")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def keep_private(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """Let the folder, and below it all that the patterns name, be for their own user alone; what belongs to another
    user, and stays as it is."""
    named = [path for pattern in patterns for path in folder.glob(pattern)]
    below = [Path(parent, name) for path in named for parent, dirs, files in os.walk(path) for name in (*dirs, *files)]
    foreign: list[Path] = []
    for path in (folder, *named, *below):
        with suppress(FileNotFoundError):  # another process has removed it meanwhile
            mode = path.lstat().st_mode
            if mode & FOR_OTHERS and not path.is_symlink():
                try:
                    path.chmod(mode & ~FOR_OTHERS)
                except PermissionError:
                    foreign.append(path)
    return foreign
