"""Keys that stay fresh: a sign-in that is renewed some minutes before its keys end.

botocore's own refreshable credentials log what the renewal raised, try a lost sign-in again at
each call, and let every waiting thread repeat a failed renewal; hence this one, which the
gateway asks before each call (`sessions.KeySource`).
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from drtui.aws.sessions import AwsCredentials
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.signing_in import (
    PASSING,
    Challenge,
    Identity,
    SignInError,
    SignInFailure,
    SignInService,
    TemporaryKeys,
    Tokens,
    clock_notice,
    read_identity,
)
from drtui.domain.text import clean

_LOG: Final = logging.getLogger(__name__)
_EARLY: Final = timedelta(minutes=10)
# Keys with less left are not used: a call takes its time to arrive.
_LAST: Final = timedelta(seconds=15)
_PAUSE: Final = timedelta(seconds=30)  # between early renewals that failed
# New keys that are refused as soon as the old ones were do not help.
_REJECTED_AGAIN: Final = timedelta(minutes=1)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_REFUSED: Final = "The deployment does not accept the keys of the sign-in: sign in again."
_KINDS: Final = {
    SignInFailure.UNREACHABLE: FailureKind.UNREACHABLE,
    SignInFailure.UNAVAILABLE: FailureKind.UNAVAILABLE,
    SignInFailure.TOO_MANY_ATTEMPTS: FailureKind.THROTTLED,
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FreshKeys:
    """The keys of a sign-in, renewed by one thread at a time; call it for the present ones.

    Ten minutes before they end (or when a quarter of their time is left, if that is less) one
    thread renews them while the others go on with the present ones. Only when they have ended do
    the others wait, and then they share its outcome.

    Args:
        service: Who renews.
        refresh_token: The sign-in; None when there is only a password.
        id_token: Of a sign-in just made, which gives the first keys without a renewal.
        user: For `password`.
        password: Signs in anew when the refresh token has ended; None when it was not kept.
        clock_ahead: As the sign-in just made told; None when unknown.
        on_refresh_token: Told when a sign-in by password gave a new refresh token.
        on_password_refused: Told when the password is wrong by now; it is not tried again.
        now: The clock.
    """

    def __init__(
        self,
        service: SignInService,
        refresh_token: str | None,
        *,
        id_token: str | None = None,
        user: str = "",
        password: str | None = None,
        clock_ahead: float | None = None,
        on_refresh_token: Callable[[str], None] | None = None,
        on_password_refused: Callable[[], None] | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._service = service
        self._refresh_token = refresh_token
        self._id_token = id_token
        self._user = user
        self._password = password
        self._on_refresh_token = on_refresh_token
        self._on_password_refused = on_password_refused
        self._now = now
        self._keys: AwsCredentials | None = None
        self._ends = _NEVER
        self._early = timedelta()
        self._not_before = _NEVER
        self._replaced_at = _NEVER  # when keys were renewed since the deployment refused them
        self._identity = None if id_token is None else read_identity(id_token)
        self._clock_ahead = clock_ahead
        self._attempts = 0
        self._failure: SignInError | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"FreshKeys(user={self._user!r})"

    @property
    def identity(self) -> Identity | None:
        """Who is signed in, as the latest token says; None before the first one."""
        return self._identity

    @property
    def notice(self) -> str:
        """What the admin has to be told: a lost sign-in, or a clock that is off; else empty."""
        lost = self._lost
        return str(lost) if lost is not None else clock_notice(self._clock_ahead)

    @property
    def signed_in(self) -> bool:
        """Whether there is a sign-in to renew; keys may still be good for a while when not."""
        return self._lost is None

    def __call__(self) -> AwsCredentials:
        """Return keys that are good now.

        Raises:
            DeploymentError: `NOT_SIGNED_IN` when the sign-in is lost and its keys have ended;
                `UNREACHABLE`, `UNAVAILABLE` or `THROTTLED` when it cannot be renewed now.
        """
        left = self._ends - self._now()
        if self._keys is not None and left > _LAST:
            if left <= self._early and self._lock.acquire(blocking=False):
                try:
                    self._renew_early()
                finally:
                    self._lock.release()
            return self._keys
        seen = self._attempts
        with self._lock:
            # What another thread has tried while this one waited is not tried again.
            if self._ended() and self._attempts == seen:
                self._renew()
            keys = self._keys
            if keys is None or self._ended():
                raise self._told()
            return keys

    def rejected(self, keys: AwsCredentials) -> bool:
        """Take note that the deployment refuses keys before their end: they are renewed once.

        Returns:
            Whether it is worth asking for other ones; if not, the sign-in is lost.
        """
        with self._lock:
            if self._keys is keys and not self._ended():
                self._ends = _NEVER
                now = self._now()
                if now - self._replaced_at < _REJECTED_AGAIN:
                    self._failure = SignInError(SignInFailure.EXPIRED, _REFUSED)
                else:
                    self._replaced_at = now
                    self._renew()
            return self._lost is None

    def _ended(self) -> bool:
        return self._keys is None or self._ends - self._now() <= _LAST

    @property
    def _lost(self) -> SignInError | None:
        failure = self._failure
        return None if failure is None or failure.kind in PASSING else failure

    def _renew_early(self) -> None:
        """Renew keys that are still good; a failure can wait until they have ended."""
        if self._ends - self._now() <= self._early and self._now() >= self._not_before:
            self._renew()
            if self._failure is not None:
                self._not_before = self._now() + _PAUSE

    def _renew(self) -> None:
        """Renew the keys, or keep why not; a lost sign-in is not tried again."""
        if self._lost is not None:
            return
        try:
            self._take(self._new_keys())
            self._failure = None
        except SignInError as error:
            _LOG.warning("the sign-in could not be renewed: %s", error.kind.value)
            self._failure = SignInError(error.kind, str(error))
        finally:
            self._attempts += 1

    def _take(self, keys: TemporaryKeys) -> None:
        try:
            taken = AwsCredentials(keys.access_key, keys.secret_key, keys.session_token)
        except ValueError:
            raise SignInError(
                SignInFailure.UNAVAILABLE, "The keys of the sign-in cannot be used: try again."
            ) from None
        self._early = min(_EARLY, (keys.expires_at - self._now()) / 4)
        # In this order: a thread that looks in between must not take old keys for new ones.
        self._keys = taken
        self._ends = keys.expires_at

    def _new_keys(self) -> TemporaryKeys:
        token, self._id_token = self._id_token, None
        if token is not None:
            try:
                return self._service.keys_for(token)
            except SignInError as error:
                if error.kind in PASSING:
                    self._id_token = token
                    raise
                if error.kind is not SignInFailure.EXPIRED:
                    raise
        return self._service.keys_for(self._new_id_token())

    def _new_id_token(self) -> str:
        try:
            tokens = self._refreshed()
        except SignInError as error:
            if error.kind in PASSING or self._password is None:
                raise
            tokens = self._signed_in_anew(self._password)
        self._identity = read_identity(tokens.id_token) or self._identity
        self._clock_ahead = tokens.clock_ahead
        return tokens.id_token

    def _refreshed(self) -> Tokens:
        if self._refresh_token is None:
            raise SignInError(SignInFailure.EXPIRED, "Nobody is signed in: sign in first.")
        tokens = self._service.refresh(self._refresh_token)
        self._keep(tokens)
        return tokens

    def _signed_in_anew(self, password: str) -> Tokens:
        try:
            tokens = self._service.with_password(self._user, password)
        except SignInError as error:
            if error.kind is not SignInFailure.WRONG_PASSWORD:
                raise
            self._password = None
            if self._on_password_refused is not None:
                self._on_password_refused()
            raise SignInError(
                error.kind,
                f"The password that was kept for {clean(self._user, 128)} is wrong by now, and is "
                "not tried again: sign in anew.",
            ) from None
        if isinstance(tokens, Challenge):
            raise SignInError(
                SignInFailure.EXPIRED,
                "The sign-in has expired, and a new one asks for more than the password: sign in "
                "again.",
            )
        self._keep(tokens)
        return tokens

    def _keep(self, tokens: Tokens) -> None:
        if tokens.refresh_token is not None and tokens.refresh_token != self._refresh_token:
            self._refresh_token = tokens.refresh_token
            if self._on_refresh_token is not None:
                self._on_refresh_token(tokens.refresh_token)

    def _told(self) -> DeploymentError:
        """Return why there are no keys; a new exception each time, for the thread it is told."""
        failure = self._failure
        if failure is None:
            return DeploymentError(
                FailureKind.UNAVAILABLE, "The keys of the sign-in ended as soon as they came."
            )
        return DeploymentError(_KINDS.get(failure.kind, FailureKind.NOT_SIGNED_IN), str(failure))
