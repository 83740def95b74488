"""How the roster looks: its rows, the lines above them, what is looked for, and the orders."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.roster import STANDINGS, RosterRow, Trait
from drtui.domain.sponsorship import FIRST_ALIAS
from drtui.domain.text import clean, fold
from drtui.domain.wording import counted
from drtui.screens.racer_facts import moment
from drtui.widgets.cells import Cell, Run, Tone, fitting
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.facts import Lines
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.screens.participants_desk import RosterPage

COLUMNS: Final = (
    Column("email", "Email", 20, most=40, least=14),
    Column("name", "Name", 12, most=26, rank=3),
    Column("team", "Team", 8, most=16, rank=4),
    Column("alias", "Alias", 10, most=20, rank=1),
    Column("standing", "Standing", 11),
    Column("models", "Models", 6, right=True, rank=2),
    Column("beside", "Beside that", 14, most=44),
)
"""Marks and cursor apart, what the table shows."""

SORT_TITLES: Final = {
    "email": "Email",
    "name": "Name",
    "team": "Team",
    "alias": "Alias",
    "standing": "Standing",
    "models": "Models",
}
"""What the roster can be sorted by."""

SORT_LETTERS: Final = dict(zip(SORT_TITLES, ("e", "n", "t", "a", "s", "m"), strict=True))

TRAIT_WORDS: Final[Mapping[Trait, str]] = {
    Trait.NOT_INVITED: "not invited",
    Trait.UNDER_WAY: "under way",
    Trait.INVITATION_FAILED: "failed",
    Trait.INVITED: "invited",
    Trait.SIGNED_IN: "signed in",
    Trait.NO_PROFILE: "no profile",
    Trait.DEFAULT_ALIAS: "default alias",
    Trait.DUPLICATE_ALIAS: "duplicate alias",
    Trait.NO_MODEL: "no model",
    Trait.CLOSED: "sign-in closed",
    Trait.NOT_LISTED: "not listed",
}
"""What each is called in a row."""

_TONES: Final = {
    Trait.UNDER_WAY: Tone.PENDING,
    Trait.INVITATION_FAILED: Tone.HAND,
    Trait.INVITED: Tone.DIM,
}
_BESIDE: Final = (
    Trait.CLOSED,
    Trait.DUPLICATE_ALIAS,
    Trait.DEFAULT_ALIAS,
    Trait.NO_PROFILE,
    Trait.NO_MODEL,
    Trait.NOT_LISTED,
)
_WANTING: Final = frozenset({Trait.CLOSED, Trait.DUPLICATE_ALIAS})
_SHORT: Final = {
    Trait.CLOSED: "closed",
    Trait.DUPLICATE_ALIAS: "duplicate",
    Trait.DEFAULT_ALIAS: "default",
    Trait.NOT_LISTED: "unlisted",
}
_HAS_USER: Final = frozenset({Trait.INVITED, Trait.SIGNED_IN})
_PENDING, _HAND, _DIM = "$warning", "$error", "$foreground-muted"
_ROOMY: Final = " · "
_SEPARATOR: Final = Content.styled(_ROOMY, _DIM)
_TALLY_STYLES: Final = {Trait.INVITATION_FAILED: _HAND, Trait.UNDER_WAY: _PENDING}
_TALLIES: Final = (
    (TRAIT_WORDS, _ROOMY),
    (TRAIT_WORDS, "  "),
    ({**TRAIT_WORDS, Trait.NOT_INVITED: "uninvited", Trait.UNDER_WAY: "coming"}, "  "),
)
_UNKNOWN: Final = Run("?")
_NONE: Final = Run("-")


def roster_cell(row: RosterRow, placed: PlacedColumn) -> Cell:
    """Return a row's cell for a column."""
    if placed.column.name == "beside":
        return _beside(row, placed)
    return _CELLS[placed.column.name](row)


def _alias(row: RosterRow) -> Cell:
    return [Run(row.alias, Tone.DIM if row.alias == FIRST_ALIAS else Tone.PLAIN)]


def _standing(row: RosterRow) -> Cell:
    standing = row.standing
    sign = "! " if standing is Trait.INVITATION_FAILED else ""
    return [Run(f"{sign}{TRAIT_WORDS[standing]}", _TONES.get(standing, Tone.PLAIN))]


def _models(row: RosterRow) -> Cell:
    if row.user_key is None:
        return [_NONE]
    return [_UNKNOWN if row.models is None else Run(f"{row.models:,}")]


def _beside(row: RosterRow, placed: PlacedColumn) -> Cell:
    """Return what else is true, in shorter words where there is no room.

    That there is no profile is said only where there could be one.
    """
    if row.standing is Trait.INVITATION_FAILED and row.reason:
        return [Run(row.reason, Tone.HAND)]
    traits = [one for one in _BESIDE if one in row.traits]
    if row.standing not in _HAS_USER:
        traits = [one for one in traits if one is not Trait.NO_PROFILE]
    if not traits:
        return []
    short = [_SHORT.get(one, TRAIT_WORDS[one]) for one in traits]
    more = f" +{len(traits) - 1}" if len(traits) > 1 else ""
    ways = (", ".join(TRAIT_WORDS[one] for one in traits), ", ".join(short), f"{short[0]}{more}")
    tone = Tone.PENDING if _WANTING.intersection(traits) else Tone.DIM
    return [Run(fitting(ways, placed.width), tone)]


