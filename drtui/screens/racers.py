"""How a sponsored user looks as a row of the racers' table."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from drtui.domain.operations import ALIAS, MINUTES_LIMIT, MODELS_LIMIT, ROLE_NAME, number_in
from drtui.domain.quotas import count_text, limit_hours, used_hours
from drtui.domain.records import ROLE_OF_GROUP, Role, SponsoredUser, Status
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.sponsorship import FIRST_ALIAS, status_of
from drtui.domain.text import clean, shown_alias
from drtui.widgets.cells import (
    Cell,
    Run,
    Tone,
    bar,
    fit,
    fitting,
    number_texts,
    text_width,
    width_of,
)
from drtui.widgets.columns import Column, PlacedColumn

COLUMNS: Final = (
    Column("alias", "Alias", 13, most=24, least=8),
    Column("email", "Email", 14, most=34, rank=1),
    Column("status", "Status", 13, most=15, least=10),
    Column("bar", "", 6, rank=2, lends=True),
    Column("hours", " Hours / limit", 14, borrows=True),
    Column("queued", "Queued", 7, right=True, rank=4),
    Column("models", "Models", 11, borrows=True),
    Column("storage", "GB", 5, right=True, rank=5),
    Column("usd", "USD ¹", 8, right=True, rank=3),
    Column("role", "Role", 11, rank=8),
    Column("joined", "Joined", 10, rank=7),
    Column("tags", "Tags", 8, most=24, rank=6),
)
"""Marks and cursor apart, what the table shows; a number's unit is in its heading."""

COLUMN_TITLES: Final = {
    **{column.name: column.title.strip() for column in COLUMNS},
    "bar": "Bar of hours used",
    "usd": "USD, estimated",
}
"""What each column is called where it is chosen."""

USUAL_COLUMNS: Final = tuple(column.name for column in COLUMNS)
"""What is shown where nothing was chosen."""

SORTS: Final = {
    "alias": ("alias", False),
    "email": ("email", False),
    "status": ("status", False),
    "hours": ("minutes_used", True),
    "limit": ("minutes_limit", True),
    "left": ("minutes_left", False),
    "queued": ("minutes_queued", True),
    "models": ("models", True),
    "storage": ("storage_bytes", True),
    "usd": ("estimated_usd", True),
    "role": ("role", False),
    "joined": ("created_at", True),
    "tags": ("tags", False),
}
"""By what a table can be sorted: the field of the store, and whether the largest comes first."""

SORT_TITLES: Final = {
    "alias": "Alias",
    "email": "Email",
    "status": "Status",
    "hours": "Hours used",
    "limit": "Limit on hours (max)",
    "left": "Hours left (fewest)",
    "queued": "Queued hours",
    "models": "Models",
    "storage": "GB stored",
    "usd": "USD, estimated",
    "role": "Role",
    "joined": "Joined",
    "tags": "Tags",
}
"""What can be sorted by; each title has a first letter, or a letter in it, of its own."""

SORT_LETTERS: Final = dict(
    zip(SORT_TITLES, ("a", "e", "s", "h", "x", "l", "q", "m", "g", "u", "r", "j", "t"), strict=True)
)
"""What chooses each of these."""

STATUS_WORDS: Final = {
    Status.ACTIVE: "active",
    Status.INVITED: "invited",
    Status.OVER_QUOTA: "over quota",
    Status.PAUSED: "paused",
    Status.UNKNOWN: "unknown",
}
_SHORT_WORDS: Final = {**STATUS_WORDS, Status.OVER_QUOTA: "over"}
_ROLE_WORDS: Final = {Role.ADMIN: "admin", Role.FACILITATOR: "facilitator"}
_NONE: Final = Run("-")
_UNKNOWN: Final = Run("?")
_MINUTES: Final = 60  # an hour's
_HOURS_BEFORE_SLASH: Final = 6
_MODELS_BEFORE_SLASH: Final = 3


def racer_cell(user: SponsoredUser, placed: PlacedColumn, rates: Rates) -> Cell:
    """Return a sponsored user's cell for a column."""
    name = placed.column.name
    if name == "usd":
        return _usd(user, placed, rates)
    return _CELLS[name](user, placed)


