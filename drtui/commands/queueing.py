"""Reviewing, editing and reordering what is on its way and was not sent yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from drtui.commands.help_desk import TAKEN, check_alias
from drtui.commands.operations import check_owner, find
from drtui.commands.quotas import read_quotas
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.actions import Action
from drtui.domain.handling import EDITABLE, Handling, refusal
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.records import Role
from drtui.domain.stored_actions import action_from
from drtui.domain.wording import capitalised, counted
from drtui.store import editing
from drtui.store import queue as stored
from drtui.store.database import Transaction
from drtui.store.editing import Edited
from drtui.store.operation_log import items
from drtui.store.queue import Queued
from drtui.store.sign_in import read_sign_in
from drtui.store.users import keys_matching, rows_by_profile


def read_edit(
    hours: str | None = None,
    models: str | None = None,
    alias: str | None = None,
    role: Role | None = None,
    present: Action | None = None,
) -> Action:
    """Return what takes the place of an operation's action, as it was typed; None is not named.

    Args:
        hours: As `quotas.read_quotas` takes it; empty leaves the quota as the account has it.
        models: The same.
        alias: Another alias.
        role: Another role.
        present: What the operation asks for now, which a quota that is not named stays at.

    Raises:
        InvalidInputError: Nothing is named, or values of different kinds, or one cannot be read.
    """
    named = (hours is not None or models is not None, alias is not None, role is not None)
    if sum(named) != 1:
        raise InvalidInputError(
            "Name what is to be another value: --hours and --models, or --alias, or --role."
        )
    if alias is not None:
        return ChangeAlias(check_alias(alias))
    if role is not None:
        return ChangeRole(role)
    if not isinstance(present, SetQuotas):
        return read_quotas(hours, models)
    kept = SetQuotas(
        present.minutes if hours is None else None, present.models if models is None else None
    )
    if not (hours or models) and (kept.minutes or kept.models):
        return kept
    read = read_quotas(hours, models)
    return SetQuotas(read.minutes or kept.minutes, read.models or kept.models)


def asked_for_now(workspace: Workspace, number: int) -> Action:
    """Return what an operation asks for.

    Raises:
        InvalidInputError: There is none of that number, or it cannot be edited.
    """
    it = find(workspace, number)
    if it.kind not in EDITABLE:
        raise InvalidInputError(f"{capitalised(refusal(Handling.EDIT, it))}.")
    return action_from(it.kind, it.params)


def queue(workspace: Workspace) -> list[Queued]:
    """Return what is on its way, in the order of delivery."""
    with workspace.database.read() as connection:
        return stored.queue(connection)


def plan_edit(workspace: Workspace, number: int, action: Action, *, of: str = "") -> Edited:
    """Return what an operation becomes with another action of its kind.

    Raises:
        InvalidInputError: It cannot be edited; the reason says why.
        NotAllowedError: The role of whoever is signed in may not do it.
    """
    _check(workspace, number, Handling.EDIT, of)
    with workspace.database.read() as connection:
        _check_role(connection, action)
        plan = editing.plan_edit(connection, number, action)
        taken = isinstance(action, ChangeAlias) and _is_taken(connection, number, action.alias)
    return replace(plan, notes=(*plan.notes, TAKEN)) if taken else plan


def _is_taken(connection: Transaction, number: int, alias: str) -> bool:
    """Whether somebody has an alias whom an operation is not about."""
    own = rows_by_profile(connection, [one.target for one in items(connection, number)])
    others = set(keys_matching(connection, [alias])[alias])
    return bool(others - {row["id"] for row in own.values()})


def edit(
    workspace: Workspace, number: int, action: Action, expected: Edited, *, of: str = ""
) -> None:
    """Give an operation another action of its kind, as it was planned.

    Args:
        workspace: Whose store.
        number: The operation's.
        action: The other action.
        expected: What was planned.
        of: Whose it is, where it is not one's own.

    Raises:
        InvalidInputError: It cannot be edited; the reason says why.
        NotAllowedError: The role of whoever is signed in may not do it.
        PlanOutdatedError: It would become something else by now, or was edited meanwhile.
    """
    _check(workspace, number, Handling.EDIT, of)
    with workspace.database.read() as connection:
        _check_role(connection, action)
    editing.edit(workspace.database, number, action, workspace.author(), expected)


def _check_role(connection: Transaction, action: Action) -> None:
    permissions.check(read_sign_in(connection).role, action.kind)


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of moving an operation in the queue.

    Attributes:
        number: The operation's.
        anew: How many targets were planned anew.
        at_once: For how many of these something has nothing to be sent any more in the new order:
            it is only remembered here, or so already.
        whole: Whether that is all of the operation.
        behind: Whether that waits for what is before it for the same targets.
        queue: As it is then, in the order of delivery.
    """

    number: int
    anew: int
    at_once: int
    whole: bool
    behind: bool
    queue: Sequence[int]

    def told(self) -> str:
        """Say where it is by now, and of what there is nothing to send in that order."""
        if self.number not in self.queue:
            return f"Operation {self.number} has left the queue already."
        place = f"number {self.queue.index(self.number) + 1:,} of {len(self.queue):,}"
        told = f"Operation {self.number} is {place} in the queue"
        if self.whole:
            told += "; in that order there is nothing to send of it"
            return f"{told}: it is done with what is before it." if self.behind else f"{told}."
        if self.anew:
            told += f"; {counted(self.anew, 'target')} planned anew"
        if self.at_once:
            told += f", for {self.at_once:,} there is less to send"
        return f"{told}."


def move(workspace: Workspace, number: int, before: int | None, *, of: str = "") -> Moved:
    """Have an operation delivered before another one, or last; see `store.queue.move`.

    Raises:
        InvalidInputError: It cannot be moved there; the reason says why.
    """
    _check(workspace, number, Handling.MOVE, of)
    done = stored.move(workspace.database, number, before, workspace.author())
    return Moved(number, done.anew, done.at_once, done.whole, done.behind, _order(workspace))


def step(workspace: Workspace, number: int, steps: int, *, of: str = "") -> Moved:
    """Move an operation some places towards the end of the queue, or the front below 0.

    Raises:
        InvalidInputError: It cannot be moved there, or is at that end already.
    """
    _check(workspace, number, Handling.MOVE, of)
    order = _order(workspace)
    if number not in order:
        raise InvalidInputError(f"Nothing of operation {number} is on its way any more.")
    rest = [one for one in order if one != number]
    place = order.index(number) + steps
    if not 0 <= place <= len(rest):
        end = "first" if steps < 0 else "last"
        raise InvalidInputError(f"Operation {number} is the {end} of the queue.")
    return move(workspace, number, rest[place] if place < len(rest) else None, of=of)


def _order(workspace: Workspace) -> list[int]:
    return [one.operation_id for one in queue(workspace)]


def _check(workspace: Workspace, number: int, handling: Handling, of: str) -> None:
    it = check_owner(workspace, number, handling, of)
    if reason := refusal(handling, it):
        raise InvalidInputError(f"{reason[:1].upper()}{reason[1:]}.")
