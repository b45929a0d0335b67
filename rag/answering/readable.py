"""An open version as each circle of readers may see it."""

from __future__ import annotations

import threading
from collections import OrderedDict

from rag.answering.pipeline import OpenVersion
from rag.index.part import part_of
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.models.reader import Reader

MAX_PARTS = 16  # a bound on memory: each has its vectors and words; above it the one not asked for longest goes

_Key = tuple[str, frozenset[str]]  # a version, and ids of its documents


class Parts:
    """Opened when somebody first asks for those documents, and kept. Safe in several threads."""

    def __init__(self, lexicon: Lexicon, embedder: Embedder, reader: Reader) -> None:
        self._lexicon, self._embedder, self._reader = lexicon, embedder, reader
        self._open: OrderedDict[_Key, OpenVersion] = OrderedDict()
        self._lock = threading.Lock()
        self._opening = threading.Lock()

    def of(self, whole: OpenVersion, readable: frozenset[str]) -> OpenVersion:
        """What a version is to somebody who may read these of its documents, given by id."""
        if readable == whole.index.documents.keys():
            return whole
        key = whole.index.version, readable
        if (found := self._known(key)) is not None:
            return found
        with self._opening:  # whoever comes for the same documents waits for them, and nobody else
            if (found := self._known(key)) is None:
                index = part_of(whole.index, readable)
                found = OpenVersion.of(index, self._lexicon, self._embedder, self._reader, whole)
                self._keep(key, found)
            return found

    def _known(self, key: _Key) -> OpenVersion | None:
        with self._lock:
            found = self._open.get(key)
            if found is not None:
                self._open.move_to_end(key)
            return found

    def _keep(self, key: _Key, opened: OpenVersion) -> None:
        with self._lock:
            for outdated in [each for each in self._open if each[0] != key[0]]:
                del self._open[outdated]
            self._open[key] = opened
            while len(self._open) > MAX_PARTS:
                self._open.popitem(last=False)
