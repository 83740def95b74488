"""How far the preparation of the event has come, in numbers; from the store alone."""

from collections import Counter
from dataclasses import dataclass

from drtui.commands.billing import alerts_now
from drtui.commands.roster import roster
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.operations import SETTLED_WELL
from drtui.domain.roster import Trait
from drtui.store.errand_history import last_errands


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is prepared; None is unknown.

    Attributes:
        kept: Participants who are kept.
        invited: Those of them whom the deployment invited, signed in or not.
        signed_in: Those of them who have signed in.
        mailed: To how many the event's own invitation was sent.
        alerts: Billing alerts that drtui made.
    """

    kept: int = 0
    invited: int = 0
    signed_in: int = 0
    mailed: int = 0
    alerts: int | None = None


def preparation(workspace: Workspace) -> Preparation:
    """Return how far it has come, by what the store knows."""
    listed = [row for row in roster(workspace) if Trait.NOT_LISTED not in row.traits]
    standings = Counter(row.standing for row in listed)
    with workspace.database.read() as connection:
        mailed = len(last_errands(connection, Service.MAIL, SETTLED_WELL))
    alerts = alerts_now(workspace)
    signed_in = standings[Trait.SIGNED_IN]
    return Preparation(
        kept=len(listed),
        invited=standings[Trait.INVITED] + signed_in,
        signed_in=signed_in,
        mailed=mailed,
        alerts=(None if alerts.as_of is None else sum(one.alert.ours for one in alerts.alerts)),
    )
