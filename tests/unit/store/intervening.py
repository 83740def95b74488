"""A log of five racers' operations, and one of them in conflict."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from tests.support.deployments import racers
from tests.support.logs import Log


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


def more_hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60, relative=True), None)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def in_conflict(log: Log, theirs: int = 77, models: int = 3) -> int:
    operation = log.submit(hours(9), 0)
    log.somebody_sets(0, theirs, models)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.CONFLICT
    return operation
