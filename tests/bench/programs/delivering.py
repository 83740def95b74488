"""Carries invitations out as an engine would, a few at a time: `delivering.py STORE`."""

import sys
import time
from pathlib import Path
from typing import Final

from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState
from drtui.store.database import open_database
from drtui.store.errands import Settled, claim_errands, settle_errands

_AT_ONCE: Final = 2
_PAUSE_SECONDS: Final = 0.1


def deliver(path: Path) -> None:
    """Carry out until nothing is left."""
    database = open_database(path)
    claim = 1
    while items := claim_errands(database, Service.INVITATIONS, _AT_ONCE, claim):
        done = Carried(ItemState.DONE)
        settle_errands(database, [Settled(item, claim, done) for item in items])
        claim += 1
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    deliver(Path(sys.argv[1]))
