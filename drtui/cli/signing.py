"""`drtui account sign-in` and `sign-out`: what is typed, and what is told."""

import getpass
import sys
from typing import Annotated, Final

import typer

from drtui import accounts
from drtui.cli import exits
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import say
from drtui.commands import signing_in
from drtui.domain.problems import InvalidInputError, NotAllowedError, ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import ChallengeKind, SignInError, SignInFailure
from drtui.domain.text import clean
from drtui.domain.wording import role_text
from drtui.keeping import Keeper

_MOST_BYTES: Final = 4_096
# The deployment did not answer, which says nothing of the sign-in.
_NO_ANSWER: Final = frozenset({SignInFailure.UNREACHABLE, SignInFailure.UNAVAILABLE})
_NO_KEYRING: Final = "there is no system keyring here that would keep it beyond this command."
_NOTHING_LASTS: Final = "the deployment gave nothing that outlives this command."
_NO_TERMINAL: Final = "There is no terminal to ask on"

_Name = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="The account; the default one if left out.")
]


def sign_in(
    name: _Name = None,
    user: Annotated[
        str, typer.Option("--user", metavar="U", help="Who; the last one if left out.")
    ] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin, one line.")
    ] = False,
    keep_password: Annotated[
        bool,
        typer.Option(
            "--keep-password",
            help="Keep the password in the system's keyring too, for when the sign-in has ended.",
        ),
    ] = False,
) -> None:
    """Sign in to an account's deployment, and keep the sign-in in the system's keyring."""
    from drtui.bootstrap import sign_in_service

    with open_desk(name or chosen_account()) as desk:
        account, keeper, database = desk.account, Keeper(), desk.workspace.database
        service = sign_in_service(account, desk.settings, database)
        questions = _Piped() if password_stdin else _Asked()
        who = user or account.user
        if not who and isinstance(questions, _Piped):
            raise InvalidInputError("Nobody has signed in here yet: say who, with --user.")
        who = signing_in.check_user(who or _asked_for("User name"))
        if isinstance(questions, _Asked):
            questions.check_terminal()
        try:
            done = signing_in.sign_in(
                service,
                questions,
                keeper,
                account=account.name,
                user=who,
                password=questions.password(who, account.name),
                former=account.user,
                keep_password=keep_password,
            )
        except SignInError as error:
            raise _as_exit(error) from None
        accounts.remember_user(desk.paths, account.name, done.user)
        if done.kept:
            signing_in.note_signed_in(database, done)
    role = role_text(done.role) if done.role is not Role.UNKNOWN else "role not known"
    if done.kept:
        say(f"Signed in to “{account.name}” as {done.user} ({role}).")
    if done.role in (Role.RACER, Role.UNKNOWN):
        say("Most of what drtui does needs an admin; some of it, a race facilitator.")
    for notice in done.notices:
        say(notice)
    if not done.kept:
        say(f"The password of {done.user} ({role}) is right, but the sign-in has ended again:")
        say(_NO_KEYRING if keeper.take_notice() else _NOTHING_LASTS)
        say("Sign in in the console, which holds a sign-in while it is open.")
        raise typer.Exit(exits.NOT_ALLOWED)


def sign_out(name: _Name = None) -> None:
    """End the sign-in: revoke it where that can be done, and forget what is kept of it."""
    from drtui.bootstrap import sign_in_service
    from drtui.sync.lock import EngineLock

    with open_desk(name or chosen_account()) as desk:
        account, database = desk.account, desk.workspace.database
        service = sign_in_service(account, desk.settings, database)
        done = signing_in.sign_out(service, Keeper(), account=account.name, user=account.user)
        lock = EngineLock(database.path)
        alone = lock.try_acquire()
        if alone:
            lock.release()
        if alone or done.found:
            signing_in.note_signed_out(database, account.user)
    if done.found:
        how = "it is revoked, and forgotten here" if done.revoked else "it is forgotten here"
        say(f"Signed out of “{account.name}”: {how}.")
    else:
        say(f"Nothing of a sign-in to “{account.name}” was kept here.")
    for notice in done.notices:
        say(notice)
    if not alone:
        say("Another drtui is at work on it, and stays signed in until its keys end or it does.")


class _Asked:
    """Who asks on the terminal; secrets are typed without an echo."""

    def check_terminal(self) -> None:
        """Refuse to ask where nobody can answer, or where what is typed would be seen.

        Raises:
            InvalidInputError: There is no terminal.
        """
        if not sys.stdin.isatty():
            raise InvalidInputError(
                f"{_NO_TERMINAL}: give the password on stdin with --password-stdin."
            )

    def password(self, user: str, account: str) -> str:
        """Ask for the password."""
        return _hidden(f"Password of {user} for “{account}”: ")

    def ask(self, kind: ChallengeKind, user: str, why: str) -> str:
        """Ask for the code, or twice for a new password until both are the same."""
        if why:
            say(why)
        if kind is ChallengeKind.CODE:
            return _asked_for(f"Code that the app shows for {user}")
        if not why:
            say(f"This is the first sign-in of {user}: choose a new password.")
        while True:
            first = _hidden("New password: ")
            if first == _hidden("The new password again: "):
                return first
            say("These are two different passwords.")


class _Piped:
    """Whose password comes on stdin, and who can answer nothing after it."""

    def password(self, user: str, account: str) -> str:
        """Read the password.

        Raises:
            InvalidInputError: There is none, or more than one line.
        """
        if sys.stdin.isatty():
            raise InvalidInputError(
                "--password-stdin reads what is piped in: without it, the password is asked for."
            )
        try:
            text = sys.stdin.buffer.read(_MOST_BYTES + 1).decode()
        except (OSError, UnicodeDecodeError):
            text = ""
        line = text.removesuffix("\n").removesuffix("\r")
        if not line or len(text) > _MOST_BYTES or "\n" in line:
            raise InvalidInputError(
                f"The password for {user} on “{account}” has to come on stdin, as one line of text."
            )
        return line

    def ask(self, kind: ChallengeKind, user: str, why: str) -> str:
        """Say that there is nobody to ask.

        Raises:
            NotAllowedError: Always.
        """
        wanted = "a new password" if kind is ChallengeKind.NEW_PASSWORD else "the code of an app"
        raise NotAllowedError(
            f"The sign-in of {user} asks for {wanted}, which does not come on stdin: sign in on a "
            "terminal, without --password-stdin."
        )


def _asked_for(what: str) -> str:
    """Ask for what may be seen.

    Raises:
        InvalidInputError: There is no terminal to ask on.
        typer.Abort: There was no answer.
    """
    if not sys.stdin.isatty():
        raise InvalidInputError(f"{_NO_TERMINAL}: give --user and --password-stdin.")
    answer: str = typer.prompt(clean(what), err=True)
    return answer.strip()


def _hidden(prompt: str) -> str:
    """Ask for what may not be seen.

    Raises:
        typer.Abort: There was no answer.
    """
    while True:
        try:
            answer = getpass.getpass(clean(prompt))
        except EOFError:
            raise typer.Abort from None
        if answer:
            return answer


def _as_exit(error: SignInError) -> ProblemError:
    """Return what ends the command, with its exit code."""
    return ProblemError(str(error)) if error.kind in _NO_ANSWER else NotAllowedError(str(error))
