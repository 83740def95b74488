"""What the Models screen asks of the commands and the store; see `desk`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from drtui.commands import filters, model_tags, models, tags, usage_columns
from drtui.commands.models import StoredModelPage
from drtui.commands.selection import Selection, match_names, names_in
from drtui.commands.workspace import Workspace
from drtui.domain.completion import Vocabulary
from drtui.domain.errands import Service
from drtui.domain.filters import Everything, Expression
from drtui.domain.model_filter_fields import MODELS
from drtui.domain.models import ModelRow, ModelTotals
from drtui.domain.spending import Rates
from drtui.domain.tags import OtherValues, Tag
from drtui.domain.text import clean
from drtui.screens.views import View, ViewState
from drtui.store.downloading import DownloadProgress, download_progress
from drtui.store.errands import on_the_way
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_sweeps import never_read
from drtui.store.model_table import (
    model_keys,
    model_keys_of,
    model_totals,
    models_by_key,
    models_named,
    racers_with_models,
)
from drtui.store.users import users_by_key

if TYPE_CHECKING:  # what the table does not need is imported when it is
    from collections import Counter

    from drtui.screens.model_planner import ModelPlanner

TABLE: Final = "models"
"""What the table's columns are remembered by."""
_TEAM: Final = "team:"
_SHOWN: Final = 60
_FIRST_MOST: Final = 20  # racers who were never read, before all others


@dataclass(frozen=True, slots=True)
class ModelsReading:
    """What the table shows: the keys in order, and the rows that were asked for."""

    keys: Sequence[int]
    rows: dict[int, ModelRow]


@dataclass(frozen=True, slots=True)
class ModelsSummary:
    """What there is to say of all models together.

    Attributes:
        totals: Of all that are there.
        racers: How many have one.
        progress: How far reading them is.
        shown: Of those that a filter, or the racers they are of, leaves; None where all are shown.
        files: How far the files are that are saved or uploaded just now.
        imports: The names of models whose import is on its way.
        of: The keys of the racers whose models are shown; none is everybody.
        unread: Of how many of them the models were never read.
    """

    totals: ModelTotals
    racers: int
    progress: models.SweepProgress
    shown: ModelTotals | None = None
    files: tuple[DownloadProgress, ...] = ()
    imports: tuple[str, ...] = ()
    of: tuple[int, ...] = ()
    unread: int = 0


