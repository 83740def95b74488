"""Everybody's models from the store: the list, one model, and how far reading them is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from drtui.commands.filters import read_filter
from drtui.commands.workspace import Workspace
from drtui.domain.admin_calls import HELD_SECONDS, last_turn, sweep_pace
from drtui.domain.features import Feature
from drtui.domain.model_filter_fields import MODELS
from drtui.domain.models import ModelRow, ModelTotals
from drtui.domain.records import SponsoredUser
from drtui.domain.text import clean, iso
from drtui.store.admin_calls import read_admin_calls
from drtui.store.database import Transaction
from drtui.store.deployment_facts import read_facts
from drtui.store.downloading import downloads_waiting
from drtui.store.interests import declare_interests
from drtui.store.model_details import MODEL, StoredDetails, read_details
from drtui.store.model_files import ModelFile, model_files
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_sweeps import (
    ALL_MODELS,
    FILES,
    FIRST,
    NOW,
    Way,
    read_model_sweep,
    sweep_counts,
    tried_since,
)
from drtui.store.model_table import (
    model_even_gone,
    model_keys,
    model_keys_of,
    model_totals,
    models_by_key,
)
from drtui.store.models import MODELS_OF, read_models
from drtui.store.sync_state import read_sync_state
from drtui.store.users import moment, user_even_gone, users_by_key

if TYPE_CHECKING:  # what reads archives is imported where one is read
    from drtui.commands.model_archive import ArchiveInside

WATCH_SECONDS: Final = 90.0
STOPPED: Final = "stopped there: offline on purpose"
"""What is said of a reading that an admin's wish to be offline has cut short."""
_ASKED_SECONDS: Final = 20.0
MODEL_COLUMNS: Final = (
    *("model_id", "name", "profile_id", "alias", "email", "status", "stage", "created_at"),
    *("source", "size_bytes", "files", "training_status", "track", "trouble", "racer_tags"),
    *("tags", "downloaded", "in_bucket_only", "pending", "as_of"),
)
"""The columns of the list as a CSV, which are the keys of `model_as_json`."""


@dataclass(frozen=True, slots=True)
class StoredModelPage:
    """Everything that the store knows of one model.

    Attributes:
        row: As in the table.
        gone_at: When it was not there any more; None while it is.
        details: Its metadata as sent; empty where none was told.
        racer: None where the racer is not known.
        out_of_reach: Why nothing at all is read from the account now; empty where something is.
        known: Training, evaluations and what is inside, as far as they were read.
        trouble: Why its racer's models could not be read the last time; empty when they could.
        saved: Where archives of it were saved to, the newest first.
        archive: What is inside them; None where that was not looked for, or none is here.
    """

    row: ModelRow
    gone_at: datetime | None
    details: Mapping[str, object] = field(default_factory=dict)
    racer: SponsoredUser | None = None
    out_of_reach: str = ""
    known: StoredDetails = field(default_factory=StoredDetails)
    trouble: str = ""
    saved: tuple[ModelFile, ...] = ()
    archive: "ArchiveInside | None" = None


