"""How a model looks as a row of the models' table."""

from collections.abc import Callable, Mapping
from typing import Final

from drtui.domain.models import BUCKET_ONLY, ModelRow, ModelStatus, Stage, known_status
from drtui.domain.spending import BYTES_PER_GB
from drtui.domain.text import clean, is_seen
from drtui.widgets.cells import Cell, Run, Tone, fitting, number_texts, width_of
from drtui.widgets.columns import Column, PlacedColumn

COLUMNS: Final = (
    Column("name", "Name", 16, most=28, least=10),
    Column("racer", "Racer", 12, most=20, least=8),
    Column("email", "Email", 14, most=30, rank=4),
    Column("tags", "Tags", 9, most=20, rank=3),
    Column("status", "Status", 16, most=22, least=10),
    Column("created", "Created", 10, most=16),
    Column("source", "Source", 8, most=12, rank=6),
    Column("size", "GB", 6, right=True),
    Column("training", "Training", 11, most=13, rank=2),
    Column("track", "Track", 10, most=24, rank=5),
    Column("downloaded", "Downloaded", 10, rank=7),
)
"""Marks and cursor apart, what the table shows; a number's unit is in its heading."""

COLUMN_TITLES: Final = {
    **{column.name: column.title for column in COLUMNS},
    "training": "Training status",
    "tags": "Team and tags",
    "size": "Size in GB",
}
"""What each column is called where it is chosen."""

USUAL_COLUMNS: Final = tuple(column.name for column in COLUMNS)
"""What is shown where nothing was chosen."""

SORTS: Final = {
    "name": ("name", False),
    "racer": ("alias", False),
    "email": ("email", False),
    "tags": ("racer_tags", False),
    "status": ("status", False),
    "created": ("created_at", True),
    "source": ("source", False),
    "size": ("size_bytes", True),
    "training": ("training_status", False),
    "track": ("track", False),
}
"""By what the table can be sorted: the field of the store, and whether the largest comes first."""

SORT_TITLES: Final = {
    "name": "Name",
    "racer": "Racer",
    "email": "Email",
    "tags": "Tags of the racer",
    "status": "Status",
    "created": "Created",
    "source": "Source",
    "size": "GB stored",
    "training": "Training status",
    "track": "Track",
}
"""What each of these is called."""

SORT_LETTERS: Final = dict(
    zip(SORT_TITLES, ("n", "r", "e", "a", "s", "c", "o", "g", "t", "k"), strict=True)
)
"""What chooses each of them."""

RUNNING, BADLY, AS_SENT = "▸ ", "! ", "? "
"""The signs before a status: of what goes on by itself, what ended badly, and what is not known."""

_NONE: Final = Run("-", Tone.DIM)
_UNKNOWN: Final = Run("?")
_SHORT_BUCKET: Final = "bucket only"
_WITH_TIME: Final = 16


def model_cell(model: ModelRow, placed: PlacedColumn) -> Cell:
    """Return a model's cell for a column."""
    return _CELLS[placed.column.name](model, placed)


def _name(model: ModelRow, _: PlacedColumn) -> Cell:
    name = clean(model.name)
    return [Run(name)] if name else [Run(clean(model.model_id), Tone.DIM)]


def _racer(model: ModelRow, _: PlacedColumn) -> Cell:
    if is_seen(model.alias):
        return [Run(clean(model.alias))]
    return [Run(clean(model.email or model.profile_id), Tone.DIM)]


def _email(model: ModelRow, _: PlacedColumn) -> Cell:
    return [_UNKNOWN if model.email is None else Run(clean(model.email))]


def _tags(model: ModelRow, _: PlacedColumn) -> Cell:
    """Return the racer's labels, then its own."""
    return [Run(clean(" ".join(dict.fromkeys((*model.racer_tags, *model.tags)))))]


def _status(model: ModelRow, placed: PlacedColumn) -> Cell:
    """Return the status with its sign, and what is on its way; what is pending is never cut."""
    told = status_cell(model, placed.width)
    if not model.pending:
        return told
    pending = clean(model.pending)
    cells = [[*told, Run(f" → {pending}", Tone.PENDING)], [Run(f"→ {pending}", Tone.PENDING)]]
    return next((one for one in cells if width_of(one) <= placed.width), cells[-1])


def status_cell(model: ModelRow, width: int = 0) -> Cell:
    """Return a model's status with its sign; one that is not known stands as it was sent.

    Args:
        model: Whose.
        width: How many cells there are for it; 0 is enough.
    """
    if not model.listed:
        short = width and width < len(BUCKET_ONLY)
        return [Run(_SHORT_BUCKET if short else BUCKET_ONLY, Tone.DIM)]
    if not model.status:
        return [_UNKNOWN]
    text = clean(model.status_text)
    if model.stage is Stage.UNKNOWN:
        return [Run(f"{AS_SENT}{clean(model.status)}", Tone.HAND)]
    if model.stage is Stage.RUNNING:
        return [Run(f"{RUNNING}{text}", Tone.FOCUS)]
    if known_status(model.status) is ModelStatus.ERROR:
        return [Run(f"{BADLY}{text}", Tone.HAND)]
    return [Run(text, Tone.PLAIN if model.stage is Stage.READY else Tone.DIM)]


def _created(model: ModelRow, placed: PlacedColumn) -> Cell:
    if model.created_at is None:
        return [_UNKNOWN]
    shown = "%Y-%m-%d %H:%M" if placed.width >= _WITH_TIME else "%Y-%m-%d"
    return [Run(f"{model.created_at.astimezone():{shown}}")]


def _source(model: ModelRow, _: PlacedColumn) -> Cell:
    return [Run(clean(model.source).lower()) if model.source else _NONE]


def _size(model: ModelRow, placed: PlacedColumn) -> Cell:
    if model.size is None:
        return [_UNKNOWN]
    size = model.size / BYTES_PER_GB
    if 0 < size < 0.005:
        return [Run("<0.01")]
    return [Run(fitting(number_texts(size, 2), placed.width))]


def _training(model: ModelRow, _: PlacedColumn) -> Cell:
    text = clean(model.training_status).replace("_", " ").lower()
    return [Run(text) if text else _NONE]


def _track(model: ModelRow, _: PlacedColumn) -> Cell:
    return [Run(clean(model.track)) if model.track else _NONE]


def _downloaded(model: ModelRow, _: PlacedColumn) -> Cell:
    return [Run("yes") if model.downloaded else _NONE]


_CELLS: Final[Mapping[str, Callable[[ModelRow, PlacedColumn], Cell]]] = {
    "name": _name,
    "racer": _racer,
    "email": _email,
    "tags": _tags,
    "status": _status,
    "created": _created,
    "source": _source,
    "size": _size,
    "training": _training,
    "track": _track,
    "downloaded": _downloaded,
}
