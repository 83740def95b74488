"""What an export has: its tables, their columns, and where their rows come from.

Nothing depends on the moment of the export: whether a race is open, for one, is told by its
times alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.commands.journal import JOURNAL_COLUMNS, entry_as_json
from drtui.commands.leaderboards import laps_as_json
from drtui.commands.models import MODEL_COLUMNS, model_as_json
from drtui.commands.operation_records import (
    ITEM_COLUMNS,
    OPERATION_COLUMNS,
    item_as_json,
    operation_as_json,
)
from drtui.commands.races import RACE_COLUMNS, race_as_json, row_of
from drtui.commands.usage import USER_COLUMNS, user_as_json
from drtui.domain.records import Limits, SponsoredUser
from drtui.domain.spending import Rates
from drtui.domain.text import iso
from drtui.store import exporting
from drtui.store.database import Transaction
from drtui.store.scheduling import scheduled

Row = Mapping[str, object]
_NOW: Final = "state"  # the one column of races that depends on the moment


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export: a file as CSV, and the same rows as JSON.

    Attributes:
        name: Of both files, without the ending.
        what: What a row is: one, and several.
        columns: The keys of every row, in order.
        rows: Reads them in a transaction, a part at a time.
    """

    name: str
    what: tuple[str, str]
    columns: tuple[str, ...]
    rows: Callable[[Transaction, Rates], Iterator[Row]]


def _racers(connection: Transaction, rates: Rates) -> Iterator[Row]:
    for user, gone_at in exporting.racers(connection):
        yield user_as_json(user, rates) | _beside(user, gone_at)


def _beside(user: SponsoredUser, gone_at: datetime | None) -> dict[str, object]:
    remembered = user.remembered or Limits()
    return {
        "minutes_in_earlier_months": user.carried_minutes,
        "models_in_earlier_months": user.carried_models,
        "remembered_minutes_limit": remembered.minutes,
        "remembered_models_limit": remembered.models,
        "gone_at": iso(gone_at),
    }


def _usage(connection: Transaction, _: Rates) -> Iterator[Row]:
    for one in exporting.usage_samples(connection):
        yield {
            "profile_id": one.profile_id,
            "alias": one.alias,
            "at": iso(one.at),
            "minutes_used": one.minutes_used,
            "minutes_queued": one.minutes_queued,
            "models": one.models,
            "storage_bytes": one.storage_bytes,
        }


def _operations(connection: Transaction, _: Rates) -> Iterator[Row]:
    yield from map(operation_as_json, exporting.operations(connection))


def _items(connection: Transaction, _: Rates) -> Iterator[Row]:
    for item in exporting.items(connection):
        yield {"operation": item.operation_id, **item_as_json(item)}


def _scheduled(connection: Transaction, _: Rates) -> Iterator[Row]:
    for one in scheduled(connection):
        yield {
            "number": one.number,
            "what": one.what,
            "kind": one.kind.value,
            "whom": one.whom.text(),
            "everybody": one.whom.everybody,
            "filter": one.whom.filter_text or None,
            "profiles": " ".join(one.whom.profiles) or None,
            "at": iso(one.when.at),
            "zone": one.when.zone_name or None,
            "who": one.who,
            "account_user": one.account_user,
            "created_at": iso(one.created_at),
            "state": one.state.value,  # as noted: that one is over is told by its time
            "operation": one.operation_id,
            "note": one.note or None,
            "settled_at": iso(one.settled_at),
        }


def _journal(connection: Transaction, _: Rates) -> Iterator[Row]:
    for line in exporting.journal_entries(connection):
        yield entry_as_json(line)


def _models(connection: Transaction, _: Rates) -> Iterator[Row]:
    yield from map(model_as_json, exporting.models(connection))


def _races(connection: Transaction, _: Rates) -> Iterator[Row]:
    for race in exporting.races(connection):
        told = race_as_json(row_of(race), race.as_of)
        del told[_NOW]
        yield told | {"gone_at": iso(race.gone_at)}


def _rankings(connection: Transaction, _: Rates) -> Iterator[Row]:
    for place in exporting.places(connection):
        ranking, race = place.ranking, place.race.race
        yield {
            "race_id": race.race_id,
            "race": race.definition.name,
            "line": place.line + 1,
            "rank": ranking.rank,
            "alias": ranking.alias,
            "score_ms": ranking.score,
            **laps_as_json(ranking),
            "as_of": iso(place.read_at),
        }


def _changes(connection: Transaction, _: Rates) -> Iterator[Row]:
    for race, change in exporting.place_changes(connection):
        yield {
            "race_id": race.race.race_id,
            "race": race.race.definition.name,
            "at": iso(change.at),
            "alias": change.alias,
            "rank": change.rank,
            "score_ms": change.score,
        }


_RACER_COLUMNS: Final = (
    *USER_COLUMNS,
    *("minutes_in_earlier_months", "models_in_earlier_months"),
    *("remembered_minutes_limit", "remembered_models_limit", "gone_at"),
)
_USAGE_COLUMNS: Final = (
    *("profile_id", "alias", "at", "minutes_used", "minutes_queued", "models", "storage_bytes"),
)
_RANKING_COLUMNS: Final = (
    *("race_id", "race", "line", "rank", "alias", "score_ms", "best_lap_ms", "average_lap_ms"),
    *("total_ms", "laps", "resets", "off_tracks", "collisions", "submission", "submitted_at"),
    "as_of",
)
_CHANGE_COLUMNS: Final = ("race_id", "race", "at", "alias", "rank", "score_ms")
_SCHEDULED_COLUMNS: Final = (
    *("number", "what", "kind", "whom", "everybody", "filter", "profiles", "at", "zone", "who"),
    *("account_user", "created_at", "state", "operation", "note", "settled_at"),
)
_OF_RACES: Final = (*(name for name in RACE_COLUMNS if name != _NOW), "gone_at")

TABLES: Final = (
    Table("racers", ("user", "users"), _RACER_COLUMNS, _racers),
    Table("usage", ("reading of usage", "readings of usage"), _USAGE_COLUMNS, _usage),
    Table("operations", ("operation", "operations"), OPERATION_COLUMNS, _operations),
    Table("operation-targets", ("target", "targets"), ("operation", *ITEM_COLUMNS), _items),
    Table(
        "scheduled-operations",
        ("scheduled operation", "scheduled operations"),
        _SCHEDULED_COLUMNS,
        _scheduled,
    ),
    Table("journal", ("line of the journal", "lines of the journal"), JOURNAL_COLUMNS, _journal),
    Table("models", ("model", "models"), MODEL_COLUMNS, _models),
    Table("races", ("race", "races"), _OF_RACES, _races),
    Table(
        "rankings",
        ("place on a leaderboard", "places on leaderboards"),
        _RANKING_COLUMNS,
        _rankings,
    ),
    Table("ranking-changes", ("change of a place", "changes of places"), _CHANGE_COLUMNS, _changes),
)
"""The tables of an export, in the order in which they are written."""
