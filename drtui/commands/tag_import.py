"""Labels from a spreadsheet: a CSV with a column that says who, and columns of labels."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from drtui.commands.selection import WHO_HEADINGS, Unmatched, match_names
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import TEAM, Tag, TagError, parse_new_tag
from drtui.domain.text import clean, fold
from drtui.store.tagging import TagGroup, change_tags

_LABELS: Final = frozenset({"tag", "tags", "label", "labels"})
_BETWEEN: Final = re.compile(r"[\s,;|]+")
_BLANKS: Final = re.compile(r"\s+")
_DELIMITERS: Final = (",", ";", "\t")
_SHOWN: Final = 60
_LABEL_SHOWN: Final = 40  # as much of it as a `TagError` names


@dataclass(frozen=True, slots=True)
class TagImport:
    """What a spreadsheet asks for.

    Attributes:
        groups: The users, and the labels that they get.
        users: How many users these are.
        labels: Every label, with how many users get it, the most frequent first.
        unmatched: What matched nobody, or more than one.
        problems: What cannot be a label, with its line; safe to show.
        left_out: The headings of the columns that are not labels; safe to show.
    """

    groups: tuple[TagGroup, ...]
    users: int
    labels: dict[str, int]
    unmatched: tuple[Unmatched, ...] = ()
    problems: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def missed(self) -> tuple[str, ...]:
        """Everything that is not imported, a line each; safe to show."""
        return (*map(_why_missed, self.unmatched), *self.problems)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column of a row holds what."""

    who: tuple[int, ...]
    labels: tuple[int, ...]
    keyed: dict[int, str]
    left_out: tuple[str, ...]


def read_tag_import(workspace: Workspace, lines: Sequence[str]) -> TagImport:
    """Read labels of users from the lines of a CSV.

    The first line names the columns: `profile_id`, `email` or `alias` say who; `tags` (also `tag`,
    `labels`, `label`) holds any number of labels; `team`, and every heading that ends in a colon
    such as `class:`, holds the value of that key. Blanks within a value become hyphens. Of several
    teams for one user the first is taken. Other columns are left out. Commas, semicolons and tabs
    between columns are understood.

    Raises:
        InvalidInputError: The first line does not say who, or names no labels.
    """
    rows = _rows(lines)
    _, headings = next(rows, (0, []))
    columns = _columns(headings)
    wanted: dict[str, list[tuple[int, Tag]]] = {}
    problems: list[str] = []
    for number, row in rows:
        name = _first(row, columns.who)
        if not name:
            continue
        tags = wanted.setdefault(name, [])
        for text, typed in _texts(row, columns):
            try:
                tags.append((number, parse_new_tag(text)))
            except TagError as error:
                told = str(error).replace(f"“{text[:_LABEL_SHOWN]}”", f"“{typed[:_LABEL_SHOWN]}”")
                problems.append(clean(f"line {number}: {told}"))
    with workspace.database.read() as connection:
        keys, unmatched = match_names(connection, list(wanted))
    by_key: dict[int, set[Tag]] = {}
    for name, key in keys.items():
        taken = by_key.setdefault(key, set())
        for number, tag in wanted[name]:
            team = next((one for one in taken if one.key == tag.key == TEAM), tag)
            if team == tag:
                taken.add(tag)
            else:
                told = f"one team for a racer, and {name} gets {team}: {tag} is left out"
                problems.append(clean(f"line {number}: {told}"))
    together: dict[frozenset[Tag], list[int]] = {}
    for key, found in by_key.items():
        if found:
            together.setdefault(frozenset(found), []).append(key)
    counts = Counter(tag for found in by_key.values() for tag in found)
    return TagImport(
        groups=tuple(TagGroup(tuple(group), tags) for tags, group in together.items()),
        users=sum(map(len, together.values())),
        labels={str(tag): counts[tag] for tag in sorted(counts, key=lambda t: (-counts[t], t))},
        unmatched=unmatched,
        problems=tuple(problems),
        left_out=columns.left_out,
    )


def import_tags(workspace: Workspace, wanted: TagImport) -> int:
    """Put the labels on the users, in one transaction; return how many users.

    Raises:
        StoreProblemError: The store cannot be written; nothing changed then.
    """
    if not wanted.groups:
        return 0
    return change_tags(workspace.database, wanted.groups, workspace.author(), "Tags imported")


def _why_missed(it: Unmatched) -> str:
    if it.users:
        return f"{it.name}: the alias of {it.users:,} users, left out"
    return f"{it.name}: matched nobody"


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the number of its line."""
    text = [line.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\0", "") for line in lines]
    heading = next((line for line in text if line.strip()), "")
    delimiter = max(_DELIMITERS, key=heading.count)
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            message = f"Line {reader.line_num} cannot be read ({error}): is this a CSV?"
            raise InvalidInputError(message) from error
        if row is None:
            return
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield reader.line_num, cells


def _columns(headings: Sequence[str]) -> _Columns:
    folded = [fold(heading) for heading in headings]
    who = tuple(place for names in WHO_HEADINGS for place, one in enumerate(folded) if one in names)
    labels = tuple(place for place, one in enumerate(folded) if one in _LABELS)
    keyed = {
        place: one.removesuffix(":").strip()
        for place, one in enumerate(folded)
        if one == TEAM or one.endswith(":")
    }
    if not who:
        raise InvalidInputError(
            "The first line has to name the columns, one of them email, alias or profile_id, "
            "as in “email,team,tags”."
        )
    if not labels and not keyed:
        raise InvalidInputError(
            "No column is about labels: head it “team”, “tags”, or with a key and a colon such as "
            "“class:”."
        )
    used = {*who, *labels, *keyed}
    others = [heading for place, heading in enumerate(headings) if place not in used and heading]
    return _Columns(who, labels, keyed, tuple(clean(heading, _SHOWN) for heading in others))


def _first(row: Sequence[str], places: Sequence[int]) -> str:
    """Return the first of some cells that holds anything."""
    return next((row[place] for place in places if place < len(row) and row[place]), "")


def _texts(row: Sequence[str], columns: _Columns) -> Iterator[tuple[str, str]]:
    """Yield the labels of a row, each with what stands in the cell for it."""
    for place in columns.labels:
        if place < len(row):
            yield from ((text, text) for text in filter(None, _BETWEEN.split(row[place])))
    for place, key in columns.keyed.items():
        if place < len(row) and row[place]:
            yield f"{key}:{_BLANKS.sub('-', row[place])}", row[place]
