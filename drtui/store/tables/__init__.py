"""The tables of one account's store.

Tables are SQLModel and validate nothing: the domain does. Times are seconds since the epoch
(UTC). An absent number is unknown and stays NULL.

Making a table's class takes milliseconds, so that they come by area, when one is first asked for.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from sqlalchemy import Table
from sqlmodel import SQLModel

AREAS: Final[Mapping[str, tuple[str, ...]]] = {
    "racers": ("sponsored_user", "tag"),
    "log": ("operation", "operation_item"),
    "schedule": ("scheduled_operation",),
    "journal": ("journal",),
    "changes": ("change_counter",),
    "state": ("sync_state",),
    "deployment": ("sign_in", "deployment_fact", "admin_call"),
    "account": ("account_setting", "usage_sample"),
    "models": (
        *("model", "model_listing", "model_tag", "model_sweep", "model_file"),
        "model_detail",
    ),
    "races": (
        *("race", "race_listing", "ranking", "ranking_listing", "ranking_change"),
        *("live_race", "live_queue_item", "hidden_alias"),
    ),
    "views": ("interest", "preference"),
    "participants": ("participant", "pool_user"),
}
"""The modules of this package, and the tables that each of them makes."""


def table(name: str) -> Table:
    """Return a table of the store by name, for statements that are not about whole rows."""
    if name not in SQLModel.metadata.tables:
        import_module(f"{__name__}.{next(area for area, names in AREAS.items() if name in names)}")
    return SQLModel.metadata.tables[name]


def import_all() -> None:
    """Make every table, for what is about the whole schema."""
    for area in AREAS:
        import_module(f"{__name__}.{area}")
