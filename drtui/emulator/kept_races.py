"""Races as the state file keeps them."""

from dataclasses import asdict
from typing import Any

from drtui.emulator.race_records import Entry, EntryStatus, LiveStatus, Race, Result, Trial


def race_row(race: Race) -> dict[str, Any]:
    """A race as JSON can hold it."""
    return asdict(race)


def race_from(row: dict[str, Any]) -> Race:
    """The race of a row."""
    status = row["live_status"]
    return Race(
        **row
        | {
            "results": {key: Result(**each) for key, each in row["results"].items()},
            "entries": {key: _entry(each) for key, each in row["entries"].items()},
            "trials": [Trial(**each) for each in row["trials"]],
            "live_status": None if status is None else LiveStatus(status),
        }
    )


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(**row | {"status": EntryStatus(row["status"])})
