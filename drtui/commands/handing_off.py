"""The message to the IT administrator: what is missing, as far as it is known here."""

from dataclasses import dataclass
from datetime import datetime

from drtui.commands.billing import alerts_now
from drtui.commands.costs import costs_now
from drtui.commands.event import read_event
from drtui.commands.participants import participants_of
from drtui.commands.prerequisites import last_checked, sponsor_facts
from drtui.commands.workspace import Workspace
from drtui.domain.hand_off import HandOffFacts, Request, hand_off, requests_of, untold_of
from drtui.domain.problems import InvalidInputError


@dataclass(frozen=True, slots=True)
class HandOff:
    """What the last check makes of it.

    Attributes:
        message: Plain text; empty where all of it could be checked, and nothing is missing that
            somebody else would set up.
        missing: Whether something in it was found missing.
        untold: Whether something in it could not be told.
        as_of: When the checks ran; of several runs the earliest, where the last could not look.
    """

    message: str
    missing: bool
    untold: bool
    as_of: datetime


def hand_off_of(workspace: Workspace) -> HandOff:
    """Write the message that asks for what is missing, or could not be checked; nothing is asked.

    Raises:
        InvalidInputError: Nothing was checked yet.
    """
    lines, as_of = last_checked(workspace)
    if as_of is None:
        raise InvalidInputError("Nothing was checked yet: run “drtui setup check” first.")
    billing = [Request.BILLING] if _billing_untold(workspace) else []
    missing, untold = [*requests_of(lines), *billing], untold_of(lines)
    message = hand_off(missing, _facts(workspace), untold)
    as_of = min([as_of, *(one.found_at for one in lines if one.found_at)])
    return HandOff(message, bool(missing), bool(untold), as_of)


def _billing_untold(workspace: Workspace) -> bool:
    """Whether the costs or the alerts could not be read for want of a permission."""
    costs = costs_now(workspace).untold
    found = [*alerts_now(workspace).untold, *([costs] if costs else [])]
    return any(one.permission for one in found)


def _facts(workspace: Workspace) -> HandOffFacts:
    event, sponsor = read_event(workspace), sponsor_facts(workspace)
    return HandOffFacts(
        account_id=sponsor.account or alerts_now(workspace).account or None,
        administrator=sponsor.arn or None,
        region=workspace.region or None,
        relay_state=event.console_address or None,
        event=event.name or None,
        sender=event.sender or None,
        messages=len(participants_of(workspace)) or None,
        training_jobs=event.at_once,
    )
