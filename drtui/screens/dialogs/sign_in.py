"""Signing in: a user and a password, then whatever else the deployment asks for.

The engine signs in; the dialog hands over what was typed and follows what the engine says of it
in the store. A password stands in its field only until it is handed over.
"""

import asyncio
from collections.abc import Iterable
from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.signal import Signal
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.plain_input import PlainInput
from drtui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from drtui.store.sign_in import SignIn

_HAND, _DIM = "$error", "$foreground-muted"
_PATIENCE: Final = 60.0  # seconds; a sign-in that gets no answer from the network ends before
_ASKING: Final = frozenset({SignInState.NEW_PASSWORD, SignInState.CODE})


class Signing(Protocol):
    """Who signs in, and what is known of it."""

    def read(self) -> "SignIn":
        """Return where the account stands with its sign-in now; called in a thread.

        Raises:
            ProblemError: The store cannot be read.
        """

    def begin(self, user: str, password: str, *, keep_password: bool) -> None:
        """Hand a user and a password over; return at once."""

    def answer(self, reply: str) -> None:
        """Hand over what was asked for; return at once."""


class _Phase(Enum):
    """What the dialog asks for."""

    PASSWORD = auto()
    NEW_PASSWORD = auto()
    CODE = auto()
    WAITING = auto()


_PHASE_OF: Final = {
    SignInState.NEW_PASSWORD: _Phase.NEW_PASSWORD,
    SignInState.CODE: _Phase.CODE,
    SignInState.UNDER_WAY: _Phase.WAITING,
}
_TOLD: Final = {
    _Phase.NEW_PASSWORD: "The deployment asks for a new password before it lets anybody in.",
    _Phase.CODE: "The deployment asks for the code that your authenticator app shows.",
    _Phase.WAITING: "signing in …",
}


