"""Amazon SES, version 2 of its API, in the region of the deployment."""

import math
from collections.abc import Mapping
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.domain.participants import is_email
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import Identity, MailAccount, Message, Verification
from drtui.domain.text import clean

_SERVICE: Final = "sesv2"
_CHARSET: Final = "UTF-8"
_LONGEST_NAME: Final = 320  # an address by RFC 5321: 64 + @ + 255
_STATES: Final[Mapping[str, Verification]] = {
    "SUCCESS": Verification.VERIFIED,
    "PENDING": Verification.PENDING,
    "FAILED": Verification.FAILED,
    "NOT_STARTED": Verification.NOT_STARTED,
}


class SesMail:
    """Implements `drtui.domain.sponsor.mail.Mail`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def account(self) -> MailAccount:
        """Return what the account may send; what the answer lacks is unknown."""
        answer = self._door.call(_SERVICE, "GetAccount")
        quota = answer.get("SendQuota") or {}
        rate = _number(quota.get("MaxSendRate"))
        return MailAccount(
            production=_flag(answer.get("ProductionAccessEnabled")),
            sending=_flag(answer.get("SendingEnabled")),
            daily_quota=_count(quota.get("Max24HourSend")),
            sent=_count(quota.get("SentLast24Hours")),
            per_second=rate if rate is not None and rate > 0 else None,
        )

    def identities(self) -> tuple[Identity, ...]:
        """Return the addresses and domains that SES knows."""
        return tuple(
            Identity(
                clean(str(each["IdentityName"]), _LONGEST_NAME),
                _STATES.get(str(each.get("VerificationStatus")), Verification.UNKNOWN),
                _flag(each.get("SendingEnabled")),
            )
            for each in self._door.pages(
                _SERVICE, "ListEmailIdentities", "EmailIdentities", {"PageSize": 1000}
            )
            if each.get("IdentityName")
        )

    def identity(self, name: str) -> Identity | None:
        """Return what SES knows of one address or domain; None when it does not know it."""
        try:
            answer = self._door.call(_SERVICE, "GetEmailIdentity", {"EmailIdentity": name})
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND:
                return None
            raise
        return _identity(name, answer)

    def start_verification(self, address: str) -> Identity:
        """Let SES ask the owner of an address to confirm it; harmless where it is known already."""
        if not is_email(address):
            # A name without an @ would begin the verification of a domain, which needs DNS records.
            sentence = f"“{clean(address, 60)}” is not an email address."
            raise SponsorError(SponsorFailure.REFUSED, sentence)
        try:
            answer = self._door.call(
                _SERVICE, "CreateEmailIdentity", {"EmailIdentity": address}, write=True
            )
        except SponsorError as error:
            if error.kind is not SponsorFailure.EXISTS:
                raise
            return self.identity(address) or Identity(address, Verification.UNKNOWN)
        state = _identity(address, answer)
        if state.verification is Verification.UNKNOWN:
            return Identity(address, Verification.PENDING)
        return state

    def send(self, message: Message) -> str:
        """Send one message, once, and return SES's id of it."""
        body: dict[str, object] = {"Text": _content(message.text)}
        if message.html:
            body["Html"] = _content(message.html)
        answer = self._door.call(
            _SERVICE,
            "SendEmail",
            {
                "FromEmailAddress": message.sender,
                "Destination": {"ToAddresses": [message.recipient]},
                "Content": {"Simple": {"Subject": _content(message.subject), "Body": body}},
            },
            write=True,
        )
        sent = answer.get("MessageId")
        if not sent:
            raise SponsorError(
                SponsorFailure.OUTCOME_UNKNOWN,
                "SES answered without a message's id; it is not known whether it was sent.",
            )
        return clean(str(sent), _LONGEST_NAME)


def _identity(name: str, answer: Mapping[str, Any]) -> Identity:
    verified = answer.get("VerifiedForSendingStatus")
    state = _STATES.get(str(answer.get("VerificationStatus")), Verification.UNKNOWN)
    if verified is True:
        state = Verification.VERIFIED
    elif verified is False and state is Verification.VERIFIED:
        state = Verification.PENDING  # confirmed, but SES does not let it send yet
    return Identity(clean(name, _LONGEST_NAME), state, _flag(verified))


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": _CHARSET}


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _count(value: object) -> int | None:
    number = _number(value)
    return None if number is None or not math.isfinite(number) else int(number)
