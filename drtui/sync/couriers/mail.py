"""Invitations by the sponsor's own mail, Amazon SES: one at a time, at its pace, never twice."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from drtui.domain.access_errands import gives, user_name_of
from drtui.domain.errands import Carried, Service, Terms, never, subject_of
from drtui.domain.mail_errands import (
    check_values,
    mailing_from,
    participant_fields,
    sends_again,
    text_of,
    written,
)
from drtui.domain.operations import SETTLED_WELL, Item, ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import UNLIMITED
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import (
    Identity,
    Mail,
    MailAccount,
    Message,
    is_daily_quota,
    obstacle,
    unreachable,
)
from drtui.domain.text import clean
from drtui.store.database import Database
from drtui.store.errand_history import errands_about, last_errands, operation_params
from drtui.store.participants import kept_participants

_LOOK_SECONDS: Final = 300.0
_SANDBOX_RATE: Final = 1.0  # a second: what SES lets everybody send
_SENT: Final = "was sent this message already"
_NOT_KEPT: Final = "is not among the participants any more"


class MailCourier:
    """Carries `Service.MAIL` out; see `domain.mail_errands`.

    What SES allows is asked for now and then; until it was, the sandbox's pace is kept. What no
    message could get past (an unverified sender, the quota, sending that is paused) fails none of
    them: they wait, as for a permission.

    Args:
        mail: Amazon SES.
        database: The store, where the text and the participants are.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self, mail: Mail, database: Database, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._mail = mail
        self._database = database
        self._clock = clock
        self._account = MailAccount()
        self._identities: tuple[Identity, ...] = ()
        self._looked_at = -math.inf

    def terms(self) -> Terms:
        """See `Courier`; a message whose outcome is unknown is not sent again by itself."""
        rate = self._account.per_second or _SANDBOX_RATE
        quota = self._account.daily_quota
        # Where it is not known yet, only sending a message finds it out: SES itself counts too.
        daily = None if quota is None or quota == UNLIMITED else max(1, quota)
        return Terms(repeatable=never, daily=daily, interval=1 / rate)

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return {item.item_id: self._send(item) for item in items}

    def _send(self, item: Item) -> Carried:
        if self._was_sent(item):
            return Carried(ItemState.ALREADY_SO, _SENT)
        try:
            message = self._message(item)
        except InvalidInputError as error:
            return Carried(ItemState.FAILED, str(error))
        self._look()
        self._check(message.sender)
        if unreachable(self._account, self._identities, (message.recipient,)):
            self._forget()
            return Carried(
                ItemState.FAILED,
                "this AWS account is in the SES sandbox, and the address is not verified",
            )
        try:
            told = self._mail.send(message)
        except SponsorError as error:
            self._forget()
            if is_daily_quota(error):
                raise SponsorError(SponsorFailure.DENIED, error.message, code=error.code) from None
            raise
        return Carried(ItemState.DONE, f"sent as {clean(told, 80)}")

    def _was_sent(self, item: Item) -> bool:
        """Whether another operation has sent the same message since this one was planned."""
        if sends_again(item):
            return False
        with self._database.read() as connection:
            sent = errands_about(connection, Service.MAIL, SETTLED_WELL, subject=subject_of(item))
        return any(text_of(one) == text_of(item) for found in sent.values() for one in found)

    def _message(self, item: Item) -> Message:
        """Write a message from what is kept now.

        Raises:
            InvalidInputError: Something that it needs is missing, or would not be kept now.
        """
        email = subject_of(item)
        with self._database.read() as connection:
            mailing = mailing_from(operation_params(connection, item.operation_id))
            kept = kept_participants(connection, [email])
            users = last_errands(connection, Service.IAM, SETTLED_WELL, subject=email)
        if not kept:
            raise InvalidInputError(_NOT_KEPT)
        check_values(mailing)
        name = next((user_name_of(user) for user in users.values() if gives(user)), "")
        participant = kept[0].participant
        invitation = written(mailing, participant_fields(participant, name))
        return Message(
            sender=mailing.sender,
            recipient=participant.email,
            subject=invitation.subject,
            text=invitation.text,
            html=invitation.html,
        )

    def _look(self) -> None:
        """Ask what may be sent, where that was asked too long ago."""
        now = self._clock()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._account = self._mail.account()
            self._identities = self._mail.identities()
            self._looked_at = now

    def _forget(self) -> None:
        """Ask again before the next message: something may be other than was last said."""
        self._looked_at = -math.inf

    def _check(self, sender: str) -> None:
        """Stop where no message would be let through.

        Raises:
            SponsorError: It waits for a hand, or for a day to go by.
        """
        if why := obstacle(self._account, self._identities, sender):
            self._forget()
            raise SponsorError(SponsorFailure.DENIED, why)
