"""The first index of an empty data folder, built by whoever wants to answer from one."""

from __future__ import annotations

import logging

from rag.errors import IndexBusy
from rag.index.build import BuildReport, build_index
from rag.index.opening import current_version
from rag.index.versions import building
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings

_log = logging.getLogger(__name__)


def first_index(settings: Settings) -> BuildReport | None:
    """Build an index where there is none; None where there is one, which stays as it is.

    Where another process builds, waits for it. Raises what build_index raises, but for IndexBusy.
    """
    while current_version(settings) is None:
        try:
            return build_index(settings, Embedder.load(settings), Lexicon(settings.data_dir))
        except IndexBusy:
            _log.warning("Another process is building the index in '%s': waiting for it.", settings.data_dir)
            with building(settings, wait=True):
                pass  # it is done, or has failed
    return None
