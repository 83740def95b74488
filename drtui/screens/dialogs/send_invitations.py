"""To whom an invitation is sent again: said before it is planned, where there is a choice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.widget import Widget

from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph
from drtui.widgets.tick_box import TickBox

_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class Repeats:
    """Who gets a message that they were sent, or may have been sent."""

    doubtful: bool = False
    again: bool = False


class SendInvitationsDialog(Dialog[Repeats]):
    """Asks whether to send a text again, to whom it may have arrived, and to whom it did.

    Args:
        new: How many have not been sent it.
        doubtful: The addresses of those whose sending has a doubtful outcome.
        sent: How many were sent it.
        repeats: What was chosen last.
        listed: What lists those in doubt.
    """

    TITLE_TEXT = "Send invitations"

    def __init__(
        self,
        new: int,
        doubtful: Sequence[str],
        sent: int,
        repeats: Repeats,
        listed: str,
    ) -> None:
        super().__init__()
        self._new = new
        self._doubtful = doubtful
        self._listed = listed
        perhaps = counted(len(doubtful), "participant")
        already = counted(sent, "participant who was", "participants who were")
        self._to_doubtful = TickBox(f"also to {perhaps} whose outcome is doubtful")
        self._to_sent = TickBox(f"again to {already} sent this text")
        self._to_doubtful.ticked, self._to_sent.ticked = repeats.doubtful, repeats.again
        self._to_doubtful.display, self._to_sent.display = bool(doubtful), bool(sent)

    def content(self) -> Iterable[Widget]:
        """Who gets it anyway, and the choices."""
        whom = counted(self._new, "participant has", "participants have")
        sent = "Nobody is left who was not sent this text."
        yield paragraph(f"{whom} not been sent this text." if self._new else sent)
        if self._doubtful:
            named = ", ".join(clean(one) for one in self._doubtful[:_NAMED])
            more = len(self._doubtful) - _NAMED
            rest = f" and {more:,} more ({self._listed})" if more > 0 else ""
            yield paragraph(
                f"Nobody can say whether it has arrived at {named}{rest}. It goes there again, "
                "perhaps for the second time, only if you say so.",
                "spaced",
            )
        yield self._to_doubtful.add_class("spaced")
        yield self._to_sent.add_class("spaced")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to see the plan."""
        return [Choice("Cancel", id=CANCEL), Choice("Show the plan", id=CONFIRM)]

    def on_mount(self) -> None:
        """Enter goes on, with nothing sent twice."""
        self.query_one(f"#{CONFIRM}").focus()

    @on(TickBox.Entered)
    def _submit(self) -> None:
        self.dismiss(Repeats(self._to_doubtful.ticked, self._to_sent.ticked))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
