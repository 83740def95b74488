"""Whom a bulk action is for: a filter, names one by one, a pasted list or file, or everybody."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drtui.commands.filters import read_filter
from drtui.commands.workspace import Workspace
from drtui.domain.text import clean, fold
from drtui.store.database import Transaction
from drtui.store.filter_sql import where
from drtui.store.users import keys_matching, user_keys

WHO_HEADINGS: Final = (
    frozenset({"profile_id", "profile id", "profileid", "id"}),
    frozenset({"email", "e-mail", "emailaddress", "email address", "email_address"}),
    frozenset({"alias"}),
)
"""What heads a column that says who, folded; the surest columns first."""
_HEADINGS: Final = frozenset().union(*WHO_HEADINGS)
_SHOWN: Final = 60
_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"\s*(?:[,;\t]|$)')
_DELIMITER: Final = re.compile("[,;\t]")


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected users, by their ids in the store.

    Attributes:
        keys: In order, each once.
        named: Those that were named one by one, so that even an admin may be meant.
        unmatched: What matched nobody, or more than one, with the reason; safe to show.
        of_several: How many of these matched more than one.
    """

    keys: tuple[int, ...]
    named: frozenset[int] = frozenset()
    unmatched: tuple[str, ...] = ()
    of_several: int = 0


def select_by_filter(
    workspace: Workspace, text: str, sort: str = "alias", *, reverse: bool = False
) -> Selection:
    """Select by the filter language, in the order of a field; `@name` is a saved filter.

    Raises:
        FilterError: The filter cannot be read.
    """
    condition = where(read_filter(workspace, text), rates=workspace.rates)
    with workspace.database.read() as connection:
        return Selection(tuple(user_keys(connection, condition, sort, reverse=reverse)))


def select_all(workspace: Workspace) -> Selection:
    """Select everybody."""
    with workspace.database.read() as connection:
        return Selection(tuple(user_keys(connection)))


def select_by_name(workspace: Workspace, names: Sequence[str]) -> Selection:
    """Select the users named one by one, by profile id, email or alias."""
    with workspace.database.read() as connection:
        found = _match(connection, names)
    return replace(found, named=frozenset(found.keys))


def select_from_list(workspace: Workspace, lines: Iterable[str]) -> Selection:
    """Select the users of a list: one name a line, or the first column of a CSV.

    A byte order mark, a heading, blank lines, quotes, and commas, semicolons or tabs between
    columns are all understood. Nobody counts as named one by one.
    """
    with workspace.database.read() as connection:
        return _match(connection, names_in(lines))


def names_in(lines: Iterable[str]) -> list[str]:
    """Return the names of a list, each once, in order."""
    names: dict[str, None] = {}
    first = True
    for line in lines:
        text = line.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").strip()
        if not text:
            continue
        name = _first_cell(text)
        if name and not (first and fold(name) in _HEADINGS):
            names[name] = None
        first = False
    return list(names)


def _first_cell(text: str) -> str:
    quoted = _QUOTED.match(text)
    if quoted is not None:
        return quoted.group(1).replace('""', '"').strip()
    return _DELIMITER.split(text, maxsplit=1)[0].strip()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A name that does not name just one user.

    Attributes:
        name: Safe to show.
        users: How many users have it as their alias.
    """

    name: str
    users: int = 0

    def __str__(self) -> str:
        """Return the name, with the reason where it names several."""
        return f"{self.name} (an alias of {self.users:,} users)" if self.users else self.name


def match_names(
    connection: Transaction, names: Sequence[str]
) -> tuple[dict[str, int], tuple[Unmatched, ...]]:
    """Return the users by the names that name just one, and the other names."""
    keys: dict[str, int] = {}
    unmatched = []
    storable = {_storable(name): name for name in names}
    for name, found in keys_matching(connection, list(storable)).items():
        if len(found) == 1:
            keys[storable[name]] = found[0]
        else:
            unmatched.append(Unmatched(clean(name, _SHOWN), len(found)))
    return keys, tuple(unmatched)


def _match(connection: Transaction, names: Sequence[str]) -> Selection:
    keys, unmatched = match_names(connection, names)
    return Selection(
        tuple(dict.fromkeys(keys.values())),
        unmatched=tuple(map(str, unmatched)),
        of_several=sum(bool(one.users) for one in unmatched),
    )


def _storable(name: str) -> str:
    """Return what a database can compare: arguments that are no UTF-8 hold lone surrogates."""
    return name.encode("utf-8", errors="replace").decode()