def _alias(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    alias = shown_alias(user.profile.alias)
    now = Run(alias, Tone.DIM if alias == FIRST_ALIAS else Tone.PLAIN)
    after = clean(f"{user.pending[ALIAS]}") if ALIAS in user.pending else alias
    return [now] if after == alias else _becomes(now, after, placed.width)


def _becomes(now: Run, after: str, width: int) -> Cell:
    """Return `now → after`, closer where there is no room; then the longer is cut, or both are."""
    cell = [now, Run(f" → {after}", Tone.PENDING)]
    if width_of(cell) <= width:
        return cell
    room = width - 1  # the arrow's
    before = fit(now.text, max(room // 2, room - text_width(after)))
    left = room - text_width(before)
    return [Run(before, now.tone), Run(f"→{fit(after, left)}", Tone.PENDING)]


def _email(user: SponsoredUser, _: PlacedColumn) -> Cell:
    email = user.profile.email
    return [_UNKNOWN if email is None else Run(clean(email))]


def _status(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    """Return the status; what needs a hand comes before it, and in its place without room."""
    if not user.trouble:
        return _plain_status(user, placed)
    trouble = [Run(f"! {user.trouble}", Tone.HAND)]
    status = _plain_status(user, placed)
    cells = [[*trouble, Run(between), *status] for between in (" · ", ", ")]
    return next((one for one in cells if width_of(one) <= placed.width), trouble)


def _plain_status(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    now, after = user.status, status_after(user)
    if after is now:
        if now is Status.UNKNOWN:
            return [_UNKNOWN]
        if user.profile.role is not Role.RACER:
            return [Run(_ROLE_WORDS.get(user.profile.role, "other role"), Tone.DIM)]
        return [Run(STATUS_WORDS[now], _status_tone(now))]
    for words, arrow in ((STATUS_WORDS, " → "), (_SHORT_WORDS, " → "), (_SHORT_WORDS, "→")):
        cell = [Run(words[now]), Run(f"{arrow}{words[after]}", Tone.PENDING)]
        if width_of(cell) <= placed.width:
            break
    return cell


def _status_tone(status: Status) -> Tone:
    tones = {Status.OVER_QUOTA: Tone.HAND, Status.ACTIVE: Tone.PLAIN}
    return tones.get(status, Tone.DIM)


def status_after(user: SponsoredUser) -> Status:
    """Return the status that a user has once what is pending has arrived."""
    if not user.pending.keys() & {MINUTES_LIMIT, MODELS_LIMIT}:
        return user.status
    profile = user.profile
    return status_of(
        replace(
            profile,
            minutes_limit=_becoming(user, MINUTES_LIMIT, profile.minutes_limit),
            models_limit=_becoming(user, MODELS_LIMIT, profile.models_limit),
        )
    )


def _bar(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    used, limit = user.profile.minutes_used, user.profile.minutes_limit
    if used is None or limit is None or limit <= 0:
        return []
    return [Run(bar(used / limit, placed.width), Tone.HAND if used >= limit else Tone.DIM)]


def _hours(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    profile = user.profile
    return _pair(
        used_hours(profile.minutes_used, profile.minutes_limit),
        limit_hours(profile.minutes_limit),
        _after(user, MINUTES_LIMIT, profile.minutes_limit, limit_hours),
        _HOURS_BEFORE_SLASH,
        placed,
    )


def _models(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    profile = user.profile
    return _pair(
        count_text(profile.models),
        count_text(profile.models_limit),
        _after(user, MODELS_LIMIT, profile.models_limit, count_text),
        _MODELS_BEFORE_SLASH,
        placed,
    )


def _after(
    user: SponsoredUser, name: str, now: int | None, text: Callable[[int | None], str]
) -> str:
    """What a limit is on its way to; empty where it stays."""
    after = _becoming(user, name, now)
    return "" if after == now else text(after)


def _becoming(user: SponsoredUser, name: str, now: int | None) -> int | None:
    return number_in(user.pending, name) if name in user.pending else now


def _pair(used: str, limit: str, after: str, before_slash: int, placed: PlacedColumn) -> Cell:
    """Return `used / limit → after`, what is used of all rows ending at the same place.

    Where that does not fit it is written closer, then on room that is borrowed, then without what
    is used: a number is never cut.
    """
    pending = [Run(f" → {after}", Tone.PENDING)] if after else []
    roomy = [Run(f"{used:>{before_slash}}"), Run(" / "), Run(limit), *pending]
    if width_of(roomy) <= placed.width:
        return roomy
    used, limit, after = (text.replace(",", "") for text in (used, limit, after))
    tight = [Run(f"→{after}", Tone.PENDING)] if after else []
    close = [Run(used), Run("/"), Run(limit), *tight]
    if width_of(close) <= placed.width + placed.spare:
        blanks = min(before_slash - len(used), placed.width - width_of(close))
        return [Run(" " * max(0, blanks) + used), *close[1:]]
    if not after:
        shown = f"{_rounded(used):>{before_slash}}/{limit}"
        return [Run(shown[max(0, min(len(shown) - placed.width, shown.count(" "))) :])]
    limits = [Run(limit), *tight]
    return limits if width_of(limits) <= placed.width + placed.spare else tight


def _rounded(number: str) -> str:
    try:
        return f"{float(number):.0f}"
    except ValueError:
        return number


def _queued(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    queued = user.profile.minutes_queued
    if queued is None:
        return [_UNKNOWN]
    return [_number(queued / _MINUTES, 1, placed) if queued else _NONE]


def _storage(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    size = user.profile.storage_bytes
    return [_UNKNOWN if size is None else _number(size / BYTES_PER_GB, 1, placed)]


def _number(number: float, decimals: int, placed: PlacedColumn) -> Run:
    return Run(fitting(number_texts(number, decimals), placed.width))


def _role(user: SponsoredUser, placed: PlacedColumn) -> Cell:
    role = user.profile.role
    now = Run(_role_word(role), Tone.DIM if role is Role.RACER else Tone.PLAIN)
    after = (
        ROLE_OF_GROUP.get(f"{user.pending[ROLE_NAME]}", role) if ROLE_NAME in user.pending else role
    )
    return [now] if after is role else _becomes(now, _role_word(after), placed.width)


def _role_word(role: Role) -> str:
    return _ROLE_WORDS.get(role, role.value)


def _joined(user: SponsoredUser, _: PlacedColumn) -> Cell:
    joined = user.profile.created_at
    return [_UNKNOWN if joined is None else Run(f"{joined.astimezone():%Y-%m-%d}")]


def _tags(user: SponsoredUser, _: PlacedColumn) -> Cell:
    return [Run(clean(" ".join(user.tags)))]


def _usd(user: SponsoredUser, placed: PlacedColumn, rates: Rates) -> Cell:
    minutes = user.minutes_in_total
    return [_UNKNOWN if minutes is None else _number(rates.training(minutes), 2, placed)]


_CELLS: Final[Mapping[str, Callable[[SponsoredUser, PlacedColumn], Cell]]] = {
    "alias": _alias,
    "email": _email,
    "status": _status,
    "bar": _bar,
    "hours": _hours,
    "queued": _queued,
    "models": _models,
    "storage": _storage,
    "role": _role,
    "joined": _joined,
    "tags": _tags,
}
