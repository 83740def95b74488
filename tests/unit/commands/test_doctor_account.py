"""The doctor's checks of an account and its store, with made-up circumstances."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from drtui.commands.doctor.account import examine_facts, read_facts
from drtui.commands.doctor.store import (
    NAMES,
    examine_health,
    examine_place,
    is_usable,
    unreadable,
)
from drtui.commands.doctor.surroundings import Keyring
from drtui.commands.selection import select_all
from drtui.commands.sponsorship import plan_pause
from drtui.commands.workspace import Workspace
from drtui.config import Account, Credentials, Paths
from drtui.domain.admin_calls import HELD_SECONDS
from drtui.domain.doctoring import Check, Heard, Place, Probe, Reached, Verdict
from drtui.domain.failures import FailureKind
from drtui.domain.problems import FullDiskError, StoreProblemError, UnwritableStoreError
from drtui.domain.records import Role
from drtui.domain.signing_in import KEYS_UNKNOWN, SignInState, clock_notice
from drtui.store import file_systems
from drtui.store.admin_calls import claim_calls
from drtui.store.database import Database, Transaction, open_database
from drtui.store.deployment_facts import write_version
from drtui.store.health import Health
from drtui.store.lasting import write_kept
from drtui.store.sign_in import write_sign_in
from drtui.store.sweeps import begin_sweep, complete_sweep
from drtui.store.sync_state import Connectivity, write_caller, write_connectivity, write_halt
from tests.support.scheduling import scheduled_pause
from tests.support.stores import filled_store, submitted

OK, WARNING, FAILED, NOT_CHECKED = Verdict.OK, Verdict.WARNING, Verdict.FAILED, Verdict.NOT_CHECKED
ACCOUNT: Final = Account("event", "https://api.example.com/prod", "us-east-1")
SIGNING: Final = replace(ACCOUNT, credentials=Credentials.SIGN_IN, user="ada")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config", tmp_path / "state", tmp_path / "logs")


def one(checks: list[Check], name: str) -> Check:
    return next(each for each in checks if each.name == name)


# The account


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    path = paths.store("event")
    path.parent.mkdir(parents=True)
    filled_store(path).close()
    opened = open_database(path)
    yield opened
    opened.close()


def facts_of(
    database: Database,
    name: str,
    account: Account = ACCOUNT,
    keyring: Keyring | None = None,
    heard: Heard | None = None,
) -> Check:
    facts = read_facts(database, 90)
    return one(examine_facts(facts, "", account, keyring, heard), name)


@pytest.mark.parametrize(
    ("state", "keyring", "verdict", "said"),
    [
        (SignInState.SIGNED_IN, Keyring("S", kept=True), OK, "kept in the keyring"),
        (SignInState.SIGNED_IN, Keyring("", "none"), OK, "in memory only"),
        (SignInState.SIGNED_IN, Keyring("S", kept=False), OK, "keyring has none"),
        (SignInState.NEEDED, None, WARNING, "Not signed in"),
        (SignInState.CODE, None, WARNING, "code"),
        (SignInState.UNKNOWN, None, WARNING, "No engine has signed in"),
    ],
)
def test_the_sign_in_is_told_with_whether_it_is_kept(
    database: Database, state: SignInState, keyring: Keyring, verdict: Verdict, said: str
) -> None:
    write_sign_in(database, state, "ada@example.com")
    found = facts_of(database, "sign-in", SIGNING, keyring)
    assert found.verdict is verdict
    assert said in found.why
    assert "ada" not in found.why


@pytest.mark.parametrize(
    ("signed", "verdict"),
    [
        (Probe(Place.API, Reached.ANSWERED, ""), OK),
        (Probe(Place.API, Reached.FOREIGN, "Refused."), FAILED),
        (Probe(Place.API, Reached.SILENT, "Silence."), NOT_CHECKED),
        (Probe(Place.API, Reached.BLOCKED, "Blocked."), NOT_CHECKED),
    ],
)
def test_aws_credentials_are_judged_by_a_signed_call(
    database: Database, signed: Probe, verdict: Verdict
) -> None:
    assert facts_of(database, "sign-in", heard=Heard((), signed)).verdict is verdict


def test_without_a_signed_call_the_engine_s_word_counts(database: Database) -> None:
    write_caller(database, "", "")
    assert facts_of(database, "sign-in").verdict is NOT_CHECKED
    write_caller(database, "someone", "ada")
    assert facts_of(database, "sign-in").verdict is OK
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Expired.")
    assert facts_of(database, "sign-in").verdict is FAILED


@pytest.mark.parametrize(
    ("role", "verdict"),
    [
        (Role.ADMIN, OK),
        (Role.FACILITATOR, OK),
        (Role.RACER, WARNING),
        (Role.UNKNOWN, NOT_CHECKED),
    ],
)
def test_a_role_that_may_look_after_nobody_is_warned_of(
    database: Database, role: Role, verdict: Verdict
) -> None:
    write_sign_in(database, SignInState.SIGNED_IN, "", role)
    assert facts_of(database, "role").verdict is verdict


def test_the_version_comes_with_what_it_can_do(database: Database) -> None:
    assert facts_of(database, "version").verdict is NOT_CHECKED
    write_version(database, "v1.2.5")
    assert "v1.2.5" in facts_of(database, "version").why
    assert "bulk invite: has not" in facts_of(database, "version").why


@pytest.mark.parametrize(
    ("halted", "reached", "verdict"),
    [
        (False, None, NOT_CHECKED),
        (True, None, FAILED),
        (False, Reached.ANSWERED, OK),
        (True, Reached.ANSWERED, WARNING),
        (False, Reached.BLOCKED, FAILED),
        (False, Reached.SILENT, NOT_CHECKED),
    ],
)
def test_a_block_is_told_by_what_happens_now_before_what_happened_last(
    database: Database, halted: bool, reached: Reached | None, verdict: Verdict
) -> None:
    if halted:
        write_halt(database, FailureKind.BLOCKED, "Blocked.")
    heard = None if reached is None else Heard((Probe(Place.API, reached, "Now."),))
    found = facts_of(database, "firewall", heard=heard)
    assert found.verdict is verdict
    assert ("--firewall" in found.advice) is (verdict in {FAILED, WARNING})


def test_the_rate_s_headroom_is_told_and_warned_of_when_there_is_none(database: Database) -> None:
    assert facts_of(database, "rate").why.startswith("0 of 90 calls")
    assert claim_calls(database, 89, 90, HELD_SECONDS)
    assert "1 free" in facts_of(database, "rate").why
    assert claim_calls(database, 1, 90, HELD_SECONDS)
    assert facts_of(database, "rate").verdict is WARNING


def test_the_engine_s_word_is_told_with_its_age(database: Database) -> None:
    write_connectivity(database, Connectivity.UNKNOWN)
    assert facts_of(database, "engine").verdict is NOT_CHECKED
    write_connectivity(database, Connectivity.OFFLINE)
    assert facts_of(database, "engine").verdict is WARNING
    write_connectivity(database, Connectivity.ONLINE)
    assert facts_of(database, "engine").verdict is OK


@pytest.mark.parametrize(
    "kind", [FailureKind.NOT_SIGNED_IN, FailureKind.BLOCKED, FailureKind.ROLE_NOT_ALLOWED]
)
def test_what_stops_delivery_has_failed_and_says_what_to_do(
    database: Database, kind: FailureKind
) -> None:
    assert facts_of(database, "delivery").verdict is OK
    write_halt(database, kind, "")
    found = facts_of(database, "delivery")
    assert (found.verdict, bool(found.advice)) == (FAILED, True)


def test_of_nobody_who_is_signed_in_nothing_is_said_to_be_kept(database: Database) -> None:
    write_sign_in(database, SignInState.NEEDED)
    for keyring in (Keyring("S", kept=True), Keyring("", "none")):
        assert facts_of(database, "sign-in", SIGNING, keyring).why.endswith(": needed.")


def test_a_clock_that_is_off_is_set_and_needs_no_sign_in(database: Database) -> None:
    write_halt(database, FailureKind.NOT_SIGNED_IN, clock_notice(600))
    assert facts_of(database, "delivery").advice == "Set the clock; the next try delivers."


def test_credentials_of_this_machine_that_are_refused_are_to_be_renewed(
    database: Database,
) -> None:
    write_halt(database, FailureKind.NOT_SIGNED_IN, KEYS_UNKNOWN)
    write_sign_in(database, SignInState.NOT_NEEDED)
    for name in ("sign-in", "delivery"):
        assert facts_of(database, name).advice.startswith("Renew the AWS credentials"), name
    write_sign_in(database, SignInState.NEEDED)
    assert "drtui account sign-in" in facts_of(database, "delivery", SIGNING).advice


def test_the_firewall_s_command_is_named_once(database: Database) -> None:
    write_halt(database, FailureKind.BLOCKED, "Blocked: “drtui doctor --firewall” has it.")
    for name in ("firewall", "delivery"):
        found = facts_of(database, name)
        assert f"{found.why} {found.advice}".count("doctor --firewall") == 1


def test_what_is_undelivered_is_delivered_by_nothing_that_is_stopped(database: Database) -> None:
    workspace = Workspace(database, "ada")
    submitted(database, plan_pause(workspace, select_all(workspace)))
    assert "delivers" in facts_of(database, "undelivered").advice
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in.")
    assert facts_of(database, "undelivered").advice == ""


def test_what_was_to_be_run_at_a_set_time_and_was_not_is_told(database: Database) -> None:
    earlier = open_database(database.path, lambda: database.clock() - 3 * 3_600)
    scheduled_pause(Workspace(earlier, "ada"), database.clock() - 2 * 3_600)
    earlier.close()
    found = facts_of(database, "undelivered")
    assert "was missed, and not run" in found.why
    assert "drtui operations scheduled" in found.advice


def test_a_sign_in_that_ends_before_the_work_does_is_told(database: Database) -> None:
    write_sign_in(database, SignInState.SIGNED_IN, "ada", Role.ADMIN)
    earlier = open_database(database.path, lambda: database.clock() - 23 * 3_600)
    write_kept(earlier, "ada", password=False, outlives=True)
    earlier.close()
    assert facts_of(database, "sign-in", SIGNING).verdict is OK
    workspace = Workspace(database, "ada")
    submitted(database, plan_pause(workspace, select_all(workspace)))
    found = facts_of(database, "sign-in", SIGNING)
    assert found.verdict is WARNING
    assert "The sign-in ends in " in found.why
    assert "ada" not in found.why
    assert "--keep-password" in found.advice


def test_changes_that_wait_for_the_role_are_told_as_such(database: Database) -> None:
    workspace = Workspace(database, "ada")
    submitted(database, plan_pause(workspace, select_all(workspace)))
    number, began = begin_sweep(database)
    complete_sweep(database, number, began, names_only=True)
    found = facts_of(database, "delivery")
    assert (found.verdict, found.advice) == (FAILED, "Sign in as an admin of the deployment.")
    assert facts_of(database, "undelivered").advice == ""


# The store


GOOD: Final = Health("0003", "0003", "wal", (), 1_000_000, 0, False)


@pytest.mark.parametrize(
    ("changes", "name", "verdict"),
    [
        ({}, "schema", OK),
        ({"revision": "0002"}, "schema", OK),
        ({"revision": "0004"}, "schema", FAILED),
        ({"revision": None}, "schema", FAILED),
        ({"flaws": ("row 1 is missing",)}, "integrity", FAILED),
        ({"journal": "delete"}, "WAL", WARNING),
        ({"read_only": True}, "size", WARNING),
        ({"read_only": True, "full": True}, "size", FAILED),
        ({"read_only": True, "journal": "delete"}, "WAL", NOT_CHECKED),
    ],
)
def test_a_store_is_judged_by_what_sqlite_says(
    changes: dict[str, Any], name: str, verdict: Verdict
) -> None:
    assert one(examine_health(replace(GOOD, **changes)), name).verdict is verdict


@pytest.mark.parametrize(
    ("problem", "name", "mends"),
    [
        (StoreProblemError("It is not a database."), "integrity", True),
        (UnwritableStoreError("It is locked: try again."), "integrity", False),
        (FullDiskError("It is on a full disk: free some space."), "size", False),
    ],
)
def test_only_a_store_whose_content_is_in_question_is_to_be_mended(
    problem: StoreProblemError, name: str, mends: bool
) -> None:
    checks = unreadable(problem)
    (failed,) = [each for each in checks if each.verdict is FAILED]
    assert (failed.name, failed.why) == (name, str(problem))
    assert ("drtui mend" in failed.advice) is mends
    assert {each.name for each in checks} == set(NAMES)


def test_only_a_sound_store_of_this_schema_is_read() -> None:
    assert is_usable(GOOD)
    assert not is_usable(replace(GOOD, revision="0002"))
    assert not is_usable(replace(GOOD, flaws=("x",)))


def test_a_network_file_system_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine_place(tmp_path / "a" / "b.sqlite").verdict in {OK, NOT_CHECKED}
    monkeypatch.setattr(file_systems, "file_system_of", lambda _: "nfs4")
    assert examine_place(tmp_path / "b.sqlite").verdict is FAILED


def test_what_is_known_of_an_account_is_read_at_one_moment(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    views: list[None] = []
    read = Database.read

    def counted(self: Database) -> AbstractContextManager[Transaction]:
        views.append(None)
        return read(self)

    monkeypatch.setattr(Database, "read", counted)
    read_facts(database, 90)
    assert len(views) == 1
