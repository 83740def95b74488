"""Whom an action is for."""

from dataclasses import dataclass
from typing import Final

from drtui.domain.wording import counted

_PEOPLE: Final = frozenset({"user", "racer", "participant"})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an action is for.

    Attributes:
        keys: Their keys, those that are shown first.
        named: Those that were named one by one.
        marked: Whether they are the marked ones.
        hidden: How many of them are marked but not shown.
        name: Of the one there is, safe to show; empty where they are several, or gone.
        emails: Of participants, who need not have a profile; in the same order.
        what: What one of them is called, such as `user`.
        hidden_keys: How many of the keys, the last ones, are hidden: of participants, who need not
            have a profile.
        hidden_emails: How many of the emails, the last ones, are hidden.
        filter_text: The filter that shows just these, empty is everybody; None where there is none.
    """

    keys: tuple[int, ...]
    named: frozenset[int]
    marked: bool
    hidden: int
    name: str = ""
    emails: tuple[str, ...] = ()
    what: str = "user"
    hidden_keys: int = 0
    hidden_emails: int = 0
    filter_text: str | None = None

    def __str__(self) -> str:
        """Say whom: the one by name, several with their count; empty where nothing is meant."""
        of_people = self.what in _PEOPLE
        if not self.keys and not of_people:
            return ""  # what can be made or brought in needs none that is there
        if not self.marked:
            nobody = "nobody" if of_people else "none"
            return f"{self.name or self._unnamed}, under the cursor; {nobody} is marked."
        if self.name:
            return f"{self.name}, marked{' and hidden by the filter' if self.hidden else ''}."
        hidden = f", {self.hidden:,} of them hidden by the filter" if self.hidden else ""
        number = len(self.emails or self.keys)
        return f"{counted(number, f'marked {self.what}')}{hidden}."

    @property
    def _unnamed(self) -> str:
        return "The racer" if self.what == "user" else f"The {self.what}"
