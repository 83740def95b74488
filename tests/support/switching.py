"""Operations with errands, carried out as the engine would."""

from drtui.commands.bulk import submit
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState
from drtui.domain.planning import Plan
from drtui.store.errands import Settled, claim_errands, settle_errands
from tests.support.stores import delivered


def carried_out(workspace: Workspace, plan: Plan) -> int:
    """Submit a plan, and let everything of it come about."""
    number = submit(workspace, plan)
    assert number is not None
    come_about(workspace, number)
    return number


def come_about(workspace: Workspace, number: int) -> None:
    """Let everything of an operation, the newest, come about."""
    database = workspace.database
    for service in Service:
        for item in claim_errands(database, service, 10_000, number):
            settle_errands(database, [Settled(item, number, Carried(ItemState.DONE))])
    delivered(database, number)
