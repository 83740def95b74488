"""The roster with 12,000 rows, while an operation delivers to them, against the racers' table.

What counts is the slowest of some keys: a reading that holds them up meets one of them only.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_invite
from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.participants import Participant
from drtui.store.database import open_database
from tests.bench.racers import alias, fill
from tests.bench.ratios import judged
from tests.bench.terminal import Program, program

pytestmark = pytest.mark.timeout(600)
Judge = Callable[..., None]
RACERS: Final = 8_000
LISTED: Final = 4_000
ROUNDS: Final = 7
KEYS: Final = 12
_PAGE_DOWN, _ESCAPE = "\x1b[6~", "\x1b"


def email(number: int) -> str:
    """A participant's address, before those of all racers; in the order of the numbers."""
    return f"guest-{number:06d}@e.org"


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with racers whom no list names, and listed participants who are being invited."""
    path = fill(tmp_path_factory.mktemp("event") / "store.sqlite", RACERS)
    database = open_database(path)
    workspace = Workspace(database, "ada")
    people = [Participant(email(number), f"Guest {number}", None, 1) for number in range(LISTED)]
    keep(workspace, people)
    submit(workspace, plan_invite(workspace, people))
    database.close()
    return path


@pytest.fixture(scope="module")
def racers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the same racers, to whom nothing is delivered."""
    return fill(tmp_path_factory.mktemp("racers") / "store.sqlite", RACERS)


def show_roster(console: Program) -> None:
    """Go from Monitor usage to Participants."""
    console.until(alias(0))
    console.settle(0.5)
    console.send("1")
    console.settle(0.5)
    console.press("p", email(0))
    console.settle(0.5)


class Pages:
    """A table that is gone through page by page.

    Args:
        running: Its console.
        name: Returns what a row is recognized by.
    """

    def __init__(self, running: Program, name: Callable[[int], str]) -> None:
        self._running = running
        self._name = name
        self._rows = sum(name(0)[:9] in line for line in running.lines())
        self._pages = 1

    def slowest(self) -> float:
        """The seconds of the slowest of some page keys."""
        return max(self._page_down() for _ in range(KEYS))

    def _page_down(self) -> float:
        self._pages += 1
        taken, _ = self._running.press(_PAGE_DOWN, self._name(self._pages * self._rows - 1))
        self._running.settle()
        return taken


def test_pages_of_the_roster_while_it_is_delivered_to(
    event: Path, racers: Path, judge: Judge
) -> None:
    with program("console", str(event)) as console, program("console", str(racers)) as quiet:
        show_roster(console)
        quiet.until(alias(0))
        quiet.settle(0.5)
        ours, theirs = Pages(console, email), Pages(quiet, alias)
        with program("delivering", str(event)):
            pairs = [(ours.slowest(), theirs.slowest()) for _ in range(ROUNDS + 1)][1:]
    judge(judged("slowest page key of the roster while delivering", pairs, most=4.0))


def test_what_is_done_with_everybody_marked(event: Path, judge: Judge) -> None:
    with program("console", str(event)) as console:
        show_roster(console)
        copies, menus = [], []
        for _ in range(ROUNDS):
            one = (of_chosen(console, "y", "Copied: "), of_chosen(console, "m", "Read a list of"))
            console.press("a", "12,000 marked")
            console.settle()
            everybody = (
                of_chosen(console, "y", "Copied: "),
                of_chosen(console, "m", "Read a list of"),
            )
            console.press("a", "0 marked")
            console.settle()
            copies.append((everybody[0], one[0]))
            menus.append((everybody[1], one[1]))
    judge(
        judged("emails of 12,000 copied, beside one", copies, most=3.0),
        judged("menu for 12,000 marked, beside one", menus, most=2.0),
    )


def of_chosen(console: Program, key: str, text: str) -> float:
    """The seconds from a key to its dialog, which is closed then."""
    taken, _ = console.press(key, text)
    console.settle(0.3)
    console.send(_ESCAPE)
    console.settle(0.3)
    return taken
