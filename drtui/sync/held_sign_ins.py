"""Which sign-in an engine's process has: one just made, or one that is kept."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic

from drtui.domain.problems import ProblemError
from drtui.domain.signing_in import KeyMaker, Keys, RenewedKeys, Secret, SecretKeeper

_LOG: Final = logging.getLogger(__name__)


@dataclass(eq=False, slots=True, repr=False)
class Held(Generic[Keys]):
    """A sign-in, with its secrets.

    Attributes:
        remark: What the admin has to be told of it, beside what its keys tell.
        looked: Whether another one was looked for since its renewal failed.
    """

    user: str
    refresh_token: str | None
    password: str | None
    keys: RenewedKeys[Keys]
    remark: str = ""
    looked: bool = False


class HeldSignIns(Generic[Keys]):
    """The sign-in in use, and what may take its place; safe to use from several threads.

    Args:
        keeper: Keeps what outlives the process.
        make_keys: Makes the keys of a sign-in.
        account: The account's name, under which secrets are kept.
        last_user: Tells who signed in last; empty when nobody has.
    """

    def __init__(
        self,
        keeper: SecretKeeper,
        make_keys: KeyMaker[Keys],
        account: str,
        last_user: Callable[[], str],
    ) -> None:
        self._keeper = keeper
        self._make_keys = make_keys
        self._account = account
        self._last_user = last_user
        self._current: Held[Keys] | None = None
        self._spent: set[tuple[str, str]] = set()  # users and secrets that led to nothing
        self._lock = threading.RLock()

    @property
    def current(self) -> Held[Keys] | None:
        """The one in use; None when there is none, as far as was looked."""
        return self._current

    def hold(
        self,
        user: str,
        refresh_token: str | None,
        password: str | None,
        *,
        id_token: str | None = None,
        clock_ahead: float | None = None,
    ) -> Held[Keys]:
        """Return a sign-in that is not in use yet; nothing is sent."""

        def renewed(token: str) -> None:
            held.refresh_token = token
            if self._current is held:
                self._keeper.keep(self._account, user, Secret.REFRESH_TOKEN, token)

        def refused() -> None:
            self._forget_password(user, password)

        keys = self._make_keys(
            refresh_token,
            id_token=id_token,
            user=user,
            password=password,
            clock_ahead=clock_ahead,
            on_refresh_token=renewed,
            on_password_refused=refused,
        )
        held = Held(user, refresh_token, password, keys)
        return held

    def use(self, held: Held[Keys]) -> None:
        """Take a sign-in in place of the present one."""
        with self._lock:
            self._current = held

    def replace(self, lost: Held[Keys] | None) -> Held[Keys] | None:
        """Take what is kept in place of a sign-in that is lost.

        Args:
            lost: The one that was tried; None when there was none.

        Returns:
            What is in use now: None when nothing is kept that was not tried.
        """
        with self._lock:
            if self._current is lost:  # no other thread has replaced it yet
                self._spend(lost)
                self._current = self._untried()
            return self._current

    def look_early(self, held: Held[Keys]) -> None:
        """While its keys are still good, look once for what may replace a lost sign-in."""
        with self._lock:
            if self._current is held and not held.looked:
                held.looked = True
                self._spend(held)
                self._current = self._untried() or held

    def keep(self, held: Held[Keys]) -> tuple[str, bool]:
        """Keep what a new sign-in has to be kept of, in place of the former one.

        Returns:
            What the admin has to be told of it, as sentences, and whether it outlives the process.
        """
        account, user, outlives = self._account, held.user, True
        former = self._last_user()
        remarks: list[str] = []
        try:
            if former not in ("", user):
                self._keeper.forget(account, former)
            if held.password is None and self._keeper.find(account, user, Secret.PASSWORD):
                self._keeper.forget(account, user)
        except ProblemError as problem:
            remarks.append(str(problem))
        if held.refresh_token is not None:
            outlives = self._keeper.keep(account, user, Secret.REFRESH_TOKEN, held.refresh_token)
        if held.password is not None:
            outlives = self._keeper.keep(account, user, Secret.PASSWORD, held.password) and outlives
        if not outlives:
            remarks.append(self._keeper.take_notice())
        return " ".join(filter(None, remarks)), outlives

    def drop(self) -> tuple[str, str | None, str]:
        """End the use of the present sign-in, and forget what is kept of it.

        Returns:
            Whose it was, the refresh token to be revoked, and what the admin has to be told.
        """
        with self._lock:
            held, self._current = self._current, None
            user = self._last_user() if held is None else held.user
            token, password = self._kept(user)
            self._spent |= _of_user(user, token, password)
            self._spend(held)
        try:
            self._keeper.forget(self._account, user)
            remark = ""
        except ProblemError as problem:
            remark = str(problem)
        return user, token if held is None else held.refresh_token, remark

    def _forget_password(self, user: str, password: str | None) -> None:
        """Forget a password that is wrong by now, or each new process would try it once.

        It is tried last: what else is kept beside it has ended.
        """
        try:
            if password and self._keeper.find(self._account, user, Secret.PASSWORD) == password:
                self._keeper.forget(self._account, user)
        except ProblemError as problem:
            _LOG.warning("a password that is wrong by now is kept still: %s", problem)

    def _spend(self, held: Held[Keys] | None) -> None:
        if held is not None:
            self._spent |= _of_user(held.user, held.refresh_token, held.password)

    def _kept(self, user: str) -> tuple[str | None, str | None]:
        """Return the refresh token and the password that are kept; None where there is none."""
        if not user:
            return None, None
        find = self._keeper.find
        return (
            find(self._account, user, Secret.REFRESH_TOKEN),
            find(self._account, user, Secret.PASSWORD),
        )

    def _untried(self) -> Held[Keys] | None:
        user = self._last_user()
        # A password that did not help is not tried again, or the user pool locks the user out.
        token, password = (
            None if kept is None or (user, kept) in self._spent else kept
            for kept in self._kept(user)
        )
        return None if token is None and password is None else self.hold(user, token, password)


def _of_user(user: str, *secrets: str | None) -> set[tuple[str, str]]:
    return {(user, secret) for secret in secrets if secret is not None}
