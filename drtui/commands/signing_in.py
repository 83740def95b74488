"""Signing in and out: the password, what is asked for after it, and what is kept of it all.

Secrets pass through and are held by nobody here; what is returned can be shown.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import (
    PASSING,
    Challenge,
    ChallengeKind,
    Secret,
    SecretKeeper,
    SignInError,
    SignInFailure,
    SignInService,
    SignInState,
    Tokens,
    clock_notice,
    read_identity,
)
from drtui.domain.text import clean
from drtui.store.database import Database
from drtui.store.lasting import write_kept
from drtui.store.noting import note_sign_in, note_sign_out
from drtui.store.sign_in import write_sign_in

_MAY_BE_OFFLINE: Final = (
    "The store cannot be read, and somebody may want to be offline: nothing was called."
)
_SOONER: Final = (
    "To end it sooner, have {user} signed out everywhere in the deployment's user pool: “aws "
    "cognito-idp admin-user-global-sign-out”."
)
_MOST_IN_A_NAME: Final = 128  # as Cognito has it
_TRIES: Final = 3
_MOST_QUESTIONS: Final = 4
_ANOTHER_REPLY: Final = frozenset({SignInFailure.PASSWORD_REFUSED, SignInFailure.WRONG_CODE})


class Questions(Protocol):
    """Who answers what a sign-in asks for after the password."""

    def ask(self, kind: ChallengeKind, user: str, why: str) -> str:
        """Return the new password or the code.

        Args:
            kind: What is asked for.
            user: Whose it is, safe to show.
            why: Why the last reply was not taken; empty the first time.
        """


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that succeeded, without its secrets.

    Attributes:
        user: The name that was typed, under which it is kept.
        role: By the groups in the token.
        kept: Whether it outlives this process.
        password: Whether the password is kept too.
        notices: What the admin has to be told, as sentences.
    """

    user: str
    role: Role
    kept: bool
    notices: tuple[str, ...] = ()
    password: bool = False


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What became of a sign-in that was ended.

    Attributes:
        found: Whether anything was kept.
        revoked: Whether its refresh token is of no use any more.
        notices: Why not, and what else the admin has to be told, as sentences.
    """

    found: bool
    revoked: bool
    notices: tuple[str, ...] = ()


def check_user(user: str) -> str:
    """Return a user name as it is signed in with.

    Raises:
        InvalidInputError: It cannot be one.
    """
    name = user.strip()
    if not name or clean(name, _MOST_IN_A_NAME) != name:
        raise InvalidInputError(
            f"A user name has 1 to {_MOST_IN_A_NAME} characters, all of them visible."
        )
    return name


def sign_in(
    service: SignInService,
    questions: Questions,
    keeper: SecretKeeper,
    *,
    account: str,
    user: str,
    password: str,
    former: str = "",
    keep_password: bool = False,
) -> SignedIn:
    """Sign in, and keep what must outlive this process.

    Args:
        service: Who signs in.
        questions: Who answers what is asked for after the password.
        keeper: Where what must last is kept.
        account: The account's name.
        user: As typed.
        password: As typed.
        former: Who was signed in before; what is kept of that is deleted.
        keep_password: Whether the password is kept too, for when the refresh token has ended.

    Raises:
        InvalidInputError: The user name cannot be one.
        SignInError: It did not succeed; what was kept is kept still.
    """
    user = check_user(user)
    tokens, password = _complete(service, questions, user, password)
    _check_rights(service, tokens)
    identity = read_identity(tokens.id_token)
    notices = [clock_notice(tokens.clock_ahead)]
    for each in dict.fromkeys((former, user)):
        try:
            if each:
                keeper.forget(account, each)
        except ProblemError as problem:
            notices.append(str(problem))
    secrets = {
        Secret.REFRESH_TOKEN: tokens.refresh_token,
        Secret.PASSWORD: password if keep_password else None,
    }
    lasting = [
        keeper.keep(account, user, secret, value)
        for secret, value in secrets.items()
        if value is not None
    ]
    return SignedIn(
        user,
        Role.UNKNOWN if identity is None else identity.role,
        bool(lasting) and all(lasting),
        tuple(notice for notice in notices if notice),
        keep_password,
    )


def _check_rights(service: SignInService, tokens: Tokens) -> None:
    """See that the sign-in is good for something; where that cannot be asked now, it may be.

    Raises:
        SignInError: It gives no keys; it is revoked, as far as it can be.
    """
    try:
        service.keys_for(tokens.id_token)
    except SignInError as error:
        if error.kind in PASSING:
            return
        if tokens.refresh_token is not None:
            with suppress(SignInError):
                service.revoke(tokens.refresh_token)
        raise


def note_signed_in(database: Database, signed_in: SignedIn) -> None:
    """Let everyone who reads the store see who is signed in."""
    write_sign_in(database, SignInState.SIGNED_IN, signed_in.user, signed_in.role)
    write_kept(database, signed_in.user, password=signed_in.password, outlives=signed_in.kept)
    note_sign_in(database, signed_in.user, outlives=signed_in.kept)


def sign_out(
    service: SignInService | None, keeper: SecretKeeper, *, account: str, user: str
) -> SignedOut:
    """End a sign-in: revoke its refresh token where that can be done, and delete what is kept.

    Args:
        service: Who revokes; None where nobody knows whether anything may be called.
        keeper: Where it is kept.
        account: The account's name.
        user: Whose; empty when nobody was ever signed in.
    """
    if not user:
        return SignedOut(found=False, revoked=False)
    token = keeper.find(account, user, Secret.REFRESH_TOKEN)
    notices: list[str] = []
    revoked = False
    if token is not None:
        try:
            if service is None:
                raise SignInError(SignInFailure.UNREACHABLE, _MAY_BE_OFFLINE)
            service.revoke(token)
            revoked = True
        except SignInError as error:
            # One that has ended is of no use to anybody either.
            revoked = error.kind is SignInFailure.EXPIRED
            if not revoked:
                notices.append(
                    f"The sign-in could not be revoked, and ends by itself within a day: {error} "
                    f"{_SOONER.format(user=clean(user))}"
                )
    try:
        keeper.forget(account, user)
    except ProblemError as problem:
        notices.append(str(problem))
    return SignedOut(token is not None, revoked, tuple(notices))


def note_signed_out(database: Database, user: str) -> None:
    """Let everyone who reads the store see that nobody is signed in."""
    write_sign_in(database, SignInState.NEEDED, user, detail="Signed out.")
    note_sign_out(database, user)


def _complete(
    service: SignInService, questions: Questions, user: str, password: str
) -> tuple[Tokens, str]:
    """Return the tokens, and the password as it is now."""
    outcome = service.with_password(user, password)
    for _ in range(_MOST_QUESTIONS):
        if isinstance(outcome, Tokens):
            return outcome, password
        kind = outcome.kind
        outcome, reply = _answered(service, questions, outcome, user)
        if kind is ChallengeKind.NEW_PASSWORD:
            password = reply
    if isinstance(outcome, Tokens):
        return outcome, password
    raise SignInError(
        SignInFailure.UNKNOWN_CHALLENGE,
        "The sign-in asks for one thing after another: sign in once on the deployment's web site, "
        "then here.",
    )


def _answered(
    service: SignInService, questions: Questions, challenge: Challenge, user: str
) -> tuple[Tokens | Challenge, str]:
    """Answer a challenge; a reply that is not taken can be given anew a few times."""
    why, left = "", _TRIES
    while True:
        reply = questions.ask(challenge.kind, user, why)
        left -= 1
        try:
            return service.answer(challenge, reply), reply
        except SignInError as error:
            if not left or error.kind not in _ANOTHER_REPLY:
                raise
            why = str(error)
