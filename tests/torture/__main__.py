"""The long campaign: `make torture`."""

import argparse
import shlex
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.torture.campaign import Campaign
from tests.torture.clock_file import forks_with_clocks
from tests.torture.world import LostError, Size, seed_from


def main() -> int:
    """Run it; print the figures, and write them where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--kills", type=int, default=200, help="on operations on all racers")
    parser.add_argument("--racers", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=24, help="of trouble in each of these")
    parser.add_argument("--outage", type=float, default=120.0, help="seconds of the long ones")
    parser.add_argument("--seed", default=None, help="of a run that is to be repeated")
    parser.add_argument("--write", type=Path, default=None, help="the page to write")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # where they would leave a disk mounted
        signal.signal(number, signal.default_int_handler)
    seed = seed_from(options.seed)
    size = Size(
        racers=options.racers,
        kills=options.kills,
        operations=14,  # so that each way of about racers, and both releases, have their turn
        bulk=options.rounds,
        small=4,
        guests=30,
        outages=2,
        outage=options.outage,
        latency=40.0,  # so that an operation takes long enough to be killed two dozen times
    )
    sys.stdout.write(f"seed {seed}\n")
    forks = forks_with_clocks()
    folder, kept = Path(tempfile.mkdtemp(prefix="drtui-torture-")), False
    campaign = Campaign(folder, size, seed, forks, _tell)
    try:
        try:
            figures = campaign.run()
        finally:
            _tell(campaign.figures.text())
            forks.close()
    except LostError:
        kept = True  # how it came about is told by the stores
        _tell(f"kept: {folder}")
        raise
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
    if options.write is not None:
        options.write.write_text(figures.page(_command(seed)), encoding="utf-8")
    return 0


def _command(seed: int) -> str:
    """The command that makes the same choices again."""
    given = argparse.ArgumentParser(add_help=False)
    given.add_argument("--seed")
    given.add_argument("--write")
    _, others = given.parse_known_args()
    return f'make torture ARGS="{shlex.join(["--seed", str(seed), *others])}"'


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
