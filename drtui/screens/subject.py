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
        emails: Of participants, who need not have a profile; in the same order.
        what: What several of them are called, such as `user`.
        hidden_keys: How many of the keys, the last ones, are hidden: of participants, who need not
            have a profile.
        hidden_emails: How many of the emails, the last ones, are hidden.
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

    def __str__(self) -> str:
        """Say whom: the one by name, several with their count."""
        if not self.marked:
            return f"{self.name or self._unnamed}, under the cursor; nobody is marked."
        if self.name:
            return f"{self.name}, marked{' and hidden by the filter' if self.hidden else ''}."
        hidden = f", {self.hidden:,} of them hidden by the filter" if self.hidden else ""
        number = len(self.emails or self.keys)
        return f"{counted(number, f'marked {self.what}')}{hidden}."

    @property
    def _unnamed(self) -> str:
        return f"The {self.what}" if self.emails else "The racer"
