"""What screens need fresher than usual: declared for a while, and forgotten by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, or_, select

from drtui.domain.changes import RecordKind
from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table

SWEEP: Final = "sweep:"
"""How the subject of a wish for a sweep begins; what follows only tells wishes apart."""
_INTERESTS: Final = table("interest")


@dataclass(frozen=True, slots=True)
class Interest:
    """Something that somebody looks at now.

    Attributes:
        subject: What it is, such as `models:` and a profile id.
        asked_at: Since when somebody has been interested without a break; seconds since the epoch.
        expires_at: Until when, unless it is renewed.
    """

    subject: str
    asked_at: float
    expires_at: float


def declare_interest(database: Database, subject: str, seconds: float) -> None:
    """Ask for a subject to be kept fresh from now on, for so many seconds; again renews it.

    Whoever asks for less does not shorten what somebody has asked for longer.
    What has expired is forgotten here: there is no need for anybody to tidy up.
    """
    declare_interests(database, [subject], seconds)


def declare_interests(database: Database, subjects: Sequence[str], seconds: float) -> None:
    """The same for several subjects, in one transaction."""
    now = database.clock()
    end = now + seconds
    rows = [{"subject": one, "asked_at": now, "expires_at": end} for one in subjects]
    with database.write(RecordKind.INTEREST) as connection:
        # Asked for in the future is a clock set back since; it would not expire for as long.
        connection.execute(
            delete(_INTERESTS).where(
                or_(_INTERESTS.c.expires_at <= now, _INTERESTS.c.asked_at > now)
            )
        )
        ends_before = _INTERESTS.c.expires_at < end
        upsert(connection, _INTERESTS, rows, ["subject"], ["expires_at"], where=ends_before)


def live_interests(connection: Connection, prefix: str, now: float) -> list[Interest]:
    """Return the interests in subjects of a kind that have not expired, the oldest first.

    Args:
        connection: In a transaction.
        prefix: How the subjects begin, such as `models:`.
        now: Seconds since the epoch.
    """
    rows = connection.execute(
        select(_INTERESTS)
        .where(_INTERESTS.c.expires_at > now, _INTERESTS.c.asked_at <= now)
        .order_by(_INTERESTS.c.asked_at, _INTERESTS.c.subject)
    ).mappings()
    return [Interest(**row) for row in rows if row["subject"].startswith(prefix)]
