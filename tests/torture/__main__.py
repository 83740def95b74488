"""The long campaign: `make torture`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.torture.campaign import Campaign, Size, seed_from
from tests.torture.clock_file import forks_with_clocks


def main() -> int:
    """Run it; print the figures, and write them where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--kills", type=int, default=220)
    parser.add_argument("--racers", type=int, default=2_000)
    parser.add_argument("--outage", type=float, default=120.0, help="seconds at the most")
    parser.add_argument("--seed", default=None, help="of a run that is to be repeated")
    parser.add_argument("--write", type=Path, default=None, help="the page to write")
    options = parser.parse_args()
    seed = seed_from(options.seed)
    size = Size(
        racers=options.racers, kills=options.kills, each=9, guests=30, outage=options.outage
    )
    sys.stdout.write(f"seed {seed}\n")
    forks = forks_with_clocks()
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder), size, seed, forks, _tell)
        try:
            figures = campaign.run()
        finally:
            _tell(campaign.figures.text())
            forks.close()
    if options.write is not None:
        options.write.write_text(figures.page("make torture"), encoding="utf-8")
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
