"""`python -m rag.publishing`: publishes one change, in a process that can be killed at any moment.

Reads {"change": …, "seen": …} from its input; settings come from the environment. Prints one JSON object a line:
progress, and last {"version": …} or {"error": …}. It runs at a low priority: answering goes first.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from rag.changed_corpus import content_of
from rag.changes import CHANGE, Change, Changes, EditFile
from rag.errors import ChangeOutdated, OhjenuoraError
from rag.index import current_version
from rag.settings import Settings, load_settings
from rag.versions import documents_of

NICENESS = 10  # a tenth of a core beside answers that take all they can get; at 19 it would hardly move


def curated_file(settings: Settings, changes: Changes, name: str) -> bytes:
    """The content of a curated file as changed, empty if there is none."""
    if name in changes.files:
        return content_of(settings, changes.files[name])  # type: ignore[index]  # it is one of its keys
    path = settings.corpus_dir / name
    return path.read_bytes() if path.is_file() else b""


def fingerprint_of_target(settings: Settings, changes: Changes, change: Change) -> str:
    """Tells whether what a change would replace is still what it was: a document, or a curated file."""
    if isinstance(change, EditFile):
        return hashlib.sha256(curated_file(settings, changes, change.name)).hexdigest()
    document = (documents_of(settings, current_version(settings) or "") or {}).get(change.id)
    return document.version if document else ""


def with_checked(settings: Settings, changes: Changes, change: Change, seen: str) -> Changes:
    """The changes with one more. Raises ChangeOutdated where it would undo what somebody else has done since."""
    new = changes.with_change(change)
    if new != changes and fingerprint_of_target(settings, changes, change) != seen:
        raise ChangeOutdated("What this draft would replace has been changed since the draft was made.")
    return new


def main() -> int:
    """0: published; 1: the reason why not was printed."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no line of ours
    os.nice(NICENESS)
    wanted = json.load(sys.stdin)
    change, seen = CHANGE.validate_python(wanted["change"]), str(wanted["seen"])
    settings = load_settings(env_file=Path(os.devnull))
    try:
        version = _publish(settings, change, seen, told)
    except (OhjenuoraError, OSError) as error:
        _tell(told, error=type(error).__name__, message=str(error))
        return 1
    _tell(told, version=version)
    return 0


def _publish(settings: Settings, change: Change, seen: str, told: TextIO) -> str:
    # Imported here: the service, which imports this module too, need not carry what only a build needs.
    from rag.build import build_index
    from rag.embedding import Embedder
    from rag.progress import Meter
    from rag.words import Lexicon

    meter = Meter()
    report = build_index(
        settings,
        Embedder.load(settings),
        Lexicon(settings.data_dir),
        progress=lambda *step: _tell(told, step=asdict(meter.step(*step))),
        edit=lambda changes: with_checked(settings, changes, change, seen),
    )
    return report.manifest.version


def _tell(told: TextIO, **said: Any) -> None:
    """Raises BrokenPipeError, which ends the process, when the service that started it is gone."""
    told.write(json.dumps(said) + "\n")
    told.flush()


if __name__ == "__main__":
    sys.exit(main())
