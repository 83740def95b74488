"""Plans know which of those they name need more than their alias to be told from others."""

from pathlib import Path

import pytest

from drtui.commands.help_desk import plan_delete_users
from drtui.commands.selection import Selection, select_by_filter
from drtui.commands.sponsorship import plan_pause
from drtui.commands.undo import plan_undo
from drtui.commands.workspace import Workspace
from drtui.domain.naming import confirmation, name_lines
from tests.support.stores import delivered, filled_store, profile_id, submitted


@pytest.mark.parametrize(
    ("filter_", "name", "typed"),
    [
        ("alias=ada-l", "ada-l · ada-l@example.com", "ada-l"),
        ("alias=unknown-one", "unknown-one", "unknown-one"),
        (
            "email=eve@example.com",
            f"RacerAlias · eve@example.com · id {profile_id(5)}",
            profile_id(5),
        ),
        ("email=hana@example.com", "車手一号 · hana@example.com", profile_id(8)),
        (
            "email=k@example.com",
            "evil\ufffd[2J\ufffdparty · k@example.com · id " + profile_id(11),
            profile_id(11),
        ),
    ],
)
def test_one_target_is_named_so_that_nobody_else_can_be_meant(
    tmp_path: Path, filter_: str, name: str, typed: str
) -> None:
    database = filled_store(tmp_path / "account.db")
    workspace = Workspace(database, "ada")
    plan = plan_delete_users(workspace, select_by_filter(workspace, filter_))
    assert name_lines(plan) == [name]
    assert confirmation(plan) == typed
    database.close()


def test_an_alias_that_only_begins_with_anothers_tells_who_it_is(tmp_path: Path) -> None:
    database = filled_store(tmp_path / "account.db", racers=0)
    workspace = Workspace(database, "ada")
    selected = select_by_filter(workspace, "alias=dmx or alias=ada.admin or alias=ada-l")
    plan = plan_pause(workspace, Selection(selected.keys))
    assert plan.ambiguous == frozenset()
    database.close()


def test_an_undo_names_its_targets_too(tmp_path: Path) -> None:
    database = filled_store(tmp_path / "account.db")
    workspace = Workspace(database, "ada")
    whom = select_by_filter(workspace, "email=eve@example.com")
    delivered(database, submitted(database, plan_pause(workspace, whom)))
    assert name_lines(plan_undo(workspace).plan) == [
        f"RacerAlias · eve@example.com · id {profile_id(5)}"
    ]
    database.close()
