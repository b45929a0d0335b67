"""Files that are never half written, and that nobody else reads."""

from __future__ import annotations

import os
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


def keep_private(folder: Path) -> list[Path]:
    """From now on what this process writes is for its own user alone, and so is all that lies in the folder already;
    what belongs to another user, and stays as it is."""
    os.umask(FOR_OTHERS)
    foreign: list[Path] = []
    for parent, folders, files in os.walk(folder):
        for path in (Path(parent), *(Path(parent, name) for name in (*folders, *files))):
            with suppress(FileNotFoundError):  # another process has removed it meanwhile
                mode = path.lstat().st_mode
                if mode & FOR_OTHERS and not path.is_symlink():
                    try:
                        path.chmod(mode & ~FOR_OTHERS)
                    except PermissionError:
                        foreign.append(path)
    return foreign
