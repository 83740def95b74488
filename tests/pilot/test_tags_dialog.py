"""The dialog of tags: labels typed, pasted and completed, and who has another of that name."""

import pytest

from drtui.screens.dialogs.tags import TagTexts
from tests.support.dialogs import SIZES, bare
from tests.support.list_dialogs import paste, tags_dialog


@pytest.mark.parametrize("size", SIZES)
async def test_labels_are_typed_and_completed(size: tuple[int, int]) -> None:
    async with bare(dialog=tags_dialog(), size=size) as console:
        assert "now: team:red (11), vip (3)" in console.text()
        assert "[ Set tags (12) ]" in console.text()
        await console.write("team:b")
        await console.press("tab")
        await console.write("late,new")
        await console.press("tab")
        await console.write("vi")
        await console.press("tab", "enter")
        assert await console.returned() == TagTexts(("team:blue", "late", "new"), ("vip",))


async def test_what_cannot_be_a_label_is_said_at_once_and_not_taken() -> None:
    async with bare(dialog=tags_dialog()) as console:
        await console.press("enter")
        await console.write("team:a:b")
        assert "cannot be a label" in console.text()
        await console.press("enter")
        assert console.results == []
        await console.press("ctrl+u")
        await console.write("vip")
        await console.press("down")
        await console.write("vip")
        assert "cannot be both added and removed" in console.text()
        await console.press("escape")
        assert await console.returned() is None


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_whoever_has_another_team_is_told_and_both_stay_unless_it_is_ticked(
    size: tuple[int, int],
) -> None:
    async with bare(dialog=tags_dialog(), size=size) as console:
        assert "f2" not in console.text()
        await console.write("team:blue")
        assert "11 have another team already: team:red (11)." in console.text()
        assert "[ ] f2 takes it off; without a tick both stay" in console.text()
        await console.press("enter")
        assert await console.returned() == TagTexts(("team:blue",), ())


@pytest.mark.parametrize("way", ["its key", "the box"])
async def test_the_other_team_is_taken_off_where_that_is_ticked(way: str) -> None:
    async with bare(dialog=tags_dialog()) as console:
        await console.write("team:blue")
        await console.press(*(["f2"] if way == "its key" else ["down", "down", "space"]))
        assert "[x] f2 takes it off" in console.text()
        await console.press("enter")
        assert await console.returned() == TagTexts(("team:blue",), (), instead=True)


async def test_a_tick_counts_only_while_there_is_something_to_be_instead_of() -> None:
    async with bare(dialog=tags_dialog()) as console:
        await console.press("f2")
        await console.write("team:blue")
        assert "[ ] f2 takes it off" in console.text()  # the key did nothing before
        await console.press("f2", "down")
        await console.write("team:red")
        assert "another team" not in console.text()
        await console.press("enter")
        assert await console.returned() == TagTexts(("team:blue",), ("team:red",))


async def test_all_labels_that_are_pasted_are_taken() -> None:
    async with bare(dialog=tags_dialog()) as console:
        await paste(console, "late\r\n\r\nclass:a\nfinals\n")
        await console.press("enter")
        assert await console.returned() == TagTexts(("late", "class:a", "finals"), ())


async def test_the_line_offers_known_labels() -> None:
    async with bare(dialog=tags_dialog()) as console:
        assert "team:red  team:blue  vip" in console.text()
        await console.write("v")
        assert "team:blue" not in console.text()
