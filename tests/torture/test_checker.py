"""What judges a campaign finds what is wrong: an account or a log that was doctored, an engine that
makes mistakes."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from drtui.domain.quota_actions import Pause
from tests.torture import test_log_machine
from tests.torture.clock_file import forks_with_clocks
from tests.torture.confirming import confirm
from tests.torture.expected import Asked, Expected, Racer, differences
from tests.torture.judging import judge, settle
from tests.torture.taking_back import UNDO, hold_to, take_back
from tests.torture.test_log_machine import UNDER_WAY, LogUnderDyingEngines
from tests.torture.timed import for_a_set_time
from tests.torture.world import NEWER, LostError, Size, World, make_world

GUESTS = 2
SMALL = Size(racers=20, kills=0, operations=0, bulk=0, small=0, guests=GUESTS, release=NEWER)


class Calm(random.Random):
    """Chance that kills nobody."""

    def random(self) -> float:
        """Say no."""
        return 0.9


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    forks = forks_with_clocks()
    world = make_world(tmp_path_factory.mktemp("judged"), SMALL, 1, forks, lambda _: None)
    try:
        world.random = Calm()
        world.learn_release()
        for asked in (
            world.wishes.about_racers(),
            world.wishes.invitations(GUESTS),
            world.wishes.race(),
        ):
            confirm(world, asked, in_console=False)
        settle(world)
        judge(world)  # who was invited is a racer from here on
        asked = world.wishes.about_racers()
        for_a_set_time(world, asked, missed=False, next_fault=lambda: "none but the kill")
        settle(world)
        judge(world)
        yield world
    finally:
        world.close()
        forks.close()


@pytest.fixture
def world(made: World) -> Iterator[World]:
    """One that is as it has to be, and is so again in the end."""
    made.figures.lost = made.figures.doubled = 0
    yield made
    judge(made)


def refused(world: World, what: str) -> None:
    with pytest.raises(LostError, match=what):
        judge(world)


def in_store(world: World, *statements: str) -> list[Any]:
    with closing(sqlite3.connect(world.store, isolation_level=None)) as raw:
        return [raw.execute(statement).fetchall() for statement in statements]


def test_a_target_that_was_lost_is_found(world: World) -> None:
    lost = sorted(world.expected.racers.keys() - set(world.strangers))[0]
    minutes, _ = world.expected.racers[lost].limits
    world.account.control("set", profile_id=lost, maxTotalComputeMinutes=4_242)
    refused(world, f"wrong={{'{lost}'")
    assert world.figures.lost == 1
    world.account.control("set", profile_id=lost, maxTotalComputeMinutes=minutes)


def test_an_invitation_that_was_lost_is_found(world: World) -> None:
    world.expected.created.add("/profile nobody@example.org")
    refused(world, "missing={'/profile nobody@example.org'}")
    assert world.figures.lost == 1
    world.expected.created.remove("/profile nobody@example.org")


def test_what_is_created_twice_is_found(world: World) -> None:
    name = next(one for one in world.expected.created if one.startswith("/leaderboards"))
    definition = next(
        race["definition"]
        for race in world.account.control("races")["races"].values()
        if name.endswith(race["definition"]["name"])
    )
    reply = world.account.emulator.request(
        "POST", "/leaderboards", {"leaderboardDefinition": definition}
    )
    assert reply.status == 200, reply.body
    refused(world, f"twice={{'{name}'}}")
    assert (world.figures.lost, world.figures.doubled) == (0, 1)
    world.account.created[name] = 1


def test_who_was_invited_by_a_job_and_by_a_call_is_found(world: World) -> None:
    assert world.account.in_jobs == GUESTS
    guest = next(one for one in sorted(world.expected.created) if one.startswith("/profile"))
    world.account.called[guest] += 1
    refused(world, f"twice={{'{guest}'}}")
    assert (world.figures.lost, world.figures.doubled) == (0, 1)
    del world.account.called[guest]


def test_what_a_set_time_has_made_twice_is_found(world: World) -> None:
    ran = next(one.operation for one in world.expected.timed if one.state == "ran")
    (columns,) = in_store(world, "SELECT name FROM pragma_table_info('operation')")
    others = ", ".join(name for (name,) in columns if name != "id")
    in_store(
        world,
        f"INSERT INTO operation (id, {others}) SELECT 99, {others} FROM operation WHERE id = {ran}",
    )
    refused(world, "1 operations that nobody has confirmed")
    assert (world.figures.lost, world.figures.doubled) == (0, 1)
    in_store(world, "DELETE FROM operation WHERE id = 99")


@pytest.mark.parametrize(
    ("doctored", "mended", "told"),
    [
        ("state = 'dropped'", "state = 'ran'", "state='dropped'.*has to be"),
        ("operation_id = 1", "operation_id = {ran}", "operation=1,.*has to be"),
        ("scheduled_for = {at} - 700", "scheduled_for = {at}", "s after its time, and nobody"),
    ],
)
def test_a_set_time_that_was_not_kept_is_found(
    world: World, doctored: str, mended: str, told: str
) -> None:
    number, it = next(
        (number, one) for number, one in enumerate(world.expected.timed, 1) if one.state == "ran"
    )
    change = f"UPDATE scheduled_operation SET {{}} WHERE id = {number}"
    values = {"ran": it.operation, "at": it.at}
    in_store(world, change.format(doctored.format(**values)))
    refused(world, told)
    in_store(world, change.format(mended.format(**values)))


def test_what_was_for_a_set_time_and_is_gone_is_missed(world: World) -> None:
    (rows,) = in_store(world, "SELECT * FROM scheduled_operation ORDER BY id DESC LIMIT 1")
    in_store(world, f"DELETE FROM scheduled_operation WHERE id = {rows[0][0]}")
    refused(world, "1 for a set time, not 2")
    assert world.figures.lost == 1
    with closing(sqlite3.connect(world.store, isolation_level=None)) as raw:
        marks = ", ".join("?" * len(rows[0]))
        raw.execute(f"INSERT INTO scheduled_operation VALUES ({marks})", rows[0])


def test_what_was_missed_and_never_told_is_found(world: World) -> None:
    it = next(one for one in world.expected.timed if one.state == "ran")
    it.by_hand = True
    refused(world, "the journal does not say that .* was missed")
    it.by_hand = False


def test_what_was_cancelled_and_came_to_the_account_is_found(world: World) -> None:
    confirm(world, world.wishes.quotas(), in_console=False)
    number = world.log.newest()
    world.drtui("operations", "cancel", str(number), "--yes")
    refused(world, f"cancelled={{{number}: ")
    whom = world.expected.racers.keys() - set(world.strangers)
    asked = {one: world.expected.racers[one].limits for one in whom}
    world.taken_back.add(number)
    hold_to(world, number)
    sent = sorted(whom)[0]
    for limits, wrong in ((asked[sent], True), (world.expected.racers[sent].limits, False)):
        minutes, models = limits
        world.account.control(
            "set", profile_id=sent, maxTotalComputeMinutes=minutes, maxModelCount=models
        )
        if wrong:
            refused(world, f"wrong={{'{sent}'")


def test_whom_an_undo_left_out_is_found(world: World) -> None:
    confirm(world, world.wishes.quotas(), in_console=False)
    world.drtui("sync")
    number = take_back(world, UNDO)
    settle(world)
    whom = sorted(world.expected.racers.keys() - set(world.strangers))[0]
    (rows,) = in_store(
        world,
        f"SELECT * FROM operation_item WHERE operation_id = {number + 1} AND target = '{whom}'",
    )
    in_store(world, f"DELETE FROM operation_item WHERE id = {rows[0][0]}")
    with pytest.raises(LostError, match=f"does not undo {number}: {{'{whom}': "):
        hold_to(world, number)
    with closing(sqlite3.connect(world.store, isolation_level=None)) as raw:
        raw.execute(f"INSERT INTO operation_item VALUES ({', '.join('?' * len(rows[0]))})", rows[0])
    hold_to(world, number)


def test_models_that_nobody_asked_to_delete_are_missed(world: World) -> None:
    whose = next(one for one, count in sorted(world.expected.models.items()) if count)
    reply = world.account.emulator.request("DELETE", f"/profiles/{whose}/models")
    assert reply.status == 200, reply.body
    refused(world, f"models={{'{whose}'")
    world.expected.models[whose] = 0


def test_a_line_of_the_journal_that_is_gone_is_missed(world: World) -> None:
    (rows,) = in_store(world, "SELECT * FROM journal ORDER BY id DESC LIMIT 1")
    (triggers,) = in_store(world, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    in_store(world, *(f"DROP TRIGGER {name}" for name, _ in triggers))
    in_store(world, f"DELETE FROM journal WHERE id = {rows[0][0]}")
    refused(world, "a line of the journal has changed or gone")
    with closing(sqlite3.connect(world.store, isolation_level=None)) as raw:
        raw.execute(f"INSERT INTO journal VALUES ({', '.join('?' * len(rows[0]))})", rows[0])
    in_store(world, *(sql for _, sql in triggers))
    world.log.journal_flaws()


def test_a_target_that_the_log_has_forgotten_is_missed(world: World) -> None:
    (rows,) = in_store(world, "SELECT * FROM operation_item WHERE operation_id = 1 LIMIT 1")
    in_store(world, f"DELETE FROM operation_item WHERE id = {rows[0][0]}")
    refused(world, "operation 1 has 0 lines in the journal")
    with closing(sqlite3.connect(world.store, isolation_level=None)) as raw:
        raw.execute(f"INSERT INTO operation_item VALUES ({', '.join('?' * len(rows[0]))})", rows[0])


def test_a_racer_who_is_not_there_is_lost() -> None:
    expected = Expected({"a": Racer((300, 5)), "b": Racer((60, 1))})
    found = {"a": (300, 5)}
    assert differences(expected.limits(), found) == {"b": ((60, 1), None)}
    assert differences(expected.limits(), found, ["b"]) == {}


def test_what_is_sent_again_after_a_later_operation_stands_in_the_end() -> None:
    expected = Expected({"a": Racer((300, 5)), "b": Racer((300, 5))})
    expected.confirm(Asked("set_quotas", (), becomes=lambda racer: racer.give(720, 13)), 1)
    expected.confirm(Asked("set_quotas", (), becomes=lambda racer: racer.add(420)), 2)
    expected.send_again(1, ["a"])
    assert expected.limits() == {"a": (720, 13), "b": (1140, 13)}
    expected.send_again(2, ["a", "b"])
    assert expected.limits() == {"a": (1140, 13), "b": (1140, 13)}


@pytest.fixture
def machine() -> Iterator[LogUnderDyingEngines]:
    state = LogUnderDyingEngines()
    state.begin()
    yield state
    for one in (state.engine.database, *(admin.database for admin in state.admins)):
        one.close()
    state.folder.cleanup()


def dies_while_inviting(machine: LogUnderDyingEngines) -> None:
    machine.an_admin_invites(0, 1)
    machine.it_invites(UNDER_WAY)
    machine.it_dies_and_another_takes_over(applied=True)
    machine.it_invites("answered")
    machine.nobody_is_invited_twice_unless_that_was_asked_for()


def dies_while_sending(machine: LogUnderDyingEngines, racer: int) -> None:
    machine.an_admin_changes_racers(0, Pause(), {racer})
    machine.claims(1)
    machine.it_dies_and_another_takes_over(applied=False)
    machine.all_is_settled_in_the_end()


def test_the_machine_finds_an_engine_that_invites_again_in_doubt(
    machine: LogUnderDyingEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    dies_while_inviting(machine)
    monkeypatch.setattr(test_log_machine, "without_carrying", lambda _item, _terms: None)
    with pytest.raises(AssertionError, match="guest1@"):
        dies_while_inviting(machine)


def test_the_machine_finds_an_engine_that_forgets_what_was_being_sent(
    machine: LogUnderDyingEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_log_machine, "ENDINGS", 3)
    dies_while_sending(machine, 0)
    monkeypatch.setattr(test_log_machine, "recover", lambda _database: 0)
    with pytest.raises(AssertionError):
        dies_while_sending(machine, 1)
