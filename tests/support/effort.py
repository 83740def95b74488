"""How often what happens at random is tried: `DRTUI_TEST_EFFORT` times as often as usual."""

import os
from typing import Final

EFFORT: Final = int(os.environ.get("DRTUI_TEST_EFFORT", "1"))


def times(usual: int) -> int:
    """Return how often to try what is tried so often in a usual run."""
    return usual * EFFORT
