"""Labels on models: kept by drtui alone, searched with the name."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, select, update

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.tags import Tag, stored_tag
from drtui.domain.wording import counted
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.models import MODELS, THERE, model_text
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import chunks

_TAGS: Final = table("model_tag")
_KEY: Final = ("profile_id", "model_id", "key", "value")


def change_model_tags(
    database: Database,
    keys: Sequence[int],
    add: Collection[Tag],
    remove: Collection[Tag],
    author: Author,
) -> int:
    """Add and remove labels on models, in one durable transaction; return how many models.

    Args:
        database: The open store.
        keys: Of the models, as from `model_keys`.
        add: Labels that all of them get.
        remove: Labels that all of them lose.
        author: Who does it.
    """
    with database.write(RecordKind.MODEL, durable=True) as connection:
        models = _models(connection, keys)
        for tag in remove:
            rows = [_row(model, tag) for model in models]
            if rows:
                found = delete(_TAGS)
                for name in _KEY:
                    found = found.where(_TAGS.c[name] == bindparam(f"old_{name}"))
                connection.execute(
                    found, [{f"old_{name}": row[name] for name in _KEY} for row in rows]
                )
        added = [_row(model, tag) for model in models for tag in add]
        upsert(connection, _TAGS, added, key=_KEY, update=["value"])
        _denormalise(connection, models)
        signed = [*(f"+{tag}" for tag in sorted(add)), *(f"-{tag}" for tag in sorted(remove))]
        result = counted(len(models), "model")
        write_journal(connection, database.clock(), author, f"Tags {' '.join(signed)}", result)
    return len(models)


def count_model_tags(connection: Connection) -> dict[Tag, int]:
    """Return how many of the models that are there have each label."""
    found = (
        select(_TAGS.c.key, _TAGS.c.value, func.count())
        .join_from(
            _TAGS,
            MODELS,
            (_TAGS.c.profile_id == MODELS.c.profile_id) & (_TAGS.c.model_id == MODELS.c.model_id),
        )
        .where(THERE)
        .group_by(_TAGS.c.key, _TAGS.c.value)
    )
    return {Tag(key, value): number for key, value, number in connection.execute(found)}


def count_model_tag_sets(connection: Connection, keys: Sequence[int]) -> Counter[frozenset[Tag]]:
    """Return which labels these models have together, and how many have exactly these."""
    sets: Counter[frozenset[Tag]] = Counter()
    for chunk in chunks(keys):
        found = (
            select(MODELS.c.tags, func.count())
            .where(MODELS.c.key.in_(chunk), THERE)
            .group_by(MODELS.c.tags)
        )
        for labels, number in connection.execute(found):
            sets[frozenset(map(stored_tag, labels.split()))] += number
    return sets


def _models(connection: Connection, keys: Sequence[int]) -> list[RowMapping]:
    models: list[RowMapping] = []
    columns = (MODELS.c.key, MODELS.c.profile_id, MODELS.c.model_id, MODELS.c.name)
    for chunk in chunks(keys):
        found = select(*columns).where(MODELS.c.key.in_(chunk))
        models += connection.execute(found).mappings().all()
    return models


def _row(model: RowMapping, tag: Tag) -> dict[str, str]:
    return {
        "profile_id": model["profile_id"],
        "model_id": model["model_id"],
        "key": tag.key,
        "value": tag.value,
    }


def _denormalise(connection: Connection, models: Sequence[RowMapping]) -> None:
    """Write each model's labels where lists and the filter's words read them."""
    labels: dict[tuple[str, str], list[str]] = {}
    for chunk in chunks([model["model_id"] for model in models]):
        for row in connection.execute(select(_TAGS).where(_TAGS.c.model_id.in_(chunk))).mappings():
            identity = (row["profile_id"], row["model_id"])
            labels.setdefault(identity, []).append(str(Tag(row["key"], row["value"])))
    changes: list[dict[str, Any]] = []
    for model in models:
        tags = " ".join(sorted(labels.get((model["profile_id"], model["model_id"]), [])))
        text = model_text(model["name"], tags)
        changes.append({"model_key": model["key"], "new_tags": tags, "new_text": text})
    if changes:
        connection.execute(
            update(MODELS)
            .where(MODELS.c.key == bindparam("model_key"))
            .values(tags=bindparam("new_tags"), search_text=bindparam("new_text")),
            changes,
        )
