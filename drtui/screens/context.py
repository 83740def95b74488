"""What all screens of the console share: the account, its store, what is known, and the engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from drtui.domain.failures import FailureKind
from drtui.widgets.navigation import Place

if TYPE_CHECKING:  # the store is imported after the first frame
    from drtui.domain.sponsor.services import OpenSponsor
    from drtui.screens.account_book import AccountBook
    from drtui.screens.cut_short import CutShort
    from drtui.screens.desk import Desk
    from drtui.screens.key_gate import KeyGate
    from drtui.screens.views import Glance

NOT_OPEN: Final = "the store is not open yet"

NO_DOOR: Final = "no AWS profile: “drtui account set NAME --aws-profile P” and restart"
"""Why nothing can be done that needs the sponsor's own AWS account, and the way out.

As a refusal it fits a line of the smallest terminal. The console and its engine open the second
door as they start, hence the restart.
"""

NO_DOOR_SIMULATED: Final = "the demo has no AWS account of a sponsor behind it"
"""The same of the simulated account, which no profile can be named for."""

_SIGNED_BY_KEYS: Final = "the AWS credentials of this machine sign its calls, so nobody signs in"
_RENEW: Final = "renew the AWS credentials of the profile or role instead: they sign the calls"
_REFUSED: Final = FailureKind.NOT_SIGNED_IN.value
_HELD: Final = "offline on purpose: F goes online, and delivers"


@dataclass(slots=True)
class ConsoleContext:
    """One console's; the app fills it, the screens read it.

    Attributes:
        account: The account's name.
        simulated: Whether it is a simulated one.
        places: The screens that one can go to.
        wake: Tells the engine that there is something to deliver, or to be read now.
        gate: Keeps keys back while a dialog is on its way.
        book: The accounts there are; None where this console has only its own.
        open_sponsor: Opens the sponsor's AWS account, the second door; None where the account
            names no AWS profile.
        desk: What the store is asked through; None until it is open.
        glance: The state of the account as last read; None until then.
        news: What was cancelled of what was on its way, until it is said; None is nothing.
    """

    account: str
    simulated: bool
    places: Sequence[Place]
    wake: Callable[[], None]
    gate: "KeyGate"
    book: "AccountBook | None" = None
    open_sponsor: "OpenSponsor | None" = None
    desk: "Desk | None" = None
    glance: "Glance | None" = None
    news: "CutShort | None" = None

    def take(self, glance: "Glance") -> None:
        """Take the state of the account."""
        self.glance, self.news = glance, glance.cut_short or self.news

    def take_news(self, *, quiet: bool) -> "CutShort | None":
        """Return what was cancelled, once; only what others did unless it is quiet."""
        news, self.news = self.news, None
        return news if news is not None and (quiet or news.by_another) else None

    @property
    def no_door(self) -> str:
        """Why nothing can be done that needs the sponsor's own AWS account; empty where it can."""
        if self.open_sponsor is not None:
            return ""
        return NO_DOOR_SIMULATED if self.simulated else NO_DOOR

    @property
    def halted(self) -> str:
        """Why nothing is read from the account, and which key helps; empty where something is."""
        sync = None if self.glance is None else self.glance.sync
        if sync is None or not sync.halted:
            return ""
        return f"{sync.key} signs in" if sync.key else sync.halted

    @property
    def offline(self) -> bool:
        """Whether the account does not answer, or is not to be asked, so that nothing is tried."""
        return self.glance is not None and self.glance.sync.online is False

    @property
    def held(self) -> str:
        """Why nothing is called, as a refusal, while an admin wants to be offline; else empty."""
        return _HELD if self.glance is not None and self.glance.sync.on_purpose else ""

    def refusal(self, action: str) -> str:
        """Say why one of the app's own actions cannot be done now; empty when it can."""
        if action == "app.accounts" and self.book is None:
            return "this console has only the one account"
        if action in ("app.sign_in", "app.sign_out"):
            if self.desk is None:
                return NOT_OPEN
            out = action == "app.sign_out"
            return self._no_sign_in(out=out) or ("" if out else self.held)
        return ""

    def _no_sign_in(self, *, out: bool) -> str:
        """Say why nobody can sign in, or out."""
        from drtui.domain.signing_in import SignInState

        state = SignInState.UNKNOWN if self.glance is None else self.glance.sign_in.state
        if self.simulated:
            return "the simulated account needs no sign-in"
        if state is SignInState.NOT_NEEDED:
            refused = self.glance is not None and self.glance.sync.halted == _REFUSED
            return _RENEW if refused else _SIGNED_BY_KEYS
        nobody = out and state in (SignInState.UNKNOWN, SignInState.NEEDED)
        return "nobody is signed in" if nobody else ""
