"""What a store holds, in an admin's words: for telling what of a damaged one could not be read."""

from collections.abc import Iterable, Mapping
from typing import Final

OURS: Final[Mapping[str, str]] = {
    "operation": "the operations",
    "operation_item": "the targets of operations",
    "journal": "the journal",
    "scheduled_operation": "the operations for a set time",
    "usage_sample": "what was used over time",
    "tag": "the racers' tags",
    "model_tag": "the models' tags",
    "ranking_change": "how leaderboards have changed",
    "preference": "the saved filters and views",
}
"""What only drtui knows, by the table's name."""

_THEIRS: Final[Mapping[str, str]] = {
    "participant": "the participants, which are kept from their list again",
    "hidden_alias": "which aliases are hidden from audiences",
    "model_file": "which models were downloaded",
    "pool_user": "the user pool",
    "sponsored_user": "the racers",
    "model": "the models",
    "race": "the races",
    "ranking": "the leaderboards",
    "live_queue_item": "the queues of live races",
}
_OTHER: Final = "other things that were read"


def part_named(table: str) -> str:
    """Return what is in a table."""
    return OURS.get(table) or _THEIRS.get(table, _OTHER)


def parts_named(tables: Iterable[str]) -> list[str]:
    """Return what is in some tables, each once, by the tables' names."""
    return list(dict.fromkeys(part_named(one) for one in sorted(tables)))
