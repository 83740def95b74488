"""Sending mail from the sponsor's account by Amazon SES: what it may send, from whom, to whom.

SES counts an address as verified when its domain, or a domain above that one, is (SES Developer
Guide, "Creating and verifying identities"). In the sandbox the recipient has to be verified as
well, unless it is one of SES's own mailbox simulator; the quota is then 200 messages in 24 hours.
Identities, the sandbox and the quotas belong to one region.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from drtui.domain.participants import is_email
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import UNLIMITED
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.text import clean

LONGEST_SUBJECT: Final = 500  # characters; far beyond what any mailbox shows
_SIMULATOR: Final = "simulator.amazonses.com"


class Verification(StrEnum):
    """Whether an address or a domain may be used."""

    VERIFIED = "verified"
    PENDING = "waiting for its owner"
    FAILED = "not confirmed in time"
    NOT_STARTED = "not verified"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """What SES lets the account send in one region; None is unknown.

    Attributes:
        production: Whether the account is out of the sandbox.
        sending: Whether sending is enabled; AWS and the account's owner can pause it.
        daily_quota: Messages in any 24 hours; `UNLIMITED` (-1).
        sent: Messages in the last 24 hours.
        per_second: The most messages in a second.
    """

    production: bool | None = None
    sending: bool | None = None
    daily_quota: int | None = None
    sent: int | None = None
    per_second: float | None = None

    @property
    def remaining(self) -> int | None:
        """Messages that may be sent now, by the daily quota; `UNLIMITED`, or None for unknown."""
        if self.daily_quota == UNLIMITED:
            return UNLIMITED
        if self.daily_quota is None or self.sent is None:
            return None
        return max(0, self.daily_quota - self.sent)


@dataclass(frozen=True, slots=True)
class Identity:
    """An address or a domain that SES knows.

    Attributes:
        name: Safe to show.
        sending: Whether SES takes messages from it; None is unknown.
    """

    name: str
    verification: Verification
    sending: bool | None = None

    @property
    def is_domain(self) -> bool:
        """Whether it is a domain and not a single address."""
        return "@" not in self.name


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient.

    Attributes:
        sender: A plain address.
        recipient: A plain address.
        text: Its plain form; always there.
        html: Its form for mail programs that show HTML; empty for none.
    """

    sender: str
    recipient: str
    subject: str
    text: str
    html: str = ""

    def __post_init__(self) -> None:
        """Refuse what could reach somebody else or become another header.

        Raises:
            InvalidInputError: One sentence for the admin.
        """
        check_address(self.sender)
        check_address(self.recipient)
        if not self.subject.strip() or len(self.subject) > LONGEST_SUBJECT:
            raise InvalidInputError(
                f"A message's subject is 1 to {LONGEST_SUBJECT} characters long."
            )
        if not self.subject.isprintable():
            raise InvalidInputError("A message's subject must be one line of printable characters.")
        if not self.text.strip():
            raise InvalidInputError("A message must not be empty.")


class Mail(Protocol):
    """Amazon SES; every method raises `SponsorError` and nothing else, and sends each call once."""

    def account(self) -> MailAccount:
        """Return what the account may send."""

    def identities(self) -> tuple[Identity, ...]:
        """Return the addresses and domains that SES knows."""

    def identity(self, name: str) -> Identity | None:
        """Return what SES knows of one address or domain; None when it does not know it."""

    def start_verification(self, address: str) -> Identity:
        """Let SES ask the owner of an address to confirm it; harmless where it is known already."""

    def send(self, message: Message) -> str:
        """Send one message and return SES's id of it.

        Without an answer the failure is `OUTCOME_UNKNOWN`: it may have been sent, and sending it
        again is the admin's decision.
        """


def check_address(address: str) -> None:
    """Refuse what is not one plain address, so that a message has exactly one recipient.

    Raises:
        InvalidInputError: One sentence for the admin.
    """
    if not is_email(address):
        raise InvalidInputError(f"“{clean(address, 60)}” is not an email address.")


