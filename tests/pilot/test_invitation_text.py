"""The text of an invitation: edited, refused, left, and mended."""

from pathlib import Path

from textual.widgets import TextArea

from drtui.commands.mailing import read_text
from drtui.commands.workspace import Workspace
from drtui.domain.invitation_texts import DEFAULT_TEXTS
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.invitation_fields import FieldsDialog
from drtui.screens.dialogs.invitation_text import InvitationTextDialog
from drtui.store.preferences import write_preference
from tests.support.invitations import KIND, SIZES, SMALL, a_door, back, shown, workspace
from tests.support.screens import said

__all__ = ["workspace"]


async def test_an_edited_text_is_kept_and_can_be_taken_back(
    path: Path, workspace: Workspace
) -> None:
    async with shown(path, SMALL) as console:
        await console.press("z")
        assert said(console) == "Not now: it is the text that drtui begins with."
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.write("Dear ")
        await console.press("f2")
        await console.dialog(FieldsDialog)
        await console.press("down", "enter")
        await console.dialog(InvitationTextDialog)
        await console.press("ctrl+s")
        await back(console)
        assert said(console) == "Saved: the text for the deployment's own users."
        await console.until(lambda: "Dear {dates}Hello {name}," in console.text(), "the text")
        assert read_text(workspace, KIND).body.startswith("Dear {dates}Hello {name},")
        assert read_text(workspace, KIND).subject == DEFAULT_TEXTS[KIND].subject
        await console.press("z")
        await console.dialog(ConfirmDialog)
        assert "What was edited is lost" in console.prose()
        await console.press("enter")
        await back(console)
        await console.until(lambda: "Dear {dates}" not in console.text(), "the first text")
    assert read_text(workspace, KIND) == DEFAULT_TEXTS[KIND]


async def test_an_unknown_field_is_refused_with_its_place_and_what_was_meant(
    path: Path, workspace: Workspace
) -> None:
    async with shown(path) as console:
        await console.press("e")
        dialog = await console.dialog(InvitationTextDialog)
        await console.press("down", "down", "home", "left_curly_bracket", *"evnt")
        await console.press("right_curly_bracket")
        told = "Line 3, column 1: there is no field {evnt}: did you mean {event}?"
        for size in SIZES:
            await console.resize(size)
            assert told in console.prose(), size
        await console.press("ctrl+home", "ctrl+s")
        assert isinstance(console.app.screen, InvitationTextDialog)
        assert told in console.prose()
        assert dialog.query_one(TextArea).cursor_location == (2, 0)
    assert read_text(workspace, KIND) == DEFAULT_TEXTS[KIND]


async def test_a_subject_that_cannot_be_read_is_where_the_cursor_goes(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    async with shown(path) as console:
        await console.press("e")
        dialog = await console.dialog(InvitationTextDialog)
        await console.press("shift+tab", "left_curly_bracket")
        assert "in the subject, “{” is not closed" in console.prose()
        await console.press("tab", "ctrl+s")
        assert console.app.focused is dialog._subject


async def test_leaving_asks_before_what_was_typed_is_lost(path: Path, workspace: Workspace) -> None:
    async with shown(path) as console:
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.press("escape")
        await back(console)
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.press("x", "escape")
        await console.dialog(ConfirmDialog)
        assert "esc go on editing" in console.prose()
        await console.press("escape")
        dialog = await console.dialog(InvitationTextDialog)
        assert dialog.query_one(TextArea).text.startswith("xHello")
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        await console.press("enter")  # goes on editing
        await console.dialog(InvitationTextDialog)
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        await back(console)
    assert read_text(workspace, KIND) == DEFAULT_TEXTS[KIND]


async def test_a_text_that_cannot_be_read_any_more_is_shown_and_can_be_mended(
    path: Path, workspace: Workspace
) -> None:
    write_preference(workspace.database, "invitation_texts", {KIND.value: ["Hi", "To {nmae}"]})
    async with shown(path, open_sponsor=a_door()) as console:
        assert "✗ the text cannot be read: Line 1, column 4" in console.prose()
        for key in ("y", "o", "M"):
            await console.press(key)
            assert said(console) == "Not now: the text cannot be read: e edits it."
        await console.press("e")
        dialog = await console.dialog(InvitationTextDialog)
        dialog.query_one(TextArea).text = "To {name}"
        await console.press("ctrl+s")
        await back(console)
        await console.until(lambda: "To Ada" in console.text(), "the invitation")