@dataclass(frozen=True, slots=True)
class SweepProgress:
    """How far reading everybody's models is.

    Attributes:
        way: How the present or last round reads; None before the first.
        under_way: Whether a round has begun that has not ended.
        done: Racers whose models were read since it began.
        racers: All there are.
        since: When it began.
        expected_end: When it will have ended, at the pace that the firewall allows; None where
            that cannot be told, none is under way, or the account is out of reach.
        oldest: When the racer who was read longest ago was read; None where one never was.
        newest: When one was last read.
        trouble: Why reading failed the last time; empty when it did not.
        files_trouble: Why adding up the files in the bucket failed the last time; empty when it
            did not.
        unread: Of how many racers the models were never read.
        stopped: Whether it goes no further, since an admin wants to be offline.
    """

    way: Way | None
    under_way: bool
    done: int
    racers: int
    since: datetime | None
    expected_end: datetime | None
    oldest: datetime | None
    newest: datetime | None
    trouble: str
    files_trouble: str
    unread: int = 0
    stopped: bool = False

    @property
    def text(self) -> str:
        """One line for the admin, in UTC; empty where there is nothing to say."""
        return self.text_in(UTC)

    def text_in(self, zone: tzinfo | None) -> str:
        """The same in another zone; None is this machine's."""
        parts = []
        if self.newest is None and not self.under_way:
            parts.append("the models were not read yet")
        elif self.under_way and self.way is Way.AT_ONCE:
            parts.append("reading all models")
        elif self.under_way:
            # Where each was read before, a new round does not mean that nothing is known.
            again = f"reading again: {self.done:,} of {self.racers:,} racers"
            first = f"models of {self.done:,} of {self.racers:,} racers read"
            parts.append(first if self.oldest is None else again)
            if self.expected_end is not None:
                parts.append(f"all by about {self.expected_end.astimezone(zone):%H:%M %Z}")
        if self.under_way and self.stopped:
            parts.append(STOPPED)
        if self.trouble:
            parts.append(clean(self.trouble))
        if self.files_trouble:
            parts.append(f"sizes: {clean(self.files_trouble)}")
        return " · ".join(parts)


def list_models(
    workspace: Workspace, text: str = "", sort: str = "name", *, reverse: bool = False
) -> list[ModelRow]:
    """Return the models that a filter matches, in the order of a field.

    Raises:
        FilterError: The filter cannot be read.
        InvalidInputError: There is no such field to sort by.
        StoreProblemError: The store cannot be read.
    """
    condition = model_condition(read_filter(workspace, text, MODELS))
    with workspace.database.read() as connection:
        keys = model_keys(connection, condition, sort, reverse=reverse)
        return list(models_by_key(connection, keys).values())


def select_models(
    workspace: Workspace, text: str = "", sort: str = "name", *, reverse: bool = False
) -> Sequence[int]:
    """Return the keys of the models that a filter matches; see `list_models`."""
    condition = model_condition(read_filter(workspace, text, MODELS))
    with workspace.database.read() as connection:
        return model_keys(connection, condition, sort, reverse=reverse)


def models_of(workspace: Workspace, racers: Sequence[int]) -> list[ModelRow]:
    """Return the models of some racers, by racer and name.

    Args:
        workspace: The account's.
        racers: The racers' keys, such as a `Selection` has.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        users = users_by_key(connection, racers)
        keys = model_keys_of(connection, [one.profile.profile_id for one in users.values()])
        return list(models_by_key(connection, keys).values())


def totals(workspace: Workspace, text: str = "") -> ModelTotals:
    """Return what the models that a filter matches come to; see `list_models`."""
    condition = model_condition(read_filter(workspace, text, MODELS))
    with workspace.database.read() as connection:
        return model_totals(connection, condition)


def model_page(workspace: Workspace, key: int) -> StoredModelPage | None:
    """Return what is known of a model, gone or not; None when the key never was one's.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        found = model_even_gone(connection, key)
        if found is None:
            return None
        row, gone_at, details = found
        identity = row.profile_id, row.model_id
        racer = None if row.racer_key is None else user_even_gone(connection, row.racer_key)
        return StoredModelPage(
            row=row,
            gone_at=moment(gone_at),
            details=json.loads(details) if details else {},
            racer=None if racer is None else racer[0],
            out_of_reach=read_sync_state(connection).out_of_reach,
            known=read_details(connection, *identity),
            trouble=read_models(connection, row.profile_id).trouble,
            saved=tuple(model_files(connection, [identity]).get(identity, ())),
        )


