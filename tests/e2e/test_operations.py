"""`drtui operations`: what was asked for, what became of it, and what can still be done."""

import csv
import io
import re
import sqlite3

import pytest

from tests.e2e.running import Drtui, changed, limits, named, racers
from tests.support.emulator import RunningEmulator

LIST_KEYS = [
    "operation", "kind", "what", "who", "account_user", "created_at", "state", "targets",
    "pending", "sending", "doubtful", "done", "already_so", "conflict", "failed", "cancelled",
    "undoes", "undone_by", "waits_for", "to_deliver", "undone", "undone_targets",
]  # fmt: skip
ITEM_KEYS = [
    "profile_id", "alias", "state", "reason", "before", "after", "theirs", "attempts", "settled_at",
]  # fmt: skip


def queued(drtui: Drtui, *profile_ids: str, models: str = "31") -> None:
    """Queue a change that nothing has delivered yet."""
    change = ("set-quota", "--models", models, *named(*profile_ids))
    drtui("users", *change, "--yes", "--no-wait", "--no-sync")


def by_somebody_else(drtui: Drtui, operation_id: int) -> None:
    """Make an operation another system user's."""
    (store,) = (drtui.home / "state" / "accounts").glob("*.sqlite")
    connection = sqlite3.connect(store)
    with connection:
        connection.execute("UPDATE operation SET who = 'bo\x1b[2J' WHERE id = ?", (operation_id,))
    connection.close()


def in_conflict(drtui: Drtui, emulator: RunningEmulator, *profile_ids: str) -> None:
    """Queue a change, and change the same limit elsewhere before it is delivered."""
    drtui("sync")
    queued(drtui, *profile_ids)
    for profile_id in profile_ids:
        emulator.control("set", profile_id=profile_id, maxModelCount=77)
    drtui("sync")


