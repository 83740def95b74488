"""A racer's page: everything that is known of one user, from the store alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from drtui.commands.quotas import plan_set_quotas
from drtui.commands.racer import RacerPage, racer_page, watch_models
from drtui.commands.selection import select_by_name
from drtui.commands.sponsorship import plan_pause
from drtui.commands.tags import read_tags, tag_users
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.records import Limits, StoredModel
from drtui.store.database import open_database
from drtui.store.interests import live_interests
from drtui.store.models import write_models, write_models_trouble
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.stores import (
    NOW,
    SWEPT,
    delivered,
    plain_profiles,
    profile_id,
    special_profiles,
    submitted,
    swept,
)

MODELS = tuple(
    StoredModel(
        f"model{number:010d}", f"m{number}", status, datetime(2026, 5, 1, number, tzinfo=UTC)
    )
    for number, status in enumerate(("READY", "ERROR", "READY", "WARPING", "READY"))
)


def key_of(workspace: Workspace, name: str) -> int:
    (key,) = select_by_name(workspace, [name]).keys
    return key


def page(workspace: Workspace, name: str = "ada-l") -> RacerPage:
    found = racer_page(workspace, key_of(workspace, name))
    assert found is not None
    return found


def later_sweeps(workspace: Workspace, *minutes: int, hours: int = 1) -> None:
    """Sweep so many hours apart, with ada having used so many minutes."""
    everybody = special_profiles() + plain_profiles(12)
    ada = next(one for one in everybody if one.alias == "ada-l")
    for number, used in enumerate(minutes, 1):
        at = SWEPT + number * hours * 3600
        database = open_database(workspace.database.path, partial(float, at))
        swept(database, [replace(ada, minutes_used=used), *(o for o in everybody if o is not ada)])
        database.close()


def test_a_key_that_never_was_anybodys_has_no_page(workspace: Workspace) -> None:
    assert racer_page(workspace, 999_999) is None


def test_the_user_is_there_with_its_age_and_what_is_pending(workspace: Workspace) -> None:
    submitted(workspace.database, plan_pause(workspace, select_by_name(workspace, ["ada-l"])))
    found = page(workspace)
    assert found.user.profile.alias == "ada-l"
    assert found.user.as_of == datetime.fromtimestamp(SWEPT, UTC)
    assert found.user.profile.limits == Limits(300, -1)
    assert found.user.pending["minutes_limit"] == 0
    assert found.gone_at is None


def test_a_pause_that_was_delivered_leaves_the_limits_remembered(workspace: Workspace) -> None:
    plan = plan_pause(workspace, select_by_name(workspace, ["ada-l"]))
    delivered(workspace.database, submitted(workspace.database, plan))
    assert page(workspace).user.remembered == Limits(300, -1)


def test_tags_are_there(workspace: Workspace) -> None:
    change = read_tags(["team:red", "finalist"], [])
    tag_users(workspace, select_by_name(workspace, ["ada-l"]), change)
    assert page(workspace).user.tags == ("finalist", "team:red")


def test_usage_over_time_goes_on_over_a_new_month(workspace: Workspace) -> None:
    later_sweeps(workspace, 300, 300, 20, 45)
    hours = [
        (moment - datetime.fromtimestamp(SWEPT, UTC), used)
        for moment, used in page(workspace).usage
    ]
    assert hours == [
        (timedelta(0), 276),
        (timedelta(hours=1), 300),
        (timedelta(hours=3), 320),
        (timedelta(hours=4), 345),
    ]
    assert page(workspace).user.minutes_in_total == 345


def test_usage_over_time_ends_with_the_last_reading_even_if_it_found_nothing_new(
    workspace: Workspace,
) -> None:
    later_sweeps(workspace, 300, 300)
    found = page(workspace)
    assert found.usage[-1] == (found.user.as_of, 300)
    assert found.usage[-2] == (found.user.as_of - timedelta(hours=1), 300)


def test_a_user_of_unknown_usage_has_none_over_time(workspace: Workspace) -> None:
    assert page(workspace, "unknown-one").usage == ()


def test_somebody_who_is_gone_still_has_a_page(workspace: Workspace) -> None:
    key = key_of(workspace, "ada-l")
    others = [one for one in special_profiles() + plain_profiles(12) if one.alias != "ada-l"]
    for _ in range(2):
        swept(workspace.database, others)
    found = racer_page(workspace, key)
    assert found is not None
    assert found.user.profile.alias == "ada-l"
    assert found.gone_at == datetime.fromtimestamp(NOW, UTC)


def test_models_are_counted_by_status_the_most_frequent_first(workspace: Workspace) -> None:
    write_models(workspace.database, profile_id(1), MODELS, workspace.database.clock())
    found = page(workspace)
    assert list(found.models_by_status.items()) == [("READY", 3), ("WARPING", 1), ("ERROR", 1)]
    assert [model.name for model in found.models] == ["m4", "m3", "m2", "m1", "m0"]
    assert found.models_as_of == datetime.fromtimestamp(NOW, UTC)
    assert page(workspace, "b0lt").models == ()


def test_models_that_were_not_read_are_not_none(workspace: Workspace) -> None:
    assert page(workspace).models_as_of is None
    write_models(workspace.database, profile_id(1), [], workspace.database.clock())
    assert page(workspace).models_as_of is not None


def test_why_models_cannot_be_read(workspace: Workspace) -> None:
    database = workspace.database
    assert page(workspace).models_trouble == ""
    write_models_trouble(database, profile_id(1), "the role may not")
    assert page(workspace).models_trouble == "the role may not"
    write_connectivity(database, Connectivity.OFFLINE)
    assert page(workspace).models_trouble == "offline"
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in again.")
    assert page(workspace).models_trouble == "Sign in again."


def test_operations_that_touched_it_the_newest_first(workspace: Workspace) -> None:
    database = workspace.database
    both = select_by_name(workspace, ["ada-l", "b0lt"])
    first = submitted(database, plan_set_quotas(workspace, both, "9", ""), who="bo")
    delivered(database, first)
    second = submitted(database, plan_set_quotas(workspace, both, "8", ""))
    delivered(database, second, state=ItemState.FAILED)
    others = select_by_name(workspace, ["b0lt"])
    submitted(database, plan_set_quotas(workspace, others, "7", ""))
    newest, oldest = page(workspace).touches
    assert (newest.item.operation_id, oldest.item.operation_id) == (second, first)
    assert (newest.who, oldest.who) == ("ada", "bo")
    assert (newest.item.state, oldest.item.state) == (ItemState.FAILED, ItemState.DONE)
    assert newest.item.reason == "refused by the deployment"
    assert newest.at == datetime.fromtimestamp(NOW, UTC)
    assert "hours 8" in newest.what


def test_estimates_are_made_with_the_accounts_rates(workspace: Workspace) -> None:
    found = page(workspace)
    assert found.training_usd == pytest.approx(276 / 60 * 0.714)
    assert found.storage_usd_month == pytest.approx(1.2 * 0.023)
    unknown = page(workspace, "unknown-one")
    assert (unknown.training_usd, unknown.storage_usd_month) == (None, None)


def test_watching_models_asks_for_them_for_a_minute_and_a_half(workspace: Workspace) -> None:
    watch_models(workspace, profile_id(1))
    with workspace.database.read() as connection:
        (interest,) = live_interests(connection, "models:", NOW)
    assert interest.subject == f"models:{profile_id(1)}"
    assert interest.expires_at == NOW + 90
