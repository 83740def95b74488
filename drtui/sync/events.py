"""What the engine's threads tell its loop: one queue, one kind of message per thread.

No `SimpleQueue`: CPython 3.11's, and 3.12.1's, waits for ever where a signal's handler is still
running when the time to wait is over.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Final

from drtui.domain.errands import Carried, Service
from drtui.domain.failures import DeploymentError
from drtui.domain.model_calls import ListedModel
from drtui.domain.model_details import ModelDetails
from drtui.domain.operations import Item
from drtui.domain.problems import LocalFileError
from drtui.domain.records import Profile, StoredModel
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.sync.calls import CallResult

_GROUP_SECONDS: Final = 0.02  # for which nothing is kept waiting that an admin would notice


@dataclass(frozen=True, slots=True)
class Wake:
    """Somebody submitted something, or asks to look now; or has signed in, maybe as another."""

    signed_in: bool = False


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A worker's call on an item ended."""

    item: Item
    claim: int
    result: CallResult


@dataclass(frozen=True, slots=True)
class ProbeEnded:
    """A probe ended; None when the deployment answered."""

    error: DeploymentError | None


@dataclass(frozen=True, slots=True)
class GreetingEnded:
    """The deployment said who is signed in, or why it would not."""

    number: int
    result: Profile | DeploymentError


@dataclass(frozen=True, slots=True)
class FeatureProbed:
    """The deployment told whether it has bulk invitations, or why it would not."""

    result: bool | DeploymentError


@dataclass(frozen=True, slots=True)
class SweepEnded:
    """A sweep ended; without an error it is complete."""

    number: int
    error: DeploymentError | None


class ReadingEvent:
    """A reading of models or races ended."""

    __slots__ = ()


class ModelEvent(ReadingEvent):
    """A reading of models ended."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RaceEvent(ReadingEvent):
    """Something about races was read, or could not be.

    Attributes:
        lane: The kind of reading, see `race_lane.RaceLane`.
        subject: The race's id, or nothing for the list.
        write: Writes what was read; None where it could not be.
    """

    lane: str
    number: int
    subject: str
    write: Callable[[], None] | None
    error: DeploymentError | None


@dataclass(frozen=True, slots=True)
class ModelsEnded(ModelEvent):
    """A profile's models were listed, or could not be."""

    number: int
    profile_id: str
    result: tuple[StoredModel, ...] | DeploymentError


@dataclass(frozen=True, slots=True)
class AllModelsEnded(ModelEvent):
    """A call for everybody's models ended, or for one racer's of them; see `model_sweeping`."""

    number: int
    all_at_once: bool
    error: DeploymentError | None


@dataclass(frozen=True, slots=True)
class ModelFilesEnded(ModelEvent):
    """The bucket's files were added up, or could not be."""


@dataclass(frozen=True, slots=True)
class DetailsRead:
    """What was read of one model beside its listing.

    Attributes:
        listed: The model as in a listing; None where the bucket told of it.
        files: What its files come to; None where the deployment told of it.
    """

    details: ModelDetails
    listed: ListedModel | None = None
    files: StoredFiles | None = None


@dataclass(frozen=True, slots=True)
class ModelDetailsEnded(ModelEvent):
    """One model was read, or could not be: by an error of a service's, or for a reason."""

    number: int
    profile_id: str
    model_id: str
    result: DetailsRead | DeploymentError | SponsorError | str


# What became of each errand, by item id; an error is true of all of them.
ErrandsResult = Mapping[int, Carried] | DeploymentError | SponsorError | LocalFileError


@dataclass(frozen=True, slots=True)
class ErrandsEnded:
    """A service has carried errands out, or could not."""

    service: Service
    claim: int
    result: ErrandsResult


Event = (
    Wake
    | CallEnded
    | ProbeEnded
    | GreetingEnded
    | FeatureProbed
    | SweepEnded
    | ReadingEvent
    | ErrandsEnded
)
Events = Queue[Event]


def next_event(
    events: Events, patience: float, group: Callable[[], float] = lambda: 0.0
) -> Event | None:
    """Return the next event; None when there is none for so many seconds.

    Args:
        events: Where they come from.
        patience: Seconds to wait for one.
        group: Asked when a call has ended: seconds for which others are let come, since what
            follows costs as much for all of them; a fiftieth at the most.
    """
    try:
        event = events.get(timeout=patience)
    except Empty:
        return None
    if isinstance(event, CallEnded):
        time.sleep(min(_GROUP_SECONDS, max(0.0, group())))
    return event
