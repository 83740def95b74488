"""Stopping and deleting models: which can be, why others cannot, and the errands that do it.

Facts: DeepRacer API facts, the table of operations (PATCH and DELETE /models/{id}), behaviours 6
and 7, and the sponsor's own AWS credentials.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from drtui.domain.downloads import size_text
from drtui.domain.errands import Errand, Service, subject_of
from drtui.domain.models import (
    JobStatus,
    ModelRow,
    ModelStatus,
    Stage,
    known_status,
    model_subject,
    stage_of,
    status_text,
)
from drtui.domain.operations import DELETED, PRESENT, Item, number_in
from drtui.domain.planning import Outcome, PlannedTarget, plan_errand
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.text import clean
from drtui.domain.wording import counted, noun

RUNS: Final = "training"
MODEL: Final = "model"
MODELS: Final = "models"
ASKED: Final = "asked"
"""Under which what was asked for is kept, in what was found: it is not the admin's to see."""
STOPPED: Final = "stopped"

NO_SECOND_DOOR: Final = (
    "it is another racer's: stopping it needs the sponsor's AWS profile (name one with “drtui "
    "account set --aws-profile”), or its racer stops it"
)
NO_JOB_YET: Final = "it waits for its turn: there is no job of it yet that could be stopped"
INITIALISING: Final = (
    "it is initialising, and the deployment stops nothing before it runs: try again in some minutes"
)
_IMPORTING: Final = "it is being imported, which cannot be stopped"
_NO_LISTING: Final = "only its files in the bucket are known: the deployment lists no such model"
_SUBMITTED: Final = (
    "it is being evaluated for a race: only the sponsor's AWS profile stops that (name one with "
    "“drtui account set --aws-profile”)"
)
_OTHERS: Final = (
    "it is another racer's: the deployment deletes all models of a racer at once, and none alone"
)
_WAITING: Final = (ModelStatus.QUEUED, ModelStatus.WAITING_FOR_CAPACITY)
_DELETABLE: Final = (ModelStatus.READY, ModelStatus.ERROR)


def has_stopped(status: str) -> bool:
    """Whether nothing of a model with this status runs, or it is being stopped already."""
    known = known_status(status)
    return known is ModelStatus.STOPPING or stage_of(status) in (Stage.READY, Stage.ENDED)


def initialises(status: str, training_status: str) -> bool:
    """Whether a model's training initialises, when the deployment does not stop it."""
    return (
        known_status(status) is ModelStatus.TRAINING
        and training_status.upper() == JobStatus.INITIALIZING
    )


def deletable(status: str) -> bool:
    """Whether the deployment deletes a model with this status on its own."""
    return known_status(status) in _DELETABLE


def plan_stop_row(model: ModelRow, *, own: bool, second_door: bool) -> PlannedTarget:
    """Return what stopping one model comes to.

    One's own is stopped by the deployment's API, every other by SageMaker.

    Args:
        model: Which.
        own: Whether it is that of whoever is signed in.
        second_door: Whether the account names the sponsor's AWS profile.
    """
    submitted = known_status(model.status) is ModelStatus.SUBMITTING
    service = Service.OWN_STOPS if own and not submitted else Service.STOPS
    was = STOPPED if has_stopped(model.status) else status_text(model.status)
    row = plan_errand(_errand(service, model, {RUNS: was}, {RUNS: STOPPED}))
    why = "" if row.outcome is Outcome.ALREADY_SO else _not_stopped(model, service, own=own)
    if not why and service is Service.STOPS and not second_door:
        why = _SUBMITTED if own else NO_SECOND_DOOR
    if model.listed and row.outcome is Outcome.ALREADY_SO:
        return row
    return _cannot(row, why) if why or not model.listed else row


def _not_stopped(model: ModelRow, service: Service, *, own: bool) -> str:
    known = known_status(model.status)
    if known is ModelStatus.IMPORTING:
        return _IMPORTING
    if service is Service.STOPS and not own and known in _WAITING:
        return NO_JOB_YET
    if service is Service.OWN_STOPS and initialises(model.status, model.training_status):
        return INITIALISING
    return ""


def plan_own_deletion(model: ModelRow, *, own: bool) -> PlannedTarget:
    """Return what deleting one model comes to, of those of whoever is signed in.

    Args:
        model: Which.
        own: Whether it is one of those.
    """
    deleting = known_status(model.status) is ModelStatus.DELETING
    before = {MODEL: DELETED if own and deleting else PRESENT}
    row = plan_errand(_errand(Service.OWN_MODELS, model, before, {MODEL: DELETED}))
    if not own:
        return _cannot(row, _OTHERS)
    if row.outcome is Outcome.ALREADY_SO or (model.listed and deletable(model.status)):
        return row
    shown = clean(model.status_text)
    return _cannot(row, f"its status is {shown}: only READY or ERROR ones can be deleted")


def _errand(
    service: Service, model: ModelRow, before: dict[str, str], after: dict[str, str]
) -> Errand:
    label = f"{model.alias or model.profile_id} / {model.name or model.model_id}"
    subject = model_subject(model.profile_id, model.model_id)
    return Errand(service, subject, label, before, after)


def _cannot(row: PlannedTarget, reason: str) -> PlannedTarget:
    return PlannedTarget(row.target, Outcome.CANNOT, reason=reason or _NO_LISTING)


