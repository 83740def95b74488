"""Who signs in within the engine's process, and where its keys come from.

The gateway asks it for keys before each call. Where a sign-in is lost it looks once into what is
kept, since somebody may have signed in beside it, and then says in the store that a sign-in is
needed and why. The store never gets a secret.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.problems import ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import (
    PASSING,
    Challenge,
    ChallengeKind,
    KeyMaker,
    Keys,
    SecretKeeper,
    SignInError,
    SignInFailure,
    SignInService,
    SignInState,
    Tokens,
)
from drtui.store.database import Database
from drtui.store.sign_in import SignIn
from drtui.sync.held_sign_ins import Held, HeldSignIns
from drtui.sync.sign_in_note import SignInNote

_LOG: Final = logging.getLogger(__name__)
_NOBODY: Final = "Nobody is signed in."  # how to sign in is said by whoever shows it
_SIGNED_OUT: Final = "Signed out."
_GIVEN_UP: Final = "The sign-in was given up."
_NOTHING_ASKED: Final = "Nothing is asked any more: begin the sign-in again."
_CHALLENGE_SECONDS: Final = 600.0  # the user pool's questions are good for 3 minutes, or some more
_STATES: Final = {
    ChallengeKind.NEW_PASSWORD: SignInState.NEW_PASSWORD,
    ChallengeKind.CODE: SignInState.CODE,
}
# The same question can be answered again.
_ASKED_AGAIN: Final = PASSING | {SignInFailure.PASSWORD_REFUSED, SignInFailure.WRONG_CODE}


@dataclass(eq=False, slots=True, repr=False)
class _Attempt:
    """A sign-in under way.

    Attributes:
        password: The one to be kept.
        before: How things stood in the store before it.
        since: When it last went on (monotonic).
    """

    user: str
    password: str
    keep_password: bool
    before: SignIn
    since: float
    challenge: Challenge | None = None


class Signer(Generic[Keys]):
    """The sign-in of one account in this process; safe to use from several threads.

    Orders (`sign_in`, `answer`, `sign_out`, `give_up`) come from one thread at a time; each may
    take as long as the network takes. Whatever they lead to is told in the store.

    Args:
        service: Who signs in.
        keeper: Keeps what outlives the process.
        make_keys: Makes the keys of a sign-in.
        database: Where it says how things stand.
        account: The account's name, under which secrets are kept.
        last_user: Tells who signed in last, as the configuration says now; empty when nobody has.
        on_user: Told who has signed in by order; what it raises as a `ProblemError` is told.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self,
        service: SignInService,
        keeper: SecretKeeper,
        make_keys: KeyMaker[Keys],
        database: Database,
        *,
        account: str,
        last_user: Callable[[], str],
        on_user: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._account = account
        self._last_user = last_user
        self._on_user = on_user
        self._clock = clock
        self._sign_ins = HeldSignIns(keeper, make_keys, account, last_user)
        self._note = SignInNote(database, clock)
        self._attempt: _Attempt | None = None
        self._replacing = threading.Lock()  # of the attempt
        self._why = ""  # why nobody is signed in
        self._given = threading.local()

    def __repr__(self) -> str:
        return f"Signer(account={self._account!r})"

    # The gateway's questions

    def __call__(self) -> Keys:
        """Return keys that are good now.

        Raises:
            DeploymentError: `NOT_SIGNED_IN` where there is no sign-in, with the reason;
                `UNREACHABLE`, `UNAVAILABLE` or `THROTTLED` when it cannot be renewed now.
        """
        held = self._sign_ins.current or self._sign_ins.replace(None)
        while held is not None:
            try:
                keys = held.keys()
            except DeploymentError as error:
                if error.kind is not FailureKind.NOT_SIGNED_IN:
                    raise
                held = self._replace(held, error.message)
            else:
                self._given.latest = held, keys
                if not held.keys.signed_in:
                    self._sign_ins.look_early(held)
                self._tell_of(held)
                return keys
        self._tell_needed()
        raise DeploymentError(FailureKind.NOT_SIGNED_IN, self._why or _NOBODY)

    def rejected(self) -> bool:
        """Take note that the deployment refused the keys that this thread got last.

        Returns:
            Whether there are other keys now; if not, the sign-in is lost.
        """
        given: tuple[Held[Keys], Keys] | None = getattr(self._given, "latest", None)
        if given is None:
            return False
        held, keys = given
        if self._sign_ins.current is held and held.keys.rejected(keys):
            return True
        other = self._replace(held, "" if held.keys.signed_in else held.keys.notice)
        if other is None:
            self._tell_needed()
        return other is not None

    # The runner's questions

    @property
    def signed_in(self) -> bool:
        """Whether there is a sign-in that can be renewed, as far as was tried."""
        held = self._sign_ins.current
        return held is not None and held.keys.signed_in

    def begin(self) -> None:
        """An engine begins to work here: what others have said since is not known."""
        self._note.begin()

    def outdone(self) -> bool:
        """Whether another process says that it is signed in, and this one is not."""
        return not self.signed_in and self._note.standing().state is SignInState.SIGNED_IN

    def look_up(self) -> bool:
        """Look into what is kept; return whether it holds a sign-in that was not tried yet."""
        return self.signed_in or self._sign_ins.replace(self._sign_ins.current) is not None

    def claim(self) -> None:
        """Say again that this process is signed in, where another one says that nobody is."""
        held = self._sign_ins.current
        if held is None or not held.keys.signed_in:
            return
        if self._note.standing().state is SignInState.NEEDED:
            self.begin()
            self._tell_of(held)

    # The admin's orders

    def sign_in(self, user: str, password: str, *, keep_password: bool) -> bool:
        """Begin a sign-in; a former one stays until it succeeds.

        Returns:
            Whether it succeeded.
        """
        user = user.strip()
        former = self._attempt
        before = self._note.standing() if former is None else former.before
        attempt = _Attempt(user, password, keep_password, before, self._clock())
        with self._replacing:
            self._attempt = attempt
        self._note.write(SignInState.UNDER_WAY, user)
        try:
            result = self._service.with_password(user, password)
        except SignInError as error:
            return self._failed(attempt, str(error))
        return self._go_on(attempt, result)

    def answer(self, reply: str) -> bool:
        """Answer what the sign-in asked; an empty reply gives it up.

        Returns:
            Whether the sign-in succeeded.
        """
        attempt = self._attempt
        if attempt is None or attempt.challenge is None:
            return self._failed(attempt, _NOTHING_ASKED)
        if not reply:
            return self._failed(attempt, _GIVEN_UP)
        challenge = attempt.challenge
        attempt.since = self._clock()
        self._note.write(SignInState.UNDER_WAY, attempt.user)
        try:
            result = self._service.answer(challenge, reply)
        except SignInError as error:
            if error.kind in _ASKED_AGAIN:
                self._note.write(_STATES[challenge.kind], attempt.user, detail=str(error))
                return False
            return self._failed(attempt, str(error))
        if challenge.kind is ChallengeKind.NEW_PASSWORD:
            attempt.password = reply
        return self._go_on(attempt, result)

    def give_up(self) -> None:
        """End a sign-in that is under way, if there is one."""
        attempt = self._attempt
        if attempt is not None:
            self._failed(attempt, _GIVEN_UP)

    def sign_out(self) -> None:
        """End the sign-in, and forget what was kept of it."""
        self._end(self._attempt)
        user, token, remark = self._sign_ins.drop()
        self._why = f"{_SIGNED_OUT} {remark}".rstrip()
        if token is not None:
            try:
                self._service.revoke(token)
            except SignInError as error:
                _LOG.info("the sign-in was not revoked: %s", error.kind.value)
        self._note.write(SignInState.NEEDED, user, detail=self._why)
        self._note.ended(user)

    # How orders go on

    def _go_on(self, attempt: _Attempt, result: Tokens | Challenge) -> bool:
        if isinstance(result, Challenge):
            attempt.challenge = result
            attempt.since = self._clock()
            self._note.write(_STATES[result.kind], attempt.user)
            return False
        held = self._sign_ins.hold(
            attempt.user,
            result.refresh_token,
            attempt.password if attempt.keep_password else None,
            id_token=result.id_token,
            clock_ahead=result.clock_ahead,
        )
        try:
            held.keys()  # what gives no keys is no sign-in
        except DeploymentError as error:
            return self._failed(attempt, error.message)
        self._sign_ins.use(held)
        self._end(attempt)
        held.remark, outlives = self._sign_ins.keep(held)
        self._note.began(held.user, password=held.password is not None, outlives=outlives)
        try:
            self._on_user(held.user)
        except ProblemError as problem:
            held.remark = f"{held.remark} {problem}".lstrip()
        self._tell_of(held)
        return True

    def _end(self, attempt: _Attempt | None) -> None:
        """Note that an attempt is over; one that took its place meanwhile goes on."""
        with self._replacing:
            if self._attempt is attempt:
                self._attempt = None

    def _failed(self, attempt: _Attempt | None, why: str) -> bool:
        """Leave things as they stood before the attempt, and tell why it did not succeed."""
        self._end(attempt)
        before = self._note.standing() if attempt is None else attempt.before
        if before.state is SignInState.SIGNED_IN:
            self._note.tell_failure(before.state, before.user, before.role, why)
        else:
            user = before.user if attempt is None else attempt.user
            self._note.tell_failure(SignInState.NEEDED, user, detail=why)
        return False

    def _replace(self, lost: Held[Keys], why: str) -> Held[Keys] | None:
        """Return what is in use in place of a lost sign-in; None, for that reason, when nothing."""
        other = self._sign_ins.replace(lost)
        if other is None and why:
            self._why = why
        return other

    # What the store says

    def _tell_of(self, held: Held[Keys]) -> None:
        if self._sign_ins.current is not held or self._asking():
            return
        notice, identity = held.keys.notice, held.keys.identity
        if held.keys.signed_in:
            role = Role.UNKNOWN if identity is None else identity.role
            detail = " ".join(filter(None, (notice, held.remark)))
            self._note.tell(SignInState.SIGNED_IN, held.user, role, detail)
        else:
            # Asked for before the keys end, so that delivery need not halt.
            self._note.tell(SignInState.NEEDED, held.user, detail=notice)

    def _tell_needed(self) -> None:
        if not self._asking():
            self._note.tell(SignInState.NEEDED, self._last_user(), detail=self._why or _NOBODY)

    def _asking(self) -> bool:
        """Whether the store tells of an attempt; one whose question nobody answers is over."""
        attempt = self._attempt
        if attempt is not None and self._clock() - attempt.since > _CHALLENGE_SECONDS:
            self._end(attempt)
        return self._attempt is not None
