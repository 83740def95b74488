"""A text that was copied: shown as far as somebody may select it by hand."""

import pytest
from textual.app import App
from textual.widgets import Static

from drtui.screens.dialogs.copied import CopiedDialog


@pytest.mark.parametrize(("lines", "shown"), [(1, 1), (200, 200), (201, 200), (12_000, 200)])
async def test_the_first_lines_of_a_long_text_are_shown_and_that_all_was_copied(
    lines: int, shown: int
) -> None:
    text = "\n".join(f"guest-{number}@example.org" for number in range(lines))
    dialog = CopiedDialog(text, "Sent to the terminal.")
    app: App[None] = App()
    async with app.run_test():
        await app.push_screen(dialog)
        said = [str(one.content) for one in dialog.query(Static)]
    assert text.split("\n")[:shown] in [one.split("\n") for one in said]
    assert any("All of it was copied" in one for one in said) is (lines > shown)
