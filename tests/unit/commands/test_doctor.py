"""The doctor's checks of the program, the machine and the configuration, and the whole report."""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from drtui.commands.doctor import examine
from drtui.commands.doctor.configuration import examine_configuration
from drtui.commands.doctor.machine import examine_disk, examine_keyring
from drtui.commands.doctor.program import examine_program
from drtui.commands.doctor.report import report
from drtui.commands.doctor.surroundings import Keyring, Surroundings
from drtui.config import Paths, Settings
from drtui.domain.doctoring import Area, Check, Heard, Verdict, check
from drtui.domain.problems import ProblemError
from drtui.store.database import Database, open_database
from tests.support.stores import filled_store
from tests.unit.commands.examined import (
    ACCOUNT,
    FAILED,
    NOT_CHECKED,
    OK,
    SIGNING,
    TERM,
    WARNING,
    one,
)

# Versions


def test_a_library_that_is_missing_has_failed() -> None:
    def version_of(name: str) -> str:
        if name == "keyring":
            raise metadata.PackageNotFoundError(name)
        return "1.0"

    found = one(examine_program(version_of), "libraries")
    assert (found.verdict, "Missing: keyring" in found.why) == (FAILED, True)


def test_a_python_or_an_sqlite_that_is_too_old_has_failed() -> None:
    old = examine_program(python=(3, 10, 4), sqlite=(3, 34, 1))
    assert one(old, "Python").verdict is FAILED
    assert one(old, "SQLite").verdict is FAILED
    new = examine_program(python=(3, 11, 0), sqlite=(3, 35, 0))
    assert {each.verdict for each in new} == {OK}


# The machine


