"""What outlives the process: the refresh token, and the password where that was asked for.

They go to the system's keyring and nowhere else. Without one that can be used, as on most hosts
without a desktop, they stay in this process' memory. `keyring` is imported when it is needed.
"""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from drtui.domain.problems import ProblemError
from drtui.domain.signing_in import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["Keeper", "KeepingProblemError", "Secret"]

_LOG: Final = logging.getLogger(__name__)
# A keyring may ask its owner something first, on a screen that nobody sees.
_SECONDS: Final = 30.0
_LEAST_PRIORITY: Final = 1.0  # what keyring itself recommends; files and "none" have less
_Result = TypeVar("_Result")


class KeepingProblemError(ProblemError):
    """The keyring did not delete a secret."""


class Keeper:
    """Keeps the secrets of accounts; safe to use from several threads.

    An entry of the keyring is called after the account, the user and the kind of secret. A
    keyring that has failed, or did not answer, is not asked again by this process.

    Args:
        seconds: How long the keyring may take, a question to its owner included.
    """

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._memory: dict[tuple[str, str, Secret], str] = {}
        self._backend: KeyringBackend | None = None
        self._looked = False
        self._failed = False
        self._why = ""
        self._told = False
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return "Keeper(…)"

    @property
    def backend(self) -> str:
        """The keyring's name; empty when there is none that can be used."""
        with self._lock:
            found = self._find()
            return "" if found is None else found.name

    @property
    def why_not(self) -> str:
        """Why nothing outlives this process, as a sentence; empty when it does."""
        with self._lock:
            self._find()
            return self._why

    def take_notice(self) -> str:
        """Return `why_not` the first time, and nothing after that."""
        with self._lock:
            why = self.why_not
            told, self._told = self._told, self._told or bool(why)
            return "" if told else why

    def keep(self, account: str, user: str, secret: Secret, value: str) -> bool:
        """Keep a secret in place of the one before.

        Returns:
            Whether it outlives this process.
        """
        with self._lock:
            backend = self._find()
            if backend is not None:
                try:
                    self._ask(
                        lambda: backend.set_password(_service(account), _entry(user, secret), value)
                    )
                except _NotAnsweredError:
                    self._memory[account, user, secret] = value
                    return False
                self._memory.pop((account, user, secret), None)
                return True
            self._memory[account, user, secret] = value
            return False

    def find(self, account: str, user: str, secret: Secret) -> str | None:
        """Return a secret that was kept; None when there is none."""
        with self._lock:
            kept = self._memory.get((account, user, secret))
            backend = self._find()
            if kept is not None or backend is None:
                return kept
            try:
                return self._ask(
                    lambda: backend.get_password(_service(account), _entry(user, secret))
                )
            except _NotAnsweredError:
                return None

    def forget(self, account: str, user: str) -> None:
        """Delete all that was kept of a user.

        Raises:
            KeepingProblemError: The keyring failed, so that something may still be in it.
        """
        with self._lock:
            for secret in Secret:
                self._memory.pop((account, user, secret), None)
            backend = self._find()
            if backend is not None:
                with suppress(_NotAnsweredError):
                    self._ask(lambda: _delete(backend, account, user))
            if self._failed:
                raise KeepingProblemError(
                    f"The keyring did not delete the sign-in: remove what it keeps under "
                    f"“{_service(account)}” by its own means."
                )

    def _find(self) -> "KeyringBackend | None":
        """Return the keyring, looked for once; None when there is none, or it has failed."""
        if not self._looked:
            self._looked = True
            try:
                self._backend = self._ask(_usable)
            except _NotAnsweredError:
                return None
            if self._backend is None:
                self._why = (
                    "There is no system keyring here, so the sign-in is kept in memory and ends "
                    "with drtui; “drtui doctor” tells how to get one."
                )
        return self._backend

    def _ask(self, question: Callable[[], _Result]) -> _Result:
        """Return what the keyring answers, in time.

        Raises:
            _NotAnsweredError: It failed, whatever it raised, or did not answer. Its message is
                not repeated: it is not known what it holds.
        """
        outcome: queue.Queue[tuple[_Result] | str] = queue.Queue()

        def work() -> None:
            try:
                outcome.put((question(),))
            except Exception as error:  # backends raise whatever their libraries do
                outcome.put(type(error).__name__)

        threading.Thread(target=work, name="drtui-keyring", daemon=True).start()
        try:
            answer = outcome.get(timeout=self._seconds)
        except queue.Empty:
            answer = f"no answer within {self._seconds:g} s"
        if isinstance(answer, tuple):
            return answer[0]
        _LOG.warning("the keyring failed: %s", answer)
        self._backend = None
        self._failed = True
        self._why = (
            f"The system keyring failed ({answer}), so the sign-in is kept in memory and ends with "
            "drtui; “drtui doctor” tells how to mend it."
        )
        raise _NotAnsweredError


class _NotAnsweredError(Exception):
    """The keyring failed or did not answer."""


def _usable() -> "KeyringBackend | None":
    """Return keyring's choice of backend, if it is a recommended one.

    The others keep nothing, or secrets in plain files, or ask for a password on the terminal.
    """
    import keyring

    backend = keyring.get_keyring()
    return backend if backend.priority >= _LEAST_PRIORITY else None


def _delete(backend: "KeyringBackend", account: str, user: str) -> None:
    for entry in (_entry(user, secret) for secret in Secret):
        # Deleting what is not there is an error to some keyrings.
        if backend.get_password(_service(account), entry) is not None:
            backend.delete_password(_service(account), entry)


def _service(account: str) -> str:
    return f"drtui account {account}"


def _entry(user: str, secret: Secret) -> str:
    return f"{user} ({secret.value})"
