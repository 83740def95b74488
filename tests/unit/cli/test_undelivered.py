"""What is said of an operation that is not delivered, and its exit code."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from drtui.cli import exits
from drtui.cli.context import Desk
from drtui.cli.sync import _line, _standing
from drtui.cli.undelivered import tell_undelivered
from drtui.commands import queueing
from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_all, select_by_name
from drtui.commands.workspace import Workspace
from drtui.config import Account, Credentials, find_paths, load_settings
from drtui.domain.failures import FailureKind
from drtui.domain.operations import Hold, ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.domain.signing_in import KEYS_UNKNOWN, RENEW_KEYS
from drtui.store.operation_log import operation
from drtui.store.sync_state import write_halt
from tests.support.deployments import racer_id
from tests.support.stores import filled_store
from tests.sync.scheduling_worlds import HOUR, LATE, THEIRS, ran_and_unsent
from tests.sync.scheduling_worlds import World as ScheduledWorld
from tests.sync.scheduling_worlds import world as scheduled
from tests.sync.worlds import World
from tests.unit.cli.conftest import Say

__all__ = ["scheduled"]

HOURS_9 = SetQuotas(QuotaChange(540), None)
HOURS_2_MORE = SetQuotas(QuotaChange(120, relative=True), None)


def desk(workspace: Workspace) -> Desk:
    paths = find_paths({"DRTUI_HOME": str(workspace.database.path.parent)})
    account = Account("finals", "https://one.example/prod", "eu-west-1")
    return Desk(account, paths, load_settings(paths, {}), workspace)


def tell(workspace: Workspace, number: int, hold: Hold) -> int:
    with workspace.database.read() as connection:
        it = operation(connection, number)
    assert it is not None
    assert it.hold is hold
    return tell_undelivered(desk(workspace), it, interrupted=False)


def late(world: ScheduledWorld) -> int:
    """One that was scheduled for three racers, of which nothing was sent in time."""
    ran_and_unsent(world)
    world.clock.step(LATE)
    world.run()
    return world.operations()[0].operation_id


def nine_hours(world: ScheduledWorld, *racers: int) -> int:
    names = [racer_id(number) for number in racers]
    whom = select_by_name(world.workspace, names) if names else select_all(world.workspace)
    number = submit(world.workspace, plan_action(world.workspace, HOURS_9, whom))
    assert number is not None
    return number


def test_what_is_late_waits_for_a_word_and_so_does_what_is_behind_it(
    scheduled: ScheduledWorld, said: Say
) -> None:
    first = late(scheduled)
    second = nine_hours(scheduled)
    scheduled.run()
    told = (
        f"3 queued and not delivered: operation {first} is late, and waits for your word: "
        "“drtui operations scheduled list”.\n"
    )
    assert tell(scheduled.workspace, first, Hold.LATE) == exits.UNSETTLED
    assert said() == told
    assert tell(scheduled.workspace, second, Hold.BEHIND_LATE) == exits.UNSETTLED
    assert said() == told


def test_a_conflict_is_told_where_what_is_late_holds_back_the_rest(
    scheduled: ScheduledWorld, said: Say
) -> None:
    first = nine_hours(scheduled, 0)
    scheduled.deployment.somebody_sets(racer_id(0), Limits(60, 3))
    scheduled.clock.step(HOUR)  # so that the account is read before
    scheduled.run()
    scheduled.deployment.somebody_sets(racer_id(0), THEIRS)
    late(scheduled)
    third = nine_hours(scheduled)
    assert tell(scheduled.workspace, third, Hold.CONFLICT) == exits.UNSETTLED
    assert f"a conflict of operation {first} comes first" in said()


def test_syncing_says_which_wait_for_a_word(scheduled: ScheduledWorld) -> None:
    first = late(scheduled)
    last = _line(_standing(desk(scheduled.workspace)))
    assert "online · as of " in last
    told = f"operation {first} is late, and waits for your word"
    assert last.endswith(f"3 pending · {told}: see “drtui operations scheduled list”")


def test_a_conflict_is_before_what_comes_after_it_in_the_queue(tmp_path: Path, said: Say) -> None:
    world = World(tmp_path / "store.sqlite", 3)
    first, second = world.submit(HOURS_9, 0), world.submit(HOURS_2_MORE, 0)
    queueing.move(world.workspace, second, first)
    world.deployment.somebody_sets(racer_id(0), Limits(60, 3))
    world.run(pull=True)
    assert world.states(second) == {ItemState.CONFLICT: 1}
    assert tell(world.workspace, first, Hold.CONFLICT) == exits.UNSETTLED
    assert f"a conflict of operation {second} comes first" in said()
    world.database.close()


def test_credentials_of_this_machine_are_renewed_and_a_sign_in_is_made_anew(
    tmp_path: Path,
) -> None:
    with closing(filled_store(tmp_path / "a.db", 2)) as database:
        write_halt(database, FailureKind.NOT_SIGNED_IN, KEYS_UNKNOWN)
        by_keys = desk(Workspace(database, "ada"))
        signing = replace(
            by_keys, account=replace(by_keys.account, credentials=Credentials.SIGN_IN)
        )
        state = by_keys.sync_state()
        assert by_keys.why_halted(state) == f"{KEYS_UNKNOWN} {RENEW_KEYS}"
        assert signing.why_halted(state).endswith("drtui account sign-in finals”.")
