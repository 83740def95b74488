"""Each check of the doctor, with made-up circumstances."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Final

import pytest

from drtui.commands.doctor import examine
from drtui.commands.doctor.configuration import examine_configuration
from drtui.commands.doctor.machine import examine_disk, examine_keyring
from drtui.commands.doctor.network import examine_environment, examine_network
from drtui.commands.doctor.program import examine_program
from drtui.commands.doctor.report import report
from drtui.commands.doctor.surroundings import Keyring, Screen, Surroundings
from drtui.commands.doctor.terminal import examine_terminal
from drtui.config import Account, Credentials, Paths, Settings
from drtui.domain.doctoring import Area, Check, Heard, Place, Probe, Reached, Verdict, check
from drtui.domain.problems import ProblemError
from drtui.store.database import Database, open_database
from tests.support.stores import filled_store

OK, WARNING, FAILED, NOT_CHECKED = Verdict.OK, Verdict.WARNING, Verdict.FAILED, Verdict.NOT_CHECKED
SCREEN: Final = Screen(120, 40, (60, 15), "utf-8")
ACCOUNT: Final = Account("event", "https://api.example.com/prod", "us-east-1")
SIGNING: Final = replace(ACCOUNT, credentials=Credentials.SIGN_IN, user="ada")
TERM: Final = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
NOW: Final = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config", tmp_path / "state", tmp_path / "logs")


@pytest.fixture
def around(paths: Paths, tmp_path: Path) -> Surroundings:
    root = tmp_path / "root"
    root.mkdir()
    return Surroundings(TERM, paths, SCREEN, "ada", Keyring("SecretService"), root)


def one(checks: list[Check], name: str) -> Check:
    return next(each for each in checks if each.name == name)


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


# The terminal


@pytest.mark.parametrize(
    ("size", "verdict"),
    [((60, 15), OK), ((59, 15), WARNING), ((60, 14), WARNING), ((None, None), NOT_CHECKED)],
)
def test_the_size_is_held_against_the_least(
    around: Surroundings, size: tuple[int | None, int | None], verdict: Verdict
) -> None:
    screen = replace(SCREEN, columns=size[0], lines=size[1])
    assert one(examine_terminal(replace(around, screen=screen)), "size").verdict is verdict


@pytest.mark.parametrize(
    ("environment", "verdict", "said"),
    [
        ({"TERM": "xterm"}, OK, "16"),
        ({"TERM": "xterm-256color"}, OK, "256"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, OK, "all"),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": ""}, OK, "NO_COLOR"),
        ({"TERM": "dumb"}, WARNING, "dumb"),
        ({}, WARNING, "not set"),
        ({"TERM": "\x1b[31mred"}, OK, "something odd"),
    ],
)
def test_colours_go_by_the_environment(
    around: Surroundings, environment: Mapping[str, str], verdict: Verdict, said: str
) -> None:
    found = one(examine_terminal(replace(around, environment=environment)), "colours")
    assert found.verdict is verdict
    assert said in found.why


@pytest.mark.parametrize(
    ("tmux", "version", "environment", "verdict"),
    [
        ("", "", {}, OK),
        ("/usr/bin/tmux", "tmux 3.4", {"TMUX": "x"}, OK),
        ("/usr/bin/tmux", "tmux 3.2a", {"TMUX": "x"}, OK),
        ("/usr/bin/tmux", "tmux next-3.6", {"TMUX": "x"}, OK),
        ("/usr/bin/tmux", "tmux 3.1c", {"TMUX": "x"}, WARNING),
        ("/usr/bin/tmux", "tmux 2.9", {"TMUX": "x"}, WARNING),
        ("/usr/bin/tmux", "", {"TMUX": "x"}, OK),
        ("", "", {"TMUX": "x"}, WARNING),
        ("", "", {"STY": "x"}, WARNING),
    ],
)
def test_the_clipboard_goes_by_what_copies(
    around: Surroundings,
    tmux: str,
    version: str,
    environment: Mapping[str, str],
    verdict: Verdict,
) -> None:
    screen = replace(SCREEN, tmux=tmux, tmux_version=version)
    found = examine_terminal(replace(around, screen=screen, environment=environment))
    assert one(found, "clipboard").verdict is verdict


def test_text_that_is_not_utf_8_is_warned_of(around: Surroundings) -> None:
    screen = replace(SCREEN, encoding="ISO-8859-1")
    assert one(examine_terminal(replace(around, screen=screen)), "locale").verdict is WARNING
    assert one(examine_terminal(around), "locale").verdict is OK


LOGIND: Final = "[Login]\n"


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({}, OK),
        ({"etc/systemd/logind.conf": "[Login]\n#KillUserProcesses=yes\n"}, OK),
        ({"etc/systemd/logind.conf": "[Login]\nKillUserProcesses=yes\n"}, WARNING),
        ({"etc/systemd/logind.conf": "[Other]\nKillUserProcesses=yes\n"}, OK),
        ({"usr/lib/systemd/logind.conf": "[Login]\nKillUserProcesses=1\n"}, WARNING),
        (
            {
                "usr/lib/systemd/logind.conf": "[Login]\nKillUserProcesses=1\n",
                "etc/systemd/logind.conf": "[Login]\n",
            },
            OK,
        ),
        (
            {
                "etc/systemd/logind.conf": "[Login]\nKillUserProcesses=yes\n",
                "usr/lib/systemd/logind.conf.d/50-no.conf": "[Login]\nKillUserProcesses=no\n",
            },
            OK,
        ),
        (
            {
                "etc/systemd/logind.conf.d/10-a.conf": "[Login]\nKillUserProcesses=no\n",
                "run/systemd/logind.conf.d/20-b.conf": "[Login]\nKillUserProcesses = True\n",
            },
            WARNING,
        ),
        (
            {
                "etc/systemd/logind.conf.d/10-a.conf": "[Login]\nKillUserProcesses=no\n",
                "run/systemd/logind.conf.d/10-a.conf": "[Login]\nKillUserProcesses=yes\n",
            },
            OK,
        ),
        (
            {
                "etc/systemd/logind.conf": LOGIND
                + "KillUserProcesses=yes\nKillExcludeUsers=root ada\n"
            },
            OK,
        ),
        ({"etc/systemd/logind.conf": LOGIND + "KillUserProcesses=yes\nKillOnlyUsers=bob\n"}, OK),
    ],
)
def test_logind_is_read_as_it_reads_its_own_files(
    around: Surroundings, files: Mapping[str, str], verdict: Verdict
) -> None:
    for name, text in files.items():
        path = around.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert one(examine_terminal(around), "lost session").verdict is verdict


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


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_cannot_be_written_has_failed(paths: Paths) -> None:
    paths.state.mkdir(mode=0o500)
    assert one(examine_configuration(paths, Settings(), None), "folders").verdict is FAILED
    paths.state.chmod(stat.S_IRWXU)


# The network


@pytest.mark.parametrize(
    ("environment", "verdict", "why"),
    [
        ({}, OK, "None is set (HTTPS_PROXY)."),
        ({"HTTPS_PROXY": "http://p.example:3128"}, OK, "http://p.example:3128 (HTTPS_PROXY)."),
        ({"HTTPS_PROXY": "p.example:3128"}, OK, "http://p.example:3128 (HTTPS_PROXY)."),
        (
            {"HTTPS_PROXY": "http://ada:pw@p.example"},
            OK,
            "http://p.example (HTTPS_PROXY), with a user name or password that is not shown.",
        ),
        (
            {"HTTPS_PROXY": "http://p.example", "NO_PROXY": "x.org, .example.com"},
            OK,
            "http://p.example (HTTPS_PROXY). Past it, by NO_PROXY: api.example.com.",
        ),
        ({"HTTPS_PROXY": "http://a b"}, WARNING, "not shown"),
        ({"HTTPS_PROXY": "http://upper", "https_proxy": ""}, OK, "None is set"),
        ({"ALL_PROXY": "socks5://x"}, OK, "ALL_PROXY and HTTP_PROXY are not used"),
    ],
)
def test_proxies_are_told_as_they_are_used(
    environment: Mapping[str, str], verdict: Verdict, why: str
) -> None:
    found = one(examine_environment(environment, ACCOUNT), "proxy")
    assert found.verdict is verdict
    assert why in found.why


def test_certificates_go_by_the_variables_that_are_used(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")

    def told(**environment: str) -> Check:
        return one(examine_environment(environment, None), "certificates")

    assert told().verdict is OK
    assert "not used" in told(SSL_CERT_FILE="/x").why
    assert told(AWS_CA_BUNDLE=str(empty)).verdict is FAILED
    assert told(REQUESTS_CA_BUNDLE=str(tmp_path)).verdict is FAILED
    assert "REQUESTS_CA_BUNDLE" in told(REQUESTS_CA_BUNDLE=str(tmp_path / "none")).advice


@pytest.mark.parametrize("reached", Reached)
def test_whatever_is_in_the_way_is_told_with_what_to_do(reached: Reached) -> None:
    found = examine_network(Heard((Probe(Place.API, reached, "It is so."),)), ACCOUNT)
    api = one(found, "API")
    fine = reached in {Reached.ANSWERED, Reached.BLOCKED}  # the firewall has a line of its own
    assert api.verdict is (OK if fine else FAILED)
    assert bool(api.advice) is not fine


def test_a_site_out_of_reach_is_a_warning_since_work_goes_on_without_it() -> None:
    heard = Heard((Probe(Place.SITE, Reached.SILENT, "Silence."),))
    assert one(examine_network(heard, ACCOUNT), "web site").verdict is WARNING


@pytest.mark.parametrize(
    ("seconds", "verdict", "said"),
    [
        (0, OK, "Within 1 s"),
        (59, OK, "Within 5"),
        (-200, WARNING, "behind the API's"),
        (299, WARNING, "ahead of the API's"),
        (302, FAILED, "5.0 min ahead"),
        (-86_400, FAILED, "24.0 h behind"),
    ],
)
def test_a_clock_more_than_five_minutes_off_has_failed(
    seconds: int, verdict: Verdict, said: str
) -> None:
    probe = Probe(Place.API, Reached.ANSWERED, "", NOW, NOW + timedelta(seconds=seconds))
    found = one(examine_network(Heard((probe,)), ACCOUNT), "clock")
    assert found.verdict is verdict
    assert said in found.why


def test_nothing_of_the_network_is_checked_where_nothing_was_asked() -> None:
    for heard, account in ((None, ACCOUNT), (None, None), (Heard(()), None)):
        assert {each.verdict for each in examine_network(heard, account)} == {NOT_CHECKED}


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    path = paths.store("event")
    path.parent.mkdir(parents=True)
    filled_store(path).close()
    opened = open_database(path)
    yield opened
    opened.close()


# The whole


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
    assert "is not a drtui store" in one(found, "integrity").why


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
