"""Who takes part, and the user pool's users: what is kept of both, and the teams' labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, update

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Service
from drtui.domain.participants import Participant
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.domain.tags import TEAM, Tag, stored_tag
from drtui.domain.text import clean, fold
from drtui.store.database import Database
from drtui.store.errands import on_the_way
from drtui.store.facts import read_fact, write_fact
from drtui.store.journal import write_journal
from drtui.store.sqlite import one_of, upsert
from drtui.store.tables import table
from drtui.store.tagging import TagGroup, change_tags_in
from drtui.store.users import USERS, moment

_PARTICIPANTS: Final = table("participant")
_POOL: Final = table("pool_user")
_ENGINE: Final = Author("drtui")
_TEAMS: Final = "Teams of participants"
_LISTED: Final = "user_pool_listed"
_FORGOTTEN: Final = ("Forget participants", "forgotten:")
_HANDED_OVER: Final = ("Hand over passwords", "handed over for")
_IN_A_LINE: Final = 20
_LONGEST: Final = 254  # that an email address can be


@dataclass(frozen=True, slots=True)
class KeptParticipant:
    """Somebody who takes part, as they were kept.

    Attributes:
        participant: Its `line` is 0: it comes from no file.
        added_at: When they were kept first.
        told_at: When the password of their IAM user was last handed over; None never.
    """

    participant: Participant
    added_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class PoolRecord:
    """What the user pool said of one address.

    Attributes:
        enabled: Whether the user may sign in; None is unknown.
        as_of: When it was listed.
    """

    status: PoolStatus
    enabled: bool | None
    as_of: datetime


def write_participants_in(
    connection: Connection, participants: Sequence[Participant], author: Author, now: float
) -> tuple[int, int]:
    """Keep participants, each address once; return how many are new, and how many have changed.

    Who is kept already keeps the spelling of the address and the time. What a list does not say,
    a name or a team, stays as it is known; another team is to become a label again.

    Args:
        connection: In a writing transaction.
        participants: Whom.
        author: Who keeps them.
        now: Seconds since the epoch.
    """
    written, new, changed = _to_write(connection, participants, now)
    if written:
        upsert(
            connection, _PARTICIPANTS, written, key=["folded"], update=["name", "team", "tagged"]
        )
    if new or changed:
        result = f"{new:,} new, {changed:,} changed"
        write_journal(connection, now, author, "Keep participants", result)
    return new, changed


def keeping_changes(
    connection: Connection, participants: Sequence[Participant]
) -> tuple[int, int, int]:
    """Return what keeping participants would change: how many are new, changed, and labelled."""
    written, new, changed = _to_write(connection, participants, 0)
    teams = {str(row["folded"]): str(row["team"]) for row in written if not row["tagged"]}
    waiting = {folded: team for folded, team in teams.items() if team}
    tagged = len(_profiles_of(connection, waiting)) if waiting else 0
    return new, changed, tagged


def _to_write(
    connection: Connection, participants: Sequence[Participant], now: float
) -> tuple[list[dict[str, str | float | bool]], int, int]:
    """Return the rows of participants to be kept, how many are new, and how many change."""
    there = {row["folded"]: row for row in _rows(connection)}
    rows = {fold(one.email): one for one in participants}
    written = [_written(one, there.get(key), now) for key, one in rows.items()]
    changed = sum(
        (row["name"], row["team"]) != (there[key]["name"], there[key]["team"])
        for key, row in zip(rows, written, strict=True)
        if key in there
    )
    return written, len(rows.keys() - there.keys()), changed


def kept_participants(
    connection: Connection, emails: Iterable[str] | None = None
) -> list[KeptParticipant]:
    """Return the kept participants in the order of their addresses.

    Args:
        connection: In a transaction.
        emails: Only those with these addresses, in whatever case; None is all.
    """
    where = None if emails is None else one_of(_PARTICIPANTS.c.folded, map(fold, emails))
    return [_kept(row) for row in _rows(connection, where)]


def with_profile(connection: Connection, emails: Iterable[str]) -> frozenset[str]:
    """Return those of some addresses with which there is a profile, folded."""
    found = _profiles_of(connection, map(fold, emails))
    return frozenset(folded for _, folded, _ in found)


def gone_profiles(connection: Connection) -> dict[str, datetime]:
    """Return when the profiles that are no longer there were found gone, by folded email."""
    lower = func.lower(USERS.c.email)
    rows = connection.execute(
        select(lower, func.max(USERS.c.gone_at)).where(USERS.c.gone_at.is_not(None)).group_by(lower)
    )
    return {email: at for email, gone in rows if email and (at := moment(gone)) is not None}


def forget_participants(
    database: Database, emails: Iterable[str], author: Author
) -> frozenset[str]:
    """Keep some participants no more; nobody's access is changed. Return who went, folded.

    Those with an invitation on its way stay: what comes of it could not be told of anybody.
    """
    with database.write(RecordKind.PARTICIPANT, durable=True) as connection:
        coming = {fold(subject) for subject in on_the_way(connection, Service.INVITATIONS)}
        gone = connection.execute(
            delete(_PARTICIPANTS)
            .where(one_of(_PARTICIPANTS.c.folded, {*map(fold, emails)} - coming))
            .returning(_PARTICIPANTS.c.folded, _PARTICIPANTS.c.email)
        ).all()
        names = [row.email for row in gone]
        _note_each(connection, database.clock(), author, _FORGOTTEN, names)
        return frozenset(row.folded for row in gone)


def mark_told(database: Database, emails: Iterable[str], author: Author) -> None:
    """Note that the passwords of some participants' IAM users were handed over now."""
    with database.write(RecordKind.PARTICIPANT, durable=True) as connection:
        now = database.clock()
        told = connection.scalars(
            update(_PARTICIPANTS)
            .where(one_of(_PARTICIPANTS.c.folded, map(fold, emails)))
            .values(told_at=now)
            .returning(_PARTICIPANTS.c.email)
        ).all()
        _note_each(connection, now, author, _HANDED_OVER, told)


