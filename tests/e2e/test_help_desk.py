"""The help desk on the command line: aliases, roles, deletions; against the embedded account."""

from collections.abc import Iterator

import pytest

from tests.e2e.running import Drtui, named
from tests.e2e.terminal import finished, in_terminal
from tests.support.emulator import RunningEmulator, running_emulator


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    """An account whose deletions and roles take a moment: its simulated time runs fast."""
    with running_emulator(racers=60, speed=600.0, frozen=True) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def ordinary() -> list[str]:
    """Nobody is made the same before each test: some are deleted."""
    return []


def racer(emulator: RunningEmulator, *, models: bool = False) -> str:
    """A racer of whom everything is known, with models that can all be deleted, or without any."""
    for profile_id, profile in emulator.profiles().items():
        if profile["roleName"] != "dr-racers" or profile["alias"] == "RacerAlias":
            continue
        path = f"/admin/profiles/{profile_id}/models"
        stored = emulator.request("GET", path).json()["models"]
        ready = all(model["status"] == "READY" for model in stored)
        if ready and bool(stored) is models and profile["alias"].isascii():
            return profile_id
    raise AssertionError("there is no such racer")


def stored_models(emulator: RunningEmulator, profile_id: str) -> list[object]:
    found: list[object] = emulator.request("GET", f"/admin/profiles/{profile_id}/models").json()[
        "models"
    ]
    return found


def test_an_alias_is_changed_shown_and_undone(drtui: Drtui, emulator: RunningEmulator) -> None:
    who = racer(emulator)
    before = emulator.profiles()[who]["alias"]
    change = ("users", "change-alias", "--to", "moderated-1", *named(who))
    planned = drtui(*change, "--dry-run")
    assert f"alias {before} → alias moderated-1" in planned.out
    assert emulator.profiles()[who]["alias"] == before
    drtui(*change, "--yes")
    assert emulator.profiles()[who]["alias"] == "moderated-1"
    assert drtui.users("--filter", "moderated-1")[who]["alias"] == "moderated-1"
    assert drtui.last_operation()["kind"] == "change_alias"
    drtui("operations", "undo", "--yes")
    assert emulator.profiles()[who]["alias"] == before


@pytest.mark.usefixtures("synced")
def test_what_cannot_be_an_alias_and_one_alias_for_several_are_refused(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    who = racer(emulator)
    bad = drtui.sentence("users", "change-alias", "--to", "two words", *named(who), code=2)
    assert "cannot be an alias" in bad
    several = ("--filter", "role:racer", "--no-sync", "--yes")
    ran = drtui("users", "change-alias", "--to", "bo", *several, code=2)
    assert "cannot all be called bo" in ran.err


def test_an_alias_that_somebody_has_is_said(drtui: Drtui, emulator: RunningEmulator) -> None:
    who = racer(emulator)
    taken = next(
        profile["alias"]
        for profile_id, profile in emulator.profiles().items()
        if profile_id != who and str(profile["alias"]).isalnum()
    )
    ran = drtui("users", "change-alias", "--to", taken, *named(who), "--dry-run")
    assert "Somebody else has this alias already" in ran.err


def test_a_role_is_changed_and_does_not_flip_back_while_lists_lag(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    who = racer(emulator)
    emulator.control("clock", speed=1)
    ran = drtui("users", "change-role", "--to", "facilitator", *named(who), "--yes")
    assert "Credentials issued before keep the old role" in ran.err
    profile = emulator.profiles()[who]
    assert (profile["group"], profile["roleName"]) == ("dr-race-facilitators", "dr-racers")
    assert drtui.users("--sync")[who]["role"] == "facilitator"
    drtui("operations", "undo", "--yes")
    assert emulator.profiles()[who]["group"] == "dr-racers"
    emulator.control("clock", speed=600)


def test_nobody_changes_their_own_role_or_deletes_themselves(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    own = emulator.request("GET", "/profile").json()["profile"]["profileId"]
    for change in (("change-role", "--to", "racer"), ("delete",)):
        ran = drtui("users", *change, *named(own), "--yes", code=4)
        assert "yourself" in ran.err
    assert emulator.profiles()[own]["group"] == "dr-admins"


def test_models_are_deleted_and_that_cannot_be_undone(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    who = racer(emulator, models=True)
    ran = drtui("users", "delete-models", *named(who), "--yes")
    assert "cannot be undone" in ran.err
    assert stored_models(emulator, who) == []
    assert who in emulator.profiles()
    undone = drtui("operations", "undo", "--yes", code=4)
    assert "a deletion cannot be undone" in undone.err


def test_a_deletion_asks_for_the_alias_and_not_just_for_a_yes(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    who = racer(emulator, models=True)
    alias = emulator.profiles()[who]["alias"]
    for typed in ("y", "1"):
        with in_terminal(drtui, "users", "delete", *named(who)) as child:
            child.expect(f"Type {alias} to confirm")
            child.sendline(typed)
            code, text = finished(child)
        assert code == 2
        assert "Nothing was changed." in text
    assert who in emulator.profiles()
    with in_terminal(drtui, "users", "delete", *named(who)) as child:
        child.expect(f"Delete user for 1 user. Type {alias} to confirm")
        child.sendline(alias)
        code, text = finished(child)
    assert code == 0, text
    assert who not in emulator.profiles()
    assert stored_models(emulator, who) == []
    assert who not in drtui.users("--sync")
    calls = emulator.control("calls")["calls"]
    deletions = [call["path"] for call in calls if call["method"] == "DELETE"]
    assert set(deletions[:-1]) == {f"/profiles/{who}/models"}
    assert deletions[-1] == f"/profiles/{who}"


def test_a_script_confirms_a_deletion_with_yes_only(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    who = racer(emulator)
    assert "confirm with --yes" in drtui("users", "delete", *named(who), code=2).err
    assert who in emulator.profiles()


@pytest.mark.usefixtures("synced")
def test_what_is_being_deleted_is_shown_so_and_left_alone(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    who = racer(emulator)
    drtui("users", "delete", *named(who), "--yes", "--no-wait", "--no-sync")
    assert drtui.users("--no-sync")[who]["pending"] == {"user": "deleted"}
    ran = drtui("users", "pause", *named(who), "--dry-run", "--no-sync", code=4)
    assert "is being deleted" in ran.err
    drtui("operations", "cancel", "1", "--yes")
    drtui("sync")
    assert who in emulator.profiles()
