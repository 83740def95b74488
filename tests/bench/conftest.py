"""Stores to measure on, and the table of what was measured.

At the end of a run the table is printed; with `--performance FILE` it is written there too, unless
only some of the benchmarks ran.
"""

import os
import platform
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from tests.bench.racers import fill
from tests.bench.ratios import HEADINGS, Ratio

_RESULTS: Final = pytest.StashKey[list[Ratio]]()
_NOTES: Final = pytest.StashKey[list[str]]()
_PARTIAL: Final = pytest.StashKey[bool]()
_PAGE: Final = """# Performance

What the console and the engine take, beside something that does the same with less. These are
ratios, measured side by side in one run; the figures beside them are the medians of that run and
change with the machine. `make bench` measures anew and writes this page.

Measured on {date} with `{command}` on {processors} cores ({machine}), Python {python},
Textual {textual}, SQLite {sqlite}, in a terminal of 120 by 40 cells.

## How noise is judged

Both sides of a comparison take turns, so that whatever else the machine does meets both. The
ratio is the median of the rounds' ratios. A bound is missed when even the better quartile of the
rounds misses it: a quarter of the rounds has to be within the bound. Where the median alone is
outside, the verdict says “holds within noise”. What is counted instead of timed, as memory, is
taken once.

Where others want the processor too, waking up costs more of its time. So the idle console stands
beside an idle minimal app: where that one takes more than 0.15 % of a core, the console's time
counts for as much less.

A time with a terminal in it is from the key, or from the start of the process, to the end of the
frame that shows the effect, as it is read from the terminal.

Beside the whole console, with its summary, header and keys, stands a minimal app that has nothing
but Textual's DataTable, with the same racers in the same twelve columns.

## Results

{table}

{notes}
"""


@pytest.hookimpl
def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--performance", type=Path, default=None, help="Write the results there.")


@pytest.hookimpl
def pytest_configure(config: pytest.Config) -> None:
    config.stash[_RESULTS] = []
    config.stash[_NOTES] = []
    config.stash[_PARTIAL] = False


@pytest.hookimpl
def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items[:1]:
        item.config.stash[_PARTIAL] = True


@pytest.fixture
def judge(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Take comparisons into the table, and fail when one misses its bound."""

    def take(*ratios: Ratio) -> None:
        pytestconfig.stash[_RESULTS].extend(ratios)
        missed = [" | ".join(ratio.cells()) for ratio in ratios if not ratio.holds]
        assert not missed, "\n".join(missed)

    return take


@pytest.fixture
def note(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Take a sentence with a figure that has no bound."""
    return pytestconfig.stash[_NOTES].append


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 100,000 racers."""
    return fill(tmp_path_factory.mktemp("many") / "store.sqlite", 100_000)


@pytest.fixture(scope="session")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 2,000 racers."""
    return fill(tmp_path_factory.mktemp("some") / "store.sqlite", 2_000)


@pytest.fixture(scope="session")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was read, and had nobody in it."""
    return fill(tmp_path_factory.mktemp("nobody") / "store.sqlite", 0)


@pytest.hookimpl
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    results, notes = config.stash[_RESULTS], config.stash[_NOTES]
    if not results:
        return
    rows = [ratio.cells() for ratio in results]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    for row in (HEADINGS, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        terminalreporter.line("  ".join(cells).rstrip())
    for sentence in notes:
        terminalreporter.line(sentence)
    target: Path | None = config.getoption("--performance")
    if target is not None and not config.stash[_PARTIAL]:
        target.write_text(_page(rows, notes), encoding="utf-8")


def _page(rows: list[tuple[str, ...]], notes: list[str]) -> str:
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows]
    return (
        _PAGE.format(
            date=datetime.now(UTC).date(),
            command="make bench",
            processors=os.cpu_count(),
            machine=f"{platform.system()} {platform.machine()}",
            python=platform.python_version(),
            textual=version("textual"),
            sqlite=sqlite3.sqlite_version,
            table="\n".join("| " + " | ".join(line) + " |" for line in lines),
            notes="\n".join(f"- {sentence}" for sentence in notes),
        ).rstrip()
        + "\n"
    )


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal with all colours, and no account of the person who measures."""
    for name in ("NO_COLOR", "TEXTUAL", "DRTUI_HOME"):
        monkeypatch.delenv(name, raising=False)
