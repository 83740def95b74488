"""Listing racers' models once more before they are counted."""

import threading

import pytest

from drtui.cli import model_refreshing
from drtui.cli.context import Desk
from drtui.cli.model_refreshing import list_again
from drtui.commands.relisting import Relisting, ask, is_listed, relisting
from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths, load_settings
from drtui.domain.admin_calls import HELD_SECONDS, bulk_share
from drtui.domain.features import features_of
from drtui.domain.records import StoredModel
from drtui.screens import model_planner
from drtui.screens.model_planner import ModelPlanner
from drtui.store.admin_calls import claim_calls
from drtui.store.deployment_facts import write_found
from drtui.store.interests import live_interests
from drtui.store.model_sweeps import NOW
from drtui.store.models import MODELS_OF, write_models
from drtui.store.sync_state import Connectivity, write_connectivity, write_engine
from tests.support.stores import profile_id
from tests.support.waiting import eventually

ONE, TWO = profile_id(100), profile_id(101)


def wanted(workspace: Workspace, *ids: str) -> Relisting:
    return relisting(workspace, select_by_name(workspace, ids).keys)


def subjects(workspace: Workspace, prefix: str) -> list[str]:
    with workspace.database.read() as connection:
        live = live_interests(connection, prefix, workspace.database.clock())
    return [one.subject for one in live]


def listed(workspace: Workspace, racer: str, *names: str) -> None:
    models = [StoredModel(name, name, "READY", None) for name in names]
    write_models(workspace.database, racer, models, workspace.database.clock())


def test_each_racer_is_asked_for_where_no_call_lists_all(workspace: Workspace) -> None:
    write_found(workspace.database, features_of("1.2.5"))
    found = wanted(workspace, ONE, TWO)
    assert (found.calls, found.fits, found.oldest) == (2, True, None)
    ask(workspace, found)
    assert subjects(workspace, MODELS_OF) == [f"{MODELS_OF}{one}" for one in (ONE, TWO)]
    listed(workspace, ONE, "first")
    assert not is_listed(workspace, found)
    listed(workspace, TWO)
    assert is_listed(workspace, found)
    assert wanted(workspace, ONE, TWO).calls == 0  # the engine would not list them so soon


def test_one_call_is_enough_where_there_is_one(workspace: Workspace) -> None:
    write_found(workspace.database, features_of("1.3.1"))
    listed(workspace, ONE, "first")
    found = wanted(workspace, ONE, TWO)
    assert found.calls == 1
    ask(workspace, found)
    assert len(subjects(workspace, NOW)) == 1


def test_what_the_firewall_leaves_no_calls_for_is_refused_with_its_age(
    workspace: Workspace,
) -> None:
    write_found(workspace.database, features_of("1.2.5"))
    most = bulk_share(workspace.admin_calls)
    assert claim_calls(workspace.database, most - 1, most, HELD_SECONDS)
    found = wanted(workspace, ONE, TWO)
    assert not found.fits
    assert "The models of 2 racers cannot be listed again now" in found.refusal
    assert "the firewall leaves 1 call; some were never read" in found.refusal
    assert wanted(workspace, ONE).refusal == ""


def test_a_plan_of_the_console_waits_for_the_listing(workspace: Workspace) -> None:
    write_found(workspace.database, features_of("1.2.5"))
    planner = ModelPlanner(workspace)
    racers = select_by_name(workspace, [ONE])
    assert planner.list_again(racers) == ""
    assert subjects(workspace, MODELS_OF) == []  # nobody is there who would
    write_engine(workspace.database, 1)
    write_connectivity(workspace.database, Connectivity.ONLINE)

    def engine() -> None:
        eventually(lambda: bool(subjects(workspace, MODELS_OF)))
        listed(workspace, ONE, "first", "second")

    thread = threading.Thread(target=engine)
    thread.start()
    assert planner.list_again(racers) == ""
    thread.join()
    assert planner.delete_all(racers).number == 2


def test_what_is_not_listed_in_time_is_told_by_the_console(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_found(workspace.database, features_of("1.2.5"))
    write_engine(workspace.database, 1)
    write_connectivity(workspace.database, Connectivity.ONLINE)
    monkeypatch.setattr(model_planner, "_PATIENCE_SECONDS", 0.0)
    told = ModelPlanner(workspace).list_again(select_by_name(workspace, [ONE, TWO]))
    assert (
        told == "The models of 2 racers could not be listed again just now; some were never read."
    )


@pytest.mark.parametrize("comes", [False, True])
def test_what_is_not_listed_in_time_is_told_by_the_command_line(
    workspace: Workspace, paths: Paths, monkeypatch: pytest.MonkeyPatch, comes: bool
) -> None:
    write_found(workspace.database, features_of("1.2.5"))

    def run(*_: object) -> None:
        """The engine has no call to spare, or has one."""
        if comes:
            listed(workspace, ONE, "first")

    monkeypatch.setattr(model_refreshing, "_run", run)
    account = Account("finals", "https://one.example/prod", "eu-west-1")
    desk = Desk(account, paths, load_settings(paths, {}), workspace)
    told = list_again(desk, True, select_by_name(workspace, [ONE]).keys)
    missed = "The models of 1 racer could not be listed again just now; some were never read."
    assert told == ("" if comes else missed)
