"""Several consoles and command lines on one store: of one user, and of several of one group."""

import os
import signal
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import ACCOUNT, Drtui, changed, named, racers
from tests.e2e.system_users import (
    GROUP,
    SystemUser,
    forks_of,
    own_group,
    own_name,
    shared_place,
    why_not,
)
from tests.support.emulator import RunningEmulator
from tests.support.waiting import eventually

_NEWS_SECONDS = 30  # a deadline; what is promised is about one


def store_in(home: Path) -> Path:
    return home / "state" / "accounts" / f"{ACCOUNT}.sqlite"


def engine_of(home: Path) -> int | None:
    with closing(sqlite3.connect(store_in(home), timeout=20)) as connection:
        (pid,) = connection.execute("SELECT engine_pid FROM sync_state").fetchone()
    return int(pid) if pid is not None else None


def modes(home: Path) -> dict[str, int]:
    """What of the store may be done by whom, by name."""
    return {
        each.name: stat.S_IMODE(each.stat().st_mode) for each in store_in(home).parent.iterdir()
    }


def delivered(
    before: dict[str, dict[str, Any]],
    emulator: RunningEmulator,
    wanted: dict[str, tuple[int | None, int | None]],
) -> bool:
    return changed(before, emulator.profiles()) == wanted


# Of one user, in several sessions


