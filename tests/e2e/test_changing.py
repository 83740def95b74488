"""Changes from the command line: planned, asked for, delivered, and told by the exit code."""

import json
from pathlib import Path

import pytest

from tests.e2e.running import Drtui, changed, limits, named, racers
from tests.support.emulator import RunningEmulator


def test_quotas_are_set_for_those_who_are_named_and_for_nobody_else(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    first, second = racers(before, 2)
    ran = drtui(
        "users", "set-quota", "--hours", "+1.5", "--models", "7", *named(first, second), "-y"
    )
    assert ran.out == ""
    assert "2 of 2 done" in ran.err
    assert changed(before, emulator.profiles()) == {
        profile_id: (before[profile_id]["maxTotalComputeMinutes"] + 90, 7)
        for profile_id in (first, second)
    }
    row = drtui.users("--no-sync")[first]
    assert row["minutes_limit"] == before[first]["maxTotalComputeMinutes"] + 90
    assert row["pending"] == {}


def test_a_list_from_stdin_is_matched_and_what_was_not_is_told(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    first, second = racers(before, 2)
    lines = [
        "Email;Name",
        before[first]["emailAddress"].upper(),
        f'"{second}";x',
        "ghost@x.example",
    ]
    text = "\ufeff" + "\r\n".join([*lines, lines[1], "RacerAlias"])
    ran = drtui(
        "users", "set-quota", "--hours", "unlimited", "--from", "-", "--yes",
        stdin=text.encode(), code=4,
    )  # fmt: skip
    assert "2 of 2 selected users will get new quotas" in ran.err
    assert "ghost@x.example" in ran.err
    assert "RacerAlias (an alias of" in ran.err
    after = changed(before, emulator.profiles())
    assert after == {each: (-1, before[each]["maxModelCount"]) for each in (first, second)}


def test_a_list_names_nobody_one_by_one_so_an_admin_in_it_is_left_out(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    before = emulator.profiles()
    (first,) = racers(before, 1)
    staff = [key for key, each in before.items() if each["roleName"] != "dr-racers"][:5]
    file = tmp_path / "list.txt"
    file.write_text("\n".join([*staff, first]))
    drtui("users", "set-quota", "--models", "9", "--from", str(file), "--yes", code=None)
    assert set(changed(before, emulator.profiles())) <= {first, *staff}
    admins = [key for key in staff if before[key]["roleName"] == "dr-admins"]
    assert admins
    assert not set(changed(before, emulator.profiles())) & set(admins)


def test_another_admin_is_changed_when_named_and_oneself_never(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    myself = emulator.request("GET", "/profile").json()["profile"]["profileId"]
    other = next(
        key for key, each in before.items() if each["roleName"] == "dr-admins" and key != myself
    )
    ran = drtui("users", "set-quota", "--models", "5", *named(myself, other), "--yes", code=4)
    assert "yourself" in ran.err
    assert set(changed(before, emulator.profiles())) == {other}
    drtui("users", "set-quota", "--models", "unlimited", *named(other), "--yes")
    ran = drtui("users", "set-quota", "--models", "6", *named(myself), "--yes", code=4)
    assert "Nothing to change" in ran.err
    assert emulator.profiles()[myself]["maxModelCount"] == -1


def test_a_dry_run_shows_every_row_and_changes_nothing(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    ran = drtui("users", "pause", "--all", "--dry-run")
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert {row[0] for row in rows} == set(before)
    assert {len(row) for row in rows} == {5}
    outcomes = {row[0]: row[2] for row in rows}
    for profile_id, profile in before.items():
        if profile["roleName"] in ("dr-admins", "dr-race-facilitators"):
            assert outcomes[profile_id] == "left out"
        else:
            paused = limits(profile) == (0, 0)
            assert outcomes[profile_id] == ("already so" if paused else "change")
    assert "Nothing was changed" in ran.err
    assert changed(before, emulator.profiles()) == {}
    assert drtui("operations", "list", "--json").json() == []


def test_a_dry_run_tells_by_its_exit_code_what_cannot_be_done(drtui: Drtui) -> None:
    ran = drtui("users", "set-quota", "--hours", "+1", "--all", "--dry-run", code=4)
    assert "cannot" in ran.err
    assert "relative value has no meaning" in ran.out


def test_a_pause_says_what_it_stops_and_a_resume_brings_back_what_it_replaced(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    chosen = racers(before)
    ran = drtui("users", "pause", *named(*chosen), "--yes")
    assert "can no longer create or train" in ran.err
    assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (0, 0))
    status = drtui.users("--filter", "status:paused")
    assert set(chosen) <= set(status)
    remembered = drtui("users", "show", chosen[0], "--json").json()["remembered"]
    assert remembered == {
        "minutes_limit": before[chosen[0]]["maxTotalComputeMinutes"],
        "models_limit": before[chosen[0]]["maxModelCount"],
    }
    again = drtui("users", "pause", *named(*chosen), "--yes")
    assert "Nothing to change" in again.err
    drtui("users", "resume", *named(*chosen), "--yes")
    assert changed(before, emulator.profiles()) == {}


def test_quotas_of_the_paused_change_what_a_resume_brings(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    chosen = racers(before, 2)
    drtui("users", "pause", *named(*chosen), "--yes")
    ran = drtui("users", "set-quota", "--hours", "9", *named(*chosen), "--yes")
    assert "2 of 2 done" in ran.err
    assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (0, 0))
    drtui("users", "resume", *named(*chosen), "--yes")
    expected = {each: (540, before[each]["maxModelCount"]) for each in chosen}
    assert changed(before, emulator.profiles()) == expected


def test_a_resume_to_the_defaults_gives_what_new_users_get(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    chosen = racers(emulator.profiles(), 2)
    drtui("users", "pause", *named(*chosen), "--yes")
    drtui("users", "resume", "--to", "defaults", *named(*chosen), "--yes")
    new_users = emulator.control("snapshot")["settings"]["usageQuotas"]["newUser"]
    names = ("newUserComputeMinutesLimit", "newUserModelCountLimit")
    wanted = tuple(int(new_users[name]) for name in names)  # one of them is kept as a text
    after = emulator.profiles()
    assert {limits(after[each]) for each in chosen} == {wanted}


def test_limits_are_asked_for_where_nothing_else_is_known(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    # Paused elsewhere, so nothing is remembered; and the defaults are those of a closed event.
    (stranger,) = racers(emulator.profiles(), 1)
    emulator.control("set", profile_id=stranger, maxTotalComputeMinutes=0, maxModelCount=0)
    closed = {"newUserComputeMinutesLimit": 0, "newUserModelCountLimit": 0}
    before = emulator.control("snapshot")["settings"]["usageQuotas"]["newUser"]
    emulator.request("PUT", "/settings/usageQuotas.newUser", {"value": closed})
    try:
        ran = drtui("users", "resume", *named(stranger), "--yes", code=4)
        assert "nothing is remembered" in ran.err
        asked = ("--hours", "4", "--models", "unlimited")
        drtui("users", "resume", *named(stranger), *asked, "--yes")
        assert limits(emulator.profiles()[stranger]) == (240, -1)
    finally:
        emulator.request("PUT", "/settings/usageQuotas.newUser", {"value": before})


def test_without_waiting_it_is_queued_and_another_command_delivers_it(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    chosen = racers(before, 2)
    ran = drtui("users", "set-quota", "--models", "11", *named(*chosen), "--yes", "--no-wait")
    assert "Queued as operation 1" in ran.err
    assert changed(before, emulator.profiles()) == {}
    rows = drtui.users("--no-sync")
    assert {rows[each]["pending"]["models_limit"] for each in chosen} == {11}
    assert drtui("summary", "--json", "--no-sync").json()["pending"] == 2
    drtui("sync")
    assert set(changed(before, emulator.profiles())) == set(chosen)


@pytest.mark.usefixtures("synced")
def test_what_is_on_its_way_already_is_waited_for_and_not_called_settled(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    chosen = racers(before)
    emulator.control("network", state="down")
    drtui("users", "pause", *named(*chosen[:2]), "--yes", code=3)
    again = drtui("users", "pause", *named(*chosen[:2]), "--yes", code=3)
    assert "on its way already, by operation 1" in again.err
    drtui("users", "pause", *named(*chosen[:2]), "--yes", "--no-wait")
    emulator.control("network", state="up")
    drtui("users", "pause", *named(*chosen), "--yes")
    assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (0, 0))
    assert len(drtui("operations", "list", "--json").json()) == 2


@pytest.mark.usefixtures("synced")
def test_the_last_in_the_queue_is_told_of_and_not_that_of_the_highest_number(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    chosen = racers(emulator.profiles())
    emulator.control("network", state="down")
    drtui("users", "pause", *named(*chosen[:2]), "--yes", code=3)
    drtui("users", "set-quota", "--models", "7", *named(chosen[0]), "--yes", code=3)
    drtui("operations", "move", "2", "--before", "1")
    again = drtui("users", "pause", *named(*chosen[:2]), "--yes", code=3)
    assert "on its way already, by operation 1, 2" in again.err
    assert "2 queued and not delivered yet" in again.err


@pytest.mark.usefixtures("synced")
def test_offline_changes_are_queued_planned_on_each_other_and_delivered_in_order(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    (first,) = racers(before, 1)
    emulator.control("network", state="down")
    for _ in range(2):
        ran = drtui("users", "set-quota", "--hours", "+1", *named(first), "--yes", code=3)
        assert "1 queued and not delivered yet" in ran.err
    drtui("users", "pause", *named(first), "--yes", code=3)
    assert "offline" in drtui("sync", code=3).err
    emulator.control("network", state="up")
    drtui("sync")
    assert changed(before, emulator.profiles()) == {first: (0, 0)}
    drtui("users", "resume", *named(first), "--yes")
    more = before[first]["maxTotalComputeMinutes"] + 120
    assert changed(before, emulator.profiles()) == {first: (more, before[first]["maxModelCount"])}


@pytest.mark.usefixtures("synced")
def test_a_refused_change_fails_with_the_deployment_s_own_words(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (first,) = racers(emulator.profiles(), 1)
    emulator.control(
        "fail", method="PATCH", status=400, error_type="BadRequestError",
        body={"message": "No \u001b[2Jquota for you."},
    )  # fmt: skip
    ran = drtui("users", "set-quota", "--models", "3", *named(first), "--yes", code=4)
    assert "failed: No" in ran.err
    assert "quota for you" in ran.err
    item = drtui.last_operation()["items"][0]
    assert item["state"] == "failed"
    again = drtui("operations", "retry", "1")
    assert "1 is tried again" in again.err
    assert drtui.last_operation()["items"][0]["state"] in ("done", "already_so")


@pytest.mark.usefixtures("synced")
def test_trouble_on_the_way_is_got_over(drtui: Drtui, emulator: RunningEmulator) -> None:
    before = emulator.profiles()
    chosen = racers(before, 8)
    emulator.control("fail", method="PATCH", status=503)
    for how in ("reset", "reset_after", "truncated", "portal"):
        emulator.control("fail", how=how, method="PATCH")
    drtui("users", "set-quota", "--models", "21", *named(*chosen), "--yes")
    after = changed(before, emulator.profiles())
    assert {each: value[1] for each, value in after.items()} == dict.fromkeys(chosen, 21)


def test_a_profile_that_is_gone_fails_and_does_not_go_on_for_ever(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    profile_id = emulator.control("invite", email="short.stay@example.com")["profile_id"]
    drtui("sync")
    emulator.control("delete", profile_id=profile_id)
    ran = drtui("users", "set-quota", "--models", "3", *named(profile_id), "--yes", code=4)
    assert "failed" in ran.err
    assert "no longer exists" in ran.err


def test_a_spare_laptop_resumes_what_the_first_one_paused(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    before = emulator.profiles()
    chosen = racers(before)
    drtui("users", "pause", *named(*chosen), "--yes")
    file = tmp_path / "remembered.json"
    drtui("users", "remembered", "export", str(file))
    assert json.loads(drtui("users", "remembered", "export").out)["users"]
    assert file.stat().st_mode & 0o777 == 0o600
    spare = drtui.another(tmp_path / "spare")
    ran = spare("users", "remembered", "import", str(file))
    assert f"Remembered for {len(json.loads(file.read_text())['users'])}" in ran.err
    spare("users", "resume", *named(*chosen), "--yes")
    assert changed(before, emulator.profiles()) == {}


def test_a_spare_laptop_is_told_who_is_not_there(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    text = json.dumps(
        {
            "format": "drtui-remembered-limits/1",
            "users": [{"profile_id": "nobody0\u001b", "minutes_limit": 1, "models_limit": 1}],
        }
    )
    assert drtui("users", "remembered", "import", "-", stdin=text.encode(), code=2).out == ""
    gone = text.replace("nobody0\\u001b", "nobody000000001").encode()
    ran = drtui("users", "remembered", "import", "-", stdin=gone, code=4)
    assert "not in this account: nobody000000001" in ran.err


@pytest.mark.parametrize("selection", [["--filter", "nobody-at-all"], ["--from", "-"]])
def test_nobody_is_nothing_to_change_and_no_success(drtui: Drtui, selection: list[str]) -> None:
    ran = drtui("users", "pause", *selection, "--yes", code=4)
    assert "Nothing to change" in ran.err
    assert drtui("operations", "list", "--json").json() == []
