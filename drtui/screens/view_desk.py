"""What a screen asks of the store about how it is looked at: filters, columns, lists, labels.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from collections.abc import Collection, Sequence

from drtui.commands import filters, selection, tag_import, tags, usage_columns
from drtui.commands.workspace import Workspace
from drtui.domain.completion import Vocabulary
from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.saved_filters import SavedFilter
from drtui.screens.views import ViewState

_TEAM = "team:"


class ViewDesk:
    """One account's saved filters, columns and labels."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def state(self, known: Collection[str]) -> ViewState:
        """Return what completing a filter knows, and the columns that were chosen of those known.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        return ViewState(
            self._vocabulary(), usage_columns.remembered_columns(self._workspace, known)
        )

    def _vocabulary(self) -> Vocabulary:
        labels = list(tags.known_labels(self._workspace))
        teams = [label.removeprefix(_TEAM) for label in labels if label.startswith(_TEAM)]
        saved = filters.by_folded_name(filters.saved_filters(self._workspace))
        return Vocabulary({"tag": labels, "team": teams}, saved)

    def saved_filters(self, language: Language = RACERS) -> list[SavedFilter]:
        """See `commands.filters.saved_filters`."""
        return filters.saved_filters(self._workspace, language)

    def save_filter(self, name: str, text: str, language: Language = RACERS) -> SavedFilter:
        """See `commands.filters.save_filter`."""
        return filters.save_filter(self._workspace, name, text, language)

    def remove_filter(self, name: str, language: Language = RACERS) -> None:
        """See `commands.filters.remove_filter`."""
        filters.remove_filter(self._workspace, name, language)

    def remember_columns(self, names: Sequence[str], table: str) -> None:
        """See `commands.usage_columns.remember_columns`."""
        usage_columns.remember_columns(self._workspace, names, table)

    def match(self, lines: Sequence[str]) -> selection.Selection:
        """See `commands.selection.select_from_list`."""
        return selection.select_from_list(self._workspace, lines)

    def read_tag_import(self, lines: Sequence[str]) -> tag_import.TagImport:
        """See `commands.tag_import.read_tag_import`."""
        return tag_import.read_tag_import(self._workspace, lines)

    def import_tags(self, wanted: tag_import.TagImport) -> int:
        """See `commands.tag_import.import_tags`."""
        return tag_import.import_tags(self._workspace, wanted)
