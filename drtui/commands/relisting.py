"""Listing racers' models once more before they are counted, where the account can be asked.

A deployment that lists everybody's in one call is asked for all (DeepRacer API facts, GET
/admin/models); another one for each racer, as far as the firewall's budget goes. Nothing of it is
needed for safety: what was not counted stops a deletion when its turn comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.admin_calls import bulk_share
from drtui.domain.features import Feature
from drtui.domain.wording import counted
from drtui.store.admin_calls import read_admin_calls
from drtui.store.deployment_facts import read_facts
from drtui.store.interests import declare_interests
from drtui.store.known_models import known_models
from drtui.store.model_sweeps import NOW
from drtui.store.models import MODELS_OF
from drtui.store.sync_state import Connectivity, read_sync_state
from drtui.store.users import moment, users_by_key

_FRESH_SECONDS: Final = 30.0  # the engine lists the models of one racer no more often
_ONE_CALL_SECONDS: Final = 20.0
_MORE_SECONDS: Final = 1.0  # for each racer that is listed alone


@dataclass(frozen=True, slots=True)
class Relisting:
    """Racers whose models are to be listed before they are counted.

    Attributes:
        profile_ids: Those whose models are not fresh.
        at_once: Whether one call lists everybody's.
        room: How many calls the firewall's budget leaves for it.
        since: From when on a listing counts, in seconds since the epoch.
        oldest: When those of them were read that were read longest ago; None where one never was.
        reachable: Whether an engine runs, and the account answers it.
    """

    profile_ids: tuple[str, ...]
    at_once: bool
    room: int
    since: float
    oldest: datetime | None
    reachable: bool

    @property
    def calls(self) -> int:
        """How many calls it takes."""
        return min(1, len(self.profile_ids)) if self.at_once else len(self.profile_ids)

    @property
    def fits(self) -> bool:
        """Whether the firewall's budget lets it be done now."""
        return self.calls <= self.room

    @property
    def refusal(self) -> str:
        """Why they are not listed again, and how old what is known is; empty where they are."""
        if self.fits:
            return ""
        return (
            f"The models of {counted(len(self.profile_ids), 'racer')} cannot be listed again now: "
            f"the firewall leaves {counted(self.room, 'call')}; {self._age}."
        )

    @property
    def missed(self) -> str:
        """What is said where they were to be listed, and were not in time."""
        whose = counted(len(self.profile_ids), "racer")
        return f"The models of {whose} could not be listed again just now; {self._age}."

    @property
    def _age(self) -> str:
        if self.oldest is None:
            return "some were never read"
        return f"what is known is as of {self.oldest:%Y-%m-%d %H:%M} UTC"

    @property
    def seconds(self) -> float:
        """For how long to wait for it at the most."""
        return _ONE_CALL_SECONDS + (0.0 if self.at_once else _MORE_SECONDS * self.calls)


def relisting(workspace: Workspace, racers: Sequence[int]) -> Relisting:
    """Return what listing the models of some racers once more takes.

    Args:
        workspace: The account's.
        racers: Their keys.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    now = workspace.database.clock()
    at = moment(now)
    assert at is not None
    with workspace.database.read() as connection:
        users = users_by_key(connection, racers).values()
        profile_ids = [one.profile.profile_id for one in users]
        fact = read_facts(connection).features.get(Feature.ALL_MODELS)
        calls = read_admin_calls(connection, now, workspace.admin_calls)
        known = known_models(connection, profile_ids)
        state = read_sync_state(connection)
    times = {one: known[one].read_at if one in known else None for one in profile_ids}
    at_once = fact is not None and bool(fact.has)
    fresh = 0.0 if at_once else _FRESH_SECONDS
    stale = {one: at for one, at in times.items() if at is None or not 0 <= now - at < fresh}
    oldest = None if None in stale.values() else min(filter(None, stale.values()), default=None)
    return Relisting(
        tuple(stale),
        at_once,
        max(0, bulk_share(workspace.admin_calls) - calls.used(at)),
        now,
        moment(oldest),
        state.connectivity is Connectivity.ONLINE
        and state.engine_pid is not None
        and state.halt is None,
    )


def ask(workspace: Workspace, wanted: Relisting) -> None:
    """Ask the engine to list them now; forgotten when none runs soon.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    if not wanted.profile_ids:
        return
    subjects = [f"{NOW}{wanted.since}"]
    if not wanted.at_once:
        subjects = [f"{MODELS_OF}{one}" for one in wanted.profile_ids]
    declare_interests(workspace.database, subjects, wanted.seconds)


def is_listed(workspace: Workspace, wanted: Relisting) -> bool:
    """Whether the models of all of them were listed since.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        known = known_models(connection, wanted.profile_ids)
    return all(one in known and known[one].read_at >= wanted.since for one in wanted.profile_ids)
