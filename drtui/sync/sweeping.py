"""Sweeps: reading the settings and every page of profiles into the store.

Only admins may read the pages. Facilitators are shown a list of names instead (DeepRacer API
facts, behaviour 13), which is told by the refusal where no sign-in says the role.
"""

import functools
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import LONGEST_DELAY_SECONDS
from drtui.domain.permissions import READERS
from drtui.domain.problems import ProblemError
from drtui.domain.records import Profile, Role
from drtui.domain.signing_in import SignInState
from drtui.store.database import Database
from drtui.store.interests import SWEEP, live_interests
from drtui.store.participants import apply_teams
from drtui.store.settings import write_settings
from drtui.store.sign_in import SignIn, read_sign_in, write_role
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.sync_state import write_trouble
from drtui.store.users import chunks
from drtui.sync.events import Events, SweepEnded
from drtui.sync.outcomes import INTERNAL, backoff
from drtui.sync.pacing import AdminBudget

T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)
_TRIES: Final = 6  # of one page, so that a flaky deployment does not keep a sweep from its end
_GAP: Final = 2.0
_COUNTED_GAP: Final = 10.0  # the same where the firewall counts the calls
# A list of names costs one of some ninety calls that the firewall lets through in 5 minutes.
NAMES_SECONDS: Final = 60.0
_LEAST_WAIT: Final = 0.2  # for the firewall's budget, of which another may take its part first
_MOST_WAIT: Final = 10.0
_WAITS: Final = (
    "Reading the racers waits: of the calls that a firewall counts, no more can be made for now."
)
_WORTH_ANOTHER: Final = frozenset({FailureKind.THROTTLED, FailureKind.UNAVAILABLE})


@dataclass(slots=True)
class _Sweep:
    """One sweep; what its thread notes here stays its own after it was given up.

    Attributes:
        given_up: Whether it is not wanted any more.
        began: When it began, by the store's clock.
        number: The store's number for it.
        call_started: When the call in flight was made (monotonic), None when there is none.
        counted: Whether it called what the firewall counts.
        names_only: Whether it read nothing but names.
    """

    given_up: threading.Event = field(default_factory=threading.Event)
    began: float = 0.0
    number: int = 0
    call_started: float | None = None
    counted: bool = False
    names_only: bool = False


