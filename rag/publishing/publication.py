"""`python -m rag.publishing.publication`: publishes changes as one, in a process that can be killed at any moment.

Reads {"changes": [{"change": …, "seen": …}, …]} from its input; settings come from the environment. Prints one JSON
object a line: progress, what is found meanwhile, and last {"version": …} or {"error": …}. It runs at a low priority:
answering goes first.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.curated.changed_corpus import content_of, keep_content
from rag.curated.changes import CHANGE, Change, Changes, EditFile, PutDocument, VerifyQuestions
from rag.curated.examples import VERIFIED
from rag.curated.merging import EditsDiffer, merged
from rag.curated.rules import Rules
from rag.curated.verified import with_verified
from rag.curated.yaml_entries import with_entry
from rag.curated.yaml_files import parse_yaml
from rag.errors import ChangeOutdated, OhjenuoraError
from rag.index.opening import current_version
from rag.index.versions import documents_of
from rag.publishing.progress import PUBLICATION, Meter
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.index.build import BuildReport
    from rag.language.words import Lexicon
    from rag.models.embedding import Embedder

NICENESS = 10  # a tenth of a core beside answers that take all they can get; at 19 it would hardly move

Tell = Callable[[str, int, int], None]  # what is being done, how much of it is done, how much there is
Say = Callable[..., None]  # something that is found before the work is over, by its name
Given = Mapping[str, Any]  # what the process was started with
Work = Callable[[Settings, Given, Tell, Say], Mapping[str, Any]]


@dataclass(frozen=True)
class Prepared:
    """A change as it was prepared. seen: what it would replace, as fingerprint_of_target told it then."""

    change: Change
    seen: str

    def written(self) -> dict[str, Any]:
        """As a process is given it."""
        return {"change": CHANGE.dump_python(self.change, mode="json"), "seen": self.seen}


@dataclass(frozen=True)
class Wanted:
    """The changes that a process was started for, in their order."""

    changes: tuple[Prepared, ...]

    @classmethod
    def of(cls, given: Given) -> Wanted:
        return cls(
            tuple(Prepared(CHANGE.validate_python(each["change"]), str(each["seen"])) for each in given["changes"])
        )

    def build(
        self, settings: Settings, embedder: Embedder, lexicon: Lexicon, tell: Tell, switch: bool = True
    ) -> BuildReport:
        # Imported here: the service, which imports this module too, need not carry what only a build needs.
        from rag.index.build import build_index

        def edit(changes: Changes) -> Changes:
            return with_checked(settings, changes, self.changes)

        return build_index(settings, embedder, lexicon, progress=tell, edit=edit, switch=switch)


def curated_file(settings: Settings, changes: Changes, name: str) -> bytes:
    """The content of a curated file as changed, empty if there is none."""
    if name in changes.files:
        return content_of(settings, changes.files[name])  # type: ignore[index]  # it is one of its keys
    path = settings.corpus_dir / name
    return path.read_bytes() if path.is_file() else b""


def fingerprint_of_target(settings: Settings, changes: Changes, change: Change) -> str:
    """Tells whether what a change would replace is still what it was: a document, or a curated file; "" for nothing."""
    if isinstance(change, VerifyQuestions):
        return ""
    if isinstance(change, EditFile):
        return hashlib.sha256(curated_file(settings, changes, change.name)).hexdigest()
    document = (documents_of(settings, current_version(settings) or "") or {}).get(change.id)
    return document.version if document else ""


def with_applied(settings: Settings, changes: Changes, change: Change) -> Changes:
    """The changes with one more: with the rules that come with a document at the end of rules.yaml, with verified
    questions in their file, and with an edit made of what others have made of its file since.

    Raises NotEditable where rules.yaml has a form that cannot be added to, EditsDiffer and NotTakenApart.
    """
    if isinstance(change, VerifyQuestions):
        text = with_verified(curated_file(settings, changes, VERIFIED).decode(), change.questions, VERIFIED)
        return changes.with_change(EditFile(name=VERIFIED, object=keep_content(settings, text.encode())))
    if isinstance(change, EditFile) and change.base is not None:
        text = _edited(settings, changes, change, change.base)
        return changes.with_change(EditFile(name=change.name, object=keep_content(settings, text.encode())))
    new = changes.with_change(change)
    if not isinstance(change, PutDocument) or not change.rules:
        return new
    text = curated_file(settings, new, "rules.yaml").decode()
    taken = {rule.id for rule in parse_yaml(text, Rules, "rules.yaml").rules}
    for rule in change.rules:
        name = next(each for each in _names(rule.id) if each not in taken)
        taken.add(name)
        text = with_entry(text, "rules", None, rule.model_copy(update={"id": name}).as_entry())
    return new.with_change(EditFile(name="rules.yaml", object=keep_content(settings, text.encode())))


def _edited(settings: Settings, changes: Changes, change: EditFile, base: str) -> str:
    before, wanted = (content_of(settings, each).decode() for each in (base, change.object))
    text, conflicts = merged(change.name, before, curated_file(settings, changes, change.name).decode(), wanted)
    if conflicts:
        raise EditsDiffer(change.name, conflicts)
    return text


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def with_checked(settings: Settings, changes: Changes, prepared: Sequence[Prepared]) -> Changes:
    """The changes with these, one after the other. Raises ChangeOutdated where one would undo what somebody else has
    done since."""
    for each in prepared:
        new = with_applied(settings, changes, each.change)
        mergeable = isinstance(each.change, EditFile) and each.change.base is not None
        if new != changes and not mergeable and fingerprint_of_target(settings, changes, each.change) != each.seen:
            raise ChangeOutdated("What this draft would replace has been changed since the draft was made.")
        changes = new
    return changes


def work_off(work: Work, shares: Mapping[str, float]) -> int:
    """Do what the input wants, and tell of it. 0: done; 1: the reason why not was printed.

    shares: of the stages, for their progress. A service that started this process and is gone ends it: nobody reads
    what it tells (BrokenPipeError).
    """
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no line of ours
    os.nice(NICENESS)
    meter = Meter(shares=shares)

    def say(**said: Any) -> None:
        told.write(json.dumps(said) + "\n")
        told.flush()

    given = json.load(sys.stdin)
    settings = load_settings(env_file=Path(os.devnull))
    try:
        done = work(settings, given, lambda *step: say(step=asdict(meter.step(*step))), say)
    except (OhjenuoraError, OSError) as error:
        name = type(error).__name__ if isinstance(error, OhjenuoraError) else OSError.__name__  # which has many kinds
        say(error=name, message=str(error))
        return 1
    say(**done)
    return 0


def publish(settings: Settings, given: Given, tell: Tell, _: Say) -> Mapping[str, Any]:
    """The version that is in use from now on."""
    from rag.language.words import Lexicon
    from rag.models.embedding import Embedder

    report = Wanted.of(given).build(settings, Embedder.load(settings), Lexicon(settings.data_dir), tell)
    return {"version": report.manifest.version}


if __name__ == "__main__":
    sys.exit(work_off(publish, PUBLICATION))
