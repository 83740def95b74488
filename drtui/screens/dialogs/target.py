"""One target of an operation, whole: what its row in the table has no room for."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.errands import Service
from drtui.domain.item_wording import texts_in
from drtui.domain.naming import name_of, target_name
from drtui.domain.operations import Item, ItemState
from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog
from drtui.screens.operation_cells import STATE_WORDS
from drtui.widgets.facts import Facts, Lines, labelled
from drtui.widgets.sync_status import age_text, local

_LABEL: Final = 12
_PAGE: Final = "page"
_HAND: Final = "$error"
_SERVICES: Final = {
    Service.SETTINGS: "Setting",
    Service.INVITATIONS: "Invitation",
    Service.SIGN_INS: "Sign-in of",
    Service.IAM: "IAM user",
    Service.IDENTITY_CENTER: "SSO user",
    Service.MAIL: "Email to",
    Service.BILLING: "Alert",
    Service.SENDERS: "Sender",
    Service.QUOTAS: "Quota",
    Service.DOWNLOADS: "Model",
    Service.BUCKET_SAVES: "Model",
    Service.OWN_STOPS: "Model",
    Service.STOPS: "Model",
    Service.OWN_MODELS: "Model",
    Service.DOWNLOADED_MODELS: "Models of",
    Service.IMPORTS: "Import of",
    Service.RACES: "Race",
    Service.LIVE: "Live race",
}
_SETTLED: Final = {ItemState.FAILED: "Failed at", ItemState.CANCELLED: "Cancelled"}


class TargetDialog(Dialog[bool]):
    """Shows a target with both values, why it stands as it does, and since when.

    It is left with True to see the racer's page.

    Args:
        item: The target.
        email: The racer's; None where it is not known.
        there: Whether the racer is in the account, so that there is a page to see.
        now: What ages are reckoned to.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", key_display="esc"),
        Binding("o", "page", "the racer's page"),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
    ]

    def __init__(self, item: Item, email: str | None, *, there: bool, now: datetime) -> None:
        super().__init__()
        self._item = item
        self._email = email
        self._there = there
        self._now = now
        if item.service is not None:
            self._bindings.key_to_bindings.pop("o")

    def heading(self) -> str:
        """Whose, and of which operation."""
        item = self._item
        return f"{target_name(item.label, item.target)}, operation {item.operation_id}"

    def content(self) -> Iterable[Widget]:
        """Everything, each with its name before it."""
        yield Facts(self._lines)

    def choices(self) -> Iterable[Choice]:
        """To go back, or on to the racer."""
        yield Choice("Close", id=CANCEL)
        if self._there:
            yield Choice("Racer's page", id=_PAGE)

    def _lines(self, width: int) -> Lines:
        item = self._item
        email = "not known" if self._email is None else clean(self._email)
        if item.service is None:
            there = email if self._there else "the racer is no longer in the account"
            pairs = [
                ("Racer", Content(name_of(item.label, item.target))),
                ("Email", Content(there)),
            ]
        else:
            what = _SERVICES[Service(item.service)]
            pairs = [(what, Content(target_name(item.label, item.target)))]
        pairs += [
            ("Before", Content(texts_in(item.target, item.before))),
            ("Asked for", Content(texts_in(item.target, item.after))),
        ]
        if item.theirs:
            theirs = texts_in(item.target, item.theirs)
            pairs.append(("Theirs", Content.styled(theirs, _HAND)))
        needs = item.state in (ItemState.CONFLICT, ItemState.FAILED)
        pairs.append(("State", Content.styled(STATE_WORDS[item.state], _HAND if needs else "")))
        if item.reason:
            pairs.append(("Reason", Content(clean(item.reason))))
        pairs.append((_SETTLED.get(item.state, "Settled"), Content(self._when())))
        pairs.append(("Tries", Content(f"{item.attempts:,}")))
        return labelled(pairs, width, _LABEL)

    def _when(self) -> str:
        settled = self._item.settled_at
        if settled is None:
            return "not yet"
        return f"{local(settled):%Y-%m-%d %H:%M:%S %Z} ({age_text(self._now - settled)} ago)"

    def on_mount(self) -> None:
        """Enter goes on, where there is more to see; what is above stays in sight."""
        self.query(Choice).last().focus(scroll_visible=False)

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        self.dismiss(event.choice.id == _PAGE)

    def action_page(self) -> None:
        """Leave for the racer's page."""
        if self._there:
            self.dismiss(True)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(".dialog").scroll_relative(y=by, animate=False)