_CELLS: Final[Mapping[str, Callable[[RosterRow], Cell]]] = {
    "email": lambda row: [Run(row.email) if row.email else _UNKNOWN],
    "name": lambda row: [Run(row.name)],
    "team": lambda row: [Run(row.team)],
    "alias": _alias,
    "standing": _standing,
    "models": _models,
}


# Which rows are shown, and in what order


def sift(
    page: "RosterPage", text: str, traits: Collection[Trait], sort: str, *, reverse: bool
) -> list[int]:
    """Return the keys of the rows that match, in order.

    Args:
        page: The roster.
        text: Words, each of which occurs in a row's email, name, team or alias, or is one of its
            traits as `drtui invite roster --state` takes it.
        traits: All of which a row has.
        sort: One of `SORT_TITLES`.
        reverse: Whether the order is turned round; empty and unknown values stay last.
    """
    words = fold(text).split()
    wanted = frozenset(traits)
    keys: Iterable[int] = page.rows
    if wanted:
        keys = [key for key in keys if page.rows[key].traits >= wanted]
    for word in words:
        trait = Trait(word) if word in list(Trait) else None
        keys = [
            key
            for key in keys
            if word in page.texts[key] or (trait is not None and trait in page.rows[key].traits)
        ]
    return _in_order(page.rows, list(keys), sort, reverse=reverse)


def _in_order(
    rows: Mapping[int, RosterRow], keys: list[int], sort: str, *, reverse: bool
) -> list[int]:
    value = _ORDERS[sort]
    found = {key: at for key in keys if (at := value(rows[key])) is not None}
    there = sorted(found, key=found.__getitem__, reverse=reverse)
    return [*there, *(key for key in keys if key not in found)]


def _by_text(text: str) -> tuple[str, int] | None:
    return (fold(text), 0) if text else None


def _by_models(row: RosterRow) -> tuple[str, int] | None:
    return None if row.models is None else ("", row.models)


_ORDERS: Final[Mapping[str, Callable[[RosterRow], tuple[str, int] | None]]] = {
    "email": lambda row: _by_text(row.email),
    "name": lambda row: _by_text(row.name),
    "team": lambda row: _by_text(row.team),
    "alias": lambda row: _by_text(row.alias),
    "standing": lambda row: ("", STANDINGS.index(row.standing)),
    "models": _by_models,
}


# The lines above the rows


def head(page: "RosterPage", now: datetime, pool: Content, width: int) -> Lines:
    """Return how many stand how, and how old that is; without the words that have no room.

    Args:
        page: The roster.
        now: What ages are reckoned to.
        pool: What there is to say of the user pool instead of its age; empty for nothing.
        width: Of the lines, in cells.
    """
    tallies = [_tally(page, words, gap) for words, gap in _TALLIES]
    tally = next((one for one in tallies if one.cell_length <= width), tallies[-1])
    ages = [_ages(page, now, pool, form) for form in ("as of {at} ({age})", "{age} old", "{age}")]
    fits = next((one for one in ages if one.cell_length <= width), ages[-1])
    return [one.truncate(max(1, width), ellipsis=True) for one in (tally, fits)]


def _tally(page: "RosterPage", words: Mapping[Trait, str], gap: str) -> Content:
    """Return how many stand how; shorter words come without that of the people."""
    people = counted(len(page.rows), *_whom(page))
    head = people if words is TRAIT_WORDS and gap == _ROOMY else f"{len(page.rows):,}:"
    parts = [
        Content.styled(f"{page.traits[one]:,} {words[one]}", _TALLY_STYLES.get(one, ""))
        for one in STANDINGS
        if page.traits[one]
    ]
    line = Content.styled(head, "bold")
    return line + Content("  ") + Content.styled(gap, _DIM).join(parts) if parts else line


def _whom(page: "RosterPage") -> tuple[str, str]:
    """Return what the rows are: the deployment's racers, those on the list, or both."""
    unlisted = page.traits[Trait.NOT_LISTED]
    if not unlisted:
        return "participant", "participants"
    return ("racer", "racers") if unlisted == len(page.rows) else ("person", "people")


def _ages(page: "RosterPage", now: datetime, pool: Content, form: str) -> Content:
    used = f", {page.mailed:,} used" if page.mailed else ""
    limit = f"{page.mail_limit:,} mails a day{used}"
    if page.mail_limit is None:
        limit = "no limit of mails"
    parts = [
        Content.styled(f"profiles {_age(page.profiles_as_of, now, form, 'not read yet')}", _DIM),
        pool or Content.styled(f"pool {_age(page.pool_as_of, now, form, 'never listed')}", _DIM),
        Content.styled(limit, _DIM),
    ]
    return _SEPARATOR.join(parts)


def _age(at: datetime | None, now: datetime, form: str, never: str) -> str:
    if at is None:
        return never
    return form.format(at=moment(at, now), age=age_text(now - at))


def only(traits: Sequence[Trait], width: int) -> Lines:
    """Return a line that says by which traits rows are left out; none where by none."""
    if not traits:
        return []
    said = ", ".join(TRAIT_WORDS[one] for one in traits)
    ways = (f"Only: {said} · esc shows all, f chooses", f"Only: {said} · esc: all", f"Only: {said}")
    line = Content.styled(fitting([clean(one) for one in ways], width), _PENDING)
    return [line.truncate(max(1, width), ellipsis=True)]
