"""Carrying errands out: one call at a time for each service, each in a thread of its own."""

import logging
import random
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from drtui.domain.errands import BESIDE_READING, Carried, Courier, LongCourier, Service, Terms
from drtui.domain.failures import DeploymentError
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import LocalFileError, OneFileError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.store.database import Database
from drtui.store.errands import (
    Settled,
    claim_errands,
    done_since,
    next_errands_due,
    put_off,
    settle_errands,
)
from drtui.store.expiring import settle_expired
from drtui.sync.couriers.one_by_one import ENDS
from drtui.sync.errand_outcomes import SHUT, SHUT_SECONDS, failed, without_carrying
from drtui.sync.events import ErrandsEnded, ErrandsResult, Events
from drtui.sync.outcomes import INTERNAL, Jitter

_LOG: Final = logging.getLogger(__name__)
_DAY_SECONDS: Final = 86_400.0
_NEVER: Final = float("inf")
_LOOK: Final = float("-inf")
_SOON_SECONDS: Final = 30.0
_EXPIRY_SECONDS: Final = 2.0  # between looks while something may expire
_IN_VAIN: Final = 3  # calls in a row that did not get through: nobody waits for the next
_INTERRUPTED: Final = "interrupted while it was being carried out"


@dataclass(slots=True)
class _Lane:
    """One service: what it is carrying out, and when it is to be looked at again.

    Attributes:
        claim: The number of the last claim.
        items: What is under way; empty while nothing is.
        not_before: Monotonic; when the next call may begin.
        due_at: Wall clock; when the log has to be looked at for it.
        in_vain: How many calls in a row met a closed door, or nobody.
        held: Whether a call that takes minutes was told to end.
        ends: Set where the call under way is to begin no other errand.
    """

    courier: Courier
    claim: int = 0
    items: Sequence[Item] = ()
    terms: Terms = field(default_factory=Terms)
    started: float | None = None
    not_before: float = float("-inf")
    due_at: float = _LOOK
    in_vain: int = 0
    held: bool = False
    ends: threading.Event = field(default_factory=threading.Event)


