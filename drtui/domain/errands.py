"""Errands: items of an operation that change something else than a profile's fields.

A setting of the deployment, an invitation, a sign-in that is closed, a user in AWS, an email: each
is carried out by one service, one after the other, and reports its own result like any target. What
a service has already done is found out by the service itself; the store knows nothing to compare
an errand with, so that errands never conflict.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from drtui.domain.operations import Item, ItemState, OperationKind, Values


class Service(StrEnum):
    """Who carries an errand out: the deployment, or one of the sponsor's own AWS services."""

    SETTINGS = "setting"
    INVITATIONS = "invitation"
    SIGN_INS = "sign-in"
    IAM = "iam"
    IDENTITY_CENTER = "identity-center"
    MAIL = "mail"
    BILLING = "billing"
    SENDERS = "sender"
    QUOTAS = "quota"
    DOWNLOADS = "download"
    BUCKET_SAVES = "bucket-save"
    OWN_STOPS = "own-stop"
    STOPS = "stop"
    OWN_MODELS = "own-model"
    DOWNLOADED_MODELS = "downloaded-models"
    IMPORTS = "import"
    RACES = "race"
    LIVE = "live-race"


READING: Final = frozenset({Service.DOWNLOADS, Service.BUCKET_SAVES})
"""Those that change nothing in the deployment, so that no copy of it has to be fresh for them."""

FRESH_ANYHOW: Final = frozenset({*READING, Service.RACES, Service.LIVE})
"""Those for which no copy of the deployment has to be fresh: what is in it, they never look at."""

OF_MODELS: Final = frozenset({*READING, Service.OWN_STOPS, Service.STOPS, Service.OWN_MODELS})
"""Those that are each about one model of a racer."""

LONG: Final = frozenset({*READING, Service.DOWNLOADED_MODELS, Service.IMPORTS})
"""Those whose calls can take as long as large files take, which says nothing of the network."""

BESIDE_READING: Final = frozenset({*READING, Service.IMPORTS})
"""Those that go on for hours and change nobody's data, so that reading all models goes on too."""

OF_DEPLOYMENT: Final = frozenset(
    {
        Service.SETTINGS,
        Service.INVITATIONS,
        Service.OWN_STOPS,
        Service.OWN_MODELS,
        Service.RACES,
        Service.LIVE,
        *LONG,
    }
)
"""Those that need a sign-in to the deployment; the others need the sponsor's AWS profile."""

ONLY_ERRANDS: Final = frozenset(
    {
        OperationKind.CHANGE_SETTINGS,
        OperationKind.INVITE,
        OperationKind.RESEND_INVITATIONS,
        OperationKind.RESET_PASSWORDS,
        OperationKind.CLOSE_SIGN_INS,
        OperationKind.OPEN_SIGN_INS,
        OperationKind.GIVE_ACCESS,
        OperationKind.REMOVE_ACCESS,
        OperationKind.SEND_MAIL,
        OperationKind.CHANGE_BILLING_ALERTS,
        OperationKind.FIX_PREREQUISITES,
        OperationKind.DOWNLOAD_MODELS,
        OperationKind.SAVE_MODELS,
        OperationKind.STOP_MODELS,
        OperationKind.DELETE_OWN_MODELS,
        OperationKind.DELETE_DOWNLOADED_MODELS,
        OperationKind.IMPORT_MODEL,
        OperationKind.CREATE_RACES,
        OperationKind.EDIT_RACES,
        OperationKind.DELETE_RACES,
        OperationKind.APPLY_RACES,
        OperationKind.RUN_LIVE_RACE,
    }
)
"""The kinds of operation that change no profile's fields."""

MAIL_TEXT: Final = "text"
MAIL_AGAIN: Final = "again"
"""The fields of an errand of mail: which text was, or is to be, sent, and whether once more."""

PUT_BACK: Final = frozenset({Service.SETTINGS, Service.SIGN_INS})
"""Those whose errands an undo can put back."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand of a plan.

    Attributes:
        service: Who carries it out.
        subject: What it is about, unique within the service: a setting's key, an address.
        label: How the admin knows the subject.
        before: What is there as far as is known; the same keys as `after`.
        after: What is asked for.
        note: What the admin has to know before confirming it; empty when there is nothing.
        email: Of whom it is about; None where it is about nobody.
        expires_at: What was not sent by then is cancelled, and never sent late; None is never.
    """

    service: Service
    subject: str
    label: str
    before: Values
    after: Values
    note: str = ""
    email: str | None = None
    expires_at: datetime | None = None

    @property
    def target(self) -> str:
        """The item's target, which no profile id can be."""
        return f"{self.service}:{self.subject}"

    @property
    def already_so(self) -> bool:
        """Whether nothing would change, as far as is known."""
        return dict(self.before) == dict(self.after)


def subject_of(item: Item) -> str:
    """Return what an errand's item is about."""
    return item.target.partition(":")[2]


def service_of(target: str) -> Service | None:
    """Return who carries an item out; None where it changes a profile."""
    name, colon, _ = target.partition(":")
    return Service(name) if colon else None


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one errand.

    Attributes:
        state: `DONE`, `ALREADY_SO` or `FAILED`; `PENDING` is tried again.
        reason: Why, or what else there is to know; empty when there is nothing to say.
        found: What is there instead of what the plan was made on: the next attempt's `before`.
        delay: Seconds until the next attempt.
        counted: Whether the attempt counts towards the number after which it fails.
        unknown: Whether it may have come about although it is said to have failed.
    """

    state: ItemState
    reason: str = ""
    found: Values = field(default_factory=dict)
    delay: float = 0.0
    counted: bool = True
    unknown: bool = False


def always(_: Item) -> bool:
    """Say yes, whatever the errand."""
    return True


def never(_: Item) -> bool:
    """Say no, whatever the errand."""
    return False


@dataclass(frozen=True, slots=True)
class Terms:
    """How a service wants its errands.

    Attributes:
        batch: How many it takes at once; one that may not be repeated is handed over by itself, so
            that no other is in doubt with it.
        repeatable: Whether an errand whose outcome is unknown may simply be carried out again.
        daily: How many in 24 hours at the most; None is no limit.
        interval: Seconds between the beginnings of two calls.
        wait: Seconds until the next call may begin at all.
    """

    batch: int = 1
    repeatable: Callable[[Item], bool] = always
    daily: int | None = None
    interval: float = 0.0
    wait: float = 0.0


class Courier(Protocol):
    """Carries the errands of one service out; called by one thread at a time.

    Whatever a call meets is raised as `DeploymentError` or `SponsorError`, or as `LocalFileError`
    where it is this machine's, and is then true of all errands of the call. What a `LocalFileError`
    says is taken to be true of their operation too, unless it is a `OneFileError`, which is final.
    """

    def terms(self) -> Terms:
        """How errands are to be handed over now; asked before each call, without the network."""

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """Carry errands out.

        Args:
            items: As they were claimed, `Terms.batch` at the most.

        Returns:
            What became of each, by item id; one that is left out is tried again.
        """


@runtime_checkable
class LongCourier(Courier, Protocol):
    """A courier whose calls can take minutes, and end soon when they are told to."""

    def stop(self) -> None:
        """Let the call under way end, as one that is tried again; from any thread.

        So does every later one, until it may go on.
        """

    def go_on(self) -> None:
        """Let later calls take their time again; only while none is under way."""
