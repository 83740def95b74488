"""Keys stay fresh: one thread renews, nobody waits while they are good, a loss is told once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from drtui.aws.renewal import FreshKeys
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    SignInError,
    SignInFailure,
    TemporaryKeys,
    Tokens,
)
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)


@dataclass
class Clock:
    now: datetime = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class ScriptedService:
    """Counts what is asked, and fails as told; keys are numbered."""

    clock: Clock
    lifetime: timedelta = HOUR
    asked: list[str] = field(default_factory=list)
    failure: SignInFailure | None = None
    challenge: bool = False
    password_failure: SignInFailure | None = None
    id_token_failure: SignInFailure | None = None
    held: threading.Event | None = None
    begun: threading.Event = field(default_factory=threading.Event)
    keys: int = 0

    def with_password(self, user: str, password: str) -> Tokens | Challenge:
        self.asked.append(f"password {user} {password}")
        self._fail(self.password_failure)
        if self.challenge:
            return Challenge(ChallengeKind.CODE, user, "session")
        return Tokens("id", "second refresh token", 600.0)

    def answer(self, challenge: Challenge, reply: str) -> Tokens | Challenge:
        raise AssertionError(challenge, reply)

    def refresh(self, refresh_token: str) -> Tokens:
        self.asked.append(f"refresh {refresh_token}")
        self.begun.set()
        if self.held is not None:
            self.held.wait(30)
        self._fail(self.failure)
        return Tokens("id", None, 0.0)

    def keys_for(self, id_token: str) -> TemporaryKeys:
        self.asked.append(f"keys {id_token}")
        if id_token == "first id":
            self._fail(self.id_token_failure)
        self.keys += 1
        return TemporaryKeys(f"KEY{self.keys}", "secret", "token", self.clock() + self.lifetime)

    def revoke(self, refresh_token: str) -> None:
        raise AssertionError(refresh_token)

    def _fail(self, kind: SignInFailure | None) -> None:
        if kind is not None:
            raise SignInError(kind, f"It is {kind.value}.")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> ScriptedService:
    return ScriptedService(clock)


@pytest.fixture
def keys(service: ScriptedService, clock: Clock) -> FreshKeys:
    return FreshKeys(service, "refresh token", now=clock)


def failing(keys: FreshKeys) -> DeploymentError:
    with pytest.raises(DeploymentError) as raised:
        keys()
    return raised.value


def test_good_keys_are_given_without_asking(keys: FreshKeys, service: ScriptedService) -> None:
    assert [keys().access_key for _ in range(3)] == ["KEY1"] * 3
    assert service.asked == ["refresh refresh token", "keys id"]


def test_a_sign_in_just_made_gives_the_first_keys_itself(
    service: ScriptedService, clock: Clock
) -> None:
    keys = FreshKeys(service, "refresh token", id_token="first id", now=clock)
    keys()
    assert service.asked == ["keys first id"]


def test_a_first_token_that_has_ended_is_replaced(service: ScriptedService, clock: Clock) -> None:
    service.id_token_failure = SignInFailure.EXPIRED
    keys = FreshKeys(service, "refresh token", id_token="first id", now=clock)
    assert keys().access_key == "KEY1"
    assert service.asked == ["keys first id", "refresh refresh token", "keys id"]


def test_a_first_token_is_tried_again_after_an_outage(
    service: ScriptedService, clock: Clock
) -> None:
    service.id_token_failure = SignInFailure.UNREACHABLE
    keys = FreshKeys(service, "refresh token", id_token="first id", now=clock)
    assert failing(keys).kind is FailureKind.UNREACHABLE
    service.id_token_failure = None
    assert keys().access_key == "KEY1"
    assert service.asked == ["keys first id", "keys first id"]


@pytest.mark.parametrize(
    ("lifetime", "after", "expected"),
    [
        (HOUR, timedelta(minutes=49), "KEY1"),
        (HOUR, timedelta(minutes=51), "KEY2"),
        (timedelta(seconds=100), timedelta(seconds=74), "KEY1"),
        (timedelta(seconds=100), timedelta(seconds=76), "KEY2"),
        (HOUR, HOUR * 12, "KEY2"),
    ],
)
def test_keys_are_renewed_before_they_end(
    clock: Clock, lifetime: timedelta, after: timedelta, expected: str
) -> None:
    keys = FreshKeys(ScriptedService(clock, lifetime), "refresh token", now=clock)
    keys()
    clock.now += after
    assert keys().access_key == expected


def test_good_keys_serve_while_a_renewal_fails_and_it_is_not_tried_at_each_call(
    keys: FreshKeys, service: ScriptedService, clock: Clock
) -> None:
    keys()
    service.failure = SignInFailure.UNREACHABLE
    clock.passes(minutes=55)
    assert [keys().access_key for _ in range(5)] == ["KEY1"] * 5
    assert service.asked.count("refresh refresh token") == 2
    clock.passes(seconds=31)
    keys()
    assert service.asked.count("refresh refresh token") == 3
    service.failure = None
    clock.passes(seconds=31)
    assert keys().access_key == "KEY2"


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (SignInFailure.UNREACHABLE, FailureKind.UNREACHABLE),
        (SignInFailure.UNAVAILABLE, FailureKind.UNAVAILABLE),
        (SignInFailure.TOO_MANY_ATTEMPTS, FailureKind.THROTTLED),
    ],
)
def test_an_outage_is_no_lost_sign_in(
    keys: FreshKeys, service: ScriptedService, failure: SignInFailure, kind: FailureKind
) -> None:
    service.failure = failure
    assert failing(keys).kind is kind
    assert keys.signed_in
    assert keys.notice == ""
    service.failure = None
    assert keys().access_key == "KEY1"


def test_a_lost_sign_in_serves_until_its_keys_end_and_is_not_tried_again(
    keys: FreshKeys, service: ScriptedService, clock: Clock
) -> None:
    keys()
    service.failure = SignInFailure.EXPIRED
    clock.passes(minutes=55)
    assert keys().access_key == "KEY1"
    assert not keys.signed_in
    assert keys.notice == "It is expired."
    clock.passes(minutes=6)
    for _ in range(3):
        error = failing(keys)
        assert (error.kind, error.message) == (FailureKind.NOT_SIGNED_IN, "It is expired.")
    assert service.asked.count("refresh refresh token") == 2


def test_a_kept_password_signs_in_anew_and_the_new_token_is_told(
    service: ScriptedService, clock: Clock
) -> None:
    told: list[str] = []
    keys = FreshKeys(
        service,
        "refresh token",
        user="ada",
        password="hunter2",
        on_refresh_token=told.append,
        now=clock,
    )
    service.failure = SignInFailure.EXPIRED
    assert keys().access_key == "KEY1"
    assert told == ["second refresh token"]
    assert "10 minutes ahead of" in keys.notice
    service.failure = None
    clock.passes(hours=2)
    keys()
    assert service.asked[-2:] == ["refresh second refresh token", "keys id"]
    assert "hunter2" not in repr(keys)


def test_a_password_is_not_tried_while_aws_is_out_of_reach(
    service: ScriptedService, clock: Clock
) -> None:
    keys = FreshKeys(service, "refresh token", user="ada", password="hunter2", now=clock)
    service.failure = SignInFailure.UNREACHABLE
    failing(keys)
    assert service.asked == ["refresh refresh token"]


@pytest.mark.parametrize("challenge", [True, False])
def test_a_kept_password_that_is_not_enough_is_a_lost_sign_in(
    service: ScriptedService, clock: Clock, *, challenge: bool
) -> None:
    service.challenge = challenge
    service.password_failure = None if challenge else SignInFailure.WRONG_PASSWORD
    keys = FreshKeys(service, None, user="ada", password="hunter2", now=clock)
    assert failing(keys).kind is FailureKind.NOT_SIGNED_IN
    assert failing(keys).kind is FailureKind.NOT_SIGNED_IN
    assert service.asked == ["password ada hunter2"]


def test_nobody_signed_in_is_not_signed_in(service: ScriptedService, clock: Clock) -> None:
    assert failing(FreshKeys(service, None, now=clock)).kind is FailureKind.NOT_SIGNED_IN


def test_keys_that_cannot_be_sent_are_refused(
    keys: FreshKeys, service: ScriptedService, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    odd = TemporaryKeys("KEY\n", "secret", "token", clock() + HOUR)
    monkeypatch.setattr(service, "keys_for", lambda _: odd)
    assert failing(keys).kind is FailureKind.UNAVAILABLE


def test_keys_that_have_ended_when_they_come_are_not_used(
    keys: FreshKeys, service: ScriptedService
) -> None:
    service.lifetime = timedelta(seconds=1)
    assert failing(keys).kind is FailureKind.UNAVAILABLE


def in_threads(count: int, work: Callable[[], object]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.parametrize("failure", [None, SignInFailure.UNREACHABLE, SignInFailure.EXPIRED])
def test_threads_that_wait_share_the_outcome_of_one_renewal(
    keys: FreshKeys, service: ScriptedService, failure: SignInFailure | None
) -> None:
    service.failure = failure
    service.held = threading.Event()
    outcomes: list[str] = []
    waiting = threading.Semaphore(0)

    def ask() -> None:
        waiting.release()
        try:
            outcomes.append(keys().access_key)
        except DeploymentError as error:
            outcomes.append(error.kind.value)

    first = in_threads(1, ask)
    assert service.begun.wait(10)
    others = in_threads(8, ask)
    for _ in range(9):
        assert waiting.acquire(timeout=10)
    service.held.set()
    for thread in first + others:
        thread.join(10)
    assert len(outcomes) == 9
    assert len(set(outcomes)) == 1
    if failure is not SignInFailure.UNREACHABLE:
        # A thread that asks only after an outage has been told may try again.
        assert service.asked.count("refresh refresh token") == 1


def test_nobody_waits_for_an_early_renewal(
    keys: FreshKeys, service: ScriptedService, clock: Clock
) -> None:
    keys()
    service.begun.clear()
    clock.passes(minutes=55)
    service.held = threading.Event()
    renewing = in_threads(1, keys)
    assert service.begun.wait(10)
    assert keys().access_key == "KEY1"
    assert service.asked.count("refresh refresh token") == 2
    service.held.set()
    for thread in renewing:
        thread.join(10)
    eventually(lambda: keys().access_key == "KEY2")


def test_keys_that_the_deployment_refuses_are_renewed_once_for_all_threads(
    keys: FreshKeys, service: ScriptedService
) -> None:
    refused = keys()
    answers: list[bool] = []
    threads = in_threads(8, lambda: answers.append(keys.rejected(refused)))
    for thread in threads:
        thread.join(10)
    assert answers == [True] * 8
    assert keys().access_key == "KEY2"
    assert service.keys == 2


def test_keys_that_are_refused_again_at_once_lose_the_sign_in(
    keys: FreshKeys, service: ScriptedService
) -> None:
    assert keys.rejected(keys())
    assert not keys.rejected(keys())
    assert not keys.signed_in
    assert failing(keys).kind is FailureKind.NOT_SIGNED_IN
    assert keys.notice == "The deployment does not accept the keys of the sign-in: sign in again."
    assert service.keys == 2


def test_keys_that_are_refused_later_are_renewed_again(
    keys: FreshKeys, service: ScriptedService, clock: Clock
) -> None:
    assert keys.rejected(keys())
    clock.passes(minutes=2)
    assert keys.rejected(keys())
    assert keys().access_key == "KEY3"


def test_refused_keys_are_not_used_again_while_they_cannot_be_renewed(
    keys: FreshKeys, service: ScriptedService
) -> None:
    refused = keys()
    service.failure = SignInFailure.UNREACHABLE
    assert keys.rejected(refused)
    assert failing(keys).kind is FailureKind.UNREACHABLE
    service.failure = None
    assert keys().access_key == "KEY2"


def test_refused_keys_of_a_sign_in_that_has_ended_are_its_loss(
    keys: FreshKeys, service: ScriptedService
) -> None:
    refused = keys()
    service.failure = SignInFailure.EXPIRED
    assert not keys.rejected(refused)
    assert failing(keys).kind is FailureKind.NOT_SIGNED_IN


def test_a_clock_that_a_sign_in_found_off_is_told(service: ScriptedService, clock: Clock) -> None:
    keys = FreshKeys(service, None, id_token="first id", clock_ahead=-600.0, now=clock)
    assert "10 minutes behind AWS's" in keys.notice
