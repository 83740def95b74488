"""The usage summary: the account's totals in a few lines."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from drtui.domain.permissions import ROLES_UNSEEN
from drtui.domain.quotas import count_text, hours_text
from drtui.domain.records import Status
from drtui.domain.spending import BYTES_PER_GB, CAVEAT, SHORT_CAVEAT
from drtui.domain.summary import Summary, Totals
from drtui.domain.wording import counted, noun
from drtui.widgets.facts import labelled

_HAND, _DIM = "$error", "$foreground-muted"
_SHORT: Final = 78
_LABEL, _NUMBER, _GAP = 16, 9, 2
_SEPARATOR: Final = Content.styled(" · ", _DIM)
_CLAUSE: Final = re.compile(r"[;:] ")
_OVER: Final = ("over quota", "over")  # the shorter one where there is no room


class _Subject(NamedTuple):
    label: str
    number: str
    parts: Sequence[Content]
    shorter: Sequence[Sequence[Content]] = ()  # the same in fewer words, the shortest last


class UsageSummary(Widget):
    """The totals: in two lines, or in as many as there is room for with the class `roomy`."""

    summary: reactive[Summary | None] = reactive(None)
    """What to show; None before it was read."""

    roomy: reactive[bool] = reactive(False, layout=True)
    """Whether there is room for a line a subject."""

    unseen: reactive[str] = reactive("")
    """What of it the role is not shown, as a sentence; empty when it is shown everything."""

    def render(self) -> Content:
        """Draw the lines."""
        if self.summary is None:
            return Content("")
        width = self.content_size.width
        if self.unseen:
            lines = lines_of_names(self.summary, self.unseen, width)
        else:
            it = self.summary
            lines = roomy_lines(it, width) if self.roomy else short_lines(it, min(width, _SHORT))
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)


def short_lines(summary: Summary, width: int = _SHORT) -> list[Content]:
    """Return the totals in two lines, with the rates beside the estimate where there is room.

    What has none is left out or said in fewer words, so that no word and no number is cut.
    """
    totals, rates = summary.totals, summary.rates
    count = Content.assemble((f"{summary.sponsored_users:,}", "bold"), " racers: ")
    by_status = [_SEPARATOR.join(_by_status(summary, over)) for over in _OVER]
    racers = _fitting([*(count + one for one in by_status), *by_status], width)
    used = Content.assemble((f"{_figure(totals.minutes_used / 60, 1)} h", "bold"), " used")
    queued = f"{_figure(totals.minutes_queued / 60, 1)} h queued"

    def estimate(an_hour: str = "", a_gb: str = "") -> Content:
        return Content.assemble(
            "est. ",
            (f"${_figure(summary.training_usd, 2)}", "bold"),
            f"{an_hour} + ",
            (f"${_figure(summary.storage_usd_month, 2)}", "bold"),
            f"/mo{a_gb}",
        )

    told = estimate(f" (${rates.hour_usd:.3f}/h)", f" (${rates.gb_month_usd:.3f}/GB)")
    lines = [
        [used, Content(queued), told],
        [used, told],
        [used, Content(queued), estimate()],
        [used, estimate()],
    ]
    return [racers, _fitting([Content(" · ").join(line) for line in lines], width)]


def roomy_lines(summary: Summary, width: int) -> list[Content]:
    """Return the totals in a line a subject; what has no room is in the whole summary."""
    subjects = [
        *_subjects(summary),
        _Subject(
            "Account quotas",
            f"{summary.totals.at_work:,}",
            [Content("racers with jobs queued or running"), Content("i tells more")],
        ),
    ]
    caveat = Content.styled(f"¹ {SHORT_CAVEAT} {summary.rates}.", _DIM)
    return [*(_line(one, width) for one in subjects), caveat]


def lines_of_names(summary: Summary, unseen: str, width: int) -> list[Content]:
    """Return what there is to say where the list has names alone, in two lines.

    Args:
        summary: Of its numbers, those that names tell.
        unseen: What is not shown, as a sentence; its first clause is said where no more has room.
        width: Of the lines, in cells.
    """
    count, invited = summary.sponsored_users, summary.totals.racers.get(Status.INVITED, 0)
    unknown = summary.totals.unknown_role
    if summary.names_only:
        parts = _names(unknown)
    else:
        racers = Content.assemble((f"{count:,}", "bold"), f" {noun(count, 'racer')}")
        parts = [racers, Content(f"{invited:,} invited"), *_of_unknown_role(unknown)]
    names = [_SEPARATOR.join(parts[:count]) for count in range(len(parts), 0, -1)]
    first = f"{_CLAUSE.split(unseen)[0].rstrip('.')}."
    return [_fitting(names, width), _fitting([Content(unseen), Content(first)], width)]


def _names(count: int) -> list[Content]:
    profiles = Content.assemble((f"{count:,}", "bold"), f" {noun(count, 'profile')}")
    return [profiles, Content(ROLES_UNSEEN)]


def _of_unknown_role(count: int) -> list[Content]:
    return [Content(f"{count:,} of unknown role")] if count else []


def full_lines(summary: Summary, width: int) -> list[Content]:
    """Return everything there is to the summary, for a width in cells."""
    if summary.names_only:
        return _SEPARATOR.join(_names(summary.profiles)).wrap(width)
    lines = [line for subject in _subjects(summary) for line in _wrapped(subject, width)]
    lines += [Content(""), Content.styled("Account quotas", "bold")]
    quotas = [
        (quota.name, Content(f"{quota.used}; {quota.allowed}" if quota.used else quota.allowed))
        for quota in summary.account_quotas
    ]
    lines += labelled(quotas, width, max(len(name) for name, _ in quotas) + _GAP)
    rates = f"Rates: ${summary.rates.hour_usd:.3f} an hour, "
    rates += f"${summary.rates.gb_month_usd:.3f} a GB and month."
    caveat = Content.styled(f"¹ {CAVEAT} {rates}", _DIM)
    return [*lines, Content(""), *(part.rstrip() for part in caveat.wrap(width))]


def _subjects(summary: Summary) -> list[_Subject]:
    totals, settings = summary.totals, summary.settings
    queued = f"{hours_text(totals.minutes_queued)} queued by {totals.at_work:,}"
    hours, fewer = ["used this month", f"{queued} at work"], ["used this month", queued]
    earlier = totals.minutes_in_total - totals.minutes_used
    if earlier:
        hours.append(f"{hours_text(earlier)} earlier")
        fewer.append(hours[-1])
    if totals.unknown_usage:
        hours.append(f"{counted(totals.unknown_usage, 'user')} unknown")
        fewer.append(f"{totals.unknown_usage:,} unknown")
    users, *less = [
        [*_by_status(summary, over), *_staff(totals, used), *_of_unknown_role(totals.unknown_role)]
        for over, used in (
            (_OVER[0], ", {} h beside"),
            (_OVER[0], ": {} h"),
            (_OVER[1], ": {} h"),
            (_OVER[1], ""),
        )
    ]
    models = ["new this month", f"{totals.storage_bytes / BYTES_PER_GB:,.1f} GB stored in all"]
    estimated = [
        "training and evaluation so far",
        f"${summary.storage_usd_month:,.2f} a month storage ¹",
    ]
    new_users = [
        f"{count_text(settings.new_user_models)} {noun(settings.new_user_models, 'model')}",
        settings.registration or "registration unknown",
    ]
    return [
        _Subject("Sponsored users", f"{summary.sponsored_users:,}", users, less),
        _Subject(
            "Hours",
            f"{totals.minutes_used / 60:,.1f}",
            list(map(Content, hours)),
            [list(map(Content, fewer))],
        ),
        _Subject("Models", f"{totals.models:,}", list(map(Content, models))),
        _Subject("Estimated", f"${summary.training_usd:,.2f}", list(map(Content, estimated))),
        _Subject(
            "New users get",
            f"{hours_text(settings.new_user_minutes)} h",
            list(map(Content, new_users)),
        ),
    ]


def _figure(number: float, decimals: int) -> str:
    """Leave decimals out where they say little, and units and words need the room."""
    return f"{number:,.{0 if number >= 100 else decimals}f}"


def _line(subject: _Subject, width: int) -> Content:
    """Say it in fewer words, then less of it, where there is no room; never part of a word."""
    told = [subject.parts, *subject.shorter]
    shortest = told[-1]
    told += [[*shortest[:count], Content("…")] for count in range(len(shortest) - 1, -1, -1)]
    return _fitting([_head(subject) + _SEPARATOR.join(parts) for parts in told], width)


def _fitting(lines: Sequence[Content], width: int) -> Content:
    """Return the first that fits, else the last."""
    return next((line for line in lines if line.cell_length <= width), lines[-1])


def _wrapped(subject: _Subject, width: int) -> list[Content]:
    head = _head(subject)
    rows: list[list[Content]] = [[]]
    for part in subject.parts:
        if rows[-1] and (head + _SEPARATOR.join([*rows[-1], part])).cell_length > width:
            rows.append([])
        rows[-1].append(part)
    heads = [head, *[Content(" " * head.cell_length)] * (len(rows) - 1)]
    return [one + _SEPARATOR.join(row) for one, row in zip(heads, rows, strict=True)]


def _head(subject: _Subject) -> Content:
    figure = Content.styled(f"{subject.number:>{_NUMBER}}{' ' * _GAP}", "bold")
    return Content.assemble((f"{subject.label:<{_LABEL}}", _DIM), figure)


def _staff(totals: Totals, used: str) -> list[Content]:
    """Return the others, and how much they used in the words given, with a place for the hours."""
    if not totals.others:
        return []
    hours = used.format(hours_text(totals.others_minutes)) if totals.others_minutes else ""
    return [Content(f"{totals.others:,} staff{hours}")]


def _by_status(summary: Summary, over: str) -> list[Content]:
    words = {
        Status.ACTIVE: "active",
        Status.OVER_QUOTA: over,
        Status.INVITED: "invited",
        Status.PAUSED: "paused",
    }
    parts = []
    for status, word in words.items():
        count = summary.totals.racers.get(status, 0)
        hand = status is Status.OVER_QUOTA and count
        parts.append(Content.styled(f"{count:,} {word}", _HAND if hand else ""))
    return parts
