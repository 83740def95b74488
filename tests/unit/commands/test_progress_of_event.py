"""How far the preparation has come: counted once, and again only where something has changed."""

import pytest

from drtui.commands import progress_of_event
from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_invite
from drtui.commands.participants import forget, keep, participants_of
from drtui.commands.progress_of_event import People, Preparation, Progress
from drtui.commands.roster import roster
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.roster import RosterRow
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.participants import write_pool_users

NEW, INVITED, SIGNED_IN = (f"{name}@example.com" for name in ("ann", "ben", "cleo"))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each reading of the roster had."""
    found: list[int] = []

    def counted(workspace: Workspace) -> list[RosterRow]:
        rows = roster(workspace)
        found.append(len(rows))
        return rows

    monkeypatch.setattr(progress_of_event, "roster", counted)
    return found


def pool_user(email: str, status: PoolStatus) -> PoolUser:
    return PoolUser(email, email, status, enabled=True)


def test_nothing_is_prepared_at_first(workspace: Workspace) -> None:
    assert Progress(workspace).read() == Preparation()


def test_those_on_a_list_are_counted_by_how_far_they_are(workspace: Workspace) -> None:
    keep(workspace, [Participant(email, "", None, 0) for email in (NEW, INVITED, SIGNED_IN)])
    write_pool_users(
        workspace.database,
        [
            pool_user(INVITED, PoolStatus.FORCE_CHANGE_PASSWORD),
            pool_user(SIGNED_IN, PoolStatus.CONFIRMED),
        ],
    )
    assert Progress(workspace).read().people == People(kept=3, invited=2, signed_in=1)


def test_it_is_counted_anew_only_where_something_has_changed(
    workspace: Workspace, readings: list[int]
) -> None:
    progress = Progress(workspace)
    progress.read()
    with workspace.database.write(RecordKind.SYNC_STATE, RecordKind.PREFERENCE):
        pass
    progress.read()
    assert len(readings) == 1
    with workspace.database.write(RecordKind.SPONSORED_USER):
        pass
    progress.read()
    assert len(readings) == 2


def test_each_step_of_a_participant_is_seen(workspace: Workspace) -> None:
    progress = Progress(workspace)
    keep(workspace, [Participant(NEW, "", None, 0)])
    assert progress.read().people == People(kept=1)
    submit(workspace, plan_invite(workspace, participants_of(workspace)))
    assert progress.read().people == People(kept=1)
    [item] = claim_errands(workspace.database, Service.INVITATIONS, 1, 1)
    settle_errands(workspace.database, [Settled(item, 1, Carried(ItemState.DONE))])
    assert progress.read().people == People(kept=1, invited=1)
    write_pool_users(workspace.database, [pool_user(NEW, PoolStatus.CONFIRMED)])
    assert progress.read().people == People(kept=1, invited=1, signed_in=1)
    forget(workspace, participants_of(workspace))
    assert progress.read().people == People()
