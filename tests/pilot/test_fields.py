"""Fields that begin with text from outside: what is drawn of it, and what stays in it."""

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from drtui.widgets.plain_input import PlainInput

HOSTILE = "\x1b[31mre\u202ed\x07\x9b2J\x1b]0;title\x07 \N{FAMILY}\tz"
DRAWN = "�[31mre�d��2J�]0;title� \N{FAMILY}�z"


class Field(App[None]):
    def __init__(self, value: str) -> None:
        super().__init__()
        self._begins = value

    def compose(self) -> ComposeResult:
        yield PlainInput(self._begins)

    @property
    def field(self) -> PlainInput:
        return self.query_one(PlainInput)


async def test_nothing_of_a_value_reaches_the_terminal_as_a_control_and_all_of_it_stays() -> None:
    app = Field(HOSTILE)
    async with app.run_test(size=(60, 5)) as pilot:
        with app._context():
            assert app.field.render_line(0).text.rstrip() == DRAWN
        assert app.field.value == HOSTILE
        await pilot.press("end", "left", "backspace")
        assert app.field.value == HOSTILE.replace("\t", "")


@pytest.mark.parametrize("position", range(len(HOSTILE) + 1))
async def test_the_cursor_stands_on_the_character_that_it_is_at(position: int) -> None:
    app = Field(HOSTILE)
    async with app.run_test(size=(60, 5)):
        with app._context():
            app.field.cursor_position = position
        at = app.field.cursor_screen_offset.x - app.field.content_region.x
        assert at == cell_len(DRAWN[:position]) + (position == len(HOSTILE))
