"""The usage summary: the account's totals in a few lines."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from drtui.domain.quotas import count_text, hours_text
from drtui.domain.records import Status
from drtui.domain.spending import BYTES_PER_GB, CAVEAT, SHORT_CAVEAT
from drtui.domain.summary import Summary

_HAND, _DIM = "$error", "$foreground-muted"
_LABEL: Final = 16
_SEPARATOR: Final = Content.styled(" · ", _DIM)


class UsageSummary(Widget):
    """The totals: in two lines, or in as many as there is room for with the class `roomy`."""

    summary: reactive[Summary | None] = reactive(None)
    """What to show; None before it was read."""

    roomy: reactive[bool] = reactive(False, layout=True)
    """Whether there is room for a line a subject."""

    def render(self) -> Content:
        """Draw the lines."""
        if self.summary is None:
            return Content("")
        lines = roomy_lines(self.summary) if self.roomy else short_lines(self.summary)
        return Content("\n").join(lines)


def short_lines(summary: Summary) -> list[Content]:
    """Return the totals in two lines of at most 78 cells, with the rates beside the estimate."""
    totals, rates = summary.totals, summary.rates
    racers = Content.assemble(
        (f"{summary.sponsored_users:,}", "bold"), " racers: ", _by_status(summary)
    )
    estimate = Content.assemble(
        (f"{_figure(totals.minutes_used / 60, 1)} h", "bold"),
        f" · {_figure(totals.minutes_queued / 60, 1)} queued · est. ",
        (f"${_figure(summary.training_usd, 2)}", "bold"),
        f" (${rates.hour_usd:.3f}/h) + ",
        (f"${_figure(summary.storage_usd_month, 2)}", "bold"),
        f"/mo (${rates.gb_month_usd:.3f}/GB)",
    )
    return [racers, estimate]


def roomy_lines(summary: Summary) -> list[Content]:
    """Return the totals in a line a subject, each of at most 92 cells for a usual account."""
    return [
        *_subjects(summary),
        _line(
            "Account quotas",
            f"{summary.totals.at_work:,}",
            [Content("racers with jobs queued or running"), Content("i tells more")],
        ),
        Content.styled(f"¹ {SHORT_CAVEAT} {summary.rates}.", _DIM),
    ]


def full_lines(summary: Summary) -> list[Content]:
    """Return everything there is to the summary, with the age of each part."""
    quotas = summary.account_quotas
    width = max(len(quota.name) for quota in quotas)
    lines = [*_subjects(summary), Content(""), Content.styled("Account quotas", "bold")]
    for quota in quotas:
        used = f"{quota.used}; " if quota.used else ""
        lines.append(Content.assemble((f"{quota.name:<{width}}  ", _DIM), f"{used}{quota.allowed}"))
    rates = f"Rates: ${summary.rates.hour_usd:.3f} an hour, "
    rates += f"${summary.rates.gb_month_usd:.3f} a GB and month."
    return [*lines, Content(""), Content.styled(f"¹ {CAVEAT}", _DIM), Content.styled(rates, _DIM)]


def _subjects(summary: Summary) -> list[Content]:
    totals, settings = summary.totals, summary.settings
    hours = [
        "used this month",
        f"{hours_text(totals.minutes_queued)} queued by {totals.at_work:,} at work",
    ]
    earlier = totals.minutes_in_total - totals.minutes_used
    if earlier:
        hours.append(f"{hours_text(earlier)} earlier")
    if totals.unknown_usage:
        hours.append(f"{totals.unknown_usage:,} users unknown")
    users = [_by_status(summary)]
    if totals.others:
        users.append(Content(f"{totals.others:,} staff"))
    models = ["new this month", f"{totals.storage_bytes / BYTES_PER_GB:,.1f} GB stored in all"]
    estimated = [
        "training and evaluation so far",
        f"${summary.storage_usd_month:,.2f} a month storage ¹",
    ]
    new_users = [
        f"{count_text(settings.new_user_models)} models",
        settings.registration or "registration unknown",
    ]
    return [
        _line("Sponsored users", f"{summary.sponsored_users:,}", users),
        _line("Hours", f"{totals.minutes_used / 60:,.1f}", list(map(Content, hours))),
        _line("Models", f"{totals.models:,}", list(map(Content, models))),
        _line("Estimated", f"${summary.training_usd:,.2f}", list(map(Content, estimated))),
        _line(
            "New users get",
            f"{hours_text(settings.new_user_minutes)} h",
            list(map(Content, new_users)),
        ),
    ]


def _figure(number: float, decimals: int) -> str:
    """Leave decimals out where they say nothing any more, and there is no room for them."""
    return f"{number:,.{0 if number >= 10_000 else decimals}f}"


def _line(label: str, number: str, parts: Sequence[Content]) -> Content:
    figure = Content.styled(f"{number:>9}  ", "bold")
    return Content.assemble((f"{label:<{_LABEL}}", _DIM), figure, _SEPARATOR.join(parts))


def _by_status(summary: Summary) -> Content:
    words = {
        Status.ACTIVE: "active",
        Status.OVER_QUOTA: "over quota",
        Status.INVITED: "invited",
        Status.PAUSED: "paused",
    }
    parts = []
    for status, word in words.items():
        count = summary.totals.racers.get(status, 0)
        hand = status is Status.OVER_QUOTA and count
        parts.append(Content.styled(f"{count:,} {word}", _HAND if hand else ""))
    return _SEPARATOR.join(parts)
