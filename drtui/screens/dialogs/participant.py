"""Everything that is known of one participant: what their row in the table has no room for."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.access_errands import gives
from drtui.domain.invitation_errands import is_again
from drtui.domain.operations import ON_THE_WAY, Item, ItemState
from drtui.domain.roster import STANDINGS, RosterRow, Trait
from drtui.domain.sponsor.user_pool import PoolStatus
from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog
from drtui.screens.operation_cells import STATE_WORDS
from drtui.screens.racer_facts import moment
from drtui.screens.roster_cells import TRAIT_WORDS
from drtui.widgets.facts import Facts, Lines, labelled
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.commands.participant import ParticipantPage
    from drtui.store.participants import PoolRecord

_LABEL: Final = 14
_PAGE: Final = "page"
_MAILS: Final = 3
_PENDING, _HAND, _DIM = "$warning", "$error", "$foreground-muted"
_POOL: Final = {
    PoolStatus.FORCE_CHANGE_PASSWORD: "invited, has not signed in",
    PoolStatus.UNCONFIRMED: "not confirmed, has not signed in",
    PoolStatus.CONFIRMED: "has signed in",
    PoolStatus.RESET_REQUIRED: "has to choose another password",
}


class ParticipantDialog(Dialog[bool]):
    """Shows a participant; it is left with True to see the racer's page.

    Args:
        page: What is known.
        now: What ages are reckoned to.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", key_display="esc"),
        Binding("o", "page", "the racer's page"),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
    ]

    def __init__(self, page: "ParticipantPage", now: datetime) -> None:
        super().__init__()
        self._page = page
        self._now = now
        if page.row.user_key is None:
            self._bindings.key_to_bindings.pop("o")

    def heading(self) -> str:
        """Who it is."""
        row = self._page.row
        return row.name or row.email or row.alias

    def content(self) -> Iterable[Widget]:
        """Everything, each with its name before it."""
        yield Facts(self._lines)

    def choices(self) -> Iterable[Choice]:
        """To go back, or on to the racer."""
        yield Choice("Close", id=CANCEL)
        if self._page.row.user_key is not None:
            yield Choice("Open racer's page", id=_PAGE)

    def on_mount(self) -> None:
        """Enter goes on, where there is more to see; what is above stays in sight."""
        self.query(Choice).last().focus(scroll_visible=False)

    def _lines(self, width: int) -> Lines:
        page, row = self._page, self._page.row
        pairs = [
            ("Email", Content(row.email or "not known")),
            ("Team", Content(row.team or "none")),
            ("Listed", self._listed()),
            ("Standing", self._standing(row)),
            *self._traits(row),
            ("Profile", self._profile(row)),
            ("User pool", self._pool(page.pool)),
            ("Invitation", self._errand(page.invitation, "never asked for from here")),
            *self._mails(page.mails),
            ("IAM user", self._iam(page)),
        ]
        if page.identity_center is not None:
            pairs.append(("SSO user", self._access(page.identity_center)))
        return labelled(pairs, width, _LABEL)

    def _listed(self) -> Content:
        if self._page.added_at is None:
            return Content("on no list: l reads one")
        return Content(f"since {self._when(self._page.added_at)}")

    def _standing(self, row: RosterRow) -> Content:
        style = {Trait.INVITATION_FAILED: _HAND, Trait.UNDER_WAY: _PENDING}.get(row.standing, "")
        told = Content.styled(row.standing.value.replace("-", " "), style)
        if row.as_of is not None:
            told += Content.styled(f"  as of {self._when(row.as_of)}", _DIM)
        return told + Content(f": {row.reason}") if row.reason else told

    def _traits(self, row: RosterRow) -> list[tuple[str, Content]]:
        beside = [TRAIT_WORDS[one] for one in Trait if one in row.traits and one not in STANDINGS]
        return [("Beside that", Content(", ".join(beside)))] if beside else []

    def _profile(self, row: RosterRow) -> Content:
        if row.user_key is None:
            return Content("none yet")
        models = "models unknown" if row.models is None else f"{row.models:,} models"
        told = Content(" · ".join(filter(None, (row.alias.strip(), models))))
        if row.profile_as_of is not None:
            told += Content.styled(f"  as of {self._when(row.profile_as_of)}", _DIM)
        return told

    def _pool(self, record: "PoolRecord | None") -> Content:
        if record is None:
            return Content.styled("nothing is known of them there: c lists it", _DIM)
        closed = ", sign-in closed" if record.enabled is False else ""
        told = Content(f"{_POOL.get(record.status, 'known, status unknown')}{closed}")
        return told + Content.styled(f"  as of {self._when(record.as_of)}", _DIM)

    def _mails(self, mails: tuple[Item, ...]) -> list[tuple[str, Content]]:
        if not mails:
            return [("Mailed", Content("nothing from here"))]
        last = mails[-_MAILS:]
        pairs = [
            ("" if place else "Mailed", self._errand(one, "")) for place, one in enumerate(last)
        ]
        more = len(mails) - len(last)
        return [*pairs, ("", Content.styled(f"and {more:,} before", _DIM))] if more else pairs

    def _iam(self, page: "ParticipantPage") -> Content:
        if page.iam is None:
            return Content("none made from here")
        told = self._access(page.iam)
        if page.user_name:
            given = "password never handed over"
            if page.told_at is not None:
                given = f"password handed over {self._when(page.told_at)}"
            return Content(f"{clean(page.user_name)} · {given} · ") + told
        return told

    def _access(self, item: Item) -> Content:
        what = "asked for" if gives(item) else "removal asked for"
        return Content(f"{what}: ") + self._errand(item, "")

    def _errand(self, item: Item | None, never: str) -> Content:
        """Return what became of an errand, by which operation and when."""
        if item is None:
            return Content(never)
        style = ""
        if item.state in (ItemState.FAILED, ItemState.CONFLICT):
            style = _HAND
        elif item.state in ON_THE_WAY:
            style = _PENDING
        again = "again: " if is_again(item) else ""
        told = Content.styled(f"{again}{STATE_WORDS[item.state]}", style)
        told += Content(f", operation {item.operation_id:,}")
        if item.settled_at is not None:
            told += Content.styled(f"  {self._when(item.settled_at)}", _DIM)
        return told + Content(f": {clean(item.reason)}") if item.reason else told

    def _when(self, at: datetime) -> str:
        return f"{moment(at, self._now)} ({age_text(self._now - at)})"

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        self.dismiss(event.choice.id == _PAGE)

    def action_page(self) -> None:
        """Leave for the racer's page."""
        if self._page.row.user_key is not None:
            self.dismiss(True)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(".dialog").scroll_relative(y=by, animate=False)
