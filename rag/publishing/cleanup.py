"""What administrators uploaded or edited and nothing needs any more: it goes, so that a withdrawn text is gone."""

from __future__ import annotations

import time
from collections.abc import Collection

from rag.curated.changed_corpus import changes_folder, changes_named, latest
from rag.index.opening import index_folder, read_manifest
from rag.index.versions import building
from rag.settings import Settings

# An upload is kept before its draft is written: what is younger than this may be about to be needed.
YOUNG_S = 24 * 3600


def forget_contents(settings: Settings, drafts: Collection[str]) -> int:
    """Delete the sets of changes that no kept version was built with, and the contents that neither such a set nor one
    of the drafts (names of contents) needs; how many contents. Raises IndexBusy, ChangesLost."""
    with building(settings):
        root = index_folder(settings)
        manifests = [read_manifest(folder) for folder in root.iterdir() if folder.is_dir()]
        sets = {manifest.changes for manifest in manifests if manifest is not None} | {latest(settings)}
        needed = set(drafts).union(*(changes_named(settings, each).objects() for each in sets))
        young = time.time() - YOUNG_S
        for path in (changes_folder(settings) / "sets").glob("*.json"):
            if path.stem not in sets and path.stat().st_mtime < young:
                path.unlink()
        gone = 0
        for path in (changes_folder(settings) / "objects").glob("*"):
            if path.name not in needed and path.stat().st_mtime < young:
                path.unlink()
                gone += 1
        # What was recognised in pictures, too, when the latest version was built without it.
        latest_s = max((path.stat().st_mtime for path in root.glob("*/manifest.json")), default=0.0)
        for path in settings.recognised_dir.glob("*"):
            if path.stat().st_mtime < latest_s - YOUNG_S:
                path.unlink()
    return gone
