"""Whose AWS credentials the second door has, and which AWS account that is."""

from typing import TYPE_CHECKING

from drtui.commands.billing import alerts_now
from drtui.commands.prerequisites import sponsor_facts
from drtui.commands.workspace import Workspace
from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.failures import SponsorError

if TYPE_CHECKING:
    from drtui.domain.sponsor.caller import Caller
    from drtui.domain.sponsor.services import OpenSponsor


def find_caller(open_sponsor: "OpenSponsor | None") -> "Caller | None":
    """Return whose AWS credentials these are; None where that cannot be told now.

    Args:
        open_sponsor: Opens the second door; None where the account names no AWS profile.
    """
    if open_sponsor is None:
        return None
    try:
        return open_sponsor().callers.who_am_i()
    except (ProblemError, SponsorError):
        return None


def find_account_id(workspace: Workspace, open_sponsor: "OpenSponsor | None") -> str:
    """Return the AWS account, 12 digits; as it was last known, else empty, where AWS is away."""
    caller = find_caller(open_sponsor)
    if caller is not None:
        return caller.account
    return sponsor_facts(workspace).account or alerts_now(workspace).account
