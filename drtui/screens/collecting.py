"""What keeps keys quick while threads read a large store: how Python collects and takes turns.

A full collection looks at whatever a thread has half read, with the interpreter's lock held: 0.3 s
where that is a roster of 12,000. So it waits for a moment in which nobody types. Nearly all that
is thrown away goes by itself; what is left is mostly closed screens, which refer to themselves.
"""

import gc
import sys
from typing import Final

# How many collections of the young make a full one due: the console's closed dialogs are few.
_DUE: Final = 300
_NEVER: Final = 10**9
# How long a thread keeps the lock from the screen, which takes it up several times for each key.
_TURN_SECONDS: Final = 0.001


def spare_keys() -> None:
    """Collect only what is young from now on, but none of what there is, and take short turns."""
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    gc.enable()
    sys.setswitchinterval(_TURN_SECONDS)


def collect_if_due() -> None:
    """Collect everything, if it is time; to be called when no key is waited for."""
    if gc.get_count()[2] >= _DUE:
        gc.collect()
