"""What an engine may call now: nothing offline, and nothing but reading before it is known better.

An admin who wants to be offline closes every gate but, for a look before delivering, the one for
reading.
"""

from drtui.domain.errands import FRESH_ANYHOW, OF_DEPLOYMENT, Service
from drtui.store.database import Database
from drtui.store.offline import OnPurpose, read_on_purpose
from drtui.store.sync_state import read_sync_state
from drtui.sync.copy_age import CopyAge
from drtui.sync.greeting import Greeter
from drtui.sync.halting import Halt
from drtui.sync.link import Link


class Gates:
    """The gates of one engine; for the engine's own thread.

    Args:
        database: Where admins say that they want to be offline.
        link: Knows whether the deployment answers; told when it is not to be asked.
        greeter: Knows whether it is known who is signed in.
        halt: What stops delivery as a whole.
        copy: How old the copy is.
        of_sponsor: The services that are not the deployment's.
    """

    def __init__(
        self,
        database: Database,
        link: Link,
        greeter: Greeter,
        halt: Halt,
        copy: CopyAge,
        *,
        of_sponsor: frozenset[Service],
    ) -> None:
        self._database = database
        self._link = link
        self._greeter = greeter
        self._halt = halt
        self._copy = copy
        self._of_sponsor = of_sponsor
        self._purpose: OnPurpose | None = None

    def read(self) -> None:
        """Read anew whether an admin wants to be offline."""
        with self._database.read() as connection:
            self._purpose = read_on_purpose(connection)
            told = read_sync_state(connection).connectivity
        self._link.told(told)

    def turn(self) -> bool:
        """Close or open what the admins' word asks for; return whether everything was closed now.

        Permission to read ends by itself, so that this is asked in every turn.
        """
        purpose = self._purpose
        return self._link.hold(purpose is not None and not purpose.reads(self._database.clock()))

    @property
    def only_reads(self) -> bool:
        """Whether an admin wants to be offline, so that nothing at all may be changed."""
        return self._purpose is not None

    def shut(self) -> bool:
        """Whether the account cannot be read for now, so that nobody is to wait for that."""
        return self._link.offline or self._halt.kind is not None or self.only_reads

    def reachable(self, *, reading: bool = False) -> bool:
        """Whether the deployment may be called.

        Args:
            reading: Whether it is for reading the racers, which can end a halt.
        """
        free = self._halt.kind is None or (reading and self._halt.on_trial)
        return self._greeter.done and free and not self._link.offline

    def may_change(self) -> bool:
        """Whether items may be sent: never on a copy that could not show a conflict."""
        return self.reachable() and self._copy.good and not self.only_reads

    def only_read_here(self) -> bool:
        """Whether nothing is to be done but to read, and the account was read."""
        only = self.only_reads or self._copy.names_only
        return only and self.reachable() and not self._copy.wanted

    def services(self) -> frozenset[Service]:
        """Whose errands may be carried out."""
        if self._link.offline or self.only_reads:
            return frozenset()
        anyhow = FRESH_ANYHOW if self.reachable() else frozenset[Service]()
        return self._of_sponsor | (OF_DEPLOYMENT if self.may_change() else anyhow)
