"""What stops the account, below the header: cut off visibly."""

import pytest

from drtui.widgets.trouble_line import lines_of

SENTENCE = "A firewall blocked the call; the sponsor can add an exception. It is told by doctor."


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (90, [SENTENCE]),
        (
            50,
            [
                "A firewall blocked the call; the sponsor can add",
                "an exception. It is told by doctor.",
            ],
        ),
        (30, ["A firewall blocked the call;", "the sponsor can add an…"]),
        (0, [""]),
    ],
)
def test_what_has_no_room_in_two_lines_is_marked_as_cut_off(width: int, said: list[str]) -> None:
    lines = [line.plain for line in lines_of(SENTENCE, width)]
    assert lines == said
