"""What there is to say of all models together, as lines for a width."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.downloads import size_text
from drtui.domain.models import BUCKET_ONLY, ModelStatus, ModelTotals, Stage, known_status
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.text import clean
from drtui.domain.wording import counted, noun
from drtui.widgets.cells import bar, fitting
from drtui.widgets.facts import Lines
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.commands.models import SweepProgress
    from drtui.screens.models_desk import ModelsSummary
    from drtui.store.downloading import DownloadProgress

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_SEPARATOR: Final = Content.styled(" · ", _DIM)
_BAR: Final = 20
_LONGEST_NAME: Final = 64
_FRESH: Final = timedelta(minutes=1)  # what was killed tells no more how far it is


def summary_lines(
    summary: "ModelsSummary", rates: Rates, now: datetime, width: int, *, no_door: str
) -> Lines:
    """Return the totals, how old they are, how reading goes, and what is left out.

    Where not all are shown, what the shown ones come to stands before what all do.

    Args:
        summary: As read.
        rates: What estimates are made with.
        now: When it is drawn.
        width: Of the lines, in cells.
        no_door: Why no sizes are read from the bucket; empty where they are.
    """
    totals, progress = summary.totals, summary.progress
    lines = []
    if totals.count:
        lines.append(_fitted(_stages(summary), width))
    ages = _ages(progress, now)
    stored = [*_stored(summary, rates), *ages] if totals.count else ages
    if stored:
        lines.append(_fitted(stored, width))
    if told := progress.text_in(None):
        wrong = progress.trouble or progress.files_trouble
        line = Content.styled(told[0].upper() + told[1:], _HAND if wrong else _PENDING)
        lines.append(line.truncate(width, ellipsis=True))
    coming = (one for one in summary.files if now - one.at < _FRESH)
    lines += [_file(one).truncate(width, ellipsis=True) for one in coming]
    if summary.imports:
        names = ", ".join(clean(name, _LONGEST_NAME) for name in summary.imports)
        told = f"{counted(len(summary.imports), 'import')} on the way: {names}"
        lines.append(Content.styled(told, _PENDING).truncate(width, ellipsis=True))
    if totals.unsized and no_door:
        texts = [f"{what}: {no_door}" for what in ("No sizes from the bucket", "Sizes")]
        lines.append(Content.styled(fitting(texts, width), _DIM).truncate(width, ellipsis=True))
    return lines


def _stages(summary: "ModelsSummary") -> list[Content]:
    totals, shown = summary.totals, summary.shown

    def number(count: Callable[[ModelTotals], int]) -> str:
        whole = f"{count(totals):,}"
        return whole if shown is None else f"{count(shown):,} of {whole}"

    of_racers = f" of {counted(summary.racers, 'racer')}: " if shown is None else ": "
    first = Content.assemble(
        (number(lambda one: one.count), "bold"),
        f" {noun(totals.count, 'model')}{of_racers}",
        f"{number(lambda one: one.count_in(Stage.READY))} ready",
    )
    badly = number(_badly)
    parts = [first, Content(f"{number(lambda one: one.count_in(Stage.RUNNING))} running")]
    parts.append(Content.styled(f"{badly} ended badly", _HAND if _badly(shown or totals) else ""))
    for count, what in (
        (_deleting, "being deleted"),
        (_unknown, "of unknown status"),
        (_bucket_only, BUCKET_ONLY),
    ):
        parts += [Content(f"{number(count)} {what}")] if count(totals) else []
    return parts


def _deleting(totals: ModelTotals) -> int:
    return sum(
        number
        for status, number in totals.by_status.items()
        if known_status(status) is ModelStatus.DELETING
    )


def _badly(totals: ModelTotals) -> int:
    return totals.count_in(Stage.ENDED) - _deleting(totals)


def _bucket_only(totals: ModelTotals) -> int:
    return totals.by_status.get(BUCKET_ONLY, 0)


def _unknown(totals: ModelTotals) -> int:
    return totals.count_in(Stage.UNKNOWN) - _bucket_only(totals)


def _stored(summary: "ModelsSummary", rates: Rates) -> list[Content]:
    totals, shown = summary.totals, summary.shown
    if totals.size is None:
        return [Content("sizes unknown")]
    size, usd = f"{totals.size / BYTES_PER_GB:,.2f}", f"${rates.storage(totals.size):,.2f}"
    if shown is not None:
        least = shown.size or 0
        size = f"{least / BYTES_PER_GB:,.2f} of {size}"
        usd = f"${rates.storage(least):,.2f} of {usd}"
    counted_in = totals if shown is None else shown
    unsized = counted_in.unsized
    # An estimate of a few is not to be taken for one of all.
    sized = f" of {counted(counted_in.count - unsized, 'model')}"
    basis = sized if unsized else f" (${rates.gb_month_usd:.3f}/GB)"
    parts = [
        Content.assemble((f"{size} GB", "bold")),
        Content.assemble("est. ", (usd, "bold"), f" a month{basis}"),
    ]
    return [*parts, *([Content(f"{unsized:,} without a size")] if unsized else [])]


def _ages(progress: "SweepProgress", now: datetime) -> list[Content]:
    if progress.newest is None:
        return []
    newest = age_text(now - progress.newest)
    oldest = "" if progress.oldest is None else age_text(now - progress.oldest)
    if oldest == newest:
        return [Content(f"listed {newest} ago")]
    last = f", the oldest {oldest}" if oldest else ", some racers' never"
    return [Content(f"listed {newest} ago{last}")]


def _file(one: "DownloadProgress") -> Content:
    """Return how far the file is that is saved or uploaded just now."""
    told, drawn = size_text(one.size), ""
    if one.total:
        told = f"{told} of {size_text(one.total)}"
        drawn = f"{bar(min(1.0, one.size / one.total), _BAR)}  "
    return Content.styled(f"{drawn}{clean(one.label)}: {told}", _PENDING)


def _fitted(parts: list[Content], width: int) -> Content:
    """Join as many parts as there is room for."""
    while len(parts) > 1 and _SEPARATOR.join(parts).cell_length > width:
        parts = parts[:-1]
    return _SEPARATOR.join(parts).truncate(width, ellipsis=True)