@pytest.mark.usefixtures("synced")
def test_one_delivers_the_others_see_it_and_take_over_one_after_the_other(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    chosen = racers(before, 6)
    with (
        drtui.started("sync", "--watch") as first,
        drtui.started("sync", "--watch") as second,
        drtui.started("sync", "--watch") as third,
    ):
        engines = {one.pid: one for one in (first, second, third)}
        for number in (1, 2):
            eventually(lambda: engine_of(drtui.home) in engines, seconds=_NEWS_SECONDS)
            leading = engines.pop(engine_of(drtui.home) or 0)
            emulator.control("latency", ms=300)
            change = ("set-quota", "--models", "+1", *named(*chosen))
            drtui("users", *change, "--yes", "--no-wait", "--no-sync")
            eventually(lambda: emulator.control("status")["under_way"] > 0, seconds=_NEWS_SECONDS)
            os.kill(leading.pid, signal.SIGKILL)
            leading.wait(10)
            emulator.control("latency", ms=0)
            eventually(
                partial(delivered, before, emulator, dict.fromkeys(chosen, (300, 15 + number))),
                seconds=_NEWS_SECONDS,
            )
            eventually(
                lambda: drtui("operations", "list", "--json").json()[0]["state"] == "done",
                seconds=_NEWS_SECONDS,
            )
        told = drtui("journal", "--filter", "result:settled", "--json").json()
    assert [(one["operation"], one["result"]) for one in told] == [
        (2, "settled: 6 done"),
        (1, "settled: 6 done"),
    ]


@pytest.mark.usefixtures("synced")
def test_another_s_operation_is_cancelled_by_who_names_them_and_the_journal_says_whose_it_was(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    chosen = racers(emulator.profiles(), 2)
    emulator.control("network", state="down")
    drtui("users", "pause", *named(*chosen), "--yes", "--no-sync", code=3)
    with closing(sqlite3.connect(store_in(drtui.home))) as connection, connection:
        connection.execute("UPDATE operation SET who = 'bo'")
    refused = drtui.sentence("operations", "cancel", "1", "--yes", code=2)
    assert refused.endswith("say whose it is (--of bo).")
    assert "2 cancelled" in drtui("operations", "cancel", "1", "--of", "bo", "--yes").err
    line = drtui("journal", "--filter", "what:cancel", "--json").json()[0]
    assert line["who"] == own_name()
    assert line["result"] == "2 cancelled, 0 in doubt (bo's operation)"


# Of a group


@pytest.mark.skipif(not own_group(), reason="this user's group has no name here")
def test_sharing_an_account_moves_its_store_to_a_folder_for_the_group_and_nobody_else(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    chosen = racers(emulator.profiles(), 2)
    drtui("users", "set-quota", "--models", "+1", *named(*chosen), "--yes", "--sync")
    folder = tmp_path / "srv" / "drtui"
    folder.parent.mkdir()
    ran = drtui("account", "share", own_group(), str(folder), "--yes")
    assert f"export DRTUI_HOME={folder}" in ran.err
    assert not store_in(drtui.home).exists()
    home = tmp_path / "home-of-ada"
    shared = drtui.another(folder, HOME=str(home), XDG_CONFIG_HOME="", XDG_STATE_HOME="")
    (folder / "config").rename(tmp_path / "unused")  # `another` writes one that is not read
    assert [one["name"] for one in shared("account", "list", "--json").json()] == [ACCOUNT]
    assert len(shared("operations", "list", "--json").json()) == 1
    assert shared("journal", "--json").json()[0]["what"] == "Share the account"
    shared("users", "set-quota", "--models", "+1", *named(*chosen), "--yes", "--sync")
    assert set(modes(folder).values()) == {0o660}
    for each in (folder / "state", folder / "state" / "accounts"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o2770
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2750
    assert "aws_profile" not in (folder / "accounts.toml").read_text()
    report = shared("doctor", "--json", code=None).json()
    (access,) = [one for one in report if one["name"] == "access"]
    assert access["verdict"] == "ok"
    assert own_group() in access["why"]
    again = shared.sentence(
        "account", "share", own_group(), str(tmp_path / "other"), "--yes", code=2
    )
    assert "in a shared folder already" in again


def test_a_group_that_is_not_there_is_told_with_the_commands_that_make_it(
    drtui: Drtui, tmp_path: Path
) -> None:
    told = drtui.sentence("account", "share", "no-such-group", str(tmp_path / "x"), "--yes", code=2)
    assert "sudo groupadd no-such-group" in told
    assert not (tmp_path / "x").exists()


@pytest.fixture(scope="module")
def of_ada() -> Iterator[Forks]:
    """Runs of one of a group, whose new files are nobody else's to read."""
    if reason := why_not():
        pytest.skip(reason)
    made = forks_of(1, GROUP, umask=0o077)
    yield made
    made.close()


@pytest.fixture
def another() -> Iterator[Callable[..., Forks]]:
    """Makes runs of another user begin; takes what `forks_of` does."""
    with ExitStack() as stack:

        def made(number: int, *groups: int) -> Forks:
            forks = forks_of(number, *groups)
            stack.callback(forks.close)
            return forks

        yield made


@pytest.fixture
def place(of_ada: Forks) -> Iterator[Path]:
    """A folder that a group of two system users shares."""
    with shared_place() as found:
        yield found


def test_two_system_users_of_a_group_share_a_store_and_one_takes_over_from_the_other(
    emulator: RunningEmulator, place: Path, of_ada: Forks, another: Callable[..., Forks]
) -> None:
    before = emulator.profiles()
    chosen = racers(before, 3)
    ada = SystemUser(place, 1, emulator, of_ada)
    bo = SystemUser(place, 2, emulator, another(2, GROUP))
    shared = place / "shared"
    watch = ("sync", "--watch")
    ada.drtui("sync")
    with ada.drtui.started(*watch) as first, bo.drtui.started(*watch) as second:
        eventually(lambda: engine_of(shared) in (first.pid, second.pid), seconds=_NEWS_SECONDS)
        leading, other = (first, second) if engine_of(shared) == first.pid else (second, first)
        by, theirs = (bo, ada) if leading is first else (ada, bo)
        # One submits, and the other's engine delivers.
        change = ("users", "set-quota", "--models", "+1", *named(*chosen), "--yes", "--no-sync")
        by.drtui(*change)
        assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (300, 16))
        # Its user sees it, and who did it.
        (line, *_) = theirs.drtui("journal", "--filter", "result:settled", "--json").json()
        assert line["who"] == str(by.uid)
        refused = theirs.drtui("operations", "undo", "1", "--yes", code=2).err
        assert f"--of {by.uid}" in refused
        # It is killed; what is confirmed next is delivered by the other one's engine.
        leading.kill()
        leading.wait(10)
        undo = ("operations", "undo", "1", "--of", str(by.uid), "--yes", "--no-wait")
        theirs.drtui(*undo, "--no-sync", code=None)
        eventually(lambda: changed(before, emulator.profiles()) == {}, seconds=_NEWS_SECONDS)
        assert engine_of(shared) == other.pid
    assert set(modes(shared).values()) == {0o660}
    for each in store_in(shared).parent.iterdir():
        assert each.stat().st_gid == GROUP
    # What is somebody's own stays so.
    for one in (ada, bo):
        for each in (one.home / ".config" / "drtui", one.home / ".local"):
            assert not stat.S_IMODE((each).stat().st_mode) & 0o022
        for log in one.home.rglob("drtui.log"):
            assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_who_is_not_in_the_group_is_told_so_in_a_sentence(
    emulator: RunningEmulator, place: Path, of_ada: Forks, another: Callable[..., Forks]
) -> None:
    ada = SystemUser(place, 1, emulator, of_ada)
    eve = SystemUser(place, 3, emulator, another(3))
    ada.drtui("sync")
    for command in (("users", "list"), ("operations", "list"), ("sync",)):
        told = eve.drtui.sentence(*command, code=1)
        assert f"is shared by the group “{GROUP}”, which “{eve.uid}” is not in" in told
        assert "sudo usermod -aG" in told
