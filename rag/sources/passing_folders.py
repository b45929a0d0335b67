"""Folders that are there only while something is read or fetched, and what killed processes have left of them."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from pathlib import Path
from typing import Literal, get_args

Purpose = Literal["read", "git"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
_PREFIX = "ohjenuora-{}-"
# Nothing is read for that long: a PDF of 300 pictures takes four hours at most.
LEFT_AFTER_S = 24 * 3600.0


def passing_folder(purpose: Purpose) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=_PREFIX.format(purpose))


def sweep() -> int:
    """Remove what killed processes of ours have left: how many folders.

    Only those of our own user, and only old ones: another process of the service may be at work in a younger one.
    """
    before = time.time() - LEFT_AFTER_S
    within = Path(tempfile.gettempdir())
    made = [each for purpose in PURPOSES for each in within.glob(f"{_PREFIX.format(purpose)}*")]
    left = [each for each in made if _is_left(each, before)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)  # another process of ours may be sweeping, too
    return len(left)


def _is_left(folder: Path, before: float) -> bool:
    try:
        found = folder.lstat()  # a link is none of ours, wherever it leads
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and found.st_mtime < before
