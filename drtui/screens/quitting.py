"""The question before the console is left with something undelivered."""

from drtui.domain.wording import counted
from drtui.screens.dialogs.confirm import ConfirmDialog


def quit_dialog(undelivered: int) -> ConfirmDialog:
    """Return the dialog that asks whether to quit all the same.

    Args:
        undelivered: How many changes are not delivered yet.
    """
    changes = counted(undelivered, "change is", "changes are")
    return ConfirmDialog(
        "Quit",
        [
            f"{changes} not delivered yet.",
            "They are kept on this computer; what is not delivered while drtui closes goes out "
            "when it runs again.",
        ],
        confirm="Quit",
        cancel="Stay",
    )
