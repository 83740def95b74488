"""Passwords of participants' IAM users: made now, handed over once, kept nowhere.

What an operation holds or brings is stored, and a password must not be. So the operation makes
users and memberships alone, and the passwords are made here, by calls that the admin waits for:
a user without one cannot sign in, which does no harm until then. Nobody has to know a password
twice either: for those who were not told theirs, because a call was cut short or the list was
closed too soon, another one is made.
"""

import csv
import io
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from traceback import format_tb
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.access_errands import gives, user_name_of
from drtui.domain.errands import Service
from drtui.domain.operations import ON_THE_WAY, SETTLED_WELL, Item, ItemState
from drtui.domain.passwords import generate_password
from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import IamUsers
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import csv_cell, fold
from drtui.store.database import Transaction
from drtui.store.errand_history import errands_about, last_errands
from drtui.store.participants import kept_participants, mark_told, write_told

_LOG: Final = logging.getLogger("drtui")
_COLUMNS: Final = ("email", "user_name", "password")
_HOPELESS: Final = frozenset(
    {
        SponsorFailure.NO_CREDENTIALS,
        SponsorFailure.DENIED,
        SponsorFailure.UNREACHABLE,
        SponsorFailure.THROTTLED,
    }
)
_PERHAPS: Final = "a password may have been set, and nobody knows it: make another one"
_NO_USER: Final = "has no IAM user of drtui's"
_SIGNED_IN: Final = "has signed in already, and knows the password"
_STOPPED: Final = "stopped before it was made"


@dataclass(frozen=True, slots=True)
class GivenPassword:
    """One participant's initial password, to be changed at the first sign-in.

    Attributes:
        email: As the participant is known.
        password: Not shown by `repr`.
    """

    email: str
    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handover:
    """What is to be handed over, and who gets nothing.

    Attributes:
        given: In the order of the emails.
        refused: Why not, by email; safe to show.
    """

    given: tuple[GivenPassword, ...]
    refused: Mapping[str, str]


def user_names_in(connection: Transaction) -> dict[str, str]:
    """Return what the IAM users are called that were made from here, by folded email."""
    return {key: user_name_of(item) for key, item in _users_in(connection, SETTLED_WELL).items()}


def not_told(workspace: Workspace, *, coming: bool = False) -> list[str]:
    """Return the emails of those who have an IAM user, and were not handed a password for it.

    Args:
        workspace: The account's.
        coming: Whether also of those whose user is about to be made.
    """
    states = SETTLED_WELL | ON_THE_WAY if coming else SETTLED_WELL
    with workspace.database.read() as connection:
        users = _users_in(connection, states)
        told = _told_in(connection, users)
        kept = kept_participants(connection, users)
    emails = [one.participant.email for one in kept]
    return [email for email in emails if fold(email) not in told]


def with_user(workspace: Workspace, emails: Iterable[str]) -> list[str]:
    """Return those of some emails for which an IAM user was made from here."""
    with workspace.database.read() as connection:
        users = user_names_in(connection)
    return [email for email in emails if fold(email) in users]


def give_passwords(
    workspace: Workspace,
    services: SponsorServices,
    emails: Iterable[str],
    *,
    anew: bool = False,
    go_on: Callable[[int], bool] = lambda _: True,
) -> Handover:
    """Make passwords for participants' IAM users, at once and not by an operation.

    Whoever was told one, or has signed in, is left alone unless asked for. Who gets another than
    the one they were told counts as not told again from just before it is made.

    Args:
        workspace: The account's.
        services: The second door.
        emails: Whose, such as `not_told`; one address is one participant, whatever its case.
        anew: Whether those who know one get another: for the help desk.
        go_on: Asked before each, and told how many are made; False stops it there.

    Returns:
        What was made, even where later calls did not succeed: `handed_over` when it was read.

    Raises:
        SponsorError: Nothing can be done at all.
    """
    typed: dict[str, str] = {}
    for one in emails:
        typed.setdefault(fold(one), one)
    with workspace.database.read() as connection:
        kept = kept_participants(connection, typed)
        told = _told_in(connection, typed)
    people = list(
        (typed | {fold(one.participant.email): one.participant.email for one in kept}).values()
    )
    refused: dict[str, str] = {}
    if not anew:
        refused = {one: _was_told(told[fold(one)]) for one in people if fold(one) in told}
    wanted = [one for one in people if one not in refused]
    if not wanted:
        return Handover((), refused)
    names = services.iam_users.names_for(wanted)
    given: list[GivenPassword] = []
    hopeless = ""
    for email in wanted:
        hopeless = hopeless or ("" if go_on(len(given)) else _STOPPED)
        if hopeless:
            refused[email] = hopeless
            continue
        try:
            name, earlier = names[email.strip().lower()], told.get(fold(email))
            found, why, kind = _renewed(workspace, services, email, name, earlier, anew=anew)
        except Exception as error:  # those made before are there to be handed over
            found, why, kind = None, why_not(error), None
        if found is not None:
            given.append(found)
            continue
        refused[email] = why
        hopeless = why if kind in _HOPELESS else ""
    return Handover(tuple(given), refused)


