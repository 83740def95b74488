"""For how long drtui can go on delivering without anybody: credentials against the work left.

A sign-in's refresh token lives one day (DeepRacer API facts, "Sign in"); to renew it does not make
that longer. What is signed by AWS credentials lasts as those do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from drtui.domain.durations import rounded_up_text
from drtui.domain.text import clean
from drtui.domain.wording import counted, noun

SIGN_IN_LIFE: Final = timedelta(days=1)
_UNFORESEEN: Final = timedelta(hours=2)  # before its end, where nobody can say how long work takes
SIGN_IN_AGAIN: Final = (
    "Sign in again; “drtui account sign-in --keep-password” keeps the password in the system's "
    "keyring, so that it renews itself."
)
"""What to do where a sign-in ends too early."""


@dataclass(frozen=True, slots=True)
class KeptSignIn:
    """What is known of a sign-in beside who it is; no secret.

    Attributes:
        user: Whose.
        began: When the password was given.
        password: Whether the password is kept too, so that it renews itself.
        outlives: Whether it is in the system's keyring, so that it outlives the process.
    """

    user: str
    began: datetime
    password: bool
    outlives: bool

    @property
    def ends_at(self) -> datetime | None:
        """When it ends at the latest; None where it renews itself."""
        return None if self.password else self.began + SIGN_IN_LIFE


@dataclass(frozen=True, slots=True)
class Work:
    """What is left to be done.

    Attributes:
        waiting: Changes, downloads and errands that are not delivered yet.
        seconds: How long that takes yet; None where nobody can say, as without a network.
        scheduled: When the last one of those that are to begin at a set time begins.
    """

    waiting: int = 0
    seconds: float | None = None
    scheduled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lasting:
    """Whether credentials last while nobody is logged in.

    Attributes:
        lasts: Whether they do.
        what: What they are, a sentence.
        advice: What to do where they do not; empty where they do.
        until: When they end; None where they do not, or nobody knows.
    """

    lasts: bool
    what: str
    advice: str = ""
    until: datetime | None = None


def work_seconds(counts: tuple[tuple[int, float], ...]) -> float | None:
    """Return how long work takes, all lanes at once; None where one of them does not move.

    Args:
        counts: Of each lane how much is left, and how much of it is done a second.
    """
    busy = [(left, rate) for left, rate in counts if left]
    if any(rate <= 0 for _, rate in busy):
        return None
    return max((left / rate for left, rate in busy), default=0.0)


def ends_too_early(kept: KeptSignIn | None, work: Work, now: datetime) -> str:
    """Say that a sign-in ends before the work does; empty where it does not, or is not known.

    Args:
        kept: None where nothing is known of it, or none is needed.
        work: What is left.
        now: By the store's clock.
    """
    end = None if kept is None else kept.ends_at
    if kept is None or end is None or now >= end:
        return ""  # one that has ended is told of elsewhere
    if work.scheduled is not None and work.scheduled > end:
        why = "an operation is to begin only after that"
    elif not work.waiting:
        return ""
    elif work.seconds is None:
        if end - now > _UNFORESEEN:
            return ""
        they = noun(work.waiting, "waits", "wait")
        why = f"{counted(work.waiting, 'change')} still {they}"
    elif now + timedelta(seconds=work.seconds) > end:
        why = f"what is to be delivered takes about {rounded_up_text(work.seconds)} yet"
    else:
        return ""
    left = rounded_up_text((end - now).total_seconds())
    return f"The sign-in ends in {left}, and {why}."


def lasting_sign_in(
    user: str, keyring: str, *, token: bool, password: bool, kept: KeptSignIn | None
) -> Lasting:
    """Judge a sign-in.

    Args:
        user: Who signed in last; empty when nobody has.
        keyring: The keyring's name; empty when there is none that can be used.
        token: Whether a refresh token is in it.
        password: Whether the password is.
        kept: What the store knows of it.
    """
    if not keyring:
        return Lasting(
            False,
            "There is no system keyring here, so that a sign-in ends with the drtui that made it.",
            "“drtui doctor” tells how to get one; on a host of AWS's own, an account whose calls "
            "are signed by the host's role needs none.",
        )
    if not user or not (token or password):
        return Lasting(
            False,
            f"Nobody is signed in, as far as {clean(keyring, 60)} knows.",
            "Run “drtui account sign-in --keep-password” first.",
        )
    who = f"The sign-in of {clean(user, 60)} is kept in {clean(keyring, 60)}"
    if password:
        return Lasting(True, f"{who}, with the password, so that it renews itself.")
    until = kept.ends_at if kept is not None and kept.user == user else None
    return Lasting(False, f"{who} and ends within a day of its beginning.", SIGN_IN_AGAIN, until)


_OF_METHODS: Final = {
    "iam-role": (True, "The calls are signed by the role of this host."),
    "container-role": (True, "The calls are signed by the role of this container."),
    "custom-process": (True, "The calls are signed by what a program of the AWS profile gives."),
    "assume-role": (True, "The calls are signed by a role that the AWS profile assumes."),
    "assume-role-with-web-identity": (True, "The calls are signed by a role of a web identity."),
    "shared-credentials-file": (True, "The calls are signed by keys of an AWS profile."),
    "config-file": (True, "The calls are signed by keys of an AWS profile."),
}


def lasting_credentials(method: str, *, temporary: bool) -> Lasting:
    """Judge the AWS credentials that a service of this host finds.

    Args:
        method: What botocore calls the way they were found; empty where there are none.
        temporary: Whether they have a session token that nothing renews.
    """
    advice = "Use the host's role, or a profile with keys that last, named in AWS_PROFILE."
    if not method:
        what = "There are no AWS credentials beyond those of this shell, which a service has not."
        return Lasting(False, what, advice)
    lasts, what = _OF_METHODS.get(
        method, (False, f"The calls are signed by a sign-in of the AWS profile ({method}).")
    )
    if lasts and temporary and method in ("shared-credentials-file", "config-file"):
        return Lasting(False, "The AWS profile has temporary keys, which end.", advice)
    return Lasting(lasts, what, "" if lasts else advice)
