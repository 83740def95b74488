"""Multi-user mode: whether it is on, by what there is to be seen of it.

A deployment has no such switch: it is on while new profiles get limits and racers have theirs, and
off when new ones get none, only invitations make profiles, and every racer is stopped (DeepRacer
API facts, "How the console's multi-user features map onto it"). Where all racers are paused while
new users get a quota, an admin has paused everybody, which takes nothing away from the mode.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from drtui.domain.records import NO_LIMITS, AccountSettings
from drtui.domain.setting_keys import Registration
from drtui.domain.wording import counted, noun

_NO_SECOND_DOOR: Final = "whether sign-ins are closed is known to the sponsor's AWS account alone"
_NEVER_LISTED: Final = (
    "whether sign-ins are closed is not known: the user pool was never listed (c on Participants, "
    "or “drtui invite roster --read-pool”)"
)
_REASONS: Final = 3  # named, of those why sign-ins are open
_EMPTY_POOL: Final = "no sign-in is closed: the user pool had no users when it was listed"


class ModeState(StrEnum):
    """Whether multi-user mode is on."""

    ON = "on"
    OFF = "off"
    IN_PART = "in part"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Crowd:
    """The racers, as far as the mode is about them.

    Attributes:
        racers: How many there are.
        paused: Those of them who are paused, by whom ever.
        stopped: Those of them whom disabling the mode stopped.
        signed_out: Those of them whose sign-in is closed; None is unknown.
        pool: How many users the user pool had when it was listed; None where it never was.
        open: Those whom the mode was to sign out and whose sign-in is open, by the reason.
        disabled_by: The operation that was to close them; None where none was.
        paused_by: Where all are paused, the newest operation that paused some; None where none did.
        paused_then: How many of them that was.
    """

    racers: int
    paused: int
    stopped: int
    signed_out: int | None = None
    pool: int | None = None
    open: Counter[str] = field(default_factory=Counter)
    disabled_by: int | None = None
    paused_by: int | None = None
    paused_then: int = 0


@dataclass(frozen=True, slots=True)
class Mode:
    """What is known of multi-user mode.

    Attributes:
        signs: What it was inferred from, a clause each.
        since: When it was last enabled or disabled from here; None where it never was.
        by: Who did that; empty where nobody did.
        operation: The operation that did.
    """

    state: ModeState
    signs: tuple[str, ...]
    since: datetime | None = None
    by: str = ""
    operation: int | None = None


def infer(
    settings: AccountSettings, crowd: Crowd, *, second_door: bool = False
) -> tuple[ModeState, tuple[str, ...]]:
    """Return whether the mode is on, and what says so.

    Args:
        settings: As last read.
        crowd: The racers.
        second_door: Whether the account names the sponsor's AWS profile, by which the user pool
            can be listed; for the signs alone.
    """
    new, registration = settings.new_user_limits, settings.registration
    if new == NO_LIMITS or None in (new.minutes, new.models, registration):
        return ModeState.UNKNOWN, ("the deployment's settings have not been read yet",)
    all_paused = crowd.paused == crowd.racers
    signs = (
        "new users get no quota" if new.paused else "new users get a quota",
        f"registration is {registration}",
        _paused(crowd, all_paused=all_paused),
        *_open(crowd),
        *_signed_out(crowd, second_door=second_door),
    )
    if hides_racers(settings, crowd):
        return ModeState.IN_PART if crowd.open else ModeState.OFF, signs
    if new.paused or crowd.stopped or crowd.signed_out:
        return ModeState.IN_PART, signs
    return ModeState.ON, signs


def hides_racers(settings: AccountSettings, crowd: Crowd) -> bool:
    """Whether the mode is off as far as racers and new users go, whatever became of sign-ins."""
    shut = settings.new_user_limits.paused and settings.registration == Registration.INVITE_ONLY
    return shut and crowd.paused == crowd.racers


def _open(crowd: Crowd) -> tuple[str, ...]:
    number = crowd.open.total()
    if not number:
        return ()
    still = f"{counted(number, 'sign-in')} {noun(number, 'is', 'are')} still open"
    reasons = crowd.open.most_common(_REASONS)
    told = "; ".join(f"{why} ({count:,})" if len(reasons) > 1 else why for why, count in reasons)
    return (f"{still}: {told} (5 Operations: {crowd.disabled_by})",)


def _paused(crowd: Crowd, *, all_paused: bool) -> str:
    if not crowd.racers:
        return "there are no racers"
    if all_paused:
        whom = noun(crowd.racers, "the one racer is", "all racers are")
        last = "" if crowd.paused_then == crowd.racers else "the last "
        by = "" if crowd.paused_by is None else f" ({last}by operation {crowd.paused_by:,})"
        return f"{whom} paused{by}"
    if not crowd.paused:
        return "no racer is paused"
    stopped = f", {crowd.stopped:,} by the mode" if crowd.stopped else ""
    are = noun(crowd.paused, "is", "are")
    return f"{crowd.paused:,} of {counted(crowd.racers, 'racer')} {are} paused{stopped}"


def _signed_out(crowd: Crowd, *, second_door: bool) -> tuple[str, ...]:
    if crowd.signed_out is None:
        return (_NEVER_LISTED if second_door else _NO_SECOND_DOOR,)
    if crowd.pool == 0:
        return (_EMPTY_POOL,)
    if not crowd.signed_out:
        return ()
    return (f"{counted(crowd.signed_out, 'sign-in')} {noun(crowd.signed_out, 'is', 'are')} closed",)
