"""Whether the program was replaced on the disk while it ran: what it loads then does not fit."""

import sys
import time
from pathlib import Path
from typing import Final

_BEGAN: Final = time.time()


def was_replaced(began: float = _BEGAN) -> bool:
    """Whether a file of drtui's that is loaded was replaced or taken away since.

    Args:
        began: When the process began, in seconds since the epoch.
    """
    loaded = [one for name, one in list(sys.modules.items()) if f"{name}.".startswith("drtui.")]
    return any(_is_newer(Path(path), began) for one in loaded if (path := one.__file__) is not None)


def _is_newer(path: Path, began: float) -> bool:
    try:
        return path.stat().st_ctime > began
    except OSError:
        return True
