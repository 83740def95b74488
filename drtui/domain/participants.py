"""Who is to take part: read from a CSV or a paste, the good rows usable, the others told.

The columns are an email address, a name and a team; `participant_csv` tells how they are found.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from drtui.domain.csv_rows import Row, read_rows, split_lines
from drtui.domain.participant_csv import (
    Columns,
    columns_of,
    delimiter_of,
    first_of,
    plain_name_and_team,
)
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import TEAM, Tag, TagError, parse_new_tag
from drtui.domain.text import clean

LONGEST_EMAIL: Final = 254  # characters, which is what mail can be delivered to
LONGEST_NAME: Final = 100
LONGEST_LIST: Final = 200_000  # lines; what is longer takes long to read, and is no such list
# What the deployment takes, but no dots or hyphens where no mail system takes them.
_EMAIL: Final = re.compile(
    r"[a-zA-Z0-9_%+-]+(?:\.[a-zA-Z0-9_%+-]+)*"
    r"@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z]{2,}"
)
_MAIL_TO: Final = re.compile("mailto:", re.IGNORECASE)
_UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
_SHOWN: Final = 60
_LABEL_SHOWN: Final = 40  # as much of it as a `TagError` names
_REASON: Final = 300
_AROUND: Final = " '\""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody to be invited.

    Attributes:
        email: As it was typed; it is compared in lower case, see `key`.
        name: Safe to show; empty when it is not known.
        team: The label that they get; None for no team.
        line: Where in the file the row begins, from 1.
    """

    email: str
    name: str
    team: Tag | None
    line: int

    @property
    def key(self) -> str:
        """What makes two participants one."""
        return self.email.lower()


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a row; both texts are safe to show.

    Attributes:
        line: Where in the file the row begins, from 1.
        text: What stands there, shortened.
        reason: What is wrong with it.
    """

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParticipantList:
    """A list as it was read; every row that is not blank, but the heading, is in one of the two.

    Attributes:
        participants: The good rows, each address once, in the order of the file.
        problems: The rows that are left out.
        warnings: What is left out of good rows: teams that cannot be labels, and characters of
            names that cannot be read.
        left_out: The headings of the columns that are not read; safe to show.
    """

    participants: tuple[Participant, ...]
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...] = ()
    left_out: tuple[str, ...] = ()


class _UnusableError(Exception):
    """A row is left out; the arguments are what stands there, and why."""


def read_participants(text: str) -> ParticipantList:
    """Read participants from a CSV or from a paste.

    With a heading, columns are found by their names. Without one each row holds an address, then
    possibly a name and a team; `Name <address>` is understood everywhere, and several addresses
    in a row, as mail programs copy them, are several participants.

    Raises:
        InvalidInputError: It has too many lines; whatever is wrong with one is told of its row.
    """
    lines = split_lines(text)
    if len(lines) > LONGEST_LIST:
        raise InvalidInputError(
            f"The list has {len(lines):,} lines, and at most {LONGEST_LIST:,} are read at once: "
            "split it, or delete the empty rows below it."
        )
    delimiter, begin = delimiter_of(lines, lambda cell: read_address(cell) is not None)
    columns: Columns | None = None
    reading = _Reading()
    for row in read_rows(lines, delimiter, first=begin, may_be_cell=_holds_no_row):
        if row.fault:
            reading.leave_out(row.line, lines[row.line - 1], row.fault)
        elif columns is None and (heading := columns_of(row)) is not None:
            columns = heading
        else:
            columns = columns or Columns()
            reading.take(row, columns)
    return reading.result(columns or Columns())


def is_email(text: str) -> bool:
    """Whether the deployment takes an address, and mail can be delivered to it.

    DeepRacer API facts: POST /profile, whose expression takes any number of dots and hyphens
    anywhere. RFC 5321: no dot begins, ends or doubles in an address, no hyphen begins or ends a
    label of the domain.
    """
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def read_address(cell: str) -> tuple[str, str] | None:
    """Return the name, possibly empty, and the address of `address` or `Name <address>`.

    Invisible characters around the address, `mailto:` and quotes are dropped. None when the cell
    is not one address.
    """
    if is_email(cell):
        return "", cell
    if "@" not in cell:
        return None
    name, text = "", _trimmed(cell)
    if text.endswith(">"):
        name, _, text = text[:-1].rpartition("<")
    found = _MAIL_TO.sub("", _trimmed(text), count=1)
    return (_trimmed(name), found) if is_email(found) else None


class _Reading:
    """What was read so far."""

    def __init__(self) -> None:
        self._participants: dict[str, Participant] = {}
        self._problems: list[RowProblem] = []
        self._warnings: list[RowProblem] = []
        self._teams: dict[str, Tag | str] = {}  # by what was typed: the label, or why it is none

    def take(self, row: Row, columns: Columns) -> None:
        """Read a row: into participants, or into what is left out."""
        try:
            found = _by_heading(row, columns) if columns.email else _by_content(row, columns)
        except _UnusableError as error:
            what, why = error.args
            self.leave_out(row.line, what, why)
            return
        for email, name, team in found:
            self._add(row.line, email, name, team)

    def leave_out(self, line: int, text: str, reason: str) -> None:
        """Tell that a row is not used."""
        self._problems.append(_problem(line, text, reason))

    def result(self, columns: Columns) -> ParticipantList:
        """Return everything that was read."""
        return ParticipantList(
            tuple(self._participants.values()),
            tuple(self._problems),
            tuple(self._warnings),
            columns.left_out,
        )

    def _add(self, line: int, email: str, name: str, team: str) -> None:
        key = email.lower()
        first = self._participants.get(key)
        if first is not None:
            where = "in the same row" if first.line == line else f"as in line {first.line:,}"
            self.leave_out(line, email, f"the same address {where}")
            return
        label = self._team(line, team) if team else None
        shown = clean(" ".join(name[: 4 * LONGEST_NAME].split()), LONGEST_NAME)
        if _UNREADABLE in shown:
            self._warnings.append(_problem(line, shown, "characters of the name cannot be read"))
        self._participants[key] = Participant(email, shown, label, line)

    def _team(self, line: int, typed: str) -> Tag | None:
        if typed not in self._teams:
            label = f"{TEAM}:{'-'.join(typed.split())}"
            try:
                self._teams[typed] = parse_new_tag(label)
            except TagError as error:
                told = str(error).replace(label[:_LABEL_SHOWN], typed[:_LABEL_SHOWN], 1)
                self._teams[typed] = f"left without a team: {told}"
        found = self._teams[typed]
        if isinstance(found, Tag):
            return found
        self._warnings.append(_problem(line, typed, found))
        return None


def _by_heading(row: Row, columns: Columns) -> list[tuple[str, str, str]]:
    """Return the address, name and team of a row under a heading."""
    cells = row.cells
    if columns.count and len(cells) > columns.count and any(cells[columns.count :]):
        raise _UnusableError(
            " ".join(cells)[:_SHOWN],
            f"{len(cells):,} cells under {columns.count:,} headings: a cell with a separator in it "
            "needs quotes",
        )
    typed = first_of(cells, columns.email)
    if not typed:
        raise _UnusableError(_shown(cells), "no email address")
    address = read_address(typed)
    if address is None:
        raise _UnusableError(typed, _why_refused(typed))
    name = columns.name_in(cells) or address[0]
    return [(address[1], name, first_of(cells, columns.team))]


def _by_content(row: Row, columns: Columns) -> list[tuple[str, str, str]]:
    """Return the addresses, names and teams of a row that no heading explains."""
    cells = row.cells
    addresses = {
        place: address
        for place, cell in enumerate(cells)
        if (address := read_address(cell)) is not None
    }
    if not addresses:
        tried = next((cell for cell in cells if "@" in cell), "")
        why = _why_refused(tried) if tried else "no email address"
        raise _UnusableError(tried or _shown(cells), why)
    if len(addresses) > 1:
        others = [cell for place, cell in enumerate(cells) if cell and place not in addresses]
        if others or columns.count is not None:
            raise _UnusableError(_shown(cells), "several addresses: it is not clear which counts")
        return [(email, name, "") for name, email in addresses.values()]
    ((place, (name, email)),) = addresses.items()
    if columns.count is not None:
        return [(email, columns.name_in(cells) or name, first_of(cells, columns.team))]
    if name and place and not any(cells[place + 1 :]):  # “Lovelace, Ada <ada@example.com>”
        return [(email, ", ".join(filter(None, (*cells[:place], name))), "")]
    plain, team = plain_name_and_team(cells, place)
    return [(email, name or plain, team if not name else plain)]


def _holds_no_row(cell: str) -> bool:
    """Whether a cell may have several lines: none after its first has an address."""
    return "@" not in cell.partition("\n")[2]


def _why_refused(typed: str) -> str:
    if len(typed) > LONGEST_EMAIL and "<" not in typed:
        return f"an address has at most {LONGEST_EMAIL} characters"
    if typed.count("@") > 1:
        return "several addresses, or none: write one in a row"
    if "@" in typed and not typed.isascii():
        return "no email address that a deployment takes: only letters a to z, digits and . _ % + -"
    return "no email address that a deployment takes: one such as name@example.com"


def _shown(cells: tuple[str, ...]) -> str:
    return " ".join(filter(None, cells[:_SHOWN]))


def _problem(line: int, text: str, reason: str) -> RowProblem:
    return RowProblem(line, clean(text[:_REASON].strip(), _SHOWN), clean(reason, _REASON))


def _trimmed(text: str) -> str:
    """Return a text without the blanks, quotes and invisible characters around it."""
    stripped = text.strip(_AROUND)
    if stripped.isascii():
        return stripped.strip()
    first, last = 0, len(stripped)
    while first < last and _is_nothing(stripped[first]):
        first += 1
    while first < last and _is_nothing(stripped[last - 1]):
        last -= 1
    return stripped[first:last]


def _is_nothing(char: str) -> bool:
    return char in _AROUND or char.isspace() or unicodedata.category(char) == "Cf"
