"""What screens ask for and get: plain records, so that asking does not import the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drtui.domain.completion import Vocabulary
from drtui.domain.filters import Expression
from drtui.domain.records import Role, SponsoredUser
from drtui.domain.summary import Summary
from drtui.widgets.message_line import Progress
from drtui.widgets.sync_status import SyncView

if TYPE_CHECKING:  # they bring the store
    from drtui.screens.cut_short import CutShort
    from drtui.store.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class View:
    """Which rows a table shows, and in what order.

    Attributes:
        sort: A field of the store.
        visible: The keys whose rows are wanted with the answer.
        typed: Whether the filter was just typed, so that the cursor may go to the top.
        stopped: Whether racers are shown although multi-user mode is disabled.
        racers: The keys of those whose models are shown, of a table of models; empty is everybody.
        trait: What racers are shown by, of a race's roster; empty is everybody.
    """

    expression: Expression
    sort: str
    reverse: bool
    visible: Sequence[int] = ()
    typed: bool = False
    stopped: bool = False
    racers: tuple[int, ...] = ()
    trait: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table shows: the keys in order, and the rows that were asked for.

    Attributes:
        stopped: How many racers are stopped by multi-user mode, which is disabled, and hidden
            unless the view shows them; 0 where it is not disabled.
    """

    keys: Sequence[int]
    rows: dict[int, SponsoredUser]
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class ViewState:
    """How a screen is looked at.

    Attributes:
        vocabulary: What completing a filter knows of the account.
        columns: The names of the columns that were chosen, in order; None when none were.
    """

    vocabulary: Vocabulary
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Glance:
    """The state of the account beyond the table.

    Attributes:
        progress: Of the oldest operation that gets on, or else of one that waits or needs a hand;
            None when there is nothing to say.
        operations: Whether any operation was ever made.
        sign_in: Where the account stands with its sign-in.
        unseen: What of the racers that role is not shown, as a sentence; empty when it is shown
            everything.
        me: The key of whoever is signed in; None where that is not known.
        moving: The numbers of the operations that have something on its way.
        cut_short: What was cancelled of those that have ended since the last one was shown.
    """

    summary: Summary
    sync: SyncView
    progress: Progress | None
    operations: bool
    sign_in: "SignIn"
    unseen: str = ""
    me: int | None = None
    moving: frozenset[int] = frozenset()
    cut_short: "CutShort | None" = None

    @property
    def users(self) -> int:
        """How many users there are, whatever is shown."""
        return self.summary.profiles

    @property
    def role(self) -> Role:
        """In which role the account is used."""
        return self.sign_in.role
