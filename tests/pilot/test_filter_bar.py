"""The filter line: what it offers while it is typed, and when it complains."""

from typing import ClassVar

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from drtui.domain.completion import Vocabulary
from drtui.domain.filters import Expression
from drtui.screens.key_gate import KeyGate
from drtui.widgets.filter_bar import HINT, FilterBar
from drtui.widgets.key_line import KeyLine
from drtui.widgets.record_table import RecordTable
from tests.support.dialogs import Bare, BareApp, bare

KNOWN = Vocabulary({"team": ("red", "blue")}, {"late": "used>90%"})


class Filtering(Screen[None]):
    """A filter above a table whose keys must not fire while a filter is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter"),
        Binding("p", "pause", "pause"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.bar = FilterBar(self.edited, self.left)
        self.table: RecordTable[str] = RecordTable([], lambda *_: [], lambda _: {})
        self.read: list[Expression | None] = []
        self.paused = 0

    def compose(self) -> ComposeResult:
        yield self.bar
        yield self.bar.rule
        yield self.table
        yield KeyLine()

    def on_mount(self) -> None:
        self.bar.vocabulary = KNOWN
        self.set_focus(self.table)

    def edited(self, text: str) -> None:
        del text
        self.read.append(self.bar.read())

    def left(self, keep: bool) -> None:
        if not keep:
            self.bar.input.value = ""
        self.set_focus(self.table)

    def action_filter(self) -> None:
        self.bar.begin()

    def action_pause(self) -> None:
        self.paused += 1


def rule(console: Bare) -> str:
    return console.lines()[1].strip()


async def test_the_line_below_offers_fields_and_what_they_mean() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        assert set(rule(console)) == {"─"}
        await console.press("slash")
        assert rule(console).startswith("alias:  email:  id:  status:")
        assert rule(console).endswith("…   The alias contains this")
        await console.write("racer sta")
        typed = next(line for line in console.lines() if "racer sta" in line)
        told = console.lines()[1]
        assert told.index("status:") == typed.index("sta")
        assert told.endswith("Active, invited, over quota or paused")
        assert "tab complete" in console.lines()[-1]
        await console.press("escape")
        assert set(rule(console)) == {"─"}


async def test_tab_accepts_and_goes_through_the_candidates_and_back() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash", "s", "t", "tab")
        assert screen.bar.input.value == "status:"
        await console.press("tab")
        assert screen.bar.input.value == "storage>"
        await console.press("tab", "shift+tab")
        assert screen.bar.input.value == "storage>"
        await console.press("shift+tab")
        assert screen.bar.input.value == "status:"
        await console.press("p", "tab")
        assert screen.bar.input.value == "status:paused"
        assert screen.bar.input.cursor_position == len("status:paused")
        await console.press("space", "t", "tab")
        assert screen.bar.input.value == "status:paused team:"
        assert screen.focused is screen.bar.input


async def test_a_hint_that_is_cut_says_so() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        assert HINT in console.lines()[0]
    async with bare(dialog=Filtering(), size=(30, 15)) as console:
        assert console.lines()[0].strip().endswith("…")


async def test_a_single_candidate_is_settled_and_its_values_follow() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash", "t", "e", "tab", "tab", "tab")
        assert screen.bar.input.value == "team:blue"


async def test_completing_in_the_middle_keeps_what_follows() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash")
        await console.write("x ro y")
        await console.press("left", "left", "tab")
        assert screen.bar.input.value == "x role: y"
        assert screen.bar.input.cursor_position == len("x role:")


async def test_known_labels_and_saved_filters_are_offered() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash")
        await console.write("team:")
        assert rule(console) == "red  blue"
        await console.write("red @")
        assert rule(console).startswith("@late")
        await console.press("tab")
        assert screen.read[-1] is not None
        assert screen.bar.rule.problem is None


async def test_what_is_pasted_is_one_line_without_control_characters() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash")
        console.app.post_message(events.Paste("ad\x1b[2Ja\tb\nsecond"))
        await console.until(lambda: screen.bar.input.value == "ad[2Ja b", "what is pasted")


async def test_the_first_line_with_something_in_it_is_pasted() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash")
        console.app.post_message(events.Paste("\n \r\nada\nbo"))
        await console.until(lambda: screen.bar.input.value == "ada", "what is pasted")


@pytest.mark.parametrize("text", ["status:", "status:pa", "(team:red", "team:red or", "hours>"])
async def test_what_is_half_typed_is_no_error_until_it_is_left(text: str) -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash")
        for end in range(len(text)):
            await console.write(text[end])
            assert screen.bar.rule.problem is None, text[: end + 1]
        await console.press("enter")
        problem = screen.bar.rule.problem
        assert problem is not None
        assert problem[1][:40] in rule(console)


async def test_what_is_wrong_is_told_at_its_place_even_while_more_is_typed() -> None:
    screen = Filtering()
    async with bare(dialog=screen) as console:
        await console.press("slash")
        await console.write("tem:red sta")
        place, sentence = screen.bar.rule.problem or (0, "")
        assert "did you mean “team”?" in sentence
        typed = next(line for line in console.lines() if "tem:red" in line)
        assert console.lines()[1].index("^") == typed.index("tem")
        assert place == 2
        assert screen.read[-1] is None


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)])
async def test_the_offer_never_is_wider_than_its_line(size: tuple[int, int]) -> None:
    screen = Filtering()
    async with bare(dialog=screen, size=size) as console:
        await console.press("slash")
        for _ in range(20):
            await console.press("tab")
            line = console.lines()[1]
            assert screen.bar.input.value in line
            assert len(line) <= size[0]


class GatedApp(BareApp):
    """An app that lets keys through one at a time, as the console does."""

    def __init__(self) -> None:
        super().__init__()
        self.key_gate = KeyGate(self, super().on_event)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.key_gate.take(event)
        else:
            await super().on_event(event)

    async def _on_key(self, event: events.Key) -> None:
        await super()._on_key(event)
        await self.key_gate.returned()

    async def on_key_gate_passed(self, event: KeyGate.Passed) -> None:
        await self.key_gate.passed(event.number)


async def test_keys_behind_the_slash_are_typed_and_never_reach_the_table() -> None:
    app, screen = GatedApp(), Filtering()
    async with app.run_test(size=(80, 24)) as pilot:
        console = Bare(app, pilot)
        app.push_screen(screen)
        await console.until(lambda: screen.focused is screen.table, "the table's focus")
        for key, character in (("slash", "/"), ("p", "p"), ("e", "e"), ("p", "p")):
            app.post_message(events.Key(key, character))
        await console.until(lambda: screen.bar.input.value == "pep", "the text")
        assert screen.paused == 0