def _note_each(
    connection: Connection, now: float, author: Author, told: tuple[str, str], emails: Sequence[str]
) -> None:
    """Name everybody it was about, some in a line, so that each is found."""
    what, became = told
    named = sorted(emails)
    for first in range(0, len(named), _IN_A_LINE):
        part = ", ".join(clean(one, _LONGEST) for one in named[first : first + _IN_A_LINE])
        write_journal(connection, now, author, what, f"{became} {part}")


def write_told(database: Database, email: str, told_at: datetime | None) -> None:
    """Note when the password of a participant's IAM user was handed over; None is not any more."""
    seconds = None if told_at is None else told_at.timestamp()
    with database.write(RecordKind.PARTICIPANT, durable=True) as connection:
        connection.execute(
            update(_PARTICIPANTS)
            .where(_PARTICIPANTS.c.folded == fold(email))
            .values(told_at=seconds)
        )


def apply_teams(database: Database) -> int:
    """Give participants' profiles the label of their team; return how many got one.

    Each team is given once, as soon as there is a profile with the participant's email, so that
    what an admin changes later stays. A racer has one team: another one is taken off.
    """
    with database.read() as connection:  # mostly there is nobody, and nothing to be written
        _, found = _without_label(connection)
    if not found:
        return 0
    kinds = RecordKind.PARTICIPANT, RecordKind.SPONSORED_USER
    with database.write(*kinds, durable=True) as connection:
        return apply_teams_in(connection, database.clock())


def apply_teams_in(connection: Connection, now: float) -> int:
    """Do so as `apply_teams` does, in a writing transaction that is there."""
    teams, found = _without_label(connection)
    if not found:
        return 0
    groups: dict[tuple[Tag, frozenset[Tag]], list[int]] = {}
    for key, folded, tags in found:
        team = stored_tag(teams[folded])
        worn = {tag for tag in map(stored_tag, tags.split()) if tag.key == TEAM}
        groups.setdefault((team, frozenset(worn - {team})), []).append(key)
    given = [TagGroup(keys, frozenset({team}), others) for (team, others), keys in groups.items()]
    labelled = _PARTICIPANTS.c.folded, [folded for _, folded, _ in found]
    connection.execute(update(_PARTICIPANTS).where(one_of(*labelled)).values(tagged=True))
    return change_tags_in(connection, given, _ENGINE, _TEAMS, now)


