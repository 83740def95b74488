"""The sync engine as the console sees it."""

from typing import Protocol


class Engine(Protocol):
    """The sync engine as the console knows it: something that is started, woken and stopped."""

    def start(self) -> None:
        """Begin to work, beside the console; return at once."""

    def wake(self) -> None:
        """There is something to deliver, or the account is to be read now; return at once."""

    def sign_in(self, user: str, password: str, *, keep_password: bool) -> None:
        """Sign in; return at once. What comes of it is told in the store."""

    def answer(self, reply: str) -> None:
        """Answer what the sign-in asked for; return at once."""

    def sign_out(self) -> None:
        """Sign out; return at once."""

    def stop(self) -> None:
        """The console goes; return within about a second."""
