"""The list of participants: read one, keep it; and the users of the deployment's pool."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drtui.commands.workspace import Workspace
from drtui.domain.participants import Participant, ParticipantList, read_participants
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import clean, fold
from drtui.domain.wording import counted
from drtui.store.participants import (
    apply_teams,
    kept_participants,
    with_profile,
    write_participants,
    write_pool_users,
)


@dataclass(frozen=True, slots=True)
class ListPreview:
    """A list as it was read, beside what is known already.

    Attributes:
        found: The good rows, and the others.
        with_profile: The keys of those who have a profile, see `Participant.key`.
        known: The keys of those who were kept before.
    """

    found: ParticipantList
    with_profile: frozenset[str]
    known: frozenset[str]

    @property
    def new(self) -> tuple[Participant, ...]:
        """Those who neither have a profile nor were kept before, in the order of the list."""
        there = self.with_profile | self.known
        return tuple(one for one in self.found.participants if one.key not in there)

    def lines(self) -> list[str]:
        """Return the list in numbers, a sentence each."""
        people = self.found.participants
        lines = [
            f"{counted(len(people), 'participant')}: {len(self.new):,} new, "
            f"{len(self.with_profile):,} with a profile already, {len(self.known):,} kept before."
        ]
        if self.found.problems:
            lines.append(f"{counted(len(self.found.problems), 'row')} left out.")
        if self.found.left_out:
            lines.append(f"Columns that are not read: {', '.join(self.found.left_out)}.")
        return lines


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a list has changed.

    Attributes:
        new: How many were not kept before.
        changed: How many have another name or team now.
        tagged: How many profiles got the label of their team.
    """

    new: int
    changed: int
    tagged: int


def read_list(workspace: Workspace, text: str) -> ListPreview:
    """Read a CSV or a paste of participants, and look up who is known; nothing is changed."""
    found = read_participants(text)
    keys = {one.key for one in found.participants}
    with workspace.database.read() as connection:
        known = {one.participant.key for one in kept_participants(connection, keys)}
        there = with_profile(connection, keys)
    return ListPreview(found, there, frozenset(known))


def keep(workspace: Workspace, participants: Sequence[Participant]) -> Kept:
    """Keep participants, and give those who have a profile the label of their team."""
    new, changed = write_participants(workspace.database, participants)
    return Kept(new, changed, apply_teams(workspace.database))


def participants_of(
    workspace: Workspace, emails: Iterable[str] | None = None
) -> tuple[Participant, ...]:
    """Return the kept participants, all or those with some addresses.

    Raises:
        InvalidInputError: An address is not that of a kept participant.
    """
    wanted = None if emails is None else dict.fromkeys(emails)
    with workspace.database.read() as connection:
        found = [one.participant for one in kept_participants(connection, wanted)]
    if wanted is not None:
        there = {fold(one.email) for one in found}
        missing = [email for email in wanted if fold(email) not in there]
        if missing:
            raise InvalidInputError(
                f"“{clean(missing[0], 60)}” is not among the participants: keep a list first."
            )
    return tuple(found)


def list_pool(workspace: Workspace, services: SponsorServices) -> int:
    """List the deployment's user pool anew; return how many users it has.

    Raises:
        InvalidInputError: The account was added without the user pool.
        SponsorError: It cannot be listed; what was listed before stays.
    """
    if services.user_pool is None:
        raise InvalidInputError("This account does not name the deployment's user pool.")
    return write_pool_users(workspace.database, list(services.user_pool.users()))
