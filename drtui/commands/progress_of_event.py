"""How far the preparation of the event has come, in numbers; from the store alone."""

from collections import Counter
from dataclasses import dataclass

from drtui.commands.billing import alerts_now
from drtui.commands.roster import roster
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Service
from drtui.domain.operations import SETTLED_WELL
from drtui.domain.roster import Trait
from drtui.store.counting import counters
from drtui.store.errand_history import last_errands


@dataclass(frozen=True, slots=True)
class People:
    """How far the participants have come.

    Attributes:
        kept: Participants who are kept.
        invited: Those of them whom the deployment invited, signed in or not.
        signed_in: Those of them who have signed in.
        mailed: To how many the event's own invitation was sent.
    """

    kept: int = 0
    invited: int = 0
    signed_in: int = 0
    mailed: int = 0


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is prepared.

    Attributes:
        people: The participants, in numbers.
        alerts: Billing alerts that drtui made; None is unknown.
    """

    people: People = People()
    alerts: int | None = None


class Progress:
    """Reads how far the preparation has come; may be asked from any thread.

    The participants are counted anew only where something changed that tells of them: it takes
    the whole roster.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._counted: tuple[tuple[int, ...], People] | None = None

    def read(self) -> Preparation:
        """Return how far it has come, by what the store knows.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        alerts = alerts_now(self._workspace)
        ours = sum(one.alert.ours for one in alerts.alerts)
        return Preparation(self._people(), None if alerts.as_of is None else ours)

    def _people(self) -> People:
        with self._workspace.database.read() as connection:
            now = counters(
                connection, RecordKind.PARTICIPANT, RecordKind.SPONSORED_USER, RecordKind.OPERATION
            )
        if self._counted is not None and self._counted[0] == now:
            return self._counted[1]
        # What changes while it is counted moves a counter on, so that it is counted once more.
        people = _count(self._workspace)
        self._counted = (now, people)
        return people


def _count(workspace: Workspace) -> People:
    standings = Counter(row.standing for row in roster(workspace) if row.is_listed)
    with workspace.database.read() as connection:
        mailed = len(last_errands(connection, Service.MAIL, SETTLED_WELL))
    signed_in = standings[Trait.SIGNED_IN]
    return People(
        kept=standings.total(),
        invited=standings[Trait.INVITED] + signed_in,
        signed_in=signed_in,
        mailed=mailed,
    )