def verifier(address: str, identities: Iterable[Identity]) -> Identity | None:
    """Return the verified address or domain by which an address counts as verified.

    Args:
        address: Its part before the @ is compared exactly, its domain in any case.
        identities: As SES lists them.
    """
    local, _, domain = address.rpartition("@")
    labels = domain.lower().split(".")
    covering = {".".join(labels[start:]) for start in range(len(labels))}
    for identity in identities:
        known_local, _, known_domain = identity.name.rpartition("@")
        exact = known_local == local and known_domain.lower() == domain.lower()
        covered = identity.is_domain and identity.name.lower() in covering
        if identity.verification is Verification.VERIFIED and (exact or covered):
            return identity
    return None


def unreachable(
    account: MailAccount, identities: Sequence[Identity], recipients: Iterable[str]
) -> tuple[str, ...]:
    """Return the recipients that the sandbox lets nothing be sent to; none outside of it.

    An account whose state is unknown is taken to be out of the sandbox: SES refuses what it does
    not let through, and nothing is lost by that.
    """
    if account.production is not False:
        return ()
    return tuple(
        each
        for each in recipients
        if not each.lower().endswith(f"@{_SIMULATOR}") and verifier(each, identities) is None
    )


def obstacle(account: MailAccount, identities: Sequence[Identity], sender: str) -> str:
    """Return, in a sentence, why SES sends nothing at all; empty when nothing known stops it."""
    if account.sending is False:
        return "Sending is paused for this AWS account: see its SES console."
    by = verifier(sender, identities)
    if by is None or by.sending is False:
        return f"SES does not send from {clean(sender, 80)}: verify it, or switch it on there."
    if account.remaining == 0:
        return "The daily quota of SES is used up: it frees up over the next 24 hours."
    return ""


def judge_sender(identities: Sequence[Identity], sender: str) -> Checked:
    """Say whether invitations can be sent from an address.

    Args:
        identities: As SES lists them.
        sender: Empty when none has been chosen yet.
    """
    line = Prerequisite.MAIL_IDENTITY
    shown = clean(sender, 80)
    if not sender:
        verified = sum(each.verification is Verification.VERIFIED for each in identities)
        if verified:
            finding = f"SES has {verified} verified {'sender' if verified == 1 else 'senders'}."
            return Checked(line, Standing.OK, finding, "Choose the sender of the invitations.")
        finding, advice = "SES has no verified sender.", "Choose an address and verify it."
        return Checked(line, Standing.MISSING, finding, advice, fix="Verify the sender")
    by = verifier(sender, identities)
    if by is not None and by.sending is not False:
        return Checked(line, Standing.OK, f"SES may send from {shown}.", "")
    if by is not None:
        finding = f"Sending from {clean(by.name, 80)} is switched off in SES."
        return Checked(line, Standing.MISSING, finding, "Switch it on in the SES console.")
    waiting = (each.name for each in identities if each.verification is Verification.PENDING)
    if sender in waiting:
        finding = f"{shown} has not confirmed SES's message yet."
        return Checked(line, Standing.MISSING, finding, "Open the link in that message.")
    finding, advice = f"{shown} is not verified in SES.", "Let SES ask its owner to confirm it."
    return Checked(line, Standing.MISSING, finding, advice, fix="Verify the sender")


def judge_sandbox(account: MailAccount) -> Checked:
    """Say whether mail reaches anybody, or verified recipients only."""
    line = Prerequisite.MAIL_SANDBOX
    if account.production is None:
        finding = "SES does not tell whether the account is in the sandbox."
        return Checked(line, Standing.CANNOT_TELL, finding, "Look in the SES console.")
    if account.sending is False:
        finding = "Sending is paused for this AWS account."
        return Checked(line, Standing.MISSING, finding, "See the SES console for the reason.")
    if not account.production:
        return Checked(
            line,
            Standing.MISSING,
            "The account is in the SES sandbox, where only verified recipients get mail.",
            "Ask AWS for production access in the SES console, or send the invitations yourself.",
        )
    left = account.remaining
    quota = "" if left is None or left == UNLIMITED else f"; {left:,} messages may be sent now"
    return Checked(line, Standing.OK, f"The account is out of the SES sandbox{quota}.", "")


def is_daily_quota(error: SponsorError) -> bool:
    """Whether SES refused a message because of the quota of 24 hours, and not of the rate."""
    return "daily" in error.message.casefold() and "quota" in error.message.casefold()
