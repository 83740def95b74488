"""A billing alert in a form: a budget or an alarm, what is wrong said below each field."""

from collections.abc import Collection, Iterable
from typing import Final

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from drtui.domain.billing_errands import EMAILS, LIMIT, THRESHOLDS, AlertKind, title_of
from drtui.screens.billing_texts import NAME, AlertTexts
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, labelled
from drtui.screens.dialogs.form_field import FormField
from drtui.widgets.one_of import OneOf

_KINDS: Final = tuple(AlertKind)
_LABELS: Final = {
    NAME: "Name",
    LIMIT: "USD a month",
    THRESHOLDS: "Thresholds",
    EMAILS: "Emails",
}
_NOTES: Final = {
    AlertKind.BUDGET: (
        "It sends an email when a threshold is passed: 80% or 100% forecasted are per cent of the "
        "limit, $450 is an amount; commas between. Forecasts need some weeks of history."
    ),
    AlertKind.ALARM: (
        "A CloudWatch alarm, in us-east-1 wherever the deployment is. It goes off when the month's "
        "charges are above the amount, and needs billing alerts to be enabled in the account: "
        "Billing, Billing preferences, Alert preferences. AWS asks each new address to confirm. "
        "All of drtui's alarms go to the same addresses, which leave them only by the link in "
        "AWS's emails."
    ),
}


class AlertDialog(FormDialog[AlertTexts]):
    """Asks what a billing alert is to be.

    Args:
        typed: What the fields begin with.
        taken: The kinds and names of the alerts that there are already; None where one of them
            is changed, which keeps its kind and its name.
        first: What the fields began with at first: what differs from it was typed.
    """

    def __init__(
        self,
        typed: AlertTexts,
        taken: Collection[tuple[AlertKind, str]] | None,
        first: AlertTexts,
    ) -> None:
        super().__init__()
        self._typed = typed
        self._first = first
        self._taken = taken or ()
        self._new = taken is not None
        self._kind = OneOf([one.value for one in _KINDS], _KINDS.index(typed.kind))
        self._fields = {
            NAME: FormField(_LABELS[NAME], typed.name),
            LIMIT: FormField(_LABELS[LIMIT], typed.limit),
            THRESHOLDS: FormField(_LABELS[THRESHOLDS], typed.thresholds),
            EMAILS: FormField(_LABELS[EMAILS], typed.emails),
        }
        self._fields[NAME].display = self._new
        self._note = paragraph(_NOTES[typed.kind], "dim spaced")
        self._tried = False

    def heading(self) -> str:
        """Which one it is, where there is one."""
        if self._new:
            return "New billing alert"
        return f"Change {title_of(self._typed.kind, self._typed.name)}"

    def content(self) -> Iterable[Widget]:
        """The kind, the fields, and what there is to know."""
        if self._new:
            yield labelled("Kind", self._kind, "field first")
        yield from self._fields.values()
        yield self._note

    def on_mount(self) -> None:
        """Begin with what a new one is called, and with the limit of one that there is."""
        self._fields[NAME if self._new else LIMIT].input.focus()
        self.watch(self._kind, "chosen", self._kind_chosen)

    @property
    def _texts(self) -> AlertTexts:
        name, limit, thresholds, emails = (one.input.value for one in self._fields.values())
        return AlertTexts(_KINDS[self._kind.chosen], name, limit, thresholds, emails)

    @property
    def is_typed(self) -> bool:
        """Whether it is another alert than it began with."""
        return self._texts != self._first

    def _kind_chosen(self) -> None:
        kind = _KINDS[self._kind.chosen]
        self._fields[THRESHOLDS].display = kind is AlertKind.BUDGET
        self._note.update(_NOTES[kind])
        self._changed()

    @on(Input.Changed)
    def _changed(self) -> None:
        # What nobody has typed yet is not wrong before Confirm was chosen.
        problems = self._texts.problems(self._taken)
        for name, field in self._fields.items():
            told = self._tried or bool(field.input.value.strip())
            field.tell(problems.get(name, "") if told else "")

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        self._tried = True
        self._changed()
        problems = self._texts.problems(self._taken)
        if not problems:
            self.dismiss(self._texts)
            return
        field = next(field for name, field in self._fields.items() if name in problems)
        field.input.focus()
        field.scroll_visible(animate=False)
