"""A model's plots of a very long training, beside those of a short one."""

from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from drtui.domain.metrics import Training, training_of
from drtui.screens.model_facts import series
from drtui.widgets.metric_plot import plotted
from tests.bench.ratios import compare
from tests.support.model_pages import rows

pytestmark = pytest.mark.timeout(300)
_SIZE: Final = (100, 10)
_EACH: Final = 20


def draw(found: Training) -> None:
    """All three plots, from the training on."""
    for one in series(found).values():
        plotted(one, *_SIZE)


def trained(iterations: int) -> Training:
    found = training_of(rows(iterations, _EACH))
    assert found is not None
    return found


def test_plots_of_100_000_episodes_are_drawn_about_as_quickly_as_those_of_1_000(
    judge: Callable[..., None],
) -> None:
    long, short = trained(5_000), trained(50)
    assert (long.episodes, short.episodes) == (100_000, 1_000)
    name = "drawing a model's plots: 100,000 episodes against 1,000"
    judge(compare(name, partial(draw, long), partial(draw, short), most=2.0))
