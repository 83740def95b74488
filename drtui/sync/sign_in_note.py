"""What the engine's process says in the store of its sign-in; never a secret."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from drtui.domain.problems import ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.domain.text import clean
from drtui.store.database import Database
from drtui.store.lasting import write_kept
from drtui.store.noting import note_sign_in, note_sign_out
from drtui.store.sign_in import SignIn, read_sign_in, write_sign_in

_LOG: Final = logging.getLogger(__name__)
_MOST_IN_A_NAME: Final = 128
_QUIET_SECONDS: Final = 60.0  # for which it goes on telling why an attempt failed


class SignInNote:
    """Writes what is news; safe to use from several threads.

    Args:
        database: The store.
        clock: Monotonic, in seconds.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._told: tuple[SignInState, str, Role, str, bool] | None = None
        self._quiet_until = float("-inf")
        self._lock = threading.Lock()

    def standing(self) -> SignIn:
        """What the store says, whoever wrote it."""
        with self._database.read() as connection:
            return read_sign_in(connection)

    def begin(self) -> None:
        """What others have said since is not known: whatever comes is news."""
        self._told = None

    def began(self, user: str, *, password: bool, outlives: bool) -> None:
        """Note that somebody has just signed in, and what is kept of it; see `write_kept`."""
        try:
            name = clean(user, _MOST_IN_A_NAME)
            write_kept(self._database, name, password=password, outlives=outlives)
            note_sign_in(self._database, name, outlives=outlives)
        except ProblemError as problem:
            _LOG.warning("the store was not told what is kept of a sign-in: %s", problem)

    def ended(self, user: str) -> None:
        """Note that somebody has just signed out."""
        try:
            note_sign_out(self._database, clean(user, _MOST_IN_A_NAME))
        except ProblemError as problem:
            _LOG.warning("the journal was not told of the end of a sign-in: %s", problem)

    def tell(
        self, state: SignInState, user: str, role: Role = Role.UNKNOWN, detail: str = ""
    ) -> None:
        """Say how things stand, unless that would hide why an attempt has just failed."""
        same = self._told is not None and self._told[0] is state
        if not same or self._clock() >= self._quiet_until:
            self.write(state, user, role, detail)

    def tell_failure(
        self, state: SignInState, user: str, role: Role = Role.UNKNOWN, detail: str = ""
    ) -> None:
        """Say why an attempt failed, for long enough to be seen."""
        self._quiet_until = self._clock() + _QUIET_SECONDS
        self.write(state, user, role, detail, failed=True)

    def write(
        self,
        state: SignInState,
        user: str,
        role: Role = Role.UNKNOWN,
        detail: str = "",
        *,
        failed: bool = False,
    ) -> None:
        """Say how things stand."""
        said = state, clean(user, _MOST_IN_A_NAME), role, detail
        telling = *said, failed
        with self._lock:
            if telling == self._told:
                return
            try:
                write_sign_in(self._database, *said, failed=failed)
            except ProblemError as problem:
                _LOG.warning("the store was not told of the sign-in: %s", problem)
            else:
                self._told = telling
