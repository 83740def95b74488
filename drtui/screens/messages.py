"""What the app is told by its threads and its palette."""

from collections.abc import Iterable

from textual.message import Message

from drtui.domain.changes import RecordKind


class StoreChanged(Message, bubble=False):
    """Some process changed records of these kinds."""

    def __init__(self, kinds: Iterable[RecordKind]) -> None:
        super().__init__()
        self.kinds = frozenset(kinds)


class OpenRacer(Message, bubble=False):
    """Somebody wants to see a racer's page."""

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key


class OpenModel(Message, bubble=False):
    """Somebody wants to see a model's page."""

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key


class OpenRace(Message, bubble=False):
    """Somebody wants to see a race's page."""

    def __init__(self, race_id: str) -> None:
        super().__init__()
        self.race_id = race_id


class OpenModels(Message, bubble=False):
    """Somebody wants to see the models of racers.

    Args:
        racers: The racers' keys.
        name: Of the one there is, safe to show; empty where they are several.
    """

    def __init__(self, racers: tuple[int, ...], name: str) -> None:
        super().__init__()
        self.racers = racers
        self.name = name


class FirstShown(Message, bubble=False):
    """The first screen shows what it is for; what can wait may begin."""
