"""Whom an action is for."""

from dataclasses import dataclass

from drtui.domain.wording import counted


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an action is for.

    Attributes:
        keys: Their keys, those that are shown first.
        named: Those that were named one by one.
        marked: Whether they are the marked ones.
        hidden: How many of them are marked but not shown.
        name: The alias of the one there is, safe to show; empty where they are several, or gone.
    """

    keys: tuple[int, ...]
    named: frozenset[int]
    marked: bool
    hidden: int
    name: str = ""

    def __str__(self) -> str:
        """Say whom: the one by name, several with their count."""
        if not self.marked:
            return f"{self.name or 'The racer'}, under the cursor; nobody is marked."
        if self.name:
            return f"{self.name}, marked{' and hidden by the filter' if self.hidden else ''}."
        hidden = f", {self.hidden:,} of them hidden by the filter" if self.hidden else ""
        return f"{counted(len(self.keys), 'marked user')}{hidden}."
