"""The list and the summary say what is known, and never more."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select, update

from drtui.commands.bulk import submit
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import select_all, select_by_name
from drtui.commands.usage import list_users, summarise, user_as_json
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.domain.planning import Outcome
from drtui.domain.records import Profile, Role, Status
from drtui.domain.spending import Rates
from drtui.store.database import open_database
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.users import ITEMS
from tests.support.stores import NOW, plain_profiles, profile_id, special_profiles, swept
from tests.unit.commands.helping import user

KEYS = [
    "profile_id", "alias", "email", "role", "status", "minutes_used", "minutes_queued",
    "minutes_limit", "models", "models_limit", "storage_bytes", "estimated_usd", "created_at",
    "tags", "pending", "as_of",
]  # fmt: skip


def test_a_user_as_json_has_the_documented_keys_in_their_order(workspace: Workspace) -> None:
    for each in list_users(workspace, select_all(workspace)):
        document = user_as_json(each, Rates())
        assert list(document) == KEYS
        json.dumps(document)


def test_minutes_are_whole_unlimited_is_minus_1_and_unknown_is_null(workspace: Workspace) -> None:
    grace = user_as_json(user(workspace, profile_id(7)), Rates())
    assert (grace["minutes_used"], grace["minutes_limit"], grace["models_limit"]) == (75276, -1, -1)
    assert grace["created_at"] == "2026-04-06T16:00:00Z"
    unknown = user_as_json(user(workspace, profile_id(13)), Rates())
    nothing = ("email", "minutes_used", "minutes_limit", "models", "storage_bytes", "estimated_usd")
    assert {unknown[key] for key in nothing} == {None}


def test_an_estimate_is_hours_times_rate(workspace: Workspace) -> None:
    ada = user(workspace, profile_id(1))
    assert user_as_json(ada, Rates(hour_usd=10.0))["estimated_usd"] == 46.0


def test_what_is_pending_stands_beside_what_is_confirmed(workspace: Workspace) -> None:
    one = select_by_name(workspace, ["ada-l"])
    submit(workspace, plan_set_quotas(workspace, one, "8", None))
    document = user_as_json(user(workspace, profile_id(1)), Rates())
    assert document["minutes_limit"] == 300
    assert document["pending"] == {"minutes_limit": 480}


def test_the_summary_adds_up(workspace: Workspace) -> None:
    it = summarise(workspace)
    users = list_users(workspace, select_all(workspace))
    racers = [each for each in users if each.profile.role.value == "racer"]
    assert it.sponsored_users == len(racers) > 12
    assert it.totals.others == len(users) - len(racers) > 0
    for status in Status:
        assert it.totals.racers.get(status, 0) == sum(each.status is status for each in racers)
    assert it.totals.minutes_used == sum(each.profile.minutes_used or 0 for each in racers)
    assert it.totals.models == sum(each.profile.models or 0 for each in racers)
    assert it.totals.storage_bytes == sum(each.profile.storage_bytes or 0 for each in racers)
    unknown = [each for each in racers if each.profile.minutes_used is None]
    assert it.totals.unknown_usage == len(unknown) > 0
    assert it.pending == 0
    assert it.as_of is not None
    assert it.as_of.timestamp() < NOW


def test_the_summary_keeps_what_staff_use_apart(workspace: Workspace) -> None:
    before = summarise(workspace)
    profiles = [
        replace(one, minutes_used=480, minutes_queued=60, models=5, storage_bytes=2**40)
        if one.role is not Role.RACER
        else one
        for one in [*special_profiles(), *plain_profiles(12)]
    ]
    clock = workspace.database.clock
    workspace.database.clock = lambda: clock() + 3600
    swept(workspace.database, profiles)
    after = summarise(workspace)
    assert replace(after.totals, others_minutes=0) == before.totals
    assert after.totals.others_minutes == 960
    assert after.training_usd == before.training_usd
    document = after.as_json()
    assert (document["other_users"], document["other_users_minutes_in_total"]) == (2, 960)


def test_the_summary_names_rates_and_defaults_and_calls_its_estimate_one(
    workspace: Workspace,
) -> None:
    document = summarise(workspace).as_json()
    estimated = document["estimated"]
    assert isinstance(estimated, dict)
    assert (estimated["hour_usd"], estimated["gb_month_usd"]) == (0.714, 0.023)
    assert "Estimate only" in estimated["note"]
    assert document["new_users"] == {
        "minutes_limit": 300,
        "models_limit": 3,
        "registration": "invite-only",
        "as_of": "2026-05-02T12:05:12Z",
    }
    assert document["as_of"] == "2026-05-02T12:05:12Z"


def test_the_summary_counts_what_is_pending(workspace: Workspace) -> None:
    plan = plan_set_quotas(workspace, select_all(workspace), "9", None)
    submit(workspace, plan)
    assert summarise(workspace).pending == plan.count(Outcome.CHANGE) > 12


def test_what_is_in_conflict_is_not_pending(workspace: Workspace) -> None:
    plan = plan_set_quotas(workspace, select_all(workspace), "9", None)
    submit(workspace, plan)
    with workspace.database.write() as connection:
        at = connection.scalar(select(func.min(ITEMS.c.id)).where(ITEMS.c.state == "pending"))
        conflict = update(ITEMS).where(ITEMS.c.id == at)
        connection.execute(conflict.values(state=ItemState.CONFLICT.value))
    it = summarise(workspace)
    assert (it.pending, it.in_conflict) == (plan.count(Outcome.CHANGE) - 1, 1)
    document = it.as_json()
    assert (document["pending"], document["in_conflict"]) == (it.pending, 1)


def read_names(workspace: Workspace, profiles: list[Profile]) -> None:
    sweep, began = begin_sweep(workspace.database)
    names = [Profile(one.profile_id, one.alias, one.email) for one in profiles]
    write_page(workspace.database, names, sweep, began, names_only=True)
    complete_sweep(workspace.database, sweep, began, names_only=True)


def test_profiles_known_by_name_alone_are_not_counted_as_racers(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "names.sqlite")) as database:
        read_names(Workspace(database, "ada"), [*special_profiles(), *plain_profiles(5)])
        it = summarise(Workspace(database, "ada"))
    count = len(special_profiles()) + 5
    assert (it.totals.unknown_role, it.profiles, it.sponsored_users) == (count, count, 0)
    assert it.totals.others == 0
    document = it.as_json()
    assert document["users_with_unknown_role"] == count
    known = [str(status) for status in Status if status is not Status.UNKNOWN]
    assert document["sponsored_users"] == {"total": 0, **dict.fromkeys(known, 0)}


def test_what_an_admin_read_before_stays_counted_by_its_role(workspace: Workspace) -> None:
    before = summarise(workspace)
    assert before.totals.unknown_role == 0
    new = [replace(one, profile_id=f"new{one.profile_id[3:]}") for one in plain_profiles(3)]
    read_names(workspace, [*special_profiles(), *plain_profiles(12), *new])
    after = summarise(workspace)
    assert after.totals == replace(before.totals, unknown_role=3)
    assert after.profiles == before.profiles + 3
