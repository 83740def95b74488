"""Remembered limits as a whole: taken elsewhere and brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.quota_actions import Pause, Resume, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.remembering import read_remembered, write_remembered
from tests.support.deployments import racer_id, racers
from tests.support.logs import ADA, Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def remembered(log: Log) -> dict[str, Limits]:
    with log.database.read() as connection:
        return {one.profile_id: one.limits for one in read_remembered(connection)}


def test_only_those_of_whom_something_is_remembered_are_listed(log: Log) -> None:
    assert remembered(log) == {}
    log.submit(Pause(), 1, 3)
    log.deliver()
    assert remembered(log) == {racer_id(1): Limits(300, 3), racer_id(3): Limits(300, 3)}


def test_resuming_forgets(log: Log) -> None:
    log.submit(Pause(), 1)
    log.deliver()
    log.submit(Resume(), 1)
    log.deliver()
    assert remembered(log) == {}


def test_who_is_gone_is_not_listed(log: Log) -> None:
    log.submit(Pause(), 1)
    log.deliver()
    del log.account[racer_id(1)]
    log.sweep()
    log.sweep()
    assert remembered(log) == {}


def test_what_was_taken_elsewhere_can_be_resumed_to(log: Log, tmp_path: Path) -> None:
    log.submit(SetQuotas(QuotaChange(540), QuotaChange(7)), 0)
    log.deliver()
    log.submit(Pause(), 0)
    log.deliver()
    spare = Log(tmp_path / "spare.sqlite", list(log.account.values()))
    written = write_remembered(spare.database, remembered(log), ADA)
    assert written == (1, ())
    spare.submit(Resume(), 0)
    spare.deliver()
    assert spare.limits() == Limits(540, 7)
    spare.database.close()


def test_profiles_that_are_not_there_are_named(log: Log) -> None:
    limits = {racer_id(0): Limits(60, None), "stranger0000001": Limits(60, 1)}
    assert write_remembered(log.database, limits, ADA) == (1, ("stranger0000001",))
    assert remembered(log) == {racer_id(0): Limits(60, None)}


def test_two_thousand_are_brought_back_at_once(tmp_path: Path) -> None:
    log = Log(tmp_path / "many.sqlite", racers(2000))
    limits = {racer_id(number): Limits(number + 1, 2) for number in range(2000)}
    assert write_remembered(log.database, limits, ADA) == (2000, ())
    assert remembered(log) == limits
    log.database.close()
