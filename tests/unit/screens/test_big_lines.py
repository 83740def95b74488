"""The lines of the big screen: they fit, and nobody is among them who is hidden."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.live_races import QueueStatus
from drtui.domain.live_shows import LiveShow, live_show
from drtui.domain.race_records import StoredLeaderboard, StoredLive, StoredRace
from drtui.domain.text import fold
from drtui.screens.big_lines import big_lines
from drtui.widgets.big_text import big, wide
from tests.support.live_shows import AT, current, item, live_of, race, ranked

ALIASES = st.lists(st.text(min_size=1, max_size=40), max_size=30)


def show_of(
    aliases: list[str], waiting: list[str], *, runs: str = "", hidden: frozenset[str] = frozenset()
) -> LiveShow:
    state = live_of(
        rankings=ranked(*aliases) if aliases else (), current=current(runs) if runs else None
    )
    queue = tuple(item(number, alias) for number, alias in enumerate(waiting, 1))
    if runs:
        queue = (item(0, runs, QueueStatus.IN_PROGRESS), *queue)
    live = StoredLive(state, queue, AT)
    return live_show(StoredRace(1, race(), AT), StoredLeaderboard(), live, hidden)


@given(ALIASES, ALIASES, st.integers(60, 220), st.integers(15, 80), st.booleans())
def test_lines_fit_whatever_the_names_and_the_terminal(
    aliases: list[str], waiting: list[str], width: int, height: int, runs: bool
) -> None:
    show = show_of(aliases, waiting, runs=waiting[0] if runs and waiting else "")
    lines = big_lines(show, AT + timedelta(seconds=3), width, height, "esc leaves")
    assert len(lines) == height
    assert all(line.cell_length <= width for line in lines)
    assert all("\n" not in line.plain and "\x1b" not in line.plain for line in lines)


@given(st.sampled_from(["grace", "Übung"]), st.integers(60, 220), st.integers(15, 80))
def test_who_is_hidden_is_on_no_terminal(alias: str, width: int, height: int) -> None:
    hidden = frozenset({fold(alias)})
    show = show_of([alias, "b"], [alias, "c"], runs=alias, hidden=hidden)
    state = show.live.state
    assert state is not None
    winner = replace(show, live=replace(show.live, state=replace(state, winner=alias)))
    for one in (show, winner):
        text = "\n".join(line.plain for line in big_lines(one, AT, width, height, "esc leaves"))
        assert alias not in text
        assert wide(alias) not in text
        assert not all(row.strip() in text for row in big(alias))


@pytest.mark.parametrize("alias", ["  ", "\N{NO-BREAK SPACE}", "\N{HANGUL FILLER}"])
def test_somebody_whose_name_is_not_seen_is_there_all_the_same(alias: str) -> None:
    show = show_of([alias], ["b"])
    text = [line.plain for line in big_lines(show, AT, 160, 40, "esc leaves")]
    first = next(number for number, line in enumerate(text) if "LEADERBOARD" in line) + 1
    assert any("?" in line for line in text[first : first + 6])
    running = show_of([], [alias], runs=alias)
    state = [line.plain for line in big_lines(running, AT, 80, 40, "esc leaves")]
    assert "1 ?" in "\n".join(state)


def test_times_have_their_unit_above_them() -> None:
    lines = [line.plain for line in big_lines(show_of(["ada"], []), AT, 80, 24, "esc leaves")]
    assert any("LEADERBOARD" in line and line.rstrip().endswith(" (s)") for line in lines)


def test_places_that_there_is_no_room_for_are_counted() -> None:
    names = [f"racer-{number}" for number in range(40)]
    lines = big_lines(show_of(names, []), AT, 80, 24, "esc leaves")
    shown = sum(bool(re.search(r"r a c e r - ", line.plain)) for line in lines)
    (more,) = [line.plain for line in lines if line.plain.startswith("and ")]
    assert more == f"and {40 - shown} more"


def test_a_large_terminal_shows_more_places_in_large_type() -> None:
    names = [f"racer-{number}" for number in range(40)]
    counts = [
        sum("r a c e r - " in one.plain for one in big_lines(show_of(names, []), AT, *size, ""))
        for size in ((80, 24), (120, 40), (200, 60))
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