def test_operations_are_listed_newest_first_with_documented_keys(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    assert drtui("operations", "list", "--csv").out.strip() == ",".join(LIST_KEYS)
    drtui("sync")
    chosen = racers(emulator.profiles())
    queued(drtui, *chosen)
    queued(drtui, chosen[0], models="+1")
    rows = drtui("operations", "list", "--json").json()
    assert [row["operation"] for row in rows] == [2, 1]
    assert list(rows[0]) == LIST_KEYS
    assert (rows[1]["targets"], rows[1]["pending"], rows[1]["state"]) == (3, 3, "waiting")
    assert rows[1]["what"] == "Set usage quotas  models 31"
    table = list(csv.DictReader(io.StringIO(drtui("operations", "list", "--csv").out)))
    assert [row["pending"] for row in table] == ["1", "3"]
    assert "Set usage quotas" in drtui("operations", "list").out


def test_what_was_so_already_is_told_apart_from_what_is_done(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    first, second, _ = racers(emulator.profiles())
    drtui("users", "set-quota", "--models", "43", *named(first), "--yes")
    ran = drtui("users", "set-quota", "--models", "43", *named(first, second), "--yes")
    assert "Operation 2: 1 of 1 done · 1 already so." in ran.err
    said = drtui("operations", "show", "2")
    assert "done · 1 of 1 done · 1 already so" in said.err
    assert "already so" in said.out
    heading, newest, _ = drtui("operations", "list").out.splitlines()
    assert re.search(r"Changes +Done +Failed +Conflict +Already so +State", heading)
    assert re.search(r" 1 +1 +0 +0 +1 +done", newest)
    shown = drtui("operations", "show", "2", "--json").json()
    assert (shown["targets"], shown["to_deliver"]) == (2, 1)
    assert (shown["done"], shown["already_so"]) == (1, 1)
    (row, _) = csv.DictReader(io.StringIO(drtui("operations", "list", "--csv").out))
    assert (row["targets"], row["to_deliver"], row["done"]) == ("2", "1", "1")


@pytest.mark.usefixtures("synced")
def test_what_the_pacer_lets_through_is_told_beside_the_operations(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    assert drtui("operations", "list").err == ""
    (first,) = racers(emulator.profiles(), 1)
    drtui("users", "delete-models", *named(first), "--yes")
    said = drtui("operations", "list").err
    assert "changes 110 of 110/s · /admin/ calls " in said
    assert " of 90 per 5 min free" in said
    pacer = drtui("operations", "show", "1", "--json").json()["pacer"]
    assert (pacer["changes_per_second"], pacer["changes_per_second_ceiling"]) == (110.0, 110.0)
    used, free = pacer["admin_calls_used"], pacer["admin_calls_free"]
    assert used > 0
    assert (used + free, pacer["admin_calls_allowed"]) == (90, 90)
    assert pacer["admin_calls_next_slot"].endswith("Z")


def test_an_operation_is_shown_target_by_target(drtui: Drtui, emulator: RunningEmulator) -> None:
    profiles = emulator.profiles()
    hostile = next(key for key, each in profiles.items() if "\x1b" in each["alias"])
    drtui("users", "set-quota", "--models", "41", *named(hostile), "--yes")
    shown = drtui("operations", "show", "1", "--json").json()
    assert list(shown) == [*LIST_KEYS, "items", "journal", "pacer"]
    (item,) = shown["items"]
    assert list(item) == ITEM_KEYS
    assert item["profile_id"] == hostile
    assert item["before"] == {"models_limit": profiles[hostile]["maxModelCount"]}
    assert item["after"] == {"models_limit": 41}
    assert shown["journal"][0]["what"] == "Set usage quotas  models 41"
    assert hostile in drtui("operations", "show", "1").out
    (row,) = csv.DictReader(io.StringIO(drtui("operations", "show", "1", "--csv").out))
    assert row["after"] == "models_limit=41"


@pytest.mark.usefixtures("synced")
def test_what_is_not_sent_can_be_cancelled_some_or_all(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    first, second, third = racers(before)
    queued(drtui, first, second, third)
    ran = drtui("operations", "cancel", "1", "--profile", first, "--yes")
    assert "1 cancelled" in ran.err
    states = {item["profile_id"]: item["state"] for item in drtui.last_operation()["items"]}
    assert states == {first: "cancelled", second: "pending", third: "pending"}
    drtui("operations", "cancel", "1", "--yes")
    drtui("sync")
    assert changed(before, emulator.profiles()) == {}
    assert drtui.last_operation()["state"] == "cancelled"
    assert "on its way any more" in drtui("operations", "cancel", "1", "--yes").err


@pytest.mark.usefixtures("synced")
def test_somebody_else_s_operation_is_neither_cancelled_nor_undone_but_helped_along(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (first,) = racers(emulator.profiles(), 1)
    queued(drtui, first)
    by_somebody_else(drtui, 1)
    refused = drtui.sentence("operations", "cancel", "1", "--yes", code=2)
    assert "to cancel it all the same, say whose it is (--of bo" in refused
    assert "whose it is" in drtui("operations", "undo", "1", "--yes", code=2).err
    assert "'s, not cy's" in drtui("operations", "cancel", "1", "--of", "cy", "--yes", code=2).err
    assert "no operation of yours" in drtui("operations", "undo", "--yes", code=2).err
    emulator.control("fail", method="PATCH", status=400)
    drtui("sync")
    drtui("operations", "retry", "1")
    shown = drtui.last_operation()
    assert shown["state"] == "done"
    assert [line["what"] for line in shown["journal"]][-2] == "Retry"
    assert shown["journal"][-1]["result"] == "settled: 1 done"
    assert "bo" in drtui("operations", "list").out


def test_what_waits_behind_a_conflict_is_not_called_delivering(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (first,) = racers(emulator.profiles(), 1)
    in_conflict(drtui, emulator, first)
    queued(drtui, first, models="41")
    behind, before = drtui("operations", "list", "--json").json()
    assert (behind["state"], behind["waits_for"]) == ("waiting", "conflict")
    assert (before["state"], before["waits_for"]) == ("needs a hand", None)
    assert "waiting behind a conflict" in drtui("operations", "show", "2").err


def test_a_conflict_shows_theirs_and_is_settled_either_way(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    first, second, third = racers(emulator.profiles())
    before = emulator.profiles()
    in_conflict(drtui, emulator, first, second, third)
    items = drtui.last_operation()["items"]
    assert {item["state"] for item in items} == {"conflict"}
    for item in items:
        assert item["theirs"] == {"models_limit": 77}
        assert item["before"]["models_limit"] == before[item["profile_id"]]["maxModelCount"]
        assert item["after"] == {"models_limit": 31}
    assert "3 need a hand" in drtui("sync").err
    drtui("operations", "settle", "1", "--keep", "theirs", "--profile", first, "--yes")
    drtui("operations", "settle", "1", "--keep", "ours", "--profile", second, "--yes", code=4)
    after = emulator.profiles()
    assert [after[each]["maxModelCount"] for each in (first, second, third)] == [77, 31, 77]
    drtui("operations", "settle", "1", "--keep", "ours", "--yes")
    assert emulator.profiles()[third]["maxModelCount"] == 31
    assert "no conflict" in drtui("operations", "settle", "1", "--keep", "ours", "--yes").err


@pytest.mark.usefixtures("synced")
def test_what_waits_for_a_conflict_of_an_earlier_operation_is_told_so(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (first,) = racers(emulator.profiles(), 1)
    queued(drtui, first, models="+2")
    emulator.control("set", profile_id=first, maxModelCount=78)
    ran = drtui("users", "set-quota", "--models", "+1", *named(first), "--yes", "--sync", code=4)
    assert "a conflict of operation 1 comes first" in ran.err
    drtui("operations", "settle", "1", "--keep", "theirs", "--yes")
    drtui("sync")
    assert emulator.profiles()[first]["maxModelCount"] == 79


def test_an_undo_is_planned_and_puts_back(drtui: Drtui, emulator: RunningEmulator) -> None:
    before = emulator.profiles()
    chosen = racers(before)
    drtui("users", "set-quota", "--hours", "+2", *named(*chosen), "--yes")
    dry = drtui("operations", "undo", "--dry-run")
    assert {line.split("\t")[0] for line in dry.out.splitlines()} == set(chosen)
    assert len(changed(before, emulator.profiles())) == 3
    ran = drtui("operations", "undo", "--yes")
    assert "3 of 3 done" in ran.err
    assert changed(before, emulator.profiles()) == {}
    assert "undone already, by operation 2" in drtui("operations", "undo", "1", "-y", code=2).err
    drtui("operations", "undo", "2", "--yes")
    assert len(changed(before, emulator.profiles())) == 3


@pytest.mark.usefixtures("synced")
def test_an_undo_of_what_was_not_sent_cancels_it(drtui: Drtui, emulator: RunningEmulator) -> None:
    before = emulator.profiles()
    queued(drtui, *racers(before), models="+1")
    ran = drtui("operations", "undo", "--yes")
    assert "3 not sent yet" in ran.err
    assert "nothing had to be put back" in ran.err
    drtui("sync")
    assert changed(before, emulator.profiles()) == {}


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize("command", ["show", "retry", "cancel", "undo"])
def test_an_unknown_operation_is_a_usage_error(drtui: Drtui, command: str) -> None:
    assert "no operation 99" in drtui.sentence("operations", command, "99", code=2)


@pytest.mark.usefixtures("synced")
def test_a_profile_that_is_no_target_is_a_usage_error(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    queued(drtui, *racers(emulator.profiles(), 1))
    for command in (["retry", "1"], ["cancel", "1", "-y"], ["settle", "1", "--keep", "ours"]):
        sentence = drtui.sentence("operations", *command, "--profile", "x\x1b[2J", code=2)
        assert "is no target of operation 1" in sentence


def test_limits_after_everything_are_what_the_log_says(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (first,) = racers(emulator.profiles(), 1)
    for value in ("50", "+1", "-2"):
        drtui("users", "set-quota", "--models", value, *named(first), "--yes")
    page = drtui("users", "show", first, "--json").json()
    assert [each["after"]["models_limit"] for each in page["operations"]] == [50, 51, 49]
    assert limits(emulator.profiles()[first])[1] == 49
