"""What a racer's page says, as lines for a width. Text from outside is cleaned here."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.operations import (
    ALIAS,
    DELETED,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    NEEDS_A_HAND,
    ON_THE_WAY,
    REMEMBERED_MINUTES,
    REMEMBERED_MODELS,
    ROLE_NAME,
    STORED_MODELS,
    USER,
    ItemState,
)
from drtui.domain.quotas import count_text, hours_text, limit_hours, used_hours
from drtui.domain.records import Limits, SponsoredUser, Status, StoredModel
from drtui.domain.spending import BYTES_PER_GB, CAVEAT
from drtui.domain.text import clean
from drtui.domain.wording import role_text, value_text
from drtui.screens.racers import STATUS_WORDS, status_after
from drtui.widgets.cells import bar, fit
from drtui.widgets.facts import Lines, labelled, wrapped
from drtui.widgets.sync_status import age_text, local

if TYPE_CHECKING:
    from drtui.commands.racer import RacerPage
    from drtui.store.history import Touch

MODELS_FIRST: Final = 10
"""So many models are listed beside their counts; where there are more, all are at the end."""

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_SEPARATOR: Final = Content.styled(" · ", _DIM)
_LABEL: Final = 14
_BAR: Final = 12
_NAME_LEAST: Final = 10
_GAP: Final = 2
_CREATED: Final = 16
_BROKEN: Final = frozenset({"ERROR"})
_STATES: Final = {ItemState.ALREADY_SO: "already so"}


def heading(title: str, as_of: datetime | None, now: datetime, width: int) -> Lines:
    """Return a section's title with the age of what stands below it, where it has one."""
    line = Content.styled(title, f"bold {_FOCUS}")
    if as_of is not None:
        line += Content.styled(f"  as of {moment(as_of, now)} ({age_text(now - as_of)})", _DIM)
    return [line.truncate(width, ellipsis=True)]


def moment(at: datetime, now: datetime) -> str:
    """Return a time in the local zone, with its day where that is not today."""
    here, today = local(at), local(now)
    form = "%H:%M:%S %Z" if here.date() == today.date() else "%Y-%m-%d %H:%M %Z"
    return f"{here:{form}}"


def identity(page: "RacerPage", width: int) -> Lines:
    """Return who it is."""
    user, profile = page.user, page.user.profile
    role = Content(role_text(profile.role))
    joined = "unknown" if profile.created_at is None else _day(profile.created_at)
    alias = Content.styled(clean(profile.alias), "bold")
    pairs = [
        ("Alias", alias + _after(user, ALIAS, profile.alias)),
        ("Email", Content("unknown" if profile.email is None else clean(profile.email))),
        ("Role", role + _after(user, ROLE_NAME, profile.role_name)),
        ("Status", _status(page)),
        ("Profile id", Content(clean(profile.profile_id))),
        ("Joined", Content(joined)),
        ("Tags", Content(clean(" ".join(user.tags)) or "none")),
    ]
    return labelled(pairs, width, _LABEL)


def usage(page: "RacerPage", width: int) -> Lines:
    """Return what was used of what is allowed, and what it costs by estimate."""
    user, profile = page.user, page.user.profile
    size = profile.storage_bytes
    pairs = [
        ("Hours", _hours(user)),
        ("  queued", Content(hours_text(profile.minutes_queued))),
        ("  before", Content(f"{hours_text(user.carried_minutes)} in earlier months")),
        ("Models made", _models(user)),
        ("  before", Content(f"{count_text(user.carried_models)} in earlier months")),
        ("Storage", Content("?" if size is None else f"{size / BYTES_PER_GB:,.2f} GB")),
        ("Estimated ¹", Content(f"{_usd(page.training_usd)} training, evaluation")),
        ("", Content(f"{_usd(page.storage_usd_month)} a month storage")),
        ("Remembered", _remembered(user)),
    ]
    return labelled(pairs, width, _LABEL)


def caveat(page: "RacerPage", width: int) -> Lines:
    """Return what the estimates are worth."""
    text = Content.styled(f"¹ {CAVEAT} {page.rates}.", _DIM)
    return wrapped(text, width)


def models(page: "RacerPage", width: int) -> Lines:
    """Return how many models there are of each status, and the newest of them."""
    lines = _counts(page, width)
    lines += _listed(page.models[:MODELS_FIRST], width)
    more = len(page.models) - MODELS_FIRST
    if more > 0:
        lines.append(Content.styled(f"and {more:,} more, at the end of this page", _DIM))
    return lines


def all_models(page: "RacerPage", width: int) -> Lines:
    """Return all models where not all stand beside their counts."""
    if len(page.models) <= MODELS_FIRST:
        return []
    title = Content.styled(f"All {len(page.models):,} models", f"bold {_FOCUS}")
    return [title, *_listed(page.models, width)]


def operations(page: "RacerPage", width: int) -> Lines:
    """Return the operations that touched it, and what became of each."""
    if not page.touches:
        return [Content.styled("None of drtui's touched this racer yet.", _DIM)]
    return [line for touch in page.touches for line in _touch(touch, width)]


def _day(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M %Z}"


def _usd(amount: float | None) -> str:
    return "?" if amount is None else f"${amount:,.2f}"