def why_not(error: Exception) -> str:
    """Return what came between passwords and their hand-over, in a sentence.

    Of an error that nobody expected it repeats nothing, here or in the log: it may hold a password.
    """
    if isinstance(error, ProblemError):
        return str(error)
    what = type(error).__name__
    where = "".join(format_tb(error.__traceback__))
    _LOG.error("passwords were made, and something failed unexpectedly: %s\n%s", what, where)
    return f"Something went wrong that should not ({what}): the log says where."


def handed_over(workspace: Workspace, given: Sequence[GivenPassword]) -> None:
    """Note that passwords were read or written, so that they are not made anew."""
    mark_told(workspace.database, [one.email for one in given], workspace.author())


def as_csv(given: Sequence[GivenPassword]) -> str:
    """Return passwords as the text of a CSV; no cell starts a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(
        [csv_cell(cell) for cell in (one.email, one.user_name, one.password)] for one in given
    )
    return text.getvalue()


def told_at(connection: Transaction, email: str) -> datetime | None:
    """Return when somebody was handed a password for the IAM user they have; None never."""
    return _told_in(connection, [email]).get(fold(email))


def _users_in(connection: Transaction, states: Collection[ItemState]) -> dict[str, Item]:
    found = last_errands(connection, Service.IAM, states)
    return {key: item for key, item in found.items() if gives(item)}


def _told_in(connection: Transaction, emails: Iterable[str]) -> dict[str, datetime]:
    """Return when each was handed a password, by folded email; of a removed user it is void."""
    removed = {
        key: max(item.settled_at for item in about if item.settled_at and not gives(item))
        for key, about in errands_about(connection, Service.IAM, SETTLED_WELL).items()
        if any(item.settled_at and not gives(item) for item in about)
    }
    return {
        key: one.told_at
        for one in kept_participants(connection, emails)
        if one.told_at is not None
        and ((key := fold(one.participant.email)) not in removed or one.told_at > removed[key])
    }


def _renewed(
    workspace: Workspace,
    services: SponsorServices,
    email: str,
    name: str,
    earlier: datetime | None,
    *,
    anew: bool,
) -> tuple[GivenPassword | None, str, SponsorFailure | None]:
    """Make a password as `_tried` does; one that was told earlier counts only while it is good.

    Raises:
        StoreProblemError: That cannot be noted.
    """
    if earlier is not None:
        write_told(workspace.database, email, None)
    found, why, kind = _tried(services.iam_users, email, name, anew=anew)
    if found is None and earlier is not None and kind is not SponsorFailure.OUTCOME_UNKNOWN:
        write_told(workspace.database, email, earlier)  # the one they know is as it was
    return found, why, kind


def _tried(
    users: IamUsers, email: str, name: str, *, anew: bool
) -> tuple[GivenPassword | None, str, SponsorFailure | None]:
    """Make a password for one user; else say why not, and how AWS failed if it did."""
    try:
        found, why = _give(users, email, name, anew=anew)
    except SponsorError as error:
        doubtful = error.kind is SponsorFailure.OUTCOME_UNKNOWN
        return None, _PERHAPS if doubtful else error.message, error.kind
    except Exception as error:
        return None, f"{why_not(error)} {_PERHAPS.capitalize()}.", SponsorFailure.OUTCOME_UNKNOWN
    return found, why, None


def _give(
    users: IamUsers, email: str, name: str, *, anew: bool
) -> tuple[GivenPassword | None, str]:
    """Make a password for one user, or say why not."""
    user = users.find(name)
    if user is None or not user.ours:
        return None, _NO_USER
    if user.last_sign_in is not None and not anew:
        return None, _SIGNED_IN
    password = generate_password()
    users.renew_password(name, password)
    return GivenPassword(email, name, password), ""


def _was_told(when: datetime) -> str:
    return f"was handed a password on {when:%Y-%m-%d %H:%M} UTC"
