"""Preparing for a day without network: what counts as there, and what is asked for."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from drtui.commands import offline
from drtui.commands.models import sweep_progress
from drtui.commands.preparing import (
    FRESH_SECONDS,
    Part,
    Preparing,
    parts,
    seconds_left,
    verdict,
)
from drtui.commands.workspace import Workspace
from drtui.domain.durations import rounded_up_text
from drtui.store.interests import live_interests
from drtui.store.model_sweeps import Way, begin_round
from drtui.store.models import LISTINGS, write_models
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.store.users import user_keys, users_by_key
from tests.support.stores import filled_store
from tests.support.waiting import eventually
from tests.sync.worlds import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 6)
    yield made
    made.database.close()


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def asked(workspace: Workspace) -> set[str]:
    database = workspace.database
    with database.read() as connection:
        return {one.subject for one in live_interests(connection, "", database.clock())}


def named(workspace: Workspace, since: float | None = None) -> dict[str, Part]:
    return {one.name: one for one in parts(workspace, since=since)}


def test_the_verdict_names_what_is_missing() -> None:
    whole, lacking = Part("Racers", None), Part("Models", None, "never read")
    assert verdict([whole]) == "Ready for a day without network."
    assert verdict([whole, lacking]) == "1 part missing: models."
    assert verdict([lacking, Part("User pool", None, "no")]).startswith("2 parts missing: models, ")


def test_what_was_read_is_there_until_something_newer_is_asked_for(workspace: Workspace) -> None:
    assert named(workspace)["Racers"].missing == ""
    later = workspace.database.clock() + 1.0
    assert named(workspace, later)["Racers"].missing == "not read this time"
    assert named(workspace)["Models"].missing == "never read"


def test_what_was_read_a_moment_before_is_not_asked_for_again(workspace: Workspace) -> None:
    reading = Preparing(workspace, 60.0)
    assert reading.since == workspace.database.clock() - FRESH_SECONDS
    assert not reading.turn()
    subjects = asked(workspace)
    assert not any(one.startswith("sweep") for one in subjects)
    assert any(one.startswith("models-now:") for one in subjects)
    assert "races:" in subjects


def test_it_is_asked_for_again_since_another_engine_may_have_taken_over(
    workspace: Workspace,
) -> None:
    watch = Watch()
    reading = Preparing(workspace, 60.0, clock=watch)
    assert not reading.turn()
    with workspace.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM interest")
    assert not reading.turn()
    assert asked(workspace) == set()
    watch.now = 11.0
    assert not reading.turn()
    assert "races:" in asked(workspace)


def half_read(workspace: Workspace) -> None:
    """A first round that reads racer by racer, and has read the models of one."""
    with workspace.database.read() as connection:
        profile = users_by_key(connection, user_keys(connection)[:1]).popitem()[1].profile
    begin_round(workspace.database, Way.BY_RACER)
    write_models(workspace.database, profile.profile_id, [], workspace.database.clock())


def test_models_that_are_being_read_say_how_fast_how_long_and_how_old_they_are(
    workspace: Workspace,
) -> None:
    half_read(workspace)
    workspace = replace(workspace, admin_calls=4)  # fewer than racers
    models = named(workspace)["Models"]
    assert models.as_of is not None
    assert models.what.startswith("of 1 of ")
    assert re.fullmatch(r"still being read: about \d+ a minute, \d[\w ]* left", models.missing)


def test_models_are_not_being_read_where_somebody_wants_to_be_offline(
    workspace: Workspace,
) -> None:
    half_read(workspace)
    offline.go_offline(workspace)
    models = named(workspace)["Models"]
    assert models.what.startswith("of 1 of ")
    assert models.missing == "stopped there: offline on purpose"
    offline.begin_look(workspace)
    assert named(workspace)["Models"].missing.startswith("still being read")


def test_models_that_are_only_read_again_are_there_unless_newer_ones_are_asked_for(
    workspace: Workspace,
) -> None:
    before = workspace.database.clock() - 60.0
    with workspace.database.read() as connection:
        users = users_by_key(connection, user_keys(connection)).values()
    for user in users:
        write_models(workspace.database, user.profile.profile_id, [], before)
    with workspace.database.write() as connection:
        connection.execute(update(LISTINGS).values(read_at=before, tried_at=before))
    begin_round(workspace.database, Way.BY_RACER)
    assert sweep_progress(workspace).under_way
    again = f"of {len(users):,} racers; reading again"
    for since in (None, before):
        models = named(workspace, since)["Models"]
        assert (models.what, models.missing) == (again, "")
        assert models.as_of == sweep_progress(workspace).oldest
    offline.go_offline(workspace)
    models = named(workspace)["Models"]
    assert (models.what, models.missing) == (f"of {len(users):,} racers", "")
    offline.go_online(workspace)
    asked_for = named(workspace, before + 1.0)["Models"]
    assert asked_for.missing.startswith("still being read")


def test_what_the_time_does_not_suffice_for_is_said(workspace: Workspace) -> None:
    half_read(workspace)
    workspace = replace(workspace, admin_calls=4)
    needed = seconds_left(sweep_progress(workspace), workspace.database.clock())
    assert needed > 0
    said = Preparing(workspace, needed - 1.0, clock=Watch()).too_long()
    assert f"Not all models will be read in that time: they take {rounded_up_text(needed)}" in said
    assert Preparing(workspace, needed + 1.0, clock=Watch()).too_long() == ""


def test_it_ends_in_time(workspace: Workspace) -> None:
    watch = Watch()
    reading = Preparing(workspace, 60.0, clock=watch)
    assert not reading.turn()
    watch.now = 60.0
    assert reading.turn()


def test_an_account_that_does_not_answer_for_a_while_ends_it(workspace: Workspace) -> None:
    watch = Watch()
    write_connectivity(workspace.database, Connectivity.OFFLINE)
    reading = Preparing(workspace, 60.0, clock=watch)
    assert not reading.turn()
    watch.now = 3.0
    write_connectivity(workspace.database, Connectivity.ONLINE)
    assert not reading.turn()
    write_connectivity(workspace.database, Connectivity.OFFLINE)
    watch.now = 8.0
    assert not reading.turn()
    watch.now = 15.0
    assert reading.turn()


def test_going_offline_on_purpose_ends_it(workspace: Workspace) -> None:
    watch = Watch()
    reading = Preparing(workspace, 60.0, clock=watch)
    assert not reading.turn()
    offline.go_offline(workspace)
    assert not reading.turn()
    watch.now = 7.0
    assert reading.turn()


def test_an_engine_that_is_at_work_elsewhere_reads_what_is_asked_for(world: World) -> None:
    with world.running():
        reading = Preparing(world.workspace, 60.0)
        eventually(lambda: reading.turn() or named(world.workspace)["Racers"].missing == "")
    assert named(world.workspace, reading.since)["Racers"].missing == ""


def test_parts_of_an_empty_store_are_all_missing(tmp_path: Path) -> None:
    database = filled_store(tmp_path / "other.sqlite", racers=0)
    try:
        found = parts(Workspace(database, "ada"), second_door=True)
    finally:
        database.close()
    assert {"User pool", "Billing alerts", "Costs", "Checklist"} <= {one.name for one in found}
    assert all(one.missing for one in found[-4:])
