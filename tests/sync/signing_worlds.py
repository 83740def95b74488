"""A user pool in memory, a keeper, a deployment that takes the pool's keys, and processes."""

import base64
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Final

from drtui.aws.renewal import FreshKeys
from drtui.aws.sessions import AwsCredentials
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    SignInError,
    SignInFailure,
    SignInState,
    TemporaryKeys,
    Tokens,
)
from drtui.store.database import Database, open_database
from drtui.store.sign_in import SignIn, read_sign_in
from drtui.sync.assignment import Order, order_line
from drtui.sync.attending import attend
from drtui.sync.options import EngineOptions
from drtui.sync.running import Runner
from drtui.sync.signing import Signer
from tests.support.deployments import FakeDeployment
from tests.support.keeping import Memory
from tests.support.waiting import eventually

ACCOUNT: Final = "finals"
PASSWORD: Final = "Correct-horse-7"
OTHER: Final = "Battery-staple-8"
CODE: Final = "314159"
PATIENCE: Final = 60.0


@dataclass
class Pool:
    """Signs in whom it knows; tokens and keys are numbered.

    Attributes:
        passwords: By user.
        groups: Of every user.
        asks: What a sign-in asks for after the password.
        failure: What everything fails with, while it is set.
        no_keys: Whether tokens are good for nothing.
        clock_ahead: As answers tell.
        asked: What was asked, without secrets.
    """

    passwords: dict[str, str] = field(default_factory=lambda: {"ada": PASSWORD, "bob": OTHER})
    groups: tuple[str, ...] = ("dr-admins",)
    asks: ChallengeKind | None = None
    failure: SignInFailure | None = None
    no_keys: bool = False
    clock_ahead: float = 0.0
    asked: list[str] = field(default_factory=list)
    good_tokens: dict[str, str] = field(default_factory=dict)
    good_keys: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 0

    def ends_everything(self) -> None:
        """End all sign-ins, and all keys, as an admin of the pool can."""
        with self.lock:
            self.good_tokens.clear()
            self.good_keys.clear()

    def token_of(self, user: str) -> str:
        """A refresh token as another process' sign-in gets one."""
        with self.lock:
            self.number += 1
            token = f"refresh-token-of-{user}-{self.number}"
            self.good_tokens[token] = user
            return token

    def with_password(self, user: str, password: str) -> Tokens | Challenge:
        self._note("password")
        if self.passwords.get(user) != password:
            raise SignInError(SignInFailure.WRONG_PASSWORD, "The password is wrong.")
        return self._tokens(user) if self.asks is None else Challenge(self.asks, user, "session")

    def answer(self, challenge: Challenge, reply: str) -> Tokens | Challenge:
        self._note("answer")
        if challenge.kind is ChallengeKind.NEW_PASSWORD:
            if len(reply) < 8:
                raise SignInError(SignInFailure.PASSWORD_REFUSED, "It is too short.")
            self.passwords[challenge.user] = reply
        elif reply != CODE:
            raise SignInError(SignInFailure.WRONG_CODE, "The code is wrong.")
        return self._tokens(challenge.user)

    def refresh(self, refresh_token: str) -> Tokens:
        self._note("refresh")
        with self.lock:
            user = self.good_tokens.get(refresh_token)
        if user is None:
            raise SignInError(SignInFailure.EXPIRED, "The sign-in has ended.")
        return Tokens(self._id_token(user), None, self.clock_ahead)

    def keys_for(self, id_token: str) -> TemporaryKeys:
        self._note("keys")
        if self.no_keys:
            raise SignInError(SignInFailure.REFUSED, "There are no keys for this user.")
        with self.lock:
            self.number += 1
            key = f"KEY{self.number}"
            self.good_keys.add(key)
        ends = datetime.now(UTC) + timedelta(hours=1)
        return TemporaryKeys(key, "the-secret-key", "the-session-token", ends)

    def revoke(self, refresh_token: str) -> None:
        self._note("revoke")
        with self.lock:
            self.good_tokens.pop(refresh_token, None)

    def _tokens(self, user: str) -> Tokens:
        return Tokens(self._id_token(user), self.token_of(user), self.clock_ahead)

    def _id_token(self, user: str) -> str:
        claims = {"sub": user, "cognito:username": user, "cognito:groups": self.groups}
        part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return f"head.{part}.signature"

    def _note(self, what: str) -> None:
        with self.lock:
            self.asked.append(what)
        if self.failure is not None:
            raise SignInError(self.failure, f"It is {self.failure.value}.")


class MemoryKeeper(Memory):
    """A keyring, or none where nothing outlives the process."""

    def take_notice(self) -> str:
        return "" if self.lasting else "There is no keyring."


@dataclass
class Config:
    """Who signed in last, as the configuration says."""

    user: str = ""

    def remember(self, user: str) -> None:
        self.user = user


@dataclass
class Clock:
    """Monotonic seconds."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def make_signer(
    pool: Pool,
    keeper: MemoryKeeper,
    database: Database,
    config: Config,
    clock: Callable[[], float] | None = None,
) -> Signer[AwsCredentials]:
    """The signer of a process."""
    return Signer(
        pool,
        keeper,
        partial(FreshKeys, pool),
        database,
        account=ACCOUNT,
        last_user=lambda: config.user,
        on_user=config.remember,
        clock=clock or Clock(),
    )


def standing(database: Database) -> SignIn:
    """What the store says."""
    with database.read() as connection:
        return read_sign_in(connection)


class GuardedDeployment(FakeDeployment):
    """A deployment that asks for keys at each call, and takes those of a pool only."""

    guard: tuple[Pool, Signer[AwsCredentials]] | None = None

    def _reach(self, *, sent: bool = False) -> None:
        super()._reach(sent=sent)
        if self.guard is None:
            return
        pool, signer = self.guard
        if signer().access_key in pool.good_keys:
            return
        # As the client does it: once more, where there are other keys now.
        if not signer.rejected() or signer().access_key not in pool.good_keys:
            raise DeploymentError(
                FailureKind.NOT_SIGNED_IN, "The keys have expired.", status=403, code="ExpiredToken"
            )


class Process:
    """An engine's process, as far as threads can be one, and the pen that writes its orders.

    Args:
        account: What it works on, as it was made by somebody else.
    """

    def __init__(
        self,
        path: Path,
        account: FakeDeployment,
        pool: Pool,
        *,
        keeper: MemoryKeeper,
        config: Config,
        options: EngineOptions,
    ) -> None:
        self.database = open_database(path)
        self.signer = make_signer(pool, keeper, self.database, config)
        self.deployment = GuardedDeployment(())
        shared = vars(account)
        self.deployment.__dict__.update(shared)
        self.deployment.guard = pool, self.signer
        self.opened = 0
        runner = Runner(self.database, self._open, options, self.signer)
        reading, writing = os.pipe()
        self._orders: IO[str] = os.fdopen(reading, encoding="utf-8")
        self.pen: IO[str] = os.fdopen(writing, "w", encoding="utf-8", buffering=1)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=attend,
            args=(runner, self._orders, self._stop),
            kwargs={"deliver_at_end": True},
            daemon=True,
        )
        self._thread.start()

    def _open(self) -> FakeDeployment:
        self.opened += 1
        return self.deployment

    def order(self, order: Order) -> None:
        self.pen.write(order_line(order))

    def until(self, state: SignInState) -> SignIn:
        eventually(lambda: standing(self.database).state is state, PATIENCE)
        return standing(self.database)

    def close(self) -> None:
        self._stop.set()
        self.pen.close()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._orders.close()
        self.database.close()