def _without_label(
    connection: Connection,
) -> tuple[dict[str, str], Sequence[tuple[int, str, str]]]:
    """Return the teams that are no labels yet, by folded address, and the profiles with these."""
    statement = select(_PARTICIPANTS.c.folded, _PARTICIPANTS.c.team).where(
        _PARTICIPANTS.c.team != "", _PARTICIPANTS.c.tagged.is_(False)
    )
    teams = {row.folded: row.team for row in connection.execute(statement)}
    return teams, _profiles_of(connection, teams) if teams else []


def write_pool_users(database: Database, users: Iterable[PoolUser]) -> int:
    """Keep the user pool's users, as listed now, instead of those before; return how many."""
    now = database.clock()
    rows = {
        user.name: {
            "user_name": user.name,
            "folded": fold(user.email or ""),
            "status": user.status.value,
            "enabled": user.enabled,
            "as_of": now,
        }
        for user in users
    }
    with database.write(RecordKind.PARTICIPANT) as connection:
        connection.execute(delete(_POOL))
        if rows:
            connection.execute(insert(_POOL), list(rows.values()))
        write_fact(connection, _LISTED, len(rows), now)
    return len(rows)


def pool_listed_at(connection: Connection) -> datetime | None:
    """Return when the user pool was listed last, with users or without; None where it never was."""
    return read_fact(connection, _LISTED)[1]


def pool_records(connection: Connection) -> dict[str, PoolRecord]:
    """Return what the pool said, by folded email; empty where it was never listed.

    Of several users with one address the one that has signed in counts.
    """
    found: dict[str, PoolRecord] = {}
    for row in connection.execute(select(_POOL).where(_POOL.c.folded != "")).mappings():
        status, as_of = _status(row["status"]), moment(row["as_of"])
        assert as_of is not None
        if row["folded"] not in found or status is PoolStatus.CONFIRMED:
            found[row["folded"]] = PoolRecord(status, row["enabled"], as_of)
    return found


def _profiles_of(connection: Connection, folded: Iterable[str]) -> Sequence[tuple[int, str, str]]:
    """Return key, folded email and labels of the profiles that are there with some addresses."""
    lower = func.lower(USERS.c.email)  # addresses are ASCII (DeepRacer API facts, POST /profile)
    rows = connection.execute(
        select(USERS.c.id, lower, USERS.c.tags).where(
            USERS.c.gone_at.is_(None), one_of(lower, folded)
        )
    )
    return [(key, email, tags) for key, email, tags in rows]


def _rows(connection: Connection, where: ColumnElement[bool] | None = None) -> Sequence[RowMapping]:
    statement = select(_PARTICIPANTS).order_by(_PARTICIPANTS.c.folded)
    if where is not None:
        statement = statement.where(where)
    return connection.execute(statement).mappings().all()


def _written(
    participant: Participant, there: RowMapping | None, now: float
) -> dict[str, str | float | bool]:
    said = "" if participant.team is None else str(participant.team)
    if there is None:
        return {
            "folded": fold(participant.email),
            "email": participant.email,
            "name": participant.name,
            "team": said,
            "added_at": now,
            "tagged": False,
        }
    team = said or there["team"]
    return {
        "folded": there["folded"],
        "email": there["email"],
        "name": participant.name or there["name"],
        "team": team,
        "added_at": there["added_at"],
        "tagged": there["tagged"] and team == there["team"],
    }


def _kept(row: RowMapping) -> KeptParticipant:
    team = stored_tag(row["team"]) if row["team"] else None
    added_at = moment(row["added_at"])
    assert added_at is not None
    return KeptParticipant(
        Participant(row["email"], row["name"], team, 0), added_at, moment(row["told_at"])
    )


def _status(text: str) -> PoolStatus:
    return PoolStatus(text) if text in tuple(PoolStatus) else PoolStatus.UNKNOWN
