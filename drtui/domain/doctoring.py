"""What `doctor` finds: one check a line, and the seam to who looks at the network.

The lines are made to be pasted into a bug report: `check` takes out what must not be in one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from drtui.domain.text import clean, without_secrets

_EMAIL: Final = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LONGEST: Final = 1_000


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


class Area(StrEnum):
    """What a check is about, in the order of the report."""

    PROGRAM = "program"
    TERMINAL = "terminal"
    MACHINE = "machine"
    CONFIGURATION = "configuration"
    NETWORK = "network"
    ACCOUNT = "account"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; made by `check`.

    Attributes:
        name: What was looked at; with the area it stays the same from version to version.
        why: What was found, a sentence.
        advice: What to do; empty when nothing.
    """

    area: Area
    name: str
    verdict: Verdict
    why: str
    advice: str = ""


def check(area: Area, name: str, verdict: Verdict, why: str, advice: str = "") -> Check:
    """Return a line whose texts are safe to show and to publish."""
    return Check(area, name, verdict, publishable(why), publishable(advice))


def publishable(text: str) -> str:
    """Return text on one line without email addresses, account ids, keys and tokens."""
    return clean(without_secrets(_EMAIL.sub("…", text)), _LONGEST)


def has_failed(checks: Iterable[Check]) -> bool:
    """Whether any check failed."""
    return any(one.verdict is Verdict.FAILED for one in checks)


def tally(checks: Iterable[Check]) -> str:
    """Return how many there are of each verdict: `30 ok, 2 warnings, 1 failed`."""
    verdicts = [one.verdict for one in checks]
    names = {Verdict.WARNING: "warnings"}
    counts = {verdict: verdicts.count(verdict) for verdict in Verdict}
    return ", ".join(
        f"{count} {names.get(verdict, verdict.value) if count != 1 else verdict.value}"
        for verdict, count in counts.items()
        if count
    )


class Place(StrEnum):
    """What is asked over the network, by what it is called in the report."""

    SITE = "web site"
    API = "API"
    USER_POOL = "user pool"
    IDENTITY_POOL = "identity pool"


class Reached(StrEnum):
    """How it went."""

    ANSWERED = "answered"
    BLOCKED = "blocked by a firewall"
    PAGE = "a page of the network in its place"
    FOREIGN = "answered, but not as it should"
    FAILING = "answered with a failure"
    NO_NAME = "name not found"
    REFUSED = "no connection"
    SILENT = "no answer in time"
    CERTIFICATE = "certificate not trusted"
    PROXY = "stopped at the proxy"
    UNUSABLE = "cannot be asked"


@dataclass(frozen=True, slots=True)
class Probe:
    """One question that was asked over the network, without any sign-in.

    Attributes:
        why: What happened, a sentence.
        date: When that was by the server's clock; None when it did not say.
        clock: When that was by this machine's clock.
        seconds: How long the answer took.
    """

    place: Place
    reached: Reached
    why: str
    date: datetime | None = None
    clock: datetime | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard over the network.

    Attributes:
        probes: What was asked without any sign-in.
        signed: What became of one call signed by the AWS credentials of this machine; None for an
            account whose calls are signed by a sign-in, since only its engine has the keys.
    """

    probes: tuple[Probe, ...]
    signed: Probe | None = None

    def of(self, place: Place) -> Probe | None:
        """Return what was heard of a place; None where it was not asked."""
        return next((one for one in self.probes if one.place is place), None)


class NetworkDoctor(Protocol):
    """Who looks at the network; `drtui.aws.doctoring` implements it."""

    def look(self) -> Heard:
        """Ask everything that an account's work needs, at once, within about 8 s in all.

        Raises nothing: what cannot be asked is a probe too.
        """
