"""Multi-user mode: whether it is on, by what there is to be seen of it.

A deployment has no such switch: it is on while new profiles get limits and racers have theirs, and
off when new ones get none, only invitations make profiles, and every racer is stopped (DeepRacer
API facts, "How the console's multi-user features map onto it").
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drtui.domain.records import NO_LIMITS, AccountSettings
from drtui.domain.setting_keys import Registration
from drtui.domain.wording import counted, noun


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
    """

    racers: int
    paused: int
    stopped: int
    signed_out: int | None = None


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


def infer(settings: AccountSettings, crowd: Crowd) -> tuple[ModeState, tuple[str, ...]]:
    """Return whether the mode is on, and what says so.

    Args:
        settings: As last read.
        crowd: The racers.
    """
    new, registration = settings.new_user_limits, settings.registration
    if new == NO_LIMITS or None in (new.minutes, new.models, registration):
        return ModeState.UNKNOWN, ("the deployment's settings have not been read yet",)
    closed_to_new = new.paused and registration == Registration.INVITE_ONLY
    all_paused = crowd.paused == crowd.racers
    signs = (
        "new users get no quota" if new.paused else "new users get a quota",
        f"registration is {registration}",
        _paused(crowd, all_paused=all_paused),
        *_signed_out(crowd),
    )
    if closed_to_new and all_paused:
        return ModeState.OFF, signs
    if new.paused or crowd.stopped or crowd.signed_out or (crowd.racers and all_paused):
        return ModeState.IN_PART, signs
    return ModeState.ON, signs


def _paused(crowd: Crowd, *, all_paused: bool) -> str:
    if not crowd.racers:
        return "there are no racers"
    if all_paused:
        return f"{noun(crowd.racers, 'the one racer is', 'all racers are')} paused"
    if not crowd.paused:
        return "no racer is paused"
    stopped = f", {crowd.stopped:,} by the mode" if crowd.stopped else ""
    return f"{crowd.paused:,} of {counted(crowd.racers, 'racer')} are paused{stopped}"


def _signed_out(crowd: Crowd) -> tuple[str, ...]:
    if crowd.signed_out is None:
        return ("whether sign-ins are closed is not known without the sponsor's AWS profile",)
    if not crowd.signed_out:
        return ()
    return (f"{counted(crowd.signed_out, 'sign-in')} {noun(crowd.signed_out, 'is', 'are')} closed",)
