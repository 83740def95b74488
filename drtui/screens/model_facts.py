"""What a model's page says, as lines for a width. Text from outside is cleaned here."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.commands.model_details import awaits_archive, contents_known
from drtui.domain.iterations import Point
from drtui.domain.metrics import Evaluation, Training, duration_text
from drtui.domain.model_contents import Action, ModelContents
from drtui.domain.model_details import NO_METRICS, ModelDetails, Way
from drtui.domain.models import Stage
from drtui.domain.spending import BYTES_PER_GB
from drtui.domain.text import clean, is_seen
from drtui.domain.wording import counted
from drtui.widgets.cells import fit
from drtui.widgets.facts import Lines, labelled, wrapped
from drtui.widgets.metric_plot import Series
from drtui.widgets.sync_status import local

if TYPE_CHECKING:
    from drtui.commands.models import StoredModelPage

_PENDING, _HAND, _DIM = "$warning", "$error", "$foreground-muted"
_LABEL: Final = 14
_ACTIONS_FIRST: Final = 30
_NOT_KNOWN: Final = "Not known."
_POINTS_OF_A_LINE: Final = 200  # a wide plot has not many more dots beside each other
_ITERATIONS: Final = "Iteration  Episode     Reward  Progress Completion  Laps"
_WAYS: Final = {Way.API: "read from the deployment", Way.BUCKET: "read from the models' bucket"}


def identity(page: "StoredModelPage", width: int) -> Lines:
    """Return which model it is, whose, and what became of it."""
    row, known = page.row, page.known.details or ModelDetails()
    alias, email = is_seen(row.alias), clean(row.email or "")
    racer = Content(clean(row.alias) if alias else email or "unknown")
    if alias and email:
        racer += Content.styled(f"  {email}", _DIM)
    size = "unknown" if row.size is None else f"{row.size / BYTES_PER_GB:,.3f} GB"
    files = "" if row.files is None else f" in {counted(row.files, 'file')}"
    pairs = [
        ("Model", Content.styled(clean(row.name) or "unknown", "bold")),
        ("Racer", racer),
        ("Status", _status(page)),
        ("Created", Content("unknown" if row.created_at is None else _day(row.created_at))),
        ("Training", Content(_told(row.training_status.replace("_", " ").lower()))),
        ("Track", Content(_told(row.track))),
        ("Source", Content(_told(row.source.lower()))),
        ("Size", Content(f"{size}{files}")),
        ("Downloaded", Content(_day(page.saved[0].saved_at) if page.saved else "no")),
        ("Tags", Content(clean(" ".join(row.tags)) or "none")),
        ("Model id", Content(clean(row.model_id))),
    ]
    if known.description:
        pairs.insert(1, ("Description", Content(known.description)))
    if row.trouble:
        pairs.insert(3, ("Import", Content.styled(clean(row.trouble), _HAND)))
    return labelled(pairs, width, _LABEL)


def knowledge(page: "StoredModelPage", width: int) -> Lines:
    """Return where the details come from, what is missing, and the way to it."""
    known = page.known
    lines: Lines = []
    if known.way is not None:
        lines.append(Content.styled(f"{_WAYS[known.way].capitalize()}.", _DIM))
    if known.trouble:
        since = "Not read since: " if known.details else "Not known: "
        lines.append(Content.styled(f"{since}{clean(known.trouble, 400)}", _HAND))
    elif known.details is None:
        reading = f"Not read yet: {clean(page.out_of_reach)}" if page.out_of_reach else "Reading …"
        lines.append(Content.styled(reading if page.gone_at is None else "Never read.", _DIM))
    notes = () if known.details is None else known.details.notes
    # That there are no metrics stands where they would be.
    told = [clean(note, 300) for note in notes if note != NO_METRICS]
    lines += [Content.styled(note, _DIM) for note in told]
    return [part.rstrip() for line in lines for part in line.wrap(max(2, width))]


def training(page: "StoredModelPage", width: int) -> Lines:
    """Return what the training comes to in numbers."""
    found = _training(page)
    if found is None:
        told = NO_METRICS if page.known.details else _NOT_KNOWN
        return [Content.styled(told, _DIM).truncate(width)]
    lasted = "unknown" if found.seconds is None else duration_text(found.seconds)
    began = "" if found.began_at is None else f", since {_day(found.began_at)}"
    pairs = [
        ("Episodes", Content(f"{found.episodes:,} in {counted(len(found.points), 'iteration')}")),
        ("Duration", Content(f"{lasted}{began}")),
        ("Best", Content(_point(found.best))),
        ("Last", Content(_point(found.last))),
    ]
    return labelled(pairs, width, _LABEL)


def iterations(page: "StoredModelPage", width: int) -> Lines:
    """Return the training as plain numbers, an iteration a line."""
    found = _training(page)
    if found is None:
        return []
    lines = [Content.styled(_ITERATIONS, _DIM)]
    best = found.best
    for one in found.points:
        line = Content(
            f"{one.iteration:>9,} {one.upto:>8,} {_number(one.reward):>10} "
            f"{_percent(one.progress):>9} {_percent(one.completion):>10} {one.laps:>5,}"
        )
        lines.append(line + Content.styled("  best", "bold") if one is best else line)
    if found.thinned:
        lines.append(
            Content.styled("Iterations in between are left out: there are too many.", _DIM)
        )
    return [line.truncate(width, ellipsis=True) for line in lines]


def evaluations(page: "StoredModelPage", width: int) -> Lines:
    """Return the evaluations with their laps, the newest first."""
    details = page.known.details
    if details is None:
        return [Content.styled(_NOT_KNOWN, _DIM)]
    if not details.evaluations:
        return [Content.styled("None.", _DIM)]
    return [line for one in details.evaluations for line in _evaluation(one, width)][:-1]


def inside(page: "StoredModelPage", width: int) -> Lines:
    """Return action space, sensors, hyperparameters and settings."""
    contents, from_archive = contents_known(page)
    details = page.known.details or ModelDetails()
    pairs = [
        ("Action space", Content(contents.action_space or "not told")),
        *_actions(contents),
        ("Sensors", Content(", ".join(contents.sensors).lower().replace("_", " ") or "not told")),
        ("Algorithm", Content(contents.algorithm or "not told")),
    ]
    if contents.network:
        pairs.append(("Network", Content(contents.network.lower().replace("_", " "))))
    lines = labelled(pairs, width, _LABEL) + _archive(page, from_archive, width)
    for title, told in (
        ("Hyperparameters", details.hyperparameters),
        ("Settings", details.settings),
    ):
        if told:
            lines += [Content(""), Content.styled(title, "bold")]
            label = min(max(len(name) for name, _ in told), width // 2) + 2
            shown = [(fit(name, label - 2), Content(value)) for name, value in told]
            lines += labelled(shown, width, label)
    return lines


def _archive(page: "StoredModelPage", told: tuple[str, ...], width: int) -> Lines:
    """Say what a downloaded archive told, which one, from when; or why none did."""
    if awaits_archive(page):
        return [Content.styled("Reading the downloaded archive …", _DIM).truncate(width)]
    found = page.archive
    if found is None:
        return []
    lines: Lines = []
    if found.file is not None and told:
        what = ", ".join(told).capitalize()
        place = clean(found.file.place, 300)
        lines.append(
            Content.styled(
                f"{what}: from the archive downloaded {_day(found.file.saved_at)}, {place}", _DIM
            )
        )
    if found.trouble:
        lines.append(Content.styled(clean(found.trouble, 600), _HAND))
    return [part for line in lines for part in wrapped(line, width)]


def reward(page: "StoredModelPage", width: int) -> Lines:
    """Return the reward function with syntax colours; long lines go on in the next one."""
    source = contents_known(page)[0].reward
    if source is None:
        return [Content.styled("Not told." if page.known.details else _NOT_KNOWN, _DIM)]
    from drtui.screens.code import folded_lines

    return list(folded_lines(source, max(2, width)))


def colour(page: "StoredModelPage") -> None:
    """Find the colours of the reward function, which takes a while; to be called in a thread."""
    if source := contents_known(page)[0].reward:
        from drtui.screens.code import python_lines

        python_lines(source)


def series(found: Training | None) -> dict[str, Series]:
    """Return what the plots show."""
    if found is None:
        return dict.fromkeys(("reward", "progress", "completion"), Series(""))
    points, each = found.grouped(_POINTS_OF_A_LINE)
    of_each = "each iteration" if each == 1 else f"every {each} iterations"
    if found.thinned:
        of_each = f"every {each} of the iterations kept"
    rewards = tuple((one.upto, one.reward) for one in points if one.reward is not None)
    progress = tuple((one.upto, one.progress) for one in points if one.progress is not None)
    judged = tuple((one.upto, one.completion) for one in points if one.completion is not None)
    return {
        "reward": Series(
            f"Reward, mean of {of_each}",
            rewards,
            tuple((one.number, one.reward) for one in found.dots if one.reward is not None),
            nothing="Too few rewards for a plot.",
        ),
        "progress": Series(
            f"Progress while training in %, mean of {of_each}",
            progress,
            tuple((one.number, one.progress) for one in found.dots if one.progress is not None),
            100.0,
            "Too few episodes that tell their progress for a plot.",
        ),
        "completion": Series(
            f"Completion while evaluating in %, mean of {of_each}",
            judged,
            (),
            100.0,
            "Too few judged iterations for a plot of completion.",
        ),
    }


def age(page: "StoredModelPage") -> datetime | None:
    """When the details were read."""
    return page.known.as_of


def _training(page: "StoredModelPage") -> Training | None:
    return None if page.known.details is None else page.known.details.training


def _status(page: "StoredModelPage") -> Content:
    row = page.row
    status = Content(clean(row.status_text))
    if row.stage is Stage.ENDED:
        status = Content.styled(clean(row.status_text), _HAND)
    if page.gone_at is not None:
        status = Content.styled(f"not there any more since {_day(page.gone_at)}", _HAND)
    if row.pending:
        status += Content.styled(f" → {clean(row.pending)}", _PENDING)
    return status


def _told(text: str) -> str:
    return clean(text) or "not told"


def _day(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M %Z}"


def _point(point: Point | None) -> str:
    if point is None:
        return "unknown"
    parts = [f"iteration {point.iteration:,}"]
    if point.reward is not None:
        parts.append(f"reward {_number(point.reward)}")
    if point.completion is not None:
        parts.append(f"completion {_percent(point.completion)}")
    elif point.progress is not None:
        parts.append(f"progress {_percent(point.progress)}")
    return " · ".join(parts)


def _number(value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:.2e}" if abs(value) >= 1e7 else f"{value:,.2f}"


def _percent(value: float | None) -> str:
    return "?" if value is None else f"{value:.1f}%"


def _evaluation(one: Evaluation, width: int) -> Lines:
    at = "" if one.at is None else f"{_day(one.at)}  "
    name = Content.styled(one.name or one.kind, "bold")
    told = [one.kind, one.status.replace("_", " ").lower(), one.track, one.race.lower()]
    parts = [part.replace("_", " ") if part != one.track else part for part in told if part]
    lines = [
        Content.assemble((at, _DIM), name).truncate(width, ellipsis=True),
        Content.styled(f"  {' · '.join(parts)}", _DIM).truncate(width, ellipsis=True),
        Content(f"  {_summary(one)}").truncate(width, ellipsis=True),
    ]
    if one.laps:
        head = f"  {'Lap':>4} {'Time':>14} {'Progress':>9} {'Off track':>10} {'Crashes':>8}  "
        lines.append(Content.styled(head.rstrip(), _DIM).truncate(width))
    for lap in one.laps:
        time = "?" if lap.seconds is None else duration_text(lap.seconds)
        text = (
            f"  {lap.number:>4} {time:>14} {_percent(lap.progress):>9} "
            f"{_count(lap.off_tracks):>10} {_count(lap.crashes):>8}  "
        )
        status = Content.styled(lap.status.lower(), "" if lap.complete else _PENDING)
        lines.append((Content(text) + status).truncate(width, ellipsis=True))
    return [*lines, Content("")]


def _summary(one: Evaluation) -> str:
    if not one.laps:
        return "No laps."
    complete = sum(lap.complete for lap in one.laps)
    best = one.best_seconds
    parts = [f"{complete:,} of {counted(len(one.laps), 'lap')} complete"]
    parts.append("no best lap" if best is None else f"best {duration_text(best)}")
    if one.off_tracks is not None:
        parts.append(f"{one.off_tracks:,} off track")
    if one.crashes is not None:
        parts.append(counted(one.crashes, "crash", "crashes"))
    return ", ".join(parts)


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _actions(contents: ModelContents) -> list[tuple[str, Content]]:
    shown = contents.actions[:_ACTIONS_FIRST]
    if not shown:
        return []
    more = len(contents.actions) - len(shown)
    text = " · ".join(map(_action, shown)) + (f" and {more:,} more" if more else "")
    return [("", Content.styled(text, _DIM))]


def _action(action: Action) -> str:
    steering = "?" if action.steering is None else f"{action.steering:g}"
    speed = "?" if action.speed is None else f"{action.speed:g}"
    return f"{steering}°\N{NO-BREAK SPACE}{speed}\N{NO-BREAK SPACE}m/s"