class Sweeper:
    """Runs one sweep at a time, in a thread of its own.

    Args:
        deployment: What is read.
        database: Where it goes.
        events: Where the reading thread reports.
        budget: What the firewall allows for the list of names, shared with all who make such
            calls.

    Attributes:
        names_only: Whether the last complete sweep read nothing but names.
    """

    def __init__(
        self, deployment: Deployment, database: Database, events: Events, budget: AdminBudget
    ) -> None:
        self._deployment = deployment
        self._database = database
        self._events = events
        self._budget = budget
        self._settings_refused = False
        self.names_only = False
        self._number = 0
        self._asked_at = 0.0  # when the newest wish for a sweep was made; seconds since the epoch
        self._last = _Sweep()
        self.running = False
        self.duration = 0.0
        self._began = 0.0

    @property
    def gap(self) -> float:
        """Seconds to wait at least after a sweep, even one that was cut short."""
        return _COUNTED_GAP if self._last.counted else _GAP

    def is_asked_for(self) -> bool:
        """Whether somebody has asked for a sweep since this was asked last."""
        with self._database.read() as connection:
            live = live_interests(connection, SWEEP, self._database.clock())
        before, self._asked_at = self._asked_at, max((one.asked_at for one in live), default=0.0)
        return self._asked_at > before

    def oldest_call(self) -> float | None:
        """When the call in flight was made (monotonic), None when there is none."""
        return self._last.call_started if self.running else None

    def start(self) -> None:
        """Begin a sweep."""
        self._number += 1
        self._last = _Sweep()
        self._began = time.monotonic()
        self.running = True
        threading.Thread(
            target=self._run, args=(self._number, self._last), name="sweep", daemon=True
        ).start()

    def ended(self, event: SweepEnded) -> bool:
        """Take a sweep's end; False when it had been given up."""
        if event.number != self._number or not self.running:
            return False
        self.running = False
        self.duration = time.monotonic() - self._began
        if event.error is None:
            self.names_only = self._last.names_only
        return True

    def give_up(self) -> None:
        """Stop waiting for the sweep; it writes nothing more and removes nobody."""
        self._last.given_up.set()
        self.running = False

    def _run(self, number: int, sweep: _Sweep) -> None:
        failure: DeploymentError | None = None
        try:
            self._sweep(sweep)
        except DeploymentError as error:
            failure = error
        except ProblemError as problem:
            _LOG.error("a sweep ended: %s", problem)
            failure = DeploymentError(FailureKind.UNAVAILABLE, str(problem))
        except Exception:
            _LOG.exception("a sweep failed unexpectedly")
            failure = DeploymentError(FailureKind.UNAVAILABLE, INTERNAL)
        self._events.put(SweepEnded(number, failure))

    def _sweep(self, sweep: _Sweep) -> None:
        sweep.number, sweep.began = begin_sweep(self._database)
        with self._database.read() as connection:
            sign_in = read_sign_in(connection)
        told = sign_in.role if sign_in.state is SignInState.SIGNED_IN else Role.UNKNOWN
        if not self._settings_refused:
            self._read_settings(sweep)
        if told is not Role.FACILITATOR:
            try:
                self._read_pages(sweep)
            except DeploymentError as error:
                if error.kind is not FailureKind.ROLE_NOT_ALLOWED:
                    raise
            else:
                self._complete(Role.ADMIN, sign_in, sweep)
                if self._settings_refused:  # to somebody else, or in another role
                    self._read_settings(sweep)
                return
        try:
            self._read_names(sweep, told)
        except DeploymentError as error:
            if error.kind is FailureKind.ROLE_NOT_ALLOWED:
                self._learn(Role.UNKNOWN, sign_in, sweep)
            raise
        self._complete(Role.FACILITATOR, sign_in, sweep)

    def _complete(self, role: Role, before: SignIn, sweep: _Sweep) -> None:
        """Note that everything was read, the role that it was granted to, and teams of newcomers.

        Completion last: whoever waits for it goes by the role and the labels right after it.
        """
        if sweep.given_up.is_set():
            return
        self._learn(role, before, sweep)
        if not sweep.names_only:
            apply_teams(self._database)
        complete_sweep(self._database, sweep.number, sweep.began, names_only=sweep.names_only)

    def _learn(self, role: Role, before: SignIn, sweep: _Sweep) -> None:
        """Note the role by what was allowed, unless a sign-in's token says what it is."""
        told = before.state is SignInState.SIGNED_IN
        if not told and before.role is not role and not sweep.given_up.is_set():
            write_role(self._database, role)

    def _read_settings(self, sweep: _Sweep) -> None:
        """Read the settings; without them where the role may not.

        A refusal is remembered for as long as no list of profiles is granted either.
        """
        if sweep.given_up.is_set():
            return
        try:
            settings = self._persistently(self._deployment.settings, sweep)
        except DeploymentError as error:
            if error.kind is not FailureKind.ROLE_NOT_ALLOWED:
                raise
            self._settings_refused = True
            _LOG.info("the role may not read the settings")
            return
        self._settings_refused = False
        if not sweep.given_up.is_set():
            write_settings(self._database, settings)

    def _read_pages(self, sweep: _Sweep) -> None:
        token: str | None = None
        tokens: set[str] = set()
        while not sweep.given_up.is_set():
            page = self._persistently(
                functools.partial(self._deployment.list_profiles, token), sweep
            )
            if sweep.given_up.is_set():
                return
            if self._begins_again(sweep):
                token, tokens = None, set()
                continue
            write_page(self._database, page.profiles, sweep.number, sweep.began)
            token = page.token
            if token is None:
                return
            if token in tokens:
                raise DeploymentError(
                    FailureKind.UNAVAILABLE, "the list of profiles runs in circles"
                )
            tokens.add(token)

    def _begins_again(self, sweep: _Sweep) -> bool:
        """Begin a sweep again where the clock was set back meanwhile; return whether it was.

        What is newer, a page or a write of ours, can no longer be told by when it began.
        """
        if self._database.clock() >= sweep.began:
            return False
        sweep.number, sweep.began = begin_sweep(self._database)
        return True

    def _read_names(self, sweep: _Sweep, told: Role) -> None:
        """Read the list of names.

        Raises:
            DeploymentError: Also `ROLE_NOT_ALLOWED`, with the roles that may read.
        """
        try:
            # Nobody whom the deployment itself calls a racer is worth a call that is counted.
            if told is Role.RACER:
                raise DeploymentError(FailureKind.ROLE_NOT_ALLOWED, READERS)
            profiles = self._persistently(self._list_names(sweep), sweep)
        except DeploymentError as error:
            if error.kind is not FailureKind.ROLE_NOT_ALLOWED:
                raise
            raise DeploymentError(error.kind, READERS, status=403, code=error.code) from None
        if sweep.given_up.is_set():
            return
        # In parts, as pages are: whatever is submitted meanwhile waits for one of them at the most.
        for part in chunks(profiles):
            write_page(self._database, part, sweep.number, sweep.began, names_only=True)
        sweep.names_only = True

    def _list_names(self, sweep: _Sweep) -> Callable[[], tuple[Profile, ...]]:
        """Return the call for the list of names, each of which the firewall counts."""

        def call() -> tuple[Profile, ...]:
            while not sweep.given_up.is_set() and not self._budget.take():
                sweep.call_started = None
                seconds = self._budget.seconds_until()
                write_trouble(self._database, _WAITS)
                sweep.given_up.wait(min(max(seconds, _LEAST_WAIT), _MOST_WAIT))
            if sweep.given_up.is_set():
                return ()
            sweep.counted = True
            sweep.call_started = time.monotonic()
            return self._deployment.list_admin_profiles()

        return call

    def _persistently(self, call: Callable[[], T], sweep: _Sweep) -> T:
        for attempt in range(1, _TRIES):
            sweep.call_started = time.monotonic()
            try:
                return call()
            except DeploymentError as error:
                if error.kind not in _WORTH_ANOTHER:
                    raise
                sweep.call_started = None
                asked = min(error.retry_after or 0.0, LONGEST_DELAY_SECONDS)
                if sweep.given_up.wait(max(backoff(attempt, random.random), asked)):
                    raise
        sweep.call_started = time.monotonic()
        return call()