class ModelsDesk:
    """One account's models as the screens see them; may be called from any thread.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self.rates: Rates = workspace.rates

    @cached_property
    def planner(self) -> "ModelPlanner":
        """Plans what is done to models."""
        from drtui.screens.model_planner import ModelPlanner

        return ModelPlanner(self._workspace)

    def read(self, view: View) -> ModelsReading:
        """Read the keys of a view, and the rows of those that are visible now."""
        condition = model_condition(view.expression, view.racers or None)
        with self._database.read() as connection:
            keys = model_keys(connection, condition, view.sort, reverse=view.reverse)
            return ModelsReading(keys, models_by_key(connection, view.visible))

    def models(self, keys: Sequence[int]) -> dict[int, ModelRow]:
        """Read models by key; those that are gone are left out."""
        with self._database.read() as connection:
            return models_by_key(connection, keys)

    def summary(self, expression: Expression, racers: tuple[int, ...]) -> ModelsSummary:
        """Read what there is to say of all models together, and of those that are shown.

        Args:
            expression: The filter's.
            racers: The keys of those whose models are shown; empty is everybody.
        """
        with self._database.read() as connection:
            shown = None
            if racers or not isinstance(expression, Everything):
                shown = model_totals(connection, model_condition(expression, racers or None))
            progress = models.sweep_progress_of(self._workspace, connection)
            return ModelsSummary(
                model_totals(connection),
                racers_with_models(connection),
                progress,
                shown,
                tuple(download_progress(connection)),
                tuple(on_the_way(connection, Service.IMPORTS)),
                racers,
                len(never_read(connection, racers)) if racers else progress.unread,
            )

    def views(self, known: Collection[str]) -> ViewState:
        """Return what completing a filter knows, and the columns that were chosen."""
        of_models = model_tags.known_model_labels(self._workspace)
        labels = list({**tags.known_labels(self._workspace), **of_models})
        teams = [label.removeprefix(_TEAM) for label in labels if label.startswith(_TEAM)]
        saved = filters.by_folded_name(filters.saved_filters(self._workspace, MODELS))
        vocabulary = Vocabulary({"tag": labels, "team": teams}, saved, MODELS)
        columns = usage_columns.remembered_columns(self._workspace, known, TABLE)
        return ViewState(vocabulary, columns)

    def match(self, lines: Sequence[str]) -> Selection:
        """Return the models that a list names: by id or name, or all of a racer's."""
        names = names_in(lines)
        with self._database.read() as connection:
            users, others = match_names(connection, names)
            profiles = users_by_key(connection, list(users.values()))
            keys: list[int] = []
            unmatched = []
            for name, key in users.items():
                found = model_keys_of(connection, [profiles[key].profile.profile_id])
                keys += found
                unmatched += [] if found else [f"{clean(name, _SHOWN)} (no models)"]
            left = [name for name in names if name not in users]
            named = models_named(connection, left)
        several = {one.name: str(one) for one in others if one.users}
        for name in left:
            keys += named[name]
            if not named[name]:
                shown = clean(name, _SHOWN)
                unmatched.append(several.get(shown, shown))
        of_several = sum(text in several.values() for text in unmatched)
        return Selection(
            tuple(dict.fromkeys(keys)), unmatched=tuple(unmatched), of_several=of_several
        )

    # Reading them from the account

    def watch(self, first: tuple[str, ...], racers: tuple[int, ...]) -> None:
        """See `commands.models.watch_all`.

        Args:
            first: Ids of the profiles whose models are on the screen.
            racers: The keys of those whose models are shown; who was never read has none there.
        """
        with self._database.read() as connection:
            unread = never_read(connection, racers)[:_FIRST_MOST]
        models.watch_all(self._workspace, (*unread, *first))

    def read_now(self, *, files: bool) -> None:
        """See `commands.models.read_all_now`."""
        models.read_all_now(self._workspace, files=files)

    # One model's page

    def page(self, key: int) -> StoredModelPage | None:
        """See `commands.models.model_page`."""
        return models.model_page(self._workspace, key)

    def archive_reader(
        self, stopped: Callable[[], bool]
    ) -> Callable[[StoredModelPage], StoredModelPage]:
        """Return what adds to a page what a downloaded archive tells; see `model_archive`.

        Args:
            stopped: Asked again and again; once it says so, nothing more is read.
        """
        from drtui.commands.model_archive import ArchiveReader
        from drtui.commands.model_details import with_archive

        return partial(with_archive, reader=ArchiveReader(stopped))

    def watch_page(self, row: ModelRow) -> None:
        """See `commands.models.watch_model`."""
        models.watch_model(self._workspace, row)

    # Labels

    def label_sets(self, keys: Sequence[int]) -> "Counter[frozenset[Tag]]":
        """See `commands.model_tags.model_label_sets`."""
        return model_tags.model_label_sets(self._workspace, keys)

    def known_labels(self) -> list[str]:
        """Return every label on models, the most frequent first."""
        return list(model_tags.known_model_labels(self._workspace))

    def read_tags(
        self, add: Sequence[str], remove: Sequence[str], *, instead: bool = False
    ) -> tags.TagChange:
        """See `commands.tags.read_tags`."""
        return tags.read_tags(add, remove, instead=instead)

    def tagged(self, change: tags.TagChange, whom: str, others: OtherValues) -> str:
        """See `commands.tags.told`."""
        return tags.told(change, whom, others)

    def tag(self, keys: Sequence[int], change: tags.TagChange) -> int:
        """See `commands.model_tags.tag_models`."""
        return model_tags.tag_models(self._workspace, keys, change)