def test_a_keyring_is_told_by_its_name_and_without_one_what_to_do(around: Surroundings) -> None:
    assert examine_keyring(around, needed=True).why == "SecretService."
    without = replace(around, keyring=Keyring("", "There is none; “drtui doctor” tells how."))
    found = examine_keyring(without, needed=True)
    assert (found.verdict, found.why) == (WARNING, "There is none.")
    assert "dbus-run-session" in found.advice
    session = replace(without, environment={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"})
    assert "dbus-run-session" not in examine_keyring(session, needed=True).advice
    assert examine_keyring(without, needed=False).verdict is OK
    assert examine_keyring(replace(around, keyring=None), needed=True).verdict is NOT_CHECKED


@pytest.mark.parametrize(
    ("free", "verdict"), [(10**9, OK), (4 * 10**8, WARNING), (4 * 10**7, FAILED)]
)
def test_little_space_is_warned_of_and_hardly_any_has_failed(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict
) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    assert examine_disk(around).verdict is verdict


# The configuration


def test_what_others_may_read_is_warned_of_with_what_to_run(paths: Paths) -> None:
    paths.config.mkdir(mode=0o700)
    paths.config_file.write_text("")
    paths.config_file.chmod(0o644)
    found = one(examine_configuration(paths, Settings(), ACCOUNT), "permissions")
    assert found.verdict is WARNING
    assert found.advice == f"Run chmod 600 {paths.config_file}."
    paths.config_file.chmod(0o600)
    assert one(examine_configuration(paths, Settings(), ACCOUNT), "permissions").verdict is OK


def test_what_a_group_shares_is_open_to_it_and_to_nobody_else(paths: Paths, tmp_path: Path) -> None:
    home = tmp_path / "group"
    shared = replace(paths, state=home / "state", shared=home)
    store = shared.store(ACCOUNT.name)
    store.parent.mkdir(parents=True)
    store.touch()
    for path, mode in (  # as “account share” makes them
        (home, 0o2750),
        (shared.state, 0o2770),
        (store.parent, 0o2770),
        (store, 0o660),
    ):
        path.chmod(mode)

    def found() -> Check:
        return one(examine_configuration(shared, Settings(), ACCOUNT), "permissions")

    assert (found().verdict, found().advice) == (OK, "")
    assert "the shared stores their group's" in found().why
    store.chmod(0o664)
    assert (found().verdict, found().advice) == (WARNING, f"Run chmod o-rwx {store}.")
    store.chmod(0o660)
    shared.config.mkdir(mode=0o750)  # which nobody shares
    shared.config.chmod(0o750)
    assert (found().verdict, found().advice) == (WARNING, f"Run chmod 700 {shared.config}.")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_cannot_be_written_has_failed(paths: Paths) -> None:
    paths.state.mkdir(mode=0o500)
    assert one(examine_configuration(paths, Settings(), None), "folders").verdict is FAILED
    paths.state.chmod(stat.S_IRWXU)


# The whole


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    path = paths.store("event")
    path.parent.mkdir(parents=True)
    filled_store(path).close()
    opened = open_database(path)
    yield opened
    opened.close()


def test_every_check_is_there_whatever_could_be_looked_at(
    around: Surroundings, database: Database
) -> None:
    database.close()
    problem = ProblemError("It is broken.")
    reports = [
        examine(around, Settings(), ACCOUNT),
        examine(around, Settings(), SIGNING, Heard(())),
        examine(around, Settings(), replace(ACCOUNT, name="unread")),
        examine(around, Settings(), problem),
        examine(around, problem, problem),
    ]
    names = [{(each.area, each.name) for each in checks} for checks in reports]
    assert all(each == names[0] for each in names)
    assert all(len(each) == len(checks) for each, checks in zip(names, reports, strict=True))


def test_whose_home_it_is_is_not_told(around: Surroundings, tmp_path: Path) -> None:
    found = examine(
        replace(around, environment={**TERM, "HOME": str(tmp_path)}), Settings(), ACCOUNT
    )
    assert str(tmp_path) not in repr(found)
    assert "~/config/config.toml" in one(found, "file").why


def test_looking_at_a_store_changes_nothing_of_it(around: Surroundings, database: Database) -> None:
    database.close()
    before = {path.name: path.read_bytes() for path in database.path.parent.iterdir()}
    found = examine(around, Settings(), ACCOUNT)
    assert {each.verdict for each in found if each.area is Area.STORE} == {OK}
    assert {path.name: path.read_bytes() for path in database.path.parent.iterdir()} == before


def test_what_is_no_store_is_left_as_it_is(around: Surroundings, paths: Paths) -> None:
    store = paths.store("event")
    store.parent.mkdir(parents=True)
    store.touch(mode=0o600)
    found = examine(around, Settings(), ACCOUNT)
    assert one(found, "schema").verdict is FAILED
    assert one(found, "undelivered").verdict is NOT_CHECKED
    assert store.stat().st_size == 0
    store.write_bytes(b"no database at all" * 400)
    found = examine(around, Settings(), ACCOUNT)
    assert one(found, "integrity").verdict is FAILED
    assert "does not begin as a drtui store does" in one(found, "integrity").why


# The report


def test_the_report_is_wrapped_below_what_was_found() -> None:
    line = check(Area.STORE, "schema", WARNING, "one two three four five six seven", "eight nine")
    assert report([line], None) == [
        "Store",
        "  warning      schema  one two three four five six seven",
        "                       -> eight nine",
    ]
    assert report([line], 55) == [
        "Store",
        "  warning      schema  one two three four five six",
        "                       seven",
        "                       -> eight nine",
    ]


def test_what_must_not_be_published_is_taken_out_of_every_line() -> None:
    found = check(
        Area.ACCOUNT,
        "delivery",
        FAILED,
        "ada@example.com in 123456789012 with AKIAIOSFODNN7EXAMPLE and " + "x" * 70,
        "\x1b[31mask bob@example.org",
    )
    for secret in ("ada@", "123456789012", "AKIA", "xxx", "bob@", "\x1b"):
        assert secret not in found.why + found.advice
