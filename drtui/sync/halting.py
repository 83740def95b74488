"""What stops delivery as a whole: begun by a failure, shown in the store, ended by a proof."""

import logging
from typing import Final

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.store.database import Database
from drtui.store.sync_state import write_halt

_LOG: Final = logging.getLogger(__name__)
# What is about whoever is signed in, and is over when somebody signs in.
_PERSONAL: Final = frozenset({FailureKind.NOT_SIGNED_IN, FailureKind.ROLE_NOT_ALLOWED})


class Halt:
    """The halt of one engine, if there is one; for the engine's own thread.

    Where reading the racers was refused, the first call's success proves nothing: who may not
    read them may well ask who they are. Such a halt is then on trial, and stays in sight, until
    they could be read.

    Args:
        database: Where it is shown.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_reading = False
        self.kind: FailureKind | None = None
        self.on_trial = False

    def begin(self, error: DeploymentError, *, reading: bool) -> None:
        """Begin a halt, or go on with it, by a failure of a kind that halts.

        Args:
            error: The failure.
            reading: Whether it was reading the racers that failed.
        """
        if self.kind is not error.kind:
            _LOG.warning("delivery halts: %s", error.message)
            write_halt(self._database, error.kind, error.message)
        self._by_reading = reading or (self.kind is error.kind and self._by_reading)
        self.kind = error.kind
        self.on_trial = False

    def greeted(self) -> bool:
        """The first call succeeded; return whether the halt has to be tried by reading."""
        if self._by_reading and self.kind is not FailureKind.NOT_SIGNED_IN:
            self.on_trial = True
        else:
            self._end()
        return self.on_trial

    def read(self) -> None:
        """The racers were read."""
        if self.on_trial:
            self._end()

    def signed_in(self) -> None:
        """Somebody signed in."""
        if self.kind in _PERSONAL:
            self._end()

    def _end(self) -> None:
        if self.kind is not None:
            write_halt(self._database, None)
        self.kind = None
        self._by_reading = self.on_trial = False
