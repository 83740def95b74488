"""Labels on users: kept by drtui alone, searched with alias and email."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, func, select, update

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.tags import Tag, stored_tag
from drtui.domain.wording import counted
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import USERS, chunks, search_text

_TAGS: Final = table("tag")
_NAMED: Final = 50  # labels in a line of the journal


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Users, by their ids as from `user_keys`, who get and lose the same labels."""

    keys: Sequence[int]
    add: frozenset[Tag] = frozenset()
    remove: frozenset[Tag] = frozenset()


def change_tags(
    database: Database,
    groups: Sequence[TagGroup],
    author: Author,
    what: str = "Tags",
) -> int:
    """Add and remove labels on users, in one durable transaction; return how many users.

    Args:
        database: The open store.
        groups: Who gets and loses what.
        author: Who does it.
        what: How the line of the journal begins; the labels follow.
    """
    with database.write(RecordKind.SPONSORED_USER, durable=True) as connection:
        return change_tags_in(connection, groups, author, what, database.clock())


def change_tags_in(
    connection: Connection, groups: Sequence[TagGroup], author: Author, what: str, now: float
) -> int:
    """Do so as `change_tags` does, in a writing transaction that is there."""
    changed: dict[int, RowMapping] = {}
    for group in groups:
        users = _users(connection, group.keys)
        profile_ids = [user["profile_id"] for user in users]
        for tag in group.remove:
            _remove(connection, profile_ids, tag)
        rows = [
            {"profile_id": profile_id, "key": tag.key, "value": tag.value}
            for profile_id in profile_ids
            for tag in group.add
        ]
        upsert(connection, _TAGS, rows, key=["profile_id", "key", "value"], update=["value"])
        changed |= {user["id"]: user for user in users}
    _denormalise(connection, list(changed.values()))
    result = counted(len(changed), "user")
    write_journal(connection, now, author, f"{what} {_signed(groups)}", result)
    return len(changed)


def count_tags(connection: Connection) -> dict[Tag, int]:
    """Return how many of those who are there have each label."""
    found = (
        select(_TAGS.c.key, _TAGS.c.value, func.count())
        .join_from(_TAGS, USERS, _TAGS.c.profile_id == USERS.c.profile_id)
        .where(USERS.c.gone_at.is_(None))
        .group_by(_TAGS.c.key, _TAGS.c.value)
    )
    return {Tag(key, value): number for key, value, number in connection.execute(found)}


def count_tag_sets(connection: Connection, keys: Sequence[int]) -> Counter[frozenset[Tag]]:
    """Return which labels some users have together, and how many have exactly these."""
    counts: Counter[frozenset[Tag]] = Counter()
    for chunk in chunks(keys):
        found = (
            select(USERS.c.tags, func.count())
            .where(USERS.c.id.in_(chunk), USERS.c.gone_at.is_(None))
            .group_by(USERS.c.tags)
        )
        for labels, number in connection.execute(found):
            counts[frozenset(map(stored_tag, labels.split()))] += number
    return counts


def _users(connection: Connection, keys: Sequence[int]) -> list[RowMapping]:
    users: list[RowMapping] = []
    for chunk in chunks(keys):
        found = select(USERS).where(USERS.c.id.in_(chunk))
        users += connection.execute(found).mappings().all()
    return users


def _signed(groups: Sequence[TagGroup]) -> str:
    """Return the labels of all groups with a sign before each, cut where there are many."""
    added = sorted({tag for group in groups for tag in group.add})
    removed = sorted({tag for group in groups for tag in group.remove})
    signed = [*(f"+{tag}" for tag in added), *(f"-{tag}" for tag in removed)]
    more = f" and {len(signed) - _NAMED:,} more" if len(signed) > _NAMED else ""
    return " ".join(signed[:_NAMED]) + more


def _remove(connection: Connection, profile_ids: Sequence[str], tag: Tag) -> None:
    for chunk in chunks(profile_ids):
        connection.execute(
            delete(_TAGS).where(
                and_(
                    _TAGS.c.profile_id.in_(chunk),
                    _TAGS.c.key == tag.key,
                    _TAGS.c.value == tag.value,
                )
            )
        )


def _denormalise(connection: Connection, users: Sequence[RowMapping]) -> None:
    """Write each user's labels where lists and the filter's words read them."""
    labels: dict[str, list[str]] = {}
    for chunk in chunks([user["profile_id"] for user in users]):
        rows = connection.execute(select(_TAGS).where(_TAGS.c.profile_id.in_(chunk))).mappings()
        for row in rows:
            labels.setdefault(row["profile_id"], []).append(str(Tag(row["key"], row["value"])))
    changes: list[dict[str, Any]] = []
    for user in users:
        tags = " ".join(sorted(labels.get(user["profile_id"], [])))
        text = search_text(user["alias"], user["email"], tags)
        changes.append({"user_id": user["id"], "new_tags": tags, "new_text": text})
    if changes:
        connection.execute(
            update(USERS)
            .where(USERS.c.id == bindparam("user_id"))
            .values(tags=bindparam("new_tags"), search_text=bindparam("new_text")),
            changes,
        )
