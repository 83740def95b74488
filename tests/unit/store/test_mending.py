"""A clock that was set back: what is read from then on is written all the same."""

from pathlib import Path

from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.database import open_database
from drtui.store.delivery import recover
from drtui.store.models import write_models
from drtui.store.rankings import read_leaderboard, write_rankings
from drtui.store.sweeps import begin_sweep, complete_sweep
from drtui.store.tables import table
from tests.support.deployments import racers
from tests.support.logs import Log, SteppedClock
from tests.support.races import race_id, rankings
from tests.support.stores import profile_id


def test_what_is_read_after_the_clock_was_set_back_is_written(tmp_path: Path) -> None:
    clock = SteppedClock()
    database = open_database(tmp_path / "store.sqlite", clock)
    complete_sweep(database, *begin_sweep(database))
    write_rankings(database, race_id(1), rankings("a"), clock())
    write_models(database, profile_id(1), (), clock())
    clock.step(-3600)
    began = clock()
    begin_sweep(database)
    write_rankings(database, race_id(1), rankings("a", "b"), began)
    with database.read() as connection:
        board = read_leaderboard(connection, race_id(1))
        listing = table("model_listing")
        (read_at,) = connection.execute(listing.select().with_only_columns(listing.c.read_at)).one()
    assert len(board.rankings) == 2
    assert board.read_at is not None
    assert board.read_at.timestamp() == began == read_at
    database.close()


def test_what_was_written_before_it_was_set_back_is_not_taken_for_the_newest(
    tmp_path: Path,
) -> None:
    log = Log(tmp_path / "store.sqlite", racers(1))
    log.submit(SetQuotas(QuotaChange(540), None), 0)
    log.deliver()
    log.clock.step(-3_600)  # while an engine is at work
    log.submit(SetQuotas(QuotaChange(300), None), 0)
    log.deliver()
    log.clock.step(60)
    recover(log.database)
    log.sweep()
    assert log.limits() == Limits(300, 3)
    assert log.user().profile.limits == Limits(300, 3)
    log.database.close()


def test_what_was_written_before_it_was_set_back_does_not_outdo_what_somebody_else_gave_since(
    tmp_path: Path,
) -> None:
    log = Log(tmp_path / "store.sqlite", racers(1))
    log.submit(SetQuotas(QuotaChange(540), None), 0)
    log.deliver()
    log.clock.step(-3_600)
    log.somebody_sets(0, 600)
    log.sweep()
    assert log.user().profile.limits == Limits(600, 3)
    log.database.close()
