"""What one look at a source has found, as one change set: drafts that are previewed, tried and published as one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from api import drafts
from api.drafts import Draft
from api.identity import Identity
from rag.curated.changes import PublishTogether

MOST_TOGETHER = 200  # drafts, as many as an editor may put together


def set_of(connection: Connection, who: Identity, found: Sequence[Draft], title: str) -> None:
    """Put what a look has found with what waits of earlier ones, or together where it is more than one draft.

    found: the drafts that the look made. Those that are part of others already stay there; a set that has become empty
    is no draft any more.
    """
    sets: list[tuple[Draft, tuple[str, ...]]] = []
    for draft in drafts.made_by(connection, who.name, "open"):
        if isinstance(draft.change, PublishTogether):
            members = tuple(each.id for each in drafts.members_of(connection, draft.change) if each.status == "open")
            if not members:
                drafts.take_apart(connection, draft)
            else:
                sets.append((draft, members))
    loose = [each.id for each in found if _is_loose(connection, each.id)]
    for draft, members in sets:
        taken = loose[: max(MOST_TOGETHER - len(members), 0)]
        if taken and drafts.change_to(connection, who, draft.id, PublishTogether(drafts=(*members, *taken))):
            loose = loose[len(taken) :]
    while len(loose) > 1:
        drafts.make(connection, who, PublishTogether(drafts=tuple(loose[:MOST_TOGETHER])), seen="", title=title)
        loose = loose[MOST_TOGETHER:]


def own_sets(connection: Connection, who: Identity) -> list[Draft]:
    """The open sets of a source that hold nothing of anybody else's."""
    found = [each for each in drafts.made_by(connection, who.name, "open") if isinstance(each.change, PublishTogether)]
    return [
        each
        for each in found
        if isinstance(each.change, PublishTogether)
        and all(member.made_by == who.name for member in drafts.members_of(connection, each.change))
    ]


def _is_loose(connection: Connection, draft_id: str) -> bool:
    draft = drafts.find(connection, draft_id)
    return draft is not None and draft.status == "open" and drafts.together_with(connection, draft_id) is None
