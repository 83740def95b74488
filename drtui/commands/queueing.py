"""Reviewing, editing and reordering what is on its way and was not sent yet."""

from collections.abc import Sequence

from drtui.commands.operations import find
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.actions import Action
from drtui.domain.handling import Handling, refusal
from drtui.domain.problems import InvalidInputError
from drtui.store import editing
from drtui.store import queue as stored
from drtui.store.editing import Edited
from drtui.store.queue import Queued
from drtui.store.sign_in import read_sign_in


def queue(workspace: Workspace) -> list[Queued]:
    """Return what is on its way, in the order of delivery."""
    with workspace.database.read() as connection:
        return stored.queue(connection)


def plan_edit(workspace: Workspace, number: int, action: Action) -> Edited:
    """Return what one's own operation becomes with another action of its kind.

    Raises:
        InvalidInputError: It cannot be edited; the reason says why.
        NotAllowedError: The role of whoever is signed in may not do it.
    """
    _check(workspace, number, Handling.EDIT)
    with workspace.database.read() as connection:
        permissions.check(read_sign_in(connection).role, action.kind)
        return editing.plan_edit(connection, number, action)


def edit(workspace: Workspace, number: int, action: Action, expected: Edited) -> None:
    """Give one's own operation another action of its kind, as it was planned.

    Raises:
        InvalidInputError: It cannot be edited; the reason says why.
        PlanOutdatedError: It would become something else by now.
    """
    _check(workspace, number, Handling.EDIT)
    editing.edit(workspace.database, number, action, workspace.author(), expected)


def move(workspace: Workspace, number: int, before: int | None) -> int:
    """Have one's own operation delivered before another one, or last; see `store.queue.move`.

    Returns:
        How many targets were planned anew.

    Raises:
        InvalidInputError: It cannot be moved there; the reason says why.
    """
    _check(workspace, number, Handling.MOVE)
    return stored.move(workspace.database, number, before, workspace.author())


def step(workspace: Workspace, number: int, steps: int) -> tuple[int, Sequence[Queued]]:
    """Move one's own operation some places towards the end of the queue, or the front below 0.

    Returns:
        How many targets were planned anew, and the queue as it is then.

    Raises:
        InvalidInputError: It cannot be moved there, or is at that end already.
    """
    _check(workspace, number, Handling.MOVE)
    order = [one.operation_id for one in queue(workspace)]
    if number not in order:
        raise InvalidInputError(f"Nothing of operation {number} is on its way any more.")
    rest = [one for one in order if one != number]
    place = order.index(number) + steps
    if not 0 <= place <= len(rest):
        end = "first" if steps < 0 else "last"
        raise InvalidInputError(f"Operation {number} is the {end} of the queue.")
    anew = move(workspace, number, rest[place] if place < len(rest) else None)
    return anew, queue(workspace)


def _check(workspace: Workspace, number: int, handling: Handling) -> None:
    reason = refusal(handling, find(workspace, number), workspace.who)
    if reason:
        raise InvalidInputError(f"{reason[:1].upper()}{reason[1:]}.")
