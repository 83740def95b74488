"""How `drtui models show` prints a model."""

from functools import partial
from textwrap import wrap

from drtui.cli.tables import print_page
from drtui.commands.model_details import contents_known
from drtui.commands.models import StoredModelPage
from drtui.domain.iterations import Point
from drtui.domain.metrics import Evaluation, duration_text
from drtui.domain.spending import BYTES_PER_GB
from drtui.domain.text import iso
from drtui.domain.wording import counted

Pairs = list[tuple[str, str]]

# Paths and options stay whole, so that they can be copied.
_wrapped = partial(wrap, width=100, break_long_words=False, break_on_hyphens=False)


def print_model(page: StoredModelPage) -> None:
    """Print everything that is known of a model, but for its iterations and its source."""
    row = page.row
    size = "?" if row.size is None else f"{row.size / BYTES_PER_GB:,.3f} GB"
    files = "" if row.files is None else f" in {counted(row.files, 'file')}"
    print_page(
        [
            ("Model", row.name or "unknown"),
            ("Model id", row.model_id),
            ("Racer", row.alias or "unknown"),
            ("Email", row.email or "unknown"),
            ("Profile id", row.profile_id),
            ("Status", row.status_text),
            ("Created", iso(row.created_at) or "unknown"),
            ("Source", row.source or "not told"),
            ("Training", row.training_status.lower() or "not told"),
            ("Track", row.track or "not told"),
            ("Size", f"{size}{files}"),
            ("Trouble", row.trouble or page.trouble or "none"),
            ("Tags", " ".join(row.tags) or "none"),
            ("Racer's tags", " ".join(row.racer_tags) or "none"),
            ("Downloaded", (iso(page.saved[0].saved_at) or "") if page.saved else "no"),
            ("Pending", row.pending or "nothing"),
            ("Gone", iso(page.gone_at) or "no"),
            ("As of", iso(row.as_of) or ""),
            *_inside(page),
            *_training(page),
            *_evaluations(page),
            *_known(page),
        ]
    )


def _inside(page: StoredModelPage) -> Pairs:
    (contents, from_archive), details = contents_known(page), page.known.details
    pairs = [
        ("Action space", contents.action_space or "not told"),
        ("Sensors", ", ".join(contents.sensors) or "not told"),
        ("Algorithm", contents.algorithm or "not told"),
    ]
    if details is not None:
        pairs += [(f"  {name}", value) for name, value in details.hyperparameters]
        pairs += [(f"  {name}", value) for name, value in details.settings]
    lines = None if contents.reward is None else len(contents.reward.splitlines())
    told = "not told" if lines is None else f"{counted(lines, 'line')}, whole with --json"
    return [*pairs, ("Reward function", told), *_archive(page, from_archive)]


def _archive(page: StoredModelPage, told: tuple[str, ...]) -> Pairs:
    found = page.archive
    if found is None:
        return []
    text = ""
    if found.file is not None and told:
        text = f"tells {', '.join(told)}: downloaded {iso(found.file.saved_at)}, {found.file.place}"
    lines = [line for one in (text, found.trouble) for line in _wrapped(one)]
    labels = ["Archive", *([""] * (len(lines) - 1))]
    return list(zip(labels, lines, strict=False))


def _training(page: StoredModelPage) -> Pairs:
    found = None if page.known.details is None else page.known.details.training
    if found is None:
        return [("Metrics", "none are known")]
    lasted = "unknown" if found.seconds is None else duration_text(found.seconds)
    return [
        ("Episodes", f"{found.episodes:,} in {counted(len(found.points), 'iteration')}"),
        ("Duration", lasted),
        ("Best", _point(found.best)),
        ("Last", _point(found.last)),
    ]


def _point(point: Point | None) -> str:
    if point is None:
        return "unknown"
    told = [("reward", point.reward, ""), ("progress", point.progress, "%")]
    told.append(("completion", point.completion, "%"))
    parts = [f"{name} {value:,.2f}{unit}" for name, value, unit in told if value is not None]
    return ", ".join([f"iteration {point.iteration:,}", *parts])


def _evaluations(page: StoredModelPage) -> Pairs:
    found = () if page.known.details is None else page.known.details.evaluations
    labels = ["Evaluations", *([""] * (len(found) - 1))]
    return [(label, _evaluation(one)) for label, one in zip(labels, found, strict=False)]


def _evaluation(one: Evaluation) -> str:
    best = one.best_seconds
    complete = sum(lap.complete for lap in one.laps)
    parts = [
        iso(one.at) or "",
        one.name or one.kind,
        f"{complete:,} of {counted(len(one.laps), 'lap')} complete",
        "" if best is None else f"best {duration_text(best)}",
        "" if one.off_tracks is None else f"{one.off_tracks:,} off track",
        "" if one.crashes is None else counted(one.crashes, "crash", "crashes"),
    ]
    return ", ".join(filter(None, parts))


def _known(page: StoredModelPage) -> Pairs:
    known = page.known
    pairs = [("Details as of", iso(known.as_of) or "never read")]
    notes = () if known.details is None else known.details.notes
    told = [line for note in (*notes, known.trouble) for line in _wrapped(note)]
    return [*pairs, *(("", line) for line in told)]
