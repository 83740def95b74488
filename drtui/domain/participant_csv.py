"""What the columns of a list of participants are called, and what stands between them.

The headings are those that people and spreadsheets write, whatever their case, blanks and signs.
A list without a heading is read by what its cells hold.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from drtui.domain.csv_rows import DELIMITERS, Row, read_rows
from drtui.domain.text import clean, fold

_EMAIL: Final = frozenset(
    {"email", "emails", "emailaddress", "emailaddresses", "mail", "mailaddress", "useremail"}
    | {"workemail", "businessemail", "primaryemail", "participantemail", "emailid"}
    | {"emailadresse", "mailadresse", "adressemail", "adresseemail", "courriel", "correo"}
    | {"correoelectronico", "indirizzoemail", "epost", "epostadresse"}
)
_FULL: Final = frozenset(
    {"name", "fullname", "displayname", "participant", "participantname", "racer", "racername"}
    | {"teilnehmer", "teilnehmername", "nom", "nombre", "nome"}
)
_GIVEN: Final = frozenset({"firstname", "givenname", "forename", "vorname", "prenom", "first"})
_FAMILY: Final = frozenset(
    {"lastname", "familyname", "surname", "nachname", "familienname", "nomdefamille", "last"}
    | {"apellido", "apellidos", "cognome"}
)
_TEAM: Final = frozenset(
    {"team", "teamname", "group", "groupname", "gruppe", "gruppenname", "mannschaft", "squad"}
    | {"equipe", "equipo", "squadra", "groupe", "grupo"}
)
_KNOWN: Final = _EMAIL | _FULL | _GIVEN | _FAMILY | _TEAM
_ASIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")  # as in “Email (required)”
_NO_LETTER: Final = re.compile(r"[\W\d_]+")
_ACCENTS: Final = str.maketrans("éèêàáíóôúü", "eeeaaioouu")
_SEPARATOR: Final = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)  # as Excel writes and reads
_SAMPLE_ROWS: Final = 50
_SAMPLE_LINES: Final = 200
_SAMPLE_WIDTH: Final = 2_000
_LONGEST_HEADING: Final = 60
_FEW: Final = 3  # cells of a row without a heading: who, name, team


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cells of a row hold what; without any email column, rows are read by their content.

    Attributes:
        count: How many headings there are; None of a list without a heading.
        left_out: The headings of columns that are not read; safe to show.
    """

    email: tuple[int, ...] = ()
    full: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    family: tuple[int, ...] = ()
    team: tuple[int, ...] = ()
    count: int | None = None
    left_out: tuple[str, ...] = ()

    def name_in(self, cells: Sequence[str]) -> str:
        """Return the name in a row: the full one, or of its two halves; empty when there is none.

        Where only the first name has a column of its own, `Name` may mean the family name.
        """
        full = first_of(cells, self.full)
        if full and not self.given:
            return full
        given = first_of(cells, self.given)
        family = first_of(cells, self.family)
        if full and (self.family or not given or fold(given) in fold(full)):
            return full
        return " ".join(filter(None, (given, family or full)))


def first_of(cells: Sequence[str], places: Sequence[int]) -> str:
    """Return the first of some cells that holds anything; empty when none does."""
    for place in places:
        if place < len(cells) and cells[place]:
            return cells[place]
    return ""


def columns_of(row: Row) -> Columns | None:
    """Return what a heading says; None when the row is no heading.

    A heading names at least one column that is known, and no address.
    """
    if any("@" in cell for cell in row.cells):
        return None
    kinds = [_kind(cell) for cell in row.cells]
    if not _KNOWN.intersection(kinds) and not any("mail" in kind for kind in kinds):
        return None

    def places(names: frozenset[str]) -> tuple[int, ...]:
        return tuple(place for place, kind in enumerate(kinds) if kind in names)

    left_out = tuple(
        clean(cell[:_LONGEST_HEADING], _LONGEST_HEADING)
        for cell, kind in zip(row.cells, kinds, strict=True)
        if cell and kind not in _KNOWN
    )
    return Columns(
        email=places(_EMAIL),
        full=places(_FULL),
        given=places(_GIVEN),
        family=places(_FAMILY),
        team=places(_TEAM),
        count=len(row.cells),
        left_out=left_out,
    )


def delimiter_of(lines: Sequence[str], is_address: Callable[[str], bool]) -> tuple[str, int]:
    """Return what stands between the cells, and the index of the line to begin with.

    A first line such as `sep=;` says it. Else it is what makes an email heading, then most
    addresses, then most known headings and most cells of the first rows.

    Args:
        lines: What `split_lines` returned.
        is_address: Whether a cell is an address and nothing else.
    """
    begin = next((index for index, line in enumerate(lines) if line.strip()), 0)
    said = _SEPARATOR.fullmatch(lines[begin][:20]) if lines else None
    if said is not None and said[1] in (*DELIMITERS, "|"):
        return said[1], begin + 1
    sample = [line[:_SAMPLE_WIDTH] for line in lines[begin : begin + _SAMPLE_LINES]]

    def fitness(delimiter: str) -> tuple[int, int, int, int]:
        rows = [row.cells for row in islice(read_rows(sample, delimiter), _SAMPLE_ROWS)]
        kinds = [_kind(cell) for cell in rows[0]] if rows else []
        addresses = sum(map(is_address, (cell for row in rows for cell in row)))
        heading = 0 if rows and any("@" in cell for cell in rows[0]) else 1
        return (
            heading * any(kind in _EMAIL for kind in kinds),
            addresses,
            heading * sum(kind in _KNOWN for kind in kinds),
            sum(map(len, rows)),
        )

    return max(DELIMITERS, key=fitness), begin


def plain_name_and_team(cells: Sequence[str], address: int) -> tuple[str, str]:
    """Return the name and the team of a row without a heading: what else it holds, in this order.

    Of more than three cells nobody knows what they mean: both are empty then.
    """
    others = [cell for place, cell in enumerate(cells) if place != address and cell]
    if len(others) >= _FEW:
        return "", ""
    name, team = [*others, "", ""][:2]
    return name, team


def _kind(heading: str) -> str:
    """Return what identifies a heading: `E-Mail (work)` and `email` are one."""
    bare = _ASIDE.sub("", fold(heading[:_LONGEST_HEADING]))
    return _NO_LETTER.sub("", bare).translate(_ACCENTS)
