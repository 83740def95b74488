"""Models in any number, of some racers, in a store as a listing of all would have left them."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from drtui.domain.model_calls import ListedModel
from drtui.store.database import open_database
from drtui.store.models import write_all_models
from tests.bench.racers import fill

RACERS: Final = 2_000
FILTER: Final = "7+"  # matches every tenth model, by the name
_BEGAN: Final = datetime(2026, 5, 1, tzinfo=UTC)


def name(number: int) -> str:
    """The name of a model; in the order of the numbers."""
    return f"m-{number:06d}+lap"


def fill_models(path: Path, models: int) -> Path:
    """Make a store with that many models; return its path."""
    fill(path, RACERS)
    listed = [
        ListedModel(
            f"profile{number % RACERS:08d}",
            f"model{number:010d}",
            name(number),
            "READY",
            _BEGAN + timedelta(seconds=number),
            size=number * 1000,
        )
        for number in range(models)
    ]
    with closing(open_database(path)) as database:
        write_all_models(database, listed, database.clock())
    return path