def _after(user: SponsoredUser, name: str, now: object) -> Content:
    """What a field is on its way to; empty where it stays."""
    if name not in user.pending or user.pending[name] == now:
        return Content("")
    return Content.styled(f" → {value_text(name, user.pending[name])}", _PENDING)


def _status(page: "RacerPage") -> Content:
    user = page.user
    if page.gone_at is not None:
        return Content.styled(f"not in the account any more since {_day(page.gone_at)}", _HAND)
    over = user.status is Status.OVER_QUOTA
    status = Content.styled(STATUS_WORDS[user.status], _HAND if over else "")
    if user.pending.get(USER) == DELETED:
        return status + Content.styled(" → deleted", _PENDING)
    after = status_after(user)
    if after is user.status:
        return status
    return status + Content.styled(f" → {STATUS_WORDS[after]}", _PENDING)


def _hours(user: SponsoredUser) -> Content:
    used, limit = user.profile.minutes_used, user.profile.minutes_limit
    text = Content(f"{used_hours(used, limit)} of {limit_hours(limit)}")
    text += _after(user, MINUTES_LIMIT, limit)
    if used is None or limit is None or limit <= 0:
        return text
    style = _HAND if used >= limit else _DIM
    share = used / limit if used >= limit else min(used / limit, 0.99)
    return Content.assemble(text, "  ", (f"{bar(used / limit, _BAR)} {share:.0%}", style))


def _models(user: SponsoredUser) -> Content:
    created, limit = user.profile.models, user.profile.models_limit
    text = Content(f"{count_text(created)} of {count_text(limit)}")
    return text + _after(user, MODELS_LIMIT, limit) + " this month"


def _remembered(user: SponsoredUser) -> Content:
    limits = user.remembered or Limits()
    names = {REMEMBERED_MINUTES: limits.minutes, REMEMBERED_MODELS: limits.models}
    if user.remembered is None and not user.pending.keys() & names.keys():
        return Content("no limits: not paused by drtui")
    return _SEPARATOR.join(
        Content(f"{word} {value_text(name, now)}") + _after(user, name, now)
        for word, (name, now) in zip(("hours", "models"), names.items(), strict=True)
    )


def _counts(page: "RacerPage", width: int) -> Lines:
    lines: Lines = []
    if page.models_as_of is None:
        trouble = page.models_trouble
        lacks = "Not read yet" if page.out_of_reach else "Not known"
        known = f"{lacks}: {clean(trouble)}" if trouble else "Reading …"
        if page.gone_at is not None:
            known = "Not known: it is not in the account any more."
        lines.append(Content.styled(known, _HAND if trouble else _DIM))
    elif not page.models:
        lines.append(Content("None is stored."))
    else:
        counts = page.models_by_status.items()
        parts = [
            Content.styled(f"{count:,} {_word(status)}", _HAND if status in _BROKEN else "bold")
            for status, count in counts
        ]
        lines.append(_SEPARATOR.join(parts))
    if page.models_as_of is not None and page.models_trouble:
        lines.append(Content.styled(f"Not read since: {clean(page.models_trouble)}", _HAND))
    if page.user.pending.get(STORED_MODELS) == DELETED:
        lines.append(Content.styled("All of them are to be deleted (pending).", _PENDING))
    return [part for line in lines for part in wrapped(line, width)]


def _word(status: str) -> str:
    return clean(status).lower().replace("_", " ") or "unknown"


def _listed(listed: tuple[StoredModel, ...], width: int) -> Lines:
    # A state is shown whole: a name tells its model apart also where its end is cut.
    status = max((len(_word(model.status)) for model in listed), default=0) + _GAP
    dated = width >= _NAME_LEAST + status + _CREATED
    room = max(_NAME_LEAST, width - status - (_CREATED if dated else 0))
    lines: Lines = []
    for model in listed:
        name = Content(fit(clean(model.name) or clean(model.model_id), room - _GAP))
        created = "?" if model.created_at is None else f"{local(model.created_at):%Y-%m-%d %H:%M}"
        style = _HAND if model.status in _BROKEN else ""
        line = Content.assemble(
            name.pad_right(room - name.cell_length),
            (f"{_word(model.status):<{status}}", style),
            (created if dated else "", _DIM),
        )
        lines.append(line.truncate(width))
    return lines


def _touch(touch: "Touch", width: int) -> Lines:
    item = touch.item
    style = ""
    if item.state in NEEDS_A_HAND:
        style = _HAND
    elif item.state in ON_THE_WAY:
        style = _PENDING
    state = Content.styled(_STATES.get(item.state, item.state.value), style)
    number = f"{item.operation_id:>5,}"
    head = Content.assemble(
        (f"{number}  {local(touch.at):%m-%d %H:%M}  ", _DIM), fit(clean(touch.who), 10), "  "
    )
    what = Content(fit(clean(touch.what), max(8, width - head.cell_length - 12)))
    lines = [Content.assemble(head, what, "  ", state).truncate(width, ellipsis=True)]
    if item.reason:
        indent = len(number) + 2
        reason = Content.styled(clean(item.reason), _DIM)
        lines += [
            Content(" " * indent) + part.rstrip() for part in reason.wrap(max(8, width - indent))
        ]
    return lines
