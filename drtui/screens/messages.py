"""What the app tells its screens."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from textual.message import Message

from drtui.domain.changes import RecordKind

if TYPE_CHECKING:
    from drtui.screens.desk import Desk


class StoreOpened(Message, bubble=False):
    """The store is open, and can be read through the desk."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk


class StoreChanged(Message, bubble=False):
    """Some process changed records of these kinds."""

    def __init__(self, kinds: Collection[RecordKind]) -> None:
        super().__init__()
        self.kinds = frozenset(kinds)
