"""The line of messages: progress beside them, and what goes first where there is little room."""

import pytest

from drtui.screens.context import NO_DOOR
from drtui.widgets.message_line import MessageLine, Progress
from tests.unit.widgets.conftest import Running


async def test_progress_is_told_beside_a_message_too(running: Running) -> None:
    widget = MessageLine()
    async with running(widget, (90, 1)):
        widget.progress = Progress("Pause sponsorship", True, 1_204, 2_000, 0, 0, 1, number=5)
        assert " ".join(widget.render().plain.split()) == (
            "Pause sponsorship delivering: 1,204 of 2,000 done · +1 more 5 Operations"
        )
        widget.say("Not now.", wrong=True)
        assert widget.render().plain == (
            "Not now." + "operation 5, delivering: 1,204 of 2,000 done".rjust(82)
        )
        widget.say("x" * 52)
        assert widget.render().plain == "x" * 52 + "operation 5: 1,204 of 2,000 done".rjust(38)
        widget.say("x" * 200)
        assert widget.render().plain == "x" * 68 + "…  │ #5: 1,204 / 2,000"
        widget.hush()
        widget.progress = Progress("Pause sponsorship", False, 1_990, 2_000, 8, 2, 0, number=5)
        assert widget.render().plain == (
            "Pause sponsorship  1,990 of 2,000 done · 8 failed · 2 in conflict · needs a hand"
        )


async def test_a_refusal_takes_the_whole_line_where_its_way_out_would_be_cut(
    running: Running,
) -> None:
    widget = MessageLine()
    refusal = f"Not now: {NO_DOOR}."
    async with running(widget, (78, 1)):  # of 80 columns, with a blank at either side
        widget.progress = Progress("Close sign-ins", False, 3, 74, 71, 0, 0, number=5)
        widget.say(refusal, wrong=True)
        assert widget.render().plain == refusal
        widget.say("Said.", wrong=True)
        assert widget.render().plain.endswith("  1 operation needs a hand")


@pytest.mark.parametrize(("more", "said"), [(0, "#9 needs a hand"), (3, "4 need a hand")])
async def test_beside_a_long_message_it_is_still_told_what_needs_a_hand(
    running: Running, more: int, said: str
) -> None:
    widget = MessageLine()
    async with running(widget, (78, 1)):
        widget.progress = Progress("Pause", False, 1, 9, 8, 0, more, number=9)
        widget.say("x" * 200)
        assert widget.render().plain.endswith(f"…  │ {said}")


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (
            140,
            "Set usage quotas hours +2 ▇▇▇▇▇▇▇▇▇▇▇▁▁▁▁▁▁▁▁▁ delivering: 983 of 1,761 done · "
            "3 failed · 118/s · 7 s left · +1 more · 7 already so",
        ),
        (
            110,
            "Set usage quotas hours +2 delivering: 983 of 1,761 done · "
            "3 failed · 118/s · 7 s left · +1 more",
        ),
        (
            90,
            "Set usage quotas hours +2 983 of 1,761 done · 3 failed · 118/s · 7 s left · +1 more",
        ),
        (78, "Set usage quotas… 983 of 1,761 done · 3 failed · 118/s · 7 s left · +1 more"),
        (66, "983 of 1,761 done · 3 failed · 118/s · 7 s left · +1 more"),
        (55, "983 of 1,761 done · 3 failed · 118/s · 7 s left"),
        (40, "983 of 1,761 done · 118/s · 7 s left"),
        (28, "983 of 1,761 done · 7 s left"),
        (20, "983 of 1,761 done"),
    ],
)
async def test_what_says_most_of_the_progress_is_told_where_there_is_little_room(
    running: Running, width: int, said: str
) -> None:
    widget = MessageLine()
    async with running(widget, (width, 1)):
        widget.progress = Progress(
            *("Set usage quotas  hours +2", True, 983, 1_761, 3, 0, 1),
            number=5,
            per_second=118.2,
            seconds_left=6.7,
            already=7,
        )
        line = widget.render().plain
        assert len(line) <= width
        assert " ".join(line.split()) == said


async def test_at_80_columns_the_rate_and_the_time_left_are_told_with_the_title(
    running: Running,
) -> None:
    widget = MessageLine()
    async with running(widget, (78, 1)):  # a blank at either side
        widget.progress = Progress(
            *("Set usage quotas  hours +2  models ∞", True, 983, 1_761, 0, 0, 0),
            number=5,
            per_second=118.2,
            seconds_left=6.7,
        )
        assert widget.render().plain == (
            "Set usage quotas  hours +2  models ∞  983 of 1,761 done · 118/s · 7 s left"
        )
        widget.progress = Progress(
            *("Set usage quotas  hours +2", True, 983, 1_761, 0, 0, 0),
            number=5,
            state="waiting: offline",
        )
        assert "waiting: offline, 983 of 1,761 done" in widget.render().plain


async def test_what_waits_says_for_what_and_what_needs_a_hand_is_counted(running: Running) -> None:
    widget = MessageLine()
    async with running(widget, (100, 1)):
        widget.progress = Progress(
            "Resume", True, 0, 9, 0, 0, 0, number=5, state="waiting: offline"
        )
        assert "waiting: offline, 0 of 9 done" in widget.render().plain
        widget.say("Said.")
        assert widget.render().plain.endswith("operation 5, waiting: offline, 0 of 9 done")
        widget.hush()
        widget.progress = Progress("Resume", False, 3, 9, 6, 0, 1, number=5)
        said = widget.render().plain
        assert said.startswith("2 operations need a hand  ")
        assert said.endswith("5 Operations")


async def test_a_download_that_waits_for_its_turn_says_until_when_at_80_columns(
    running: Running,
) -> None:
    widget = MessageLine()
    async with running(widget, (80, 1)):
        what = "Download models to /home/organiser/models of the final"
        widget.progress = Progress(
            what, True, 21, 266, 0, 0, 0, number=5, seconds_left=1_530.0, next_in=130.0
        )
        told = widget.render().plain
        assert "21 of 266 done · 26 min left · next in 3 min" in told
        widget.progress = Progress(
            "Download models to m", True, 21, 266, 0, 0, 0, number=5, seconds_left=90
        )
        assert "▇" in widget.render().plain
