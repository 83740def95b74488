"""What `drtui` reads of an account, and how it puts it out."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on, racers
from tests.support.emulator import RunningEmulator

KEYS = [
    "profile_id", "alias", "email", "role", "status", "minutes_used", "minutes_queued",
    "minutes_limit", "models", "models_limit", "storage_bytes", "estimated_usd", "created_at",
    "tags", "pending", "as_of",
]  # fmt: skip
SENT = {
    "alias": "alias",
    "email": "emailAddress",
    "minutes_used": "computeMinutesUsed",
    "minutes_queued": "computeMinutesQueued",
    "minutes_limit": "maxTotalComputeMinutes",
    "models": "modelCount",
    "models_limit": "maxModelCount",
    "storage_bytes": "modelStorageUsage",
}


@pytest.fixture(scope="module")
def reader(
    account: RunningEmulator, tmp_path_factory: pytest.TempPathFactory, forks: Forks
) -> Drtui:
    """A command line that has read the account, and goes on with its copy."""
    made = drtui_on(
        account,
        tmp_path_factory.mktemp("reader"),
        config="[sync]\nrefresh_seconds=9999",
        forks=forks,
    )
    made("sync")
    return made


def test_the_first_list_reads_the_account_whole(drtui: Drtui, emulator: RunningEmulator) -> None:
    ran = drtui("users", "list", "--json")
    rows = ran.json()
    profiles = emulator.profiles()
    assert ran.err == ""
    assert {row["profile_id"] for row in rows} == set(profiles)
    for row in rows:
        assert list(row) == KEYS
        theirs = profiles[row["profile_id"]]
        assert {key: row[key] for key in SENT} == {key: theirs[SENT[key]] for key in SENT}
        assert row["pending"] == {}


def test_statuses_and_roles_follow_from_the_account(
    reader: Drtui, emulator: RunningEmulator
) -> None:
    profiles = emulator.profiles()
    roles = {"dr-admins": "admin", "dr-race-facilitators": "facilitator", "dr-racers": "racer"}
    for profile_id, row in reader.users().items():
        theirs = profiles[profile_id]
        assert row["role"] == roles.get(theirs["roleName"] or "dr-racers")
        both_0 = theirs["maxTotalComputeMinutes"] == 0 and theirs["maxModelCount"] == 0
        assert (row["status"] == "paused") == both_0
        if row["status"] == "invited":
            assert not theirs["signedIn"]


def test_unknown_is_null_and_unlimited_is_minus_1(reader: Drtui, emulator: RunningEmulator) -> None:
    rows = reader.users().values()
    for key in SENT:
        if key not in ("alias", "minutes_queued"):
            assert any(row[key] is None for row in rows), key
    assert any(row["minutes_limit"] == -1 for row in rows)
    assert any(row["models_limit"] == -1 for row in rows)


def test_csv_has_the_same_rows_and_no_cell_starts_a_formula(reader: Drtui) -> None:
    rows = list(csv.DictReader(io.StringIO(reader("users", "list", "--csv").out)))
    users = reader.users()
    assert list(rows[0]) == KEYS
    assert {row["profile_id"] for row in rows} == set(users)
    formulas = 0
    for row in rows:
        for key, cell in row.items():
            if not isinstance(users[row["profile_id"]][key], int | float):
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "|", "%")), cell
                formulas += cell.startswith("'")
        assert row["minutes_limit"] == text(users[row["profile_id"]]["minutes_limit"])
    assert formulas >= 2


def text(value: Any) -> str:
    return "" if value is None else str(value)


def test_hostile_aliases_arrive_in_json_and_are_harmless_everywhere_else(
    reader: Drtui, emulator: RunningEmulator
) -> None:
    aliases = {row["alias"] for row in reader.users().values()}
    hostile = [alias for alias in aliases if "\x1b" in alias or "\u202e" in alias]
    assert hostile
    assert "\N{REPLACEMENT CHARACTER}[31mred" in reader("users", "list").out
    by_alias = {profile["alias"]: key for key, profile in emulator.profiles().items()}
    for alias in hostile:
        # Each run is held against control characters; the text is what a terminal would get.
        assert "Alias" in reader("users", "show", by_alias[alias]).out
        assert reader("users", "show", by_alias[alias], "--json").json()["alias"] == alias


def test_the_list_for_people_names_the_rates_and_calls_the_estimate_one(reader: Drtui) -> None:
    ran = reader("users", "list")
    assert ran.out.splitlines()[0].split()[:3] == ["Alias", "Email", "Role"]
    assert len(ran.out.splitlines()) == 1 + len(reader.users())
    assert "$0.714/h" in ran.err
    assert "not for budgeting" in ran.err


def test_a_filter_and_a_sort_order_choose_rows(reader: Drtui) -> None:
    users = reader.users()
    rows = reader(
        "users", "list", "--filter", "used>=90%", "--sort", "-minutes_used", "--json"
    ).json()
    used = [row["minutes_used"] for row in rows]
    assert used == sorted(used, reverse=True)
    expected = {
        key
        for key, row in users.items()
        if row["minutes_used"] is not None
        and (row["minutes_limit"] or 0) > 0
        and row["minutes_used"] >= 0.9 * row["minutes_limit"]
    }
    assert {row["profile_id"] for row in rows} >= expected
    assert 0 < len(rows) < len(users)


@pytest.mark.parametrize(
    "field",
    ["alias", "email", "role", "status", "minutes_limit", "storage_bytes", "created_at"],
)
def test_unknown_values_come_last_whichever_way_a_field_is_sorted(
    reader: Drtui, field: str
) -> None:
    for order in (field, f"-{field}"):
        values = [row[field] for row in reader("users", "list", "-s", order, "--json").json()]
        first_unknown = values.index(None) if None in values else len(values)
        assert set(values[first_unknown:]) <= {None}


def test_a_filter_that_matches_nobody_is_an_empty_list(reader: Drtui) -> None:
    assert reader("users", "list", "-f", "nobody-at-all", "--json").json() == []
    assert reader("users", "list", "-f", "nobody-at-all", "--csv").out.split() == [",".join(KEYS)]


def test_one_user_s_page_has_more_than_the_list(reader: Drtui) -> None:
    row = next(iter(reader.users("--filter", "role:racer email:example").values()))
    page = reader("users", "show", row["email"], "--json").json()
    assert {key: page[key] for key in KEYS} == row
    assert set(page) - set(KEYS) == {
        *("minutes_in_earlier_months", "models_in_earlier_months", "remembered", "operations"),
        *("usage_over_time", "stored_models"),
    }
    assert row["profile_id"] in reader("users", "show", row["profile_id"]).out


def test_one_user_s_models_are_read_with_a_sync(reader: Drtui) -> None:
    users = reader.users("--filter", "role:racer models>0 email:example").values()
    row = max(users, key=lambda user: user["storage_bytes"] or 0)
    before = reader("users", "show", row["email"], "--no-sync", "--json").json()
    assert before["stored_models"] == {
        "as_of": None,
        "trouble": "",
        "by_status": None,
        "models": None,
    }
    assert "not read yet" in reader("users", "show", row["email"], "--no-sync").out
    stored = reader("users", "show", row["email"], "--sync", "--json").json()["stored_models"]
    assert stored["models"]
    assert sum(stored["by_status"].values()) == len(stored["models"])
    people = reader("users", "show", row["email"], "--no-sync").out
    assert f"as of {stored['as_of']}" in people
    assert all(model["name"] in people for model in stored["models"])


def test_one_user_s_usage_over_time_ends_with_what_is_used(reader: Drtui) -> None:
    row = next(iter(reader.users("--filter", "used>0% role:racer email:example").values()))
    page = reader("users", "show", row["email"], "--json").json()
    assert page["usage_over_time"][-1]["minutes_in_total"] == row["minutes_used"]


def test_the_summary_adds_the_list_up(reader: Drtui) -> None:
    document = reader("summary", "--json").json()
    rows = reader.users().values()
    racers = [row for row in rows if row["role"] == "racer"]
    assert document["sponsored_users"]["total"] == len(racers)
    for status in ("active", "invited", "over_quota", "paused"):
        count = sum(row["status"] == status for row in racers)
        assert document["sponsored_users"][status] == count
    assert document["other_users"] == len(rows) - len(racers)
    assert document["minutes_used"] == sum(row["minutes_used"] or 0 for row in racers)
    assert document["storage_bytes"] == sum(row["storage_bytes"] or 0 for row in racers)
    assert document["new_users"]["minutes_limit"] == 300
    assert document["pending"] == 0
    people = reader("summary")
    assert f"{len(racers)}: active" in people.out
    assert "Estimate only" in people.err


def test_rates_are_settings(reader: Drtui) -> None:
    rates = {"DRTUI_SPENDING_HOUR_USD": "6", "DRTUI_SPENDING_GB_MONTH_USD": "1"}
    document = reader("summary", "--json", env=rates).json()
    assert document["estimated"]["hour_usd"] == 6
    assert document["estimated"]["training_and_evaluation_usd"] == pytest.approx(
        document["minutes_in_total"] / 10, abs=0.01
    )


def test_a_fresh_copy_is_not_read_again_unless_asked(
    reader: Drtui, emulator: RunningEmulator
) -> None:
    reader("users", "list")
    reader("summary", "--no-sync")
    assert emulator.control("calls")["calls"] == []
    reader("users", "list", "--sync")
    paths = {call["path"].rpartition("/")[2] for call in emulator.control("calls")["calls"]}
    assert "profiles" in paths


def test_the_first_reading_already_has_the_models_of_whom_is_asked_for(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (who,) = racers(emulator.profiles(), 1)
    page = drtui("users", "show", who, "--sync", "--json").json()
    assert page["stored_models"]["as_of"] is not None


def test_a_copy_is_shown_with_its_age_while_the_network_is_down(
    reader: Drtui, emulator: RunningEmulator
) -> None:
    emulator.control("network", state="down")
    ran = reader("users", "list", "--sync", "--json")
    assert ran.json() == reader("users", "list", "--no-sync", "--json").json()
    assert "cannot be read now" in ran.err
    assert ran.json()[0]["as_of"][:13] in ran.err


def test_accounts_are_listed_for_people_and_programs(
    reader: Drtui, emulator: RunningEmulator
) -> None:
    (entry,) = reader("account", "list", "--json").json()
    assert entry == {
        "name": "event",
        "api_url": emulator.api,
        "region": "us-east-1",
        "credentials": "aws",
        "default": True,
        "site": None,
        "user": None,
        "aws_profile": None,
        "aws_region": None,
    }
    assert reader("account", "list", "--csv").out.splitlines()[1].startswith("event,http")
    assert "default" in reader("account", "list").out


def test_accounts_are_added_chosen_and_removed(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    add = ("account", "add", "second", "--api-url", emulator.api + "/", "--region", "us-east-1")
    drtui(*add, "--credentials", "aws")
    drtui("account", "default", "second")
    names = {each["name"]: each["default"] for each in drtui("account", "list", "--json").json()}
    assert names == {"event": False, "second": True}
    drtui("users", "list", "--account", "event")
    drtui("--account=event", "users", "list")
    drtui("users", "list", env={"DRTUI_ACCOUNT": "event"})
    stores = {path.name for path in (tmp_path / "home" / "state" / "accounts").glob("*.sqlite")}
    assert stores == {"event.sqlite"}
    assert "confirm with --yes" in drtui("account", "remove", "second", code=2).err
    drtui("account", "remove", "second", "--yes")
    assert [each["name"] for each in drtui("account", "list", "--json").json()] == ["event"]


def test_an_account_that_comes_back_under_its_name_is_told_of_its_store(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    drtui("sync")
    drtui("account", "remove", "event", "-y")
    again = drtui("account", "add", "event", "--api-url", emulator.api, "--region", "us-east-1")
    assert "is taken up again" in again.err


def test_tags_are_put_on_and_taken_off(reader: Drtui) -> None:
    some = [row["email"] for row in reader.users("-f", "role:racer email:example").values()][:2]
    names = [each for email in some for each in ("--profile", email)]
    reader("users", "tag", "--add", "team:red", "--add", "crew", *names)
    found = reader.users("--filter", "team:red")
    assert {row["email"] for row in found.values()} == set(some)
    assert all(set(row["tags"]) == {"crew", "team:red"} for row in found.values())
    reader("users", "tag", "--remove", "team:red", "--all")
    assert reader.users("--filter", "team:red") == {}


def test_help_is_for_everybody(reader: Drtui) -> None:
    assert reader("--version").out.startswith("drtui ")
    assert "users" in reader("--help").out
    assert "set-quota" in reader("users", "-h").out
