"""Trouble that is nobody's typing: sign-in, role, network, store, disk; each its own exit code."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, changed, drtui_on, named, racers, write_config
from tests.support.emulator import RunningEmulator


def store(drtui: Drtui) -> Path:
    return drtui.home / "state" / "accounts" / "event.sqlite"


# Not signed in, or not allowed: 5


def test_no_credentials_are_told_with_the_ways_to_give_some(drtui: Drtui) -> None:
    for name in list(drtui.environment):
        if name.startswith("AWS_") and "KEY" in name + name.replace("TOKEN", "KEY"):
            drtui.environment.pop(name)
    assert "AWS_ACCESS_KEY_ID" in drtui.sentence("users", "list", code=5)
    assert "AWS_ACCESS_KEY_ID" in drtui("sync", code=5).err


def test_a_racer_is_told_that_the_role_does_not_allow_it(
    emulator: RunningEmulator, tmp_path: Path, forks: Forks
) -> None:
    drtui = drtui_on(emulator, tmp_path / "home", "racer", forks=forks)
    assert "role" in drtui.sentence("users", "list", code=5)
    assert "role" in drtui.sentence("users", "pause", "--all", "--yes", code=5)
    assert "role" in drtui("sync", code=5).err


@pytest.mark.usefixtures("synced")
def test_a_change_stays_queued_while_not_signed_in_and_goes_out_afterwards(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    (first,) = racers(before, 1)
    short = emulator.control("issue_keys")
    emulator.control("expire_keys", access_key=short["access_key"])
    expired = {
        "AWS_ACCESS_KEY_ID": short["access_key"],
        "AWS_SECRET_ACCESS_KEY": short["secret_key"],
        "AWS_SESSION_TOKEN": short["session_token"],
    }
    change = ("set-quota", "--models", "19", *named(first), "--yes")
    ran = drtui("users", *change, code=5, env=expired)
    assert "expired" in ran.err
    assert "1 queued and not delivered" in ran.err
    assert "expired" in drtui("sync", code=5, env=expired).err
    listed = drtui("users", "list", "--json", "--sync", env=expired)
    assert "expired" in listed.err
    assert len(listed.json()) == len(before)
    drtui("sync")
    assert changed(before, emulator.profiles()) == {first: (300, 19)}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"AWS_ACCESS_KEY_ID": "ASIAQQQQQQQQQQQQQQQQ"}, "does not know"),
        ({"AWS_SECRET_ACCESS_KEY": "wrong" * 8}, "signature"),
        ({"AWS_SESSION_TOKEN": "wrong" * 8}, "credentials"),
    ],
)
def test_keys_that_are_wrong_are_told_apart(
    drtui: Drtui, changes: dict[str, str], word: str
) -> None:
    sentence = drtui.sentence("users", "list", code=5, env=changes)
    assert word in sentence
    assert not [value for value in changes.values() if value in sentence]


def test_a_clock_that_is_off_is_named_as_a_possible_cause(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    emulator.control("clock", signing_skew=3600)
    assert "clock of this machine" in drtui.sentence("users", "list", code=5)


def test_a_firewall_is_told_apart_from_the_role(drtui: Drtui, emulator: RunningEmulator) -> None:
    emulator.control("firewall", blocked_user_agents=["drtui"])
    try:
        sentence = drtui.sentence("users", "list", code=5)
    finally:
        emulator.control("firewall", blocked_user_agents=[])
    assert "firewall" in sentence
    assert "exception" in sentence


# Offline: 3 when something is queued, 1 when nothing was ever read


def test_offline_before_anything_was_read_nothing_can_be_queued(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    emulator.control("network", state="down")
    for command in (["users", "list"], ["users", "pause", "--all", "--yes"], ["summary"]):
        assert "Nothing has been read from this account yet" in drtui.sentence(*command, code=1)
    assert "Nothing has been read" in drtui.sentence("users", "list", "--no-sync", code=1)
    drtui("sync", code=3)


@pytest.mark.usefixtures("synced")
def test_a_network_that_hangs_is_noticed_in_seconds(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (first,) = racers(emulator.profiles(), 1)
    emulator.control("network", state="down", new="hang", live="hang")
    ran = drtui("users", "set-quota", "--models", "+1", *named(first), "--yes", code=3)
    assert "1 queued and not delivered yet" in ran.err
    emulator.control("network", state="up")
    drtui("sync")


@pytest.mark.usefixtures("synced")
def test_a_captive_portal_is_no_deployment(drtui: Drtui, emulator: RunningEmulator) -> None:
    (first,) = racers(emulator.profiles(), 1)
    before = emulator.profiles()
    emulator.control("fail", how="portal", times=None)
    drtui("users", "set-quota", "--models", "+1", *named(first), "--yes", code=3)
    emulator.control("clear")
    drtui("sync", code=None)
    drtui("sync")
    assert changed(before, emulator.profiles()) == {first: (300, 16)}


# drtui's own: 1


def test_a_corrupt_configuration(drtui: Drtui) -> None:
    write_config(drtui.home, "[accounts\n")
    for command in (["users", "list"], ["sync"], ["account", "list"], []):
        sentence = drtui.sentence(*command, code=1)
        assert "config.toml" in sentence
        assert "not valid TOML" in sentence


def test_a_setting_that_cannot_be_meant(drtui: Drtui) -> None:
    wrong = {"DRTUI_SYNC_CONCURRENCY": "lots"}
    assert "DRTUI_SYNC_CONCURRENCY" in drtui.sentence("sync", code=1, env=wrong)


@pytest.mark.usefixtures("synced")
def test_a_store_of_a_newer_drtui(drtui: Drtui) -> None:
    with closing(sqlite3.connect(store(drtui))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in (["users", "list"], ["operations", "list"], ["sync"]):
        assert "newer drtui" in drtui.sentence(*command, code=1)
    assert "newer drtui" in drtui("account", "remove", "event", "--yes").err


@pytest.mark.parametrize("content", [b"not a store at all\n" * 500, b"SQLite format 3\x00" * 99])
def test_a_store_that_is_none(drtui: Drtui, content: bytes) -> None:
    store(drtui).parent.mkdir(parents=True)
    store(drtui).write_bytes(content)
    assert "event.sqlite" in drtui.sentence("users", "list", code=1)
    assert store(drtui).read_bytes() == content


def test_a_file_where_a_folder_would_be(drtui: Drtui) -> None:
    (drtui.home / "logs").write_text("")
    assert "DRTUI_HOME" in drtui.sentence("sync", code=1)
    (drtui.home / "logs").unlink()
    (drtui.home / "state").write_text("")
    assert "DRTUI_HOME" in drtui.sentence("users", "list", code=1)


def test_what_only_reads_goes_on_without_a_log(drtui: Drtui) -> None:
    (drtui.home / "logs").write_text("")
    listing = drtui("users", "list")
    assert listing.out
    assert listing.err.count("This command keeps no log. The log ") == 1


@pytest.fixture(scope="module")
def without_powers(forks: Forks) -> Iterator[Forks]:
    """What makes runs begin that heed permissions even where the tests run as root."""
    if os.geteuid() != 0:
        yield forks
        return
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root, and nothing to take its powers away with")
    made = Forks(setpriv, "--bounding-set=-dac_override,-dac_read_search,-fowner", "--")
    yield made
    made.close()


@pytest.fixture
def heedful(drtui: Drtui, without_powers: Forks) -> Drtui:
    """The command line of an admin whom permissions stop."""
    drtui.forks = without_powers
    return drtui


@pytest.fixture
def read_only(synced: Drtui, heedful: Drtui) -> Iterator[Drtui]:
    """A command line that has read the account once, and may not write any more."""
    paths = [synced.home, *synced.home.rglob("*")]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
    yield heedful
    for path in paths:
        if path.exists():
            path.chmod(0o700 if path.is_dir() else 0o600)


def test_a_folder_that_may_only_be_read(read_only: Drtui) -> None:
    for command in (["users", "pause", "--all", "-y"], ["sync"]):
        sentence = read_only.sentence(*command, code=1)
        assert "permissions" in sentence
    removing = read_only("account", "remove", "event", "--yes", code=1)
    assert "config.toml cannot be written (Permission denied)" in removing.err


@pytest.mark.parametrize(
    "command",
    [
        ["users", "list"],
        ["users", "list", "--no-sync", "--json"],
        ["summary", "--no-sync"],
        ["operations", "list"],
    ],
)
def test_what_only_reads_goes_on_in_a_folder_that_may_only_be_read(
    read_only: Drtui, command: list[str]
) -> None:
    ran = read_only(*command)
    assert ran.out
    assert "This command keeps no log. The log " in ran.err
    assert ran.err.count("cannot be written (Permission denied)") == 1


def test_a_racers_page_is_read_in_a_folder_that_may_only_be_read(read_only: Drtui) -> None:
    profile = read_only("users", "list", "--json").json()[0]["profile_id"]
    page = read_only("users", "show", profile, "--json").json()
    assert page["profile_id"] == profile


def test_a_configuration_that_may_not_be_read(heedful: Drtui) -> None:
    file = heedful.home / "config" / "config.toml"
    file.chmod(0)
    sentence = heedful.sentence("users", "list", code=1)
    assert "cannot be read (Permission denied)" in sentence


@pytest.mark.usefixtures("synced")
def test_a_file_that_cannot_grow(drtui: Drtui, emulator: RunningEmulator) -> None:
    before = emulator.profiles()
    limit = [*LIMITED, "40000"]
    chosen = racers(before)
    ran = drtui("users", "pause", *named(*chosen), "--yes", code=1, prefix=limit)
    assert "disk" in ran.err
    assert changed(before, emulator.profiles()) == {}
    drtui("users", "pause", *named(*chosen), "--yes")
    assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (0, 0))


LIMITED = [
    "python3",
    "-c",
    "import os, resource, sys; size = int(sys.argv[1]); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)); os.execvp(sys.argv[2], sys.argv[2:])",
]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_loses_nothing_that_was_confirmed(
    emulator: RunningEmulator, small_disk: Path, forks: Forks
) -> None:
    before = emulator.profiles()
    drtui = drtui_on(emulator, small_disk / "home", forks=forks)
    chosen = racers(before)
    drtui("users", "set-quota", "--models", "+1", *named(*chosen), "--yes", "--no-wait")
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    ran = drtui("users", "pause", *named(*chosen), "--yes", "--no-sync", code=1)
    assert re.search("free (some )?space", ran.err)
    assert re.search("free (some )?space", drtui.sentence("sync", code=1))
    shown = drtui("users", "list", "--sync")
    assert re.search("is on a full disk: free some space.* What follows is as of ", shown.err)
    assert chosen[0] in drtui("users", "show", chosen[0], "--json").out
    assert drtui("operations", "list", "--json").json()
    examined = drtui("doctor", "--json", code=None)
    assert "drtui mend" not in examined.out
    assert "The disk is full, so that it is only read." in examined.out
    ballast.unlink()
    drtui("sync")
    assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (300, 16))