def model_of(item: Item) -> tuple[str, str]:
    """Return whose model an errand is about, and which; the latter empty where it is none."""
    profile_id, _, model_id = subject_of(item).partition("/")
    return profile_id, model_id


def times_asked(item: Item) -> int:
    """Return how often what an errand is for was asked for."""
    return number_in(item.before, ASKED) or 0


def uncounted_models(others: int, there: int, *, asked: bool) -> str:
    """Say why a deletion of all models of a racer stops where there are more than were counted.

    Args:
        others: How many are not among those that were counted when it was confirmed.
        there: How many there are.
        asked: Whether a deletion was asked for before.
    """
    left = "nothing more was deleted" if asked else "nothing was deleted"
    were = "was" if others == 1 else "were"
    return (
        f"{left}: {others:,} of {counted(there, 'model')} {were} not counted when it was "
        "confirmed; delete them again to count them"
    )


@dataclass(frozen=True, slots=True)
class DownloadState:
    """Of which of a racer's models a sound archive is here.

    Attributes:
        models: All of the racer's, as last read; None where they never were.
        safe: The ids of those whose archive is in its folder, with the size it had.
        coming: The ids of those whose download is on its way.
    """

    models: tuple[ModelRow, ...] | None
    safe: frozenset[str]
    coming: frozenset[str]


def plan_downloaded_deletion(profile_id: str, alias: str, state: DownloadState) -> PlannedTarget:
    """Return what deleting the models of a racer comes to, once all of them were downloaded."""
    models = state.models
    before = {MODELS: DELETED if models == () else PRESENT}
    errand = Errand(Service.DOWNLOADED_MODELS, profile_id, alias, before, {MODELS: DELETED})
    row = plan_errand(errand)
    if models is None:
        return _cannot(row, "its models were never read")
    lacking = [one for one in models if one.model_id not in state.safe | state.coming]
    if lacking:
        what, are = counted(len(models), "model"), noun(len(lacking), "is", "are")
        return _cannot(row, f"{len(lacking):,} of its {what} {are} not safely downloaded")
    coming = sum(one.model_id in state.coming - state.safe for one in models)
    note = f"waits for {counted(coming, 'download')}" if coming else ""
    return plan_errand(Errand(errand.service, errand.subject, alias, before, errand.after, note))


@dataclass(frozen=True, slots=True)
class DeletionCost:
    """What a deletion comes to, as far as is known.

    Attributes:
        racers: How many racers lose models.
        models: How many models are deleted.
        running: How many of them run.
        size: What is freed, in bytes; None where no size is known.
        unsized: How many of them have no known size.
        unread: Of how many racers the models were never read.
        oldest: When what is known of them was read, for the racer read longest ago.
    """

    racers: int
    models: int
    running: int
    size: int | None
    unsized: int
    unread: int
    oldest: datetime | None

    @property
    def number(self) -> int:
        """What is typed to confirm it: how many models; of racers, where none was read.

        It is 0 where there is nothing to delete.
        """
        return self.models or (self.racers if self.unread else 0)


def deletion_cost(racers: int, models: Sequence[ModelRow], unread: int) -> DeletionCost:
    """Add up what a deletion comes to.

    Args:
        racers: How many racers lose models.
        models: Those that are deleted.
        unread: Of how many of the racers the models were never read.
    """
    sizes = [one.size for one in models if one.size is not None]
    return DeletionCost(
        racers,
        len(models),
        sum(one.stage is Stage.RUNNING for one in models),
        sum(sizes) if sizes else None,
        len(models) - len(sizes),
        unread,
        min((one.as_of for one in models if one.as_of is not None), default=None),
    )


def cost_lines(cost: DeletionCost, rates: Rates, zone: tzinfo | None = UTC) -> list[str]:
    """Say what a deletion comes to, in lines.

    Args:
        cost: What it comes to.
        rates: What estimates are made with.
        zone: Of the time; None is this machine's.
    """
    age = ""
    if cost.oldest is not None:
        age = f", as of {cost.oldest.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    whose = f" of {counted(cost.racers, 'racer')}" if cost.racers else ""
    if not cost.models and not cost.unread:
        return [f"There is nothing to delete: {counted(cost.racers, 'racer')} without models."]
    lines = []
    if cost.models:
        lines.append(f"{counted(cost.models, 'model')}{whose} will be deleted{age}.")
    if cost.running:
        what = counted(cost.running, "of them runs", "of them run")
        lines.append(f"{what}: the jobs are not stopped, and are billed to their end.")
    if cost.size is not None:
        unsized = ""
        if cost.unsized:
            unsized = f"; the size of {counted(cost.unsized, 'model')} is not known"
        lines.append(
            f"{size_text(cost.size)} ({cost.size / BYTES_PER_GB:,.2f} GB as S3 counts) will be "
            f"freed, about ${rates.storage(cost.size):,.2f} a month{unsized}."
        )
    elif cost.models:
        lines.append("What it frees is not known: the sizes of these models were never told.")
    unread = f"the models of {counted(cost.unread, 'racer')} were never read"
    if cost.unread and cost.models:
        lines.append(f"{unread[0].upper()}{unread[1:]}: more may go.")
    elif cost.unread:
        lines.append(f"How many go is not known, since {unread}: the number of racers confirms it.")
    return lines
