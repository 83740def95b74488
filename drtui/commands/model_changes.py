"""Changing models: stopping trainings, and deleting one's own or all of a racer's."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from drtui.commands.bulk import plan_action, plan_errands
from drtui.commands.help_desk import meaning, plan_delete_models
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service, service_of
from drtui.domain.help_desk_actions import DeleteModels
from drtui.domain.model_changes import (
    DeletionCost,
    DownloadState,
    cost_lines,
    deletion_cost,
    plan_downloaded_deletion,
    plan_own_deletion,
    plan_stop_row,
)
from drtui.domain.models import ModelRow
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.problems import InvalidInputError
from drtui.model_folders import seems_whole
from drtui.store.database import Transaction
from drtui.store.errands import on_the_way
from drtui.store.known_models import known_models
from drtui.store.model_files import ModelFile, model_files
from drtui.store.model_table import model_keys_of, models_by_key
from drtui.store.models import read_models
from drtui.store.sync_state import read_sync_state
from drtui.store.users import moment

NO_MODELS: Final = "There is no model to change."
STOP_CONSEQUENCES: Final = (
    "What was trained so far stays. The minutes up to then are billed. It cannot be undone."
)
OWN_CONSEQUENCES: Final = (
    "Each is seen to be gone afterwards. The month's model count stays. It cannot be undone."
)
DOWNLOADED_CONSEQUENCES: Final = (
    "When its turn comes, every file is read to its end, and the models of each racer are listed "
    "again: where one is missing or differs, or a model is not READY, nothing of that racer is "
    "deleted. What a racer makes in that very moment is deleted too: pause them first. It cannot "
    "be undone."
)
"""What there is to know before a deletion of what was downloaded is confirmed."""


def plan_stop(workspace: Workspace, models: Sequence[ModelRow], *, second_door: bool) -> Plan:
    """Plan to stop what runs of some models: one's own by the API, others' in SageMaker.

    Args:
        workspace: The account's.
        models: Which, each once.
        second_door: Whether the account names the sponsor's AWS profile.

    Raises:
        InvalidInputError: There are no models.
    """
    me = _signed_in(workspace, models)
    rows = [plan_stop_row(one, own=one.profile_id == me, second_door=second_door) for one in models]
    plan = plan_errands(workspace, OperationKind.STOP_MODELS, "Stop training", ())
    return replace(plan, rows=tuple(rows))


def plan_delete_own(workspace: Workspace, models: Sequence[ModelRow]) -> Plan:
    """Plan to delete models one by one: those of whoever is signed in, READY or ERROR.

    Raises:
        InvalidInputError: There are no models.
    """
    me = _signed_in(workspace, models)
    rows = [plan_own_deletion(one, own=bool(me) and one.profile_id == me) for one in models]
    plan = plan_errands(workspace, OperationKind.DELETE_OWN_MODELS, "Delete own models", ())
    return replace(plan, rows=tuple(rows))


def plan_delete_all(workspace: Workspace, selection: Selection) -> Plan:
    """Plan to delete all models of racers; see `deletion_lines` for what that comes to.

    Raises:
        NotAllowedError: Whoever is signed in may not do it.
    """
    return plan_delete_models(workspace, selection)


def plan_delete_downloaded(workspace: Workspace, selection: Selection) -> Plan:
    """Plan to delete all models of those racers of whom every model was safely downloaded.

    Downloads on their way are waited for. Whether files are whole is found out when its turn
    comes; here, whether they are there with the size that they had.

    Raises:
        NotAllowedError: Whoever is signed in may not do it.
    """
    plan = plan_action(workspace, DeleteModels(), selection)
    with workspace.database.read() as connection:
        coming = on_the_way(connection, Service.DOWNLOADS)
        known = known_models(connection, [row.target.profile_id for row in plan.rows])
        rows = tuple(meaning(_downloaded_row(connection, row, coming), known) for row in plan.rows)
    return replace(
        plan,
        kind=OperationKind.DELETE_DOWNLOADED_MODELS,
        what="Delete models that were downloaded",
        rows=rows,
    )


def deletion_of(workspace: Workspace, plan: Plan) -> DeletionCost:
    """Return what a plan that deletes models comes to, as far as is known.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    changing = {
        row.target.profile_id: row.change
        for row in plan.rows
        if row.outcome is Outcome.CHANGE and row.change is not None
    }
    with workspace.database.read() as connection:
        if plan.kind is OperationKind.DELETE_OWN_MODELS:
            return deletion_cost(0, _models_named(connection, list(changing)), 0)
        # What was read since the plan was made is in no number that somebody confirms.
        meant = {_profile_of(target): change.meant for target, change in changing.items()}
        models = [
            one
            for one in _models_of(connection, list(meant))
            if one.model_id in (meant[one.profile_id] or ())
        ]
        known = known_models(connection, list(meant))
        cost = deletion_cost(len(meant), models, sum(one is None for one in meant.values()))
        oldest = min((one.read_at for one in known.values()), default=None)
        return replace(cost, oldest=moment(oldest))


def deletion_lines(workspace: Workspace, plan: Plan) -> list[str]:
    """Say how many models a plan deletes, how many of them run, and what it frees and saves."""
    return cost_lines(deletion_of(workspace, plan), workspace.rates)


def _signed_in(workspace: Workspace, models: Sequence[ModelRow]) -> str:
    if not models:
        raise InvalidInputError(NO_MODELS)
    with workspace.database.read() as connection:
        return read_sync_state(connection).caller_profile


def _profile_of(target: str) -> str:
    return target if service_of(target) is None else target.partition(":")[2]


def _models_of(connection: Transaction, profile_ids: Sequence[str]) -> list[ModelRow]:
    return list(models_by_key(connection, model_keys_of(connection, profile_ids)).values())


def _models_named(connection: Transaction, targets: Sequence[str]) -> list[ModelRow]:
    subjects = {target.partition(":")[2] for target in targets}
    racers = sorted({subject.partition("/")[0] for subject in subjects})
    return [
        one
        for one in _models_of(connection, racers)
        if f"{one.profile_id}/{one.model_id}" in subjects
    ]


def _downloaded_row(
    connection: Transaction, row: PlannedTarget, coming: Collection[str]
) -> PlannedTarget:
    """Return a racer's row as that of the errand which deletes what was downloaded."""
    target, profile_id = row.target, row.target.profile_id
    models: tuple[ModelRow, ...] | None = ()  # on their way out already
    if row.outcome is not Outcome.ALREADY_SO:
        known = read_models(connection, profile_id).as_of is not None
        models = tuple(_models_of(connection, [profile_id])) if known else None
    state = DownloadState(
        models,
        frozenset(_safe(connection, models or ())),
        frozenset(
            subject.partition("/")[2] for subject in coming if subject.startswith(f"{profile_id}/")
        ),
    )
    planned = plan_downloaded_deletion(profile_id, target.alias, state)
    named = replace(planned.target, named=target.named, role=target.role, email=target.email)
    if row.outcome in (Outcome.CHANGE, Outcome.ALREADY_SO):
        return replace(planned, target=named)
    return PlannedTarget(named, row.outcome, reason=row.reason)


def _safe(connection: Transaction, models: Sequence[ModelRow]) -> list[str]:
    found = model_files(connection, [(one.profile_id, one.model_id) for one in models])
    return [model_id for (_, model_id), files in found.items() if any(map(_seems_whole, files))]


def _seems_whole(file: ModelFile) -> bool:
    path = Path(file.place)
    return path.is_absolute() and seems_whole(path, file.size)
