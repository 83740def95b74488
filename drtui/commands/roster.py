"""The roster: who was invited, has signed in, and what they still lack, from the store."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.operations import ON_THE_WAY, SETTLED_WELL, Item
from drtui.domain.participants import LONGEST_EMAIL, Participant
from drtui.domain.records import Role, SponsoredUser
from drtui.domain.roster import (
    RosterRow,
    Trait,
    has_signed_in,
    last_sent,
    row_key,
    stands_since,
)
from drtui.domain.sponsorship import FIRST_ALIAS, never_signed_in
from drtui.domain.tags import TEAM, stored_tag
from drtui.domain.text import clean, fold
from drtui.store.errand_history import errands_about
from drtui.store.participants import (
    PoolRecord,
    gone_profiles,
    kept_participants,
    pool_records,
)
from drtui.store.users import user_keys, users_by_key

_User = tuple[int, SponsoredUser]
"""A user, behind their key."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of one of them."""

    user: SponsoredUser | None
    record: PoolRecord | None
    invitations: Sequence[Item]
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of everybody, by folded email or alias."""

    pool: Mapping[str, PoolRecord]
    invitations: Mapping[str, Sequence[Item]]
    gone: Mapping[str, datetime]
    aliases: Mapping[str, int]


def roster(workspace: Workspace) -> list[RosterRow]:
    """Return a row for each kept participant, and for each racer whom no list names.

    They are in the order of their addresses; profiles without one come last.
    """
    with workspace.database.read() as connection:
        kept = [one.participant for one in kept_participants(connection)]
        users = users_by_key(connection, user_keys(connection))
        known = _Known(
            pool_records(connection),
            errands_about(connection, Service.INVITATIONS),
            gone_profiles(connection),
            Counter(fold(user.profile.alias) for user in users.values()),
        )
    by_email: dict[str, list[_User]] = {}
    for key, user in users.items():
        by_email.setdefault(fold(user.profile.email or ""), []).append((key, user))
    listed = {fold(one.email) for one in kept}
    rows = [_row(one, next(iter(by_email.get(fold(one.email), ())), None), known) for one in kept]
    rows += [
        _row(None, bearer, known, first=place == 0)
        for email, bearers in by_email.items()
        for place, bearer in enumerate(bearers)
        if bearer[1].profile.role is Role.RACER and (not email or email not in listed)
    ]
    return sorted(rows, key=lambda row: (not row.email, fold(row.email), row.alias))


def _row(
    participant: Participant | None, bearer: _User | None, known: _Known, *, first: bool = True
) -> RosterRow:
    user_key, user = bearer or (None, None)
    profile = None if user is None else user.profile
    email = participant.email if participant else (profile.email if profile else "") or ""
    key = fold(email)
    record = known.pool.get(key) if key else None
    invitations = known.invitations.get(key, ()) if key else ()
    never = None if profile is None else never_signed_in(profile)
    signed_in = has_signed_in(None if record is None else record.status, never_by_profile=never)
    found = _Found(user, record, invitations, known.gone.get(key))
    standing, as_of, reason = _standing(signed_in, found)
    traits = {standing}
    models = None
    if user is None:
        traits.add(Trait.NO_PROFILE)
    else:
        traits |= _of_alias(user, known)
        models = _models(user)
        if models == 0 and not user.profile.storage_bytes:
            traits.add(Trait.NO_MODEL)
    if record is not None and record.enabled is False:
        traits.add(Trait.CLOSED)
    if participant is None:
        traits.add(Trait.NOT_LISTED)
    return RosterRow(
        key=row_key(email, user_key, first=first),
        user_key=user_key,
        email=clean(email, LONGEST_EMAIL),
        name=participant.name if participant else "",
        team=_team(participant, user),
        profile_id="" if profile is None else profile.profile_id,
        alias="" if profile is None else clean(profile.alias),
        models=models,
        traits=frozenset(traits),
        as_of=as_of,
        profile_as_of=None if user is None else user.as_of,
        reason=clean(reason),
    )


def _standing(signed_in: bool | None, found: _Found) -> tuple[Trait, datetime | None, str]:
    """Return how far the invitation has come, as of when, and what there is to say of it."""
    user, record = found.user, found.record
    read = record.as_of if record is not None else None if user is None else user.as_of
    invitation = last_sent(found.invitations)
    if signed_in:
        return Trait.SIGNED_IN, read, ""
    if invitation is not None and invitation.state in ON_THE_WAY:
        return Trait.UNDER_WAY, read, invitation.reason
    if user is not None or record is not None:
        return Trait.INVITED, read, ""
    return _by_invitation(invitation, stands_since(found.invitations, found.gone_at))


def _by_invitation(
    invitation: Item | None, since: datetime | None
) -> tuple[Trait, datetime | None, str]:
    """Return what an invitation alone tells, where neither the pool nor a profile does."""
    if invitation is None:
        return Trait.NOT_INVITED, None, ""
    if since is not None:
        return Trait.INVITED, since, invitation.reason
    standing = Trait.NOT_INVITED
    if invitation.state in SETTLED_WELL:
        return standing, None, ""  # the user that it made is gone
    if invitation.attempts or invitation.unknown_at is not None:
        standing = Trait.INVITATION_FAILED
    return standing, invitation.settled_at, invitation.reason


def _of_alias(user: SponsoredUser, known: _Known) -> set[Trait]:
    if user.profile.alias == FIRST_ALIAS:
        return {Trait.DEFAULT_ALIAS}
    return {Trait.DUPLICATE_ALIAS} if known.aliases[fold(user.profile.alias)] > 1 else set()


def _models(user: SponsoredUser) -> int | None:
    """Return how many models were created in all months; the deployment's count is the month's."""
    if user.profile.models is None:
        return user.carried_models or None
    return user.profile.models + user.carried_models


def _team(participant: Participant | None, user: SponsoredUser | None) -> str:
    """Return the team that the profile has; before it has one, that of the list."""
    worn = [tag.value for tag in map(stored_tag, user.tags if user else ()) if tag.key == TEAM]
    said = participant.team.value if participant and participant.team else ""
    return clean(worn[0] if worn else said)
