"""Everything that is known of one participant: the list, the pool, and what was done for them."""

from dataclasses import dataclass
from datetime import datetime

from drtui.commands.passwords import told_at
from drtui.commands.workspace import Workspace
from drtui.domain.access_errands import gives, user_name_of
from drtui.domain.errands import Service
from drtui.domain.operations import SETTLED_WELL, Item
from drtui.domain.roster import RosterRow, last_sent
from drtui.domain.text import fold
from drtui.store.database import Transaction
from drtui.store.errand_history import errands_about
from drtui.store.participants import PoolRecord, kept_participants, pool_records


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    """One participant.

    Attributes:
        row: As the roster has them.
        added_at: When a list named them first; None where none does.
        pool: What the user pool said of them; None where it says nothing.
        invitation: The last errand about their invitation; None where there was none.
        mails: The errands that mailed, or are to mail, the event's own invitation; the oldest
            first.
        iam: The last errand about their IAM user; None where there was none.
        user_name: What their IAM user is called; empty where drtui made none, or removed it.
        identity_center: The last errand about Identity Center; None where there was none.
        told_at: When the password of that IAM user was handed over last; None where it never was.
    """

    row: RosterRow
    added_at: datetime | None = None
    pool: PoolRecord | None = None
    invitation: Item | None = None
    mails: tuple[Item, ...] = ()
    iam: Item | None = None
    user_name: str = ""
    identity_center: Item | None = None
    told_at: datetime | None = None


def participant_page(workspace: Workspace, row: RosterRow) -> ParticipantPage:
    """Return everything that the store knows of the participant of a row.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    if not row.email:
        return ParticipantPage(row)
    with workspace.database.read() as connection:
        kept = next(iter(kept_participants(connection, [row.email])), None)
        spellings = {row.email, row.email if kept is None else kept.participant.email}
        iam = _about(connection, Service.IAM, spellings)
        has_user = [item for item in iam if item.state in SETTLED_WELL]
        center = _about(connection, Service.IDENTITY_CENTER, spellings)
        return ParticipantPage(
            row=row,
            added_at=None if kept is None else kept.added_at,
            pool=pool_records(connection).get(fold(row.email)),
            invitation=last_sent(_about(connection, Service.INVITATIONS, spellings)),
            mails=tuple(_about(connection, Service.MAIL, spellings)),
            iam=iam[-1] if iam else None,
            user_name=user_name_of(has_user[-1]) if has_user and gives(has_user[-1]) else "",
            identity_center=center[-1] if center else None,
            told_at=told_at(connection, row.email),
        )


def _about(connection: Transaction, service: Service, spellings: set[str]) -> list[Item]:
    """Return the errands of a service about an address, however it is spelt, the oldest first."""
    found = [
        item
        for email in spellings
        for about in errands_about(connection, service, subject=email).values()
        for item in about
    ]
    return sorted(found, key=lambda item: (item.operation_id, item.item_id))