def sweep_progress(workspace: Workspace) -> SweepProgress:
    """Return how far reading everybody's models is.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        return sweep_progress_of(workspace, connection)


def sweep_progress_of(workspace: Workspace, connection: Transaction) -> SweepProgress:
    """The same of the same moment as whatever else is read."""
    now = moment(workspace.database.clock())
    assert now is not None
    sweep = read_model_sweep(connection)
    counts = sweep_counts(connection, sweep)
    state = read_sync_state(connection)
    expected = None
    if sweep.under_way and sweep.way is Way.BY_RACER and not state.out_of_reach:
        calls = read_admin_calls(connection, now.timestamp(), workspace.admin_calls)
        own = tried_since(connection, now.timestamp() - HELD_SECONDS)
        others = max(0, calls.used(now) - len(own))
        yields = downloads_waiting(connection) > 0
        pace = sweep_pace(workspace.admin_calls, others, yields=yields)
        # By when calls cease to count that were made already: else it would run away with the time.
        expected = moment(last_turn(counts.racers - counts.done, now.timestamp(), own, pace))
    return SweepProgress(
        way=sweep.way,
        under_way=sweep.under_way,
        done=counts.done,
        racers=counts.racers,
        since=moment(sweep.began_at),
        expected_end=expected,
        oldest=counts.oldest,
        newest=counts.newest,
        trouble=sweep.trouble,
        files_trouble=sweep.files_trouble,
        unread=counts.unread,
        stopped=state.on_purpose is not None and not state.on_purpose.reads(now.timestamp()),
    )


def models_are_stale(workspace: Workspace, seconds: float) -> bool:
    """Whether one call would read everybody's models, and none did for so many seconds.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        fact = read_facts(connection).features.get(Feature.ALL_MODELS)
        read_at = read_model_sweep(connection).all_read_at
    if fact is None or not fact.has:
        return False
    return read_at is None or not 0 <= workspace.database.clock() - read_at < seconds


def age_line(models: Sequence[ModelRow], zone: tzinfo | None = UTC) -> str:
    """Say how old what is known of some models is; empty where none is known.

    Args:
        models: Which.
        zone: Of the time; None is this machine's.
    """
    oldest = min((one.as_of for one in models if one.as_of is not None), default=None)
    if oldest is None:
        return ""
    return f"What is known of them is as of {oldest.astimezone(zone):%Y-%m-%d %H:%M %Z}."


def watch_all(
    workspace: Workspace, first: tuple[str, ...] = (), seconds: float = WATCH_SECONDS
) -> None:
    """Ask the engine to keep everybody's models fresh for so long.

    Args:
        workspace: The account's.
        first: Ids of profiles whose models are to be read before others: those on the screen.
        seconds: For how long.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    subjects = [ALL_MODELS, *(f"{FIRST}{profile_id}" for profile_id in first)]
    declare_interests(workspace.database, subjects, seconds)


def read_all_now(workspace: Workspace, *, files: bool = False) -> None:
    """Ask the engine to read everybody's models now; forgotten when none runs soon.

    Args:
        workspace: The account's.
        files: Whether the bucket's files are to be added up too.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    clock = workspace.database.clock()
    subjects = [f"{NOW}{clock}", *([f"{FILES}{clock}"] if files else [])]
    declare_interests(workspace.database, subjects, _ASKED_SECONDS)


def watch_model(workspace: Workspace, row: ModelRow, seconds: float = WATCH_SECONDS) -> None:
    """Ask the engine for a model's page: its details, and its racer's models, kept fresh.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    subjects = [f"{MODEL}{row.profile_id}/{row.model_id}", f"{MODELS_OF}{row.profile_id}"]
    declare_interests(workspace.database, subjects, seconds)


def model_as_json(row: ModelRow) -> dict[str, object]:
    """Return one model as `drtui models list --json` shows it; see docs/command-line.md."""
    return {
        "model_id": row.model_id,
        "name": row.name,
        "profile_id": row.profile_id,
        "alias": row.alias,
        "email": row.email,
        "status": row.status if row.listed else None,
        "stage": row.stage.value,
        "created_at": iso(row.created_at),
        "source": row.source,
        "size_bytes": row.size,
        "files": row.files,
        "training_status": row.training_status,
        "track": row.track,
        "trouble": row.trouble,
        "racer_tags": list(row.racer_tags),
        "tags": list(row.tags),
        "downloaded": row.downloaded,
        "in_bucket_only": not row.listed,
        "pending": row.pending,
        "as_of": iso(row.as_of),
    }
