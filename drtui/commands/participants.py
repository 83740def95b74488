"""The list of participants: read one, keep it; and the users of the deployment's pool."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Service
from drtui.domain.participants import Participant, ParticipantList, read_participants
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import clean, fold
from drtui.domain.wording import counted, noun
from drtui.store import operation_log
from drtui.store.errands import on_the_way
from drtui.store.participants import (
    apply_teams,
    apply_teams_in,
    forget_participants,
    keeping_changes,
    kept_participants,
    with_profile,
    write_participants_in,
    write_pool_users,
)

_KEPT: Final = (RecordKind.PARTICIPANT, RecordKind.SPONSORED_USER)


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
            f"{len(self.with_profile):,} with a profile already, "
            f"{len(self.known - self.with_profile):,} kept before without one."
        ]
        if self.found.problems:
            lines.append(f"{counted(len(self.found.problems), 'row')} left out.")
        if self.found.left_out:
            lines.append(f"Columns that are not read: {', '.join(self.found.left_out)}.")
        return lines


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a list has changed, or would change.

    Attributes:
        new: How many were not kept before.
        changed: How many have another name or team now.
        tagged: How many profiles got the label of their team.
    """

    new: int
    changed: int
    tagged: int

    @property
    def nothing(self) -> bool:
        """Whether all was so before."""
        return not (self.new or self.changed or self.tagged)


def read_list(workspace: Workspace, text: str) -> ListPreview:
    """Read a CSV or a paste of participants, and look up who is known; nothing is changed.

    Raises:
        InvalidInputError: As of `domain.participants.read_participants`.
    """
    found = read_participants(text)
    keys = {one.key for one in found.participants}
    with workspace.database.read() as connection:
        known = {one.participant.key for one in kept_participants(connection, keys)}
        there = with_profile(connection, keys)
    return ListPreview(found, there, frozenset(known))


def keep(workspace: Workspace, participants: Sequence[Participant]) -> Kept:
    """Keep participants, and give those who have a profile the label of their team."""
    database, author = workspace.database, workspace.author()
    if not participants:
        return Kept(0, 0, apply_teams(database))
    with database.write(*_KEPT, durable=True) as connection:
        now = database.clock()
        new, changed = write_participants_in(connection, participants, author, now)
        return Kept(new, changed, apply_teams_in(connection, now))


def plan_keep(workspace: Workspace, participants: Sequence[Participant]) -> Kept:
    """Return what keeping participants would change; nothing is."""
    with workspace.database.read() as connection:
        return Kept(*keeping_changes(connection, participants))


def submit_and_keep(
    workspace: Workspace, plan: Plan, participants: Sequence[Participant]
) -> int | None:
    """Submit a confirmed plan as `bulk.submit` does, and keep those whom it is for, or neither.

    Raises:
        PlanOutdatedError: Another operation on one of its targets came in since it was made.
        StoreProblemError: The store cannot be written; nothing was submitted.
    """
    if not plan.changes_something:
        keep(workspace, participants)
        return None
    database = workspace.database
    with database.write(*_KEPT, RecordKind.OPERATION, durable=True) as connection:
        now = database.clock()
        author = workspace.author()
        write_participants_in(connection, participants, author, now)
        operation_id = operation_log.submit_in(connection, plan, author, now)
        apply_teams_in(connection, now)
    return operation_id


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Whom a list is to name no more.

    Attributes:
        participants: Those who are taken off.
        under_way: The addresses of those who stay, since an invitation is on its way to them.
        told: Of how many it is forgotten that the password of an IAM user was handed over.
        missing: The addresses that no list names.
    """

    participants: tuple[Participant, ...]
    under_way: tuple[str, ...]
    told: int
    missing: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return what it comes to, a sentence each."""
        number = len(self.participants)
        lines = [
            f"{counted(number, 'participant')} {noun(number, 'is', 'are')} taken off the list. "
            "Nobody's access is changed: users, profiles and labels stay."
        ]
        if self.told:
            lines.append(
                f"Of {self.told:,} it is forgotten that the password of their IAM user was handed "
                "over: kept again, they count as not told."
            )
        if self.under_way:
            number = len(self.under_way)
            lines.append(
                f"{number:,} {noun(number, 'stays', 'stay')}: an invitation is on its way. "
                "Cancel its operation first."
            )
        if self.missing:
            lines.append(f"{counted(len(self.missing), 'address', 'addresses')} on no list.")
        return lines


def plan_forget(workspace: Workspace, emails: Iterable[str] | None = None) -> Forgetting:
    """Say whom taking some addresses off the list means; nothing is changed.

    Args:
        workspace: The account's.
        emails: Theirs; None is everybody who is kept.
    """
    wanted = None if emails is None else {fold(one): one for one in emails}
    with workspace.database.read() as connection:
        kept = kept_participants(connection, wanted)
        coming = {fold(subject) for subject in on_the_way(connection, Service.INVITATIONS)}
    there = {fold(one.participant.email) for one in kept}
    going = [one for one in kept if fold(one.participant.email) not in coming]
    return Forgetting(
        tuple(one.participant for one in going),
        tuple(one.participant.email for one in kept if fold(one.participant.email) in coming),
        sum(one.told_at is not None for one in going),
        tuple(one for key, one in (wanted or {}).items() if key not in there),
    )


def forget(workspace: Workspace, participants: Iterable[Participant]) -> int:
    """Take participants off the list; return how many went.

    The list alone is changed, and nobody's access. Those to whom an invitation is on its way by
    now stay.
    """
    emails = [one.email for one in participants]
    return len(forget_participants(workspace.database, emails, workspace.author()))


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


def kept_among(workspace: Workspace, emails: Sequence[str]) -> tuple[Participant, ...]:
    """Return those of some addresses who are kept, each once, in the order of the addresses."""
    with workspace.database.read() as connection:
        found = [one.participant for one in kept_participants(connection, emails)]
    kept = {fold(one.email): one for one in found}
    return tuple(kept[key] for key in dict.fromkeys(map(fold, emails)) if key in kept)


def list_pool(workspace: Workspace, services: SponsorServices) -> int:
    """List the deployment's user pool anew; return how many users it has.

    Raises:
        InvalidInputError: The account was added without the user pool.
        SponsorError: It cannot be listed; what was listed before stays.
    """
    if services.user_pool is None:
        raise InvalidInputError("This account does not name the deployment's user pool.")
    return write_pool_users(workspace.database, list(services.user_pool.users()))
