"""A log of five racers, and what the store shows of them: for the help desk's operations."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.domain.help_desk_actions import ChangeRole
from drtui.domain.records import Role
from drtui.store.models import ModelListing, read_models
from drtui.store.users import rows_by_profile
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log

FACILITATOR = ChangeRole(Role.FACILITATOR)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def somebody_changes(log: Log, number: int, **values: str) -> None:
    profile = log.account[racer_id(number)]
    log.account[racer_id(number)] = replace(profile, **values)  # type: ignore[arg-type]


def role(log: Log, number: int = 0) -> Role:
    return log.user(number).profile.role


def listing(log: Log, number: int) -> ModelListing:
    with log.database.read() as connection:
        return read_models(connection, racer_id(number))


def gone(log: Log, number: int = 0) -> bool:
    with log.database.read() as connection:
        return racer_id(number) not in rows_by_profile(connection, [racer_id(number)])