class ErrandRunner:
    """The errands' part of the engine; used by its loop alone.

    Args:
        database: The open store.
        couriers: Who carries errands out; those of other services wait.
        events: Where the threads report.
        clock: Monotonic, in seconds.
        jitter: Keeps retries from coming all at once.
    """

    def __init__(
        self,
        database: Database,
        couriers: Mapping[Service, Courier],
        events: Events,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Jitter = random.random,
    ) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._jitter = jitter
        self._lanes = {service: _Lane(courier) for service, courier in couriers.items()}
        self._expiry_at = float("-inf")  # monotonic; when to look whether an errand has expired

    @property
    def under_way(self) -> int:
        """How many errands are being carried out."""
        return sum(len(lane.items) for lane in self._lanes.values())

    @property
    def delivering(self) -> bool:
        """Whether errands are carried out that go before reading everybody's models."""
        return any(
            lane.items for service, lane in self._lanes.items() if service not in BESIDE_READING
        )

    def oldest_call(self, services: Collection[Service]) -> float | None:
        """When the oldest call of some services began (monotonic), None when there is none."""
        began = (lane.started for service, lane in self._lanes.items() if service in services)
        return min((one for one in began if one is not None), default=None)

    def look(self) -> None:
        """Look at the operation log in the next turn."""
        self._expiry_at = float("-inf")
        for lane in self._lanes.values():
            lane.due_at = _LOOK

    def waits(self, services: Collection[Service]) -> bool:
        """Whether errands of some services can be carried out now or within seconds.

        Where a hand outside drtui is needed, or nobody answers, they are tried again all the same,
        but not waited for.
        """
        soon = self._database.clock() + _SOON_SECONDS
        return any(
            bool(lane.items) or (lane.due_at <= soon and lane.in_vain < _IN_VAIN)
            for service, lane in self._lanes.items()
            if service in services
        )

    def turn(self, services: Collection[Service]) -> None:
        """Begin what is due, and settle what has expired, whoever was to carry it out.

        Args:
            services: Those that may be called now.
        """
        if self._clock() >= self._expiry_at:
            self._expiry_at = self._clock() + self._settle_expired()
        self._note_due()
        now = self._database.clock()
        for service, lane in self._lanes.items():
            if service in services and not lane.items and lane.due_at <= now:
                self._begin(service, lane)

    def _settle_expired(self) -> float:
        """Settle what has expired, and say in how many seconds to look again.

        The wall clock may be set meanwhile, so that it is looked at now and then.
        """
        expiry = settle_expired(self._database)
        if expiry is None:
            return _NEVER
        return min(max(expiry - self._database.clock(), 0.0), _EXPIRY_SECONDS)

    def ended(self, event: ErrandsEnded) -> bool:
        """Write what a call brought; False when it had been given up."""
        lane = self._lanes[event.service]
        if not lane.items or event.claim != lane.claim:
            return False
        items, lane.items, lane.started = lane.items, (), None
        result = event.result
        if isinstance(result, SponsorError) and result.kind in SHUT:
            lane.not_before = max(lane.not_before, self._clock() + SHUT_SECONDS)
            lane.in_vain = _IN_VAIN
        elif isinstance(result, SponsorError) and result.kind is SponsorFailure.UNREACHABLE:
            lane.in_vain += 1
        else:
            lane.in_vain = 0
        self._settle(lane, [(item, self._carried(item, lane.terms, result)) for item in items])
        if isinstance(result, LocalFileError) and not isinstance(result, OneFileError):
            # Others go to other folders, and on; what goes to this one would meet the same.
            operations = {item.operation_id for item in items}
            put_off(self._database, event.service, operations, SHUT_SECONDS)
        lane.due_at = _LOOK
        return True

    def hold_back(self) -> None:
        """Let calls end that would take minutes otherwise, and begin nothing else."""
        for lane in self._lanes.values():
            lane.ends.set()
            if isinstance(lane.courier, LongCourier):
                lane.held = True
                lane.courier.stop()

    def finish(self) -> None:
        """Stop waiting: what is under way has an outcome that is not known."""
        for lane in self._lanes.values():
            carried = Carried(ItemState.DOUBTFUL, _INTERRUPTED, counted=False)
            self._settle(lane, [(item, carried) for item in lane.items])
            lane.items, lane.started = (), None

    def _note_due(self) -> None:
        """Find out when the log has to be looked at, in one reading for all that do not know."""
        asking = [lane for lane in self._lanes.values() if lane.due_at == _LOOK and not lane.items]
        if not asking:
            return
        with self._database.read() as connection:
            due = next_errands_due(connection)
        for service, lane in self._lanes.items():
            if lane.due_at == _LOOK and not lane.items:
                lane.due_at = due[service].timestamp() if service in due else _NEVER

    def _begin(self, service: Service, lane: _Lane) -> None:
        now = self._clock()
        if now < lane.not_before:
            return
        lane.terms = terms = lane.courier.terms()
        if terms.wait > 0:
            lane.not_before = now + terms.wait
            return
        limit = self._left_today(service, lane, terms)
        if not limit:
            return
        lane.claim += 1
        items = claim_errands(self._database, service, limit, lane.claim, together=terms.repeatable)
        if not items:
            lane.due_at = _LOOK
            return
        told = [(item, carried) for item in items if (carried := without_carrying(item, terms))]
        self._settle(lane, told)
        settled = {item.item_id for item, _ in told}
        lane.items = [item for item in items if item.item_id not in settled]
        if lane.items:
            lane.started, lane.not_before = now, now + terms.interval
            lane.ends = threading.Event()
            if lane.held and isinstance(lane.courier, LongCourier):
                lane.held = False
                lane.courier.go_on()
            threading.Thread(
                target=self._carry_out,
                args=(service, lane.courier, lane.claim, lane.items, lane.ends),
                name=f"errand-{service}",
                daemon=True,
            ).start()

    def _left_today(self, service: Service, lane: _Lane, terms: Terms) -> int:
        """How many errands may begin now; with none, the next look is when one may."""
        if terms.daily is None:
            return terms.batch
        now = self._database.clock()
        with self._database.read() as connection:
            count, first = done_since(connection, service, now - _DAY_SECONDS)
        if count >= terms.daily and first is not None:
            lane.due_at = first.timestamp() + _DAY_SECONDS
        return max(0, min(terms.batch, terms.daily - count))

    def _settle(self, lane: _Lane, carried: Sequence[tuple[Item, Carried]]) -> None:
        settle_errands(self._database, [Settled(item, lane.claim, one) for item, one in carried])

    def _carry_out(
        self,
        service: Service,
        courier: Courier,
        claim: int,
        items: Sequence[Item],
        ends: threading.Event,
    ) -> None:
        result: ErrandsResult
        ENDS.set(ends)  # of this thread alone, which carries out nothing else
        try:
            result = courier.carry_out(items)
        except (DeploymentError, SponsorError, LocalFileError) as error:
            result = error
        except Exception:
            # A mistake of ours must not leave the errands on their way for ever.
            _LOG.exception("an errand of %s failed unexpectedly", service)
            result = SponsorError(SponsorFailure.OUTCOME_UNKNOWN, INTERNAL)
        self._events.put(ErrandsEnded(service, claim, result))

    def _carried(self, item: Item, terms: Terms, result: ErrandsResult) -> Carried:
        if not isinstance(result, Mapping):
            return failed(item, terms, result, self._jitter)
        return result.get(item.item_id) or Carried(ItemState.PENDING, item.reason, counted=False)
