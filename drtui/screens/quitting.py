"""The question before the console is left with something undelivered."""

from drtui.domain.wording import counted
from drtui.screens.dialogs.confirm import ConfirmDialog


def quit_dialog(undelivered: int, downloads: int = 0, *, goes_on: bool = True) -> ConfirmDialog:
    """Return the dialog that asks whether to quit all the same.

    Args:
        undelivered: How many changes are not delivered yet.
        downloads: How many of them save models: they are paced, and may take hours.
        goes_on: Whether the engine still delivers what is due once the console is gone.
    """
    changes = counted(undelivered, "change is", "changes are")
    lines = [f"{changes} not delivered yet."]
    if not goes_on:
        lines.append("They are kept on this computer, and go out when the demo runs again.")
    else:
        if downloads:
            what = counted(downloads, "of them saves a model", "of them save models")
            lines.append(
                f"{what}, which is paced and may take hours. The engine goes on with it in the "
                "background, also when this terminal is lost; to end it, cancel the operation."
            )
        lines.append(
            "All are kept on this computer: the engine goes on with what can be delivered now, and "
            "what cannot goes out when drtui runs again."
        )
    return ConfirmDialog(
        "Quit",
        lines,
        confirm="Quit",
        cancel="Stay",
    )