class SecretInput(PlainInput):
    """A field that shows nothing of what is in it, and lets nothing of it be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.password = True

    def action_copy(self) -> None:
        """A secret is not copied."""

    def action_cut(self) -> None:
        """A secret is not copied."""

    def take(self) -> str:
        """Return what is in it, and empty it."""
        text, self.value = self.value, ""
        return text


class _Wait(Widget, can_focus=True):
    """Takes what is typed while an answer is waited for, and does nothing with it.

    On a button a second enter would leave, and what was meant for a field would go nowhere.
    """

    def __init__(self) -> None:
        super().__init__(classes="dialog-wait")
        self.typed = False

    def render(self) -> Content:
        """Draw nothing."""
        return Content("")

    def on_key(self, event: events.Key) -> None:
        """Note that something is being typed."""
        if event.is_printable:
            self.typed = True
            event.stop()


class SignInDialog(TypingDialog["SignIn"]):
    """Asks for what a sign-in takes; returns who is signed in, None when it was left.

    Args:
        account: Whose deployment it is, safe to show.
        user: Who is offered to begin with; can be empty.
        signing: Takes what was typed.
        news: Tells of every change of where the account stands.
    """

    TITLE_TEXT = "Sign in"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", key_display="esc"),
    ]

    def __init__(self, account: str, user: str, signing: Signing, news: "Signal[SignIn]") -> None:
        super().__init__()
        self._account = account
        self._signing = signing
        self._news = news
        self._seen: SignIn | None = None  # what was the case when something was handed over last
        self._phase = _Phase.PASSWORD
        self._patience: Timer | None = None
        self._told = paragraph("")
        self._user = PlainInput(user)
        self._password = SecretInput()
        self._keep = TickBox("keep the password in the system keyring")
        self._new, self._again = SecretInput(), SecretInput()
        self._code = PlainInput()
        self._wait = _Wait()
        self._note = Label("", classes="list-note", markup=False)
        self._lines: dict[_Phase, list[Widget]] = {
            _Phase.PASSWORD: [
                _line("User", self._user),
                _line("Password", self._password),
                _line("", self._keep),
            ],
            _Phase.NEW_PASSWORD: [
                _line("New password", self._new),
                _line("Once more", self._again),
            ],
            _Phase.CODE: [_line("Code", self._code)],
            _Phase.WAITING: [self._wait],
        }

    def content(self) -> Iterable[Widget]:
        """What is asked for, its fields, and what was wrong."""
        yield self._told
        for lines in self._lines.values():
            yield from lines
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on."""
        return [Choice("Cancel", id=CANCEL), Choice("Sign in", id=CONFIRM)]

    async def on_mount(self) -> None:
        """Begin where the account stands."""
        self._news.subscribe(self, self._follow)
        self._ask(_Phase.PASSWORD)
        present = await self._read()
        if present is None:
            return
        self._seen = present
        self._ask(_phase(present))
        if self._phase is not _Phase.PASSWORD:
            self._say(present.detail)

    async def _read(self) -> "SignIn | None":
        """Return where the account stands; None where that cannot be read, or the dialog was left.

        Nothing else that the dialog is told of is dealt with meanwhile, but for leaving it.
        """
        try:
            present = await asyncio.to_thread(self._signing.read)
        except ProblemError as problem:
            self._say(str(problem))
            return None
        return present if self in self.app.screen_stack else None

    # What is asked for

    def _ask(self, phase: _Phase) -> None:
        """Ask for something, with the cursor where it is typed first."""
        self._phase = phase
        self._told.update(self._asked_in(phase))
        for each, lines in self._lines.items():
            for line in lines:
                line.display = each is phase
        waiting = phase is _Phase.WAITING
        if waiting:
            self._wait.typed = False
        self.query_one(f"#{CONFIRM}").disabled = waiting
        if self._patience is not None:
            self._patience.stop()
        self._patience = self.set_timer(_PATIENCE, self._give_up) if waiting else None
        first = self._password if self._user.value else self._user
        focus = {
            _Phase.PASSWORD: first,
            _Phase.NEW_PASSWORD: self._new,
            _Phase.CODE: self._code,
            _Phase.WAITING: self._wait,
        }[phase]
        self.set_focus(focus)

    def _asked_in(self, phase: _Phase) -> str:
        """Say what is asked for, and of whom."""
        if phase is _Phase.PASSWORD:
            return self._standing()
        seen = "" if self._seen is None else self._seen.user
        user = clean(seen or self._user.value.strip(), 128)
        if phase is _Phase.WAITING or not user:
            return _TOLD[phase]
        return f"{_TOLD[phase]} User: {user}"

    def _standing(self) -> str:
        """What there is to know before a user and a password are typed."""
        seen = self._seen
        if seen is None or seen.state is not SignInState.SIGNED_IN:
            return f"To {self._account}, by a user of the deployment."
        return f"{signed_in_text(seen)} now; somebody else may sign in instead."

    def _say(self, sentence: str) -> None:
        self._note.update(Content.styled(clean(sentence, 600), _HAND))

    def _hush(self) -> None:
        self._note.update("")

    # What was typed

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is self._user and not self._password.value:
            self.set_focus(self._password)
        elif event.input is self._new and not self._again.value:
            self.set_focus(self._again)
        else:
            await self._send()

    @on(TickBox.Entered)
    async def _entered_box(self) -> None:
        await self._send()

    @on(Choice.Chosen)
    async def _chosen(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            await self._send()
        else:
            self.dismiss(None)

    def on_paste(self, event: events.Paste) -> None:
        """Let nothing that is pasted go further: it may be a secret."""
        event.stop()

    async def _send(self) -> None:
        """Hand over what was typed, if it can be meant."""
        if self._phase is _Phase.WAITING:
            return
        if problem := self._lacking():
            self._say(problem)
            return
        seen = await self._read()
        if seen is None:
            return
        self._seen = seen
        if self._phase is _Phase.PASSWORD:
            user, password = self._user.value.strip(), self._password.take()
            self._signing.begin(user, password, keep_password=self._keep.ticked)
        elif self._phase is _Phase.NEW_PASSWORD:
            self._again.value = ""
            self._signing.answer(self._new.take())
        else:
            self._signing.answer("".join(self._code.value.split()))
            self._code.value = ""
        self._hush()
        self._ask(_Phase.WAITING)

    def _lacking(self) -> str:
        """Say what cannot be handed over as it stands, with the cursor there; empty when it can."""
        if self._phase is _Phase.CODE:
            checks = [(self._code, bool(self._code.value.strip()), "Type the code.")]
        elif self._phase is _Phase.NEW_PASSWORD:
            same = self._again.value == self._new.value
            checks = [
                (self._new, bool(self._new.value), "Type the new password."),
                (self._again, same, "The two are not the same: type it once more."),
            ]
        else:
            checks = [
                (self._user, bool(self._user.value.strip()), "Type who signs in."),
                (self._password, bool(self._password.value), "Type the password."),
            ]
        for field, fits, sentence in checks:
            if not fits:
                if field is self._again:
                    field.value = ""
                self.set_focus(field)
                return sentence
        return ""

    # What came of it

    def _follow(self, now: "SignIn") -> None:
        """Take what the engine says; only what is newer than the last thing handed over."""
        if self._seen is not None and (now == self._seen or _is_older(now, self._seen)):
            return
        self._seen = now
        if self._phase is _Phase.WAITING:
            self._take_answer(now)
        elif now.state is SignInState.SIGNED_IN and not now.failed:
            # Closing now would have what is being typed land on the screen below.
            self._say(f"{signed_in_text(now)}, meanwhile. esc leaves.")
        elif self._phase is not _Phase.PASSWORD and now.state not in _ASKING:
            self._ask(_phase(now))
            self._say(now.detail or "What was asked for is over: sign in again.")

    def _take_answer(self, now: "SignIn") -> None:
        if now.state is SignInState.SIGNED_IN and not now.failed:
            if not self._wait.typed:
                self.dismiss(now)
                return
            # Somebody is typing still: what comes next would land on the screen below.
            self._ask(_Phase.PASSWORD)
            self._say(" ".join(filter(None, (f"{signed_in_text(now)}. esc leaves.", now.detail))))
            return
        phase = _phase(now)
        if phase is _Phase.WAITING:
            return
        self._ask(phase)
        silent = "" if phase is not _Phase.PASSWORD else "That did not succeed: try again."
        self._say(now.detail or silent)

    def _give_up(self) -> None:
        self._ask(_Phase.PASSWORD)
        self._say("There was no answer yet. The header tells when there is one; or try again.")


def signed_in_text(record: "SignIn") -> str:
    """Return who is signed in, and in which role."""
    role = "" if record.role is Role.UNKNOWN else f" as {record.role.value}"
    return f"{clean(record.user) or 'Somebody'} is signed in{role}"


def _phase(record: "SignIn") -> _Phase:
    return _PHASE_OF.get(record.state, _Phase.PASSWORD)


def _is_older(one: "SignIn", other: "SignIn") -> bool:
    return other.since is not None and (one.since is None or one.since < other.since)


def _line(title: str, field: Widget) -> Horizontal:
    return Horizontal(Label(title, classes="field-label", markup=False), field, classes="field")
