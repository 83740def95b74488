"""What there is to say of all models together, as lines for a width."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.models import BUCKET_ONLY, ModelStatus, ModelTotals, Stage, known_status
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.wording import counted, noun
from drtui.widgets.facts import Lines
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.commands.models import SweepProgress
    from drtui.screens.models_desk import ModelsSummary

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_SEPARATOR: Final = Content.styled(" · ", _DIM)
_NO_DOOR: Final = "No AWS profile named, so no sizes from the bucket: account set --aws-profile"


def summary_lines(
    summary: "ModelsSummary", rates: Rates, now: datetime, width: int, *, second_door: bool
) -> Lines:
    """Return the totals, how old they are, how reading goes, and what is left out.

    Args:
        summary: As read.
        rates: What estimates are made with.
        now: When it is drawn.
        width: Of the lines, in cells.
        second_door: Whether the account names the sponsor's AWS profile.
    """
    totals, progress = summary.totals, summary.progress
    lines = []
    if totals.count:
        lines.append(_fitted(_stages(summary), width))
    ages = _ages(progress, now)
    stored = [*_stored(totals, rates), *ages] if totals.count else ages
    if stored:
        lines.append(_fitted(stored, width))
    if told := progress.text:
        wrong = progress.trouble or progress.files_trouble
        line = Content.styled(told[0].upper() + told[1:], _HAND if wrong else _PENDING)
        lines.append(line.truncate(width, ellipsis=True))
    if totals.unsized and not second_door:
        lines.append(Content.styled(_NO_DOOR, _DIM).truncate(width, ellipsis=True))
    return lines


def _stages(summary: "ModelsSummary") -> list[Content]:
    totals = summary.totals
    of_racers = f" of {counted(summary.racers, 'racer')}: "
    first = Content.assemble(
        (f"{totals.count:,}", "bold"),
        f" {noun(totals.count, 'model')}{of_racers}",
        f"{totals.count_in(Stage.READY):,} ready",
    )
    deleting = _with_status(totals, ModelStatus.DELETING)
    badly = totals.count_in(Stage.ENDED) - deleting
    only = totals.by_status.get(BUCKET_ONLY, 0)
    unknown = totals.count_in(Stage.UNKNOWN) - only
    parts = [first, Content(f"{totals.count_in(Stage.RUNNING):,} running")]
    parts.append(Content.styled(f"{badly:,} ended badly", _HAND if badly else ""))
    parts += [Content(f"{deleting:,} being deleted")] if deleting else []
    parts += [Content(f"{unknown:,} of unknown status")] if unknown else []
    parts += [Content(f"{only:,} {BUCKET_ONLY}")] if only else []
    return parts


def _with_status(totals: ModelTotals, wanted: ModelStatus) -> int:
    return sum(
        number for status, number in totals.by_status.items() if known_status(status) is wanted
    )


def _stored(totals: ModelTotals, rates: Rates) -> list[Content]:
    if totals.size is None:
        return [Content("sizes unknown")]
    parts = [
        Content.assemble((f"{totals.size / BYTES_PER_GB:,.2f} GB", "bold")),
        Content.assemble(
            "est. ",
            (f"${rates.storage(totals.size):,.2f}", "bold"),
            f" a month (${rates.gb_month_usd:.3f}/GB)",
        ),
    ]
    return [*parts, *([Content(f"{totals.unsized:,} without a size")] if totals.unsized else [])]


def _ages(progress: "SweepProgress", now: datetime) -> list[Content]:
    if progress.newest is None:
        return []
    newest = age_text(now - progress.newest)
    oldest = "" if progress.oldest is None else age_text(now - progress.oldest)
    if oldest == newest:
        return [Content(f"listed {newest} ago")]
    last = f", the oldest {oldest}" if oldest else ", some racers' never"
    return [Content(f"listed {newest} ago{last}")]


def _fitted(parts: list[Content], width: int) -> Content:
    """Join as many parts as there is room for."""
    while len(parts) > 1 and _SEPARATOR.join(parts).cell_length > width:
        parts = parts[:-1]
    return _SEPARATOR.join(parts).truncate(width, ellipsis=True)
