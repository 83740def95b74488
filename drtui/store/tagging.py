"""Labels on users: kept by drtui alone, searched with alias and email."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.tags import Tag
from drtui.store.database import Database, table
from drtui.store.journal import Author, write_journal
from drtui.store.sqlite import upsert
from drtui.store.users import USERS, chunks, search_text

_TAGS: Final = table("tag")


def change_tags(
    database: Database,
    keys: Sequence[int],
    add: Collection[Tag],
    remove: Collection[Tag],
    author: Author,
) -> int:
    """Add and remove labels on users, in one durable transaction; return how many users.

    Args:
        database: The open store.
        keys: Ids, as from `user_keys`.
        add: Labels they have afterwards.
        remove: Labels they do not have afterwards.
        author: Who does it.
    """
    users: list[RowMapping] = []
    with database.write(RecordKind.SPONSORED_USER, durable=True) as connection:
        for chunk in chunks(keys):
            found = select(USERS).where(USERS.c.id.in_(chunk))
            users += connection.execute(found).mappings().all()
        for tag in remove:
            _remove(connection, [user["profile_id"] for user in users], tag)
        rows = [
            {"profile_id": user["profile_id"], "key": tag.key, "value": tag.value}
            for user in users
            for tag in add
        ]
        upsert(connection, _TAGS, rows, key=["profile_id", "key", "value"], update=["value"])
        _denormalise(connection, users)
        what = " ".join(
            [*(f"+{tag}" for tag in sorted(add)), *(f"-{tag}" for tag in sorted(remove))]
        )
        now = database.clock()
        write_journal(connection, now, author, f"Tags {what}", f"{len(users):,} users")
    return len(users)


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
