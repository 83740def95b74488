"""What the engine's threads tell its loop: one queue, one kind of message per thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from queue import SimpleQueue

from drtui.domain.errands import Carried, Service
from drtui.domain.failures import DeploymentError
from drtui.domain.operations import Item
from drtui.domain.records import Profile, StoredModel
from drtui.domain.sponsor.failures import SponsorError
from drtui.sync.calls import CallResult


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


@dataclass(frozen=True, slots=True)
class ModelsEnded:
    """A profile's models were listed, or could not be."""

    number: int
    profile_id: str
    result: tuple[StoredModel, ...] | DeploymentError


# What became of each errand, by item id; an error is true of all of them.
ErrandsResult = Mapping[int, Carried] | DeploymentError | SponsorError


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
    | ModelsEnded
    | ErrandsEnded
)
Events = SimpleQueue[Event]
