"""What the role of whoever is signed in may not do is refused before anything is planned."""

from collections.abc import Callable

import pytest

from drtui.commands import help_desk, operations, quotas, sponsorship, tags, undo
from drtui.commands.bulk import submit
from drtui.commands.selection import Selection, select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.handling import Handling
from drtui.domain.operations import ItemState
from drtui.domain.problems import NotAllowedError
from drtui.domain.records import Role
from drtui.store import operation_log
from drtui.store.sign_in import write_role
from tests.support.stores import delivered

PLANS: dict[str, Callable[[Workspace, Selection], object]] = {
    "set quotas": lambda it, whom: quotas.plan_set_quotas(it, whom, "+2", None),
    "pause": sponsorship.plan_pause,
    "resume": sponsorship.plan_resume,
    "aliases": lambda it, whom: help_desk.plan_change_alias(it, whom, "bo-2"),
    "roles": lambda it, whom: help_desk.plan_change_role(it, whom, Role.FACILITATOR),
    "models": help_desk.plan_delete_models,
    "delete users": help_desk.plan_delete_users,
}


def chosen(workspace: Workspace) -> Selection:
    return select_by_name(workspace, ["ada-l"])


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(("role", "who"), [(Role.FACILITATOR, "facilitators"), (Role.RACER, "")])
def test_a_lesser_role_is_refused_every_change_of_users(
    workspace: Workspace, name: str, role: Role, who: str
) -> None:
    write_role(workspace.database, role)
    with pytest.raises(NotAllowedError, match=rf"(?i){who} may not .*{name}.* needs an admin"):
        PLANS[name](workspace, chosen(workspace))
    with workspace.database.read() as connection:
        assert not operation_log.operations(connection)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.UNKNOWN])
def test_an_admin_and_whoever_is_not_known_plan_everything(
    workspace: Workspace, name: str, role: Role
) -> None:
    write_role(workspace.database, role)
    assert PLANS[name](workspace, chosen(workspace))


def test_labels_are_for_everybody(workspace: Workspace) -> None:
    write_role(workspace.database, Role.FACILITATOR)
    change = tags.read_tags(["team:red"], [])
    assert tags.tag_users(workspace, chosen(workspace), change) == 1


def test_a_facilitator_puts_nothing_back_and_cancels_what_was_not_sent(
    workspace: Workspace,
) -> None:
    sent, waiting = (
        submit(workspace, quotas.plan_set_quotas(workspace, chosen(workspace), hours, None))
        for hours in ("9", "10")
    )
    assert sent is not None
    assert waiting is not None
    delivered(workspace.database, sent)
    write_role(workspace.database, Role.FACILITATOR)
    assert undo.plan_undo(workspace, waiting).not_sent == 1
    undo.submit_undo(workspace, undo.plan_undo(workspace, waiting))
    with pytest.raises(NotAllowedError, match="undo changes"):
        undo.plan_undo(workspace, sent)


def failed_once(workspace: Workspace) -> int:
    number = submit(workspace, quotas.plan_set_quotas(workspace, chosen(workspace), "9", None))
    assert number is not None
    delivered(workspace.database, number, state=ItemState.FAILED)
    return number


def test_a_facilitator_sends_nothing_again(workspace: Workspace) -> None:
    number = failed_once(workspace)
    write_role(workspace.database, Role.FACILITATOR)
    for send in (operations.retry, operations.apply_ours):
        with pytest.raises(NotAllowedError, match="Race facilitators may not set quotas, which"):
            send(workspace, number)
    assert [item.state for item in operations.items_in(workspace, number)] == [ItemState.FAILED]


def test_a_facilitator_leaves_the_account_as_it_is(workspace: Workspace) -> None:
    number = failed_once(workspace)
    write_role(workspace.database, Role.FACILITATOR)
    assert operations.keep_theirs(workspace, number) == 0
    assert operations.set_aside(workspace, number) == (1, 0)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.UNKNOWN])
def test_an_admin_and_whoever_is_not_known_send_again(workspace: Workspace, role: Role) -> None:
    number = failed_once(workspace)
    write_role(workspace.database, role)
    assert operations.retry(workspace, number) == 1


def test_the_console_refuses_it_to_a_facilitator_for_the_same_reason(workspace: Workspace) -> None:
    number = failed_once(workspace)

    def refused(handling: Handling) -> str:
        with workspace.database.read() as connection:
            return operations.follow(workspace, connection, [number])[number].refusal(handling)

    assert refused(Handling.RETRY) == ""
    write_role(workspace.database, Role.FACILITATOR)
    assert refused(Handling.RETRY) == "race facilitators may not set quotas, which needs an admin"
    assert refused(Handling.SET_ASIDE) == ""
