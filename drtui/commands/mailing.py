"""Invitations of the event: the text, a preview for each participant, sending and saving them."""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from drtui.commands.bulk import plan_errands
from drtui.commands.event import read_event
from drtui.commands.inviting import NO_SECOND_DOOR, NOBODY
from drtui.commands.passwords import GivenPassword, user_names_in
from drtui.commands.workspace import Workspace
from drtui.commands.writing import typed_path, write_new
from drtui.domain.errands import Service
from drtui.domain.invitation_templates import InvitationField, fields_text
from drtui.domain.invitation_texts import DEFAULT_TEXTS, InvitationKind, InvitationText
from drtui.domain.invitations import (
    Invitation,
    InvitationTemplate,
    MissingValues,
    event_lacks,
    missing_of_event,
    missing_values,
    parse_invitation,
)
from drtui.domain.mail_errands import (
    NO_PASSWORDS,
    Mailing,
    Sending,
    check_values,
    event_fields,
    participant_fields,
    send,
    standing,
    written,
)
from drtui.domain.operations import Item, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome, Plan, PlannedTarget, plan_errand
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.mail import check_address
from drtui.domain.text import clean, fold
from drtui.store.errand_history import errands_about
from drtui.store.preferences import read_preferences, write_preference_entry
from drtui.store.settings import read_settings

_TEXTS: Final = "invitation_texts"
_SENT: Final = "was sent this message already"
_COMING: Final = "this message is on its way"
_PERHAPS: Final = "an earlier sending may have arrived"
_DOUBTFUL: Final = "an earlier sending may have arrived: sent again only if you say so"
_SANDBOX: Final = "SES is in its sandbox, and this address is not verified there"
_LONGEST_NAME: Final = 200  # characters of a file's name, of which a file system takes 255 bytes
_RULE: Final = "-" * 72


@dataclass(frozen=True, slots=True)
class Preview:
    """What an invitation comes to.

    Attributes:
        missing: What the text asks for and is not known: of the event, then by participant.
        invitations: By email, of those to whom nothing is missing.
    """

    missing: tuple[MissingValues, ...]
    invitations: Mapping[str, Invitation]

    @property
    def lacking(self) -> frozenset[str]:
        """The participants of whom something is missing, by email."""
        return frozenset(one.email for one in self.missing if one.email is not None)


def read_text(workspace: Workspace, kind: InvitationKind) -> InvitationText:
    """Return the event's own text of a kind, or the one that it begins with."""
    kept = _texts(workspace).get(kind.value)
    if isinstance(kept, list) and len(kept) == 2 and all(isinstance(one, str) for one in kept):
        return InvitationText(*kept)
    return DEFAULT_TEXTS[kind]


def keep_text(workspace: Workspace, kind: InvitationKind, text: InvitationText) -> None:
    """Keep an edited text for the event.

    Raises:
        TemplateError: It cannot be read, or asks for a field that there is not; it says where.
        InvalidInputError: It is empty or too long.
    """
    parse_invitation(text.subject, text.body)
    write_preference_entry(workspace.database, _TEXTS, kind.value, [text.subject, text.body])


def reset_text(workspace: Workspace, kind: InvitationKind) -> None:
    """Go back to the text that a kind begins with."""
    write_preference_entry(workspace.database, _TEXTS, kind.value, None)


def mailing_of(workspace: Workspace, text: InvitationText, *, account_id: str = "") -> Mailing:
    """Return what all participants share: a text, with what it asks for of the event.

    What it does not ask for is left out, so that it stays the same message when that changes.

    Args:
        workspace: The account's.
        text: Such as `read_text` returned.
        account_id: The AWS account, 12 digits; empty is unknown.
    """
    event = read_event(workspace)
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
    values = event_fields(event, minutes=settings.new_user_minutes, account_id=account_id)
    asked = _asked_for(text)
    told = {field: value for field, value in values.items() if field in asked}
    return Mailing(event.sender, text.subject, text.body, told)


def _asked_for(text: InvitationText) -> frozenset[InvitationField]:
    """Return the fields of a text; all of one that cannot be read, which is found out later."""
    try:
        return parse_invitation(text.subject, text.body).fields
    except InvalidInputError:
        return frozenset(InvitationField)


def preview(
    workspace: Workspace,
    mailing: Mailing,
    participants: Sequence[Participant],
    passwords: Sequence[GivenPassword] = (),
    *,
    drafted: bool = False,
) -> Preview:
    """Return what each participant would get.

    Args:
        workspace: The account's.
        mailing: What they share.
        participants: For whom.
        passwords: As they are being handed over; they stay in memory.
        drafted: Whether it is only looked at, with whatever stands for values that are missing.

    Raises:
        InvalidInputError: The text cannot be read, or a value of the event's is none that would be
            kept now.
    """
    template = mailing.template()
    if not drafted:
        check_values(mailing)
    values = _values(workspace, participants, passwords)
    missing = missing_values(template, mailing.values, values.values())
    if missing_of_event(missing):
        return Preview(missing, {})
    lacking = {one.email for one in missing}
    invitations = {
        email: written(mailing, own) for email, own in values.items() if email not in lacking
    }
    return Preview(missing, invitations)


def plan_send(
    workspace: Workspace,
    mailing: Mailing,
    participants: Sequence[Participant],
    *,
    again: bool = False,
    doubtful: bool = False,
    second_door: bool,
    out_of_reach: Collection[str] = (),
) -> Plan:
    """Plan to send invitations by the sponsor's SES; the text is kept with the operation.

    Who was sent this very message already is left as it is, and so is who may have been. What a
    participant is called is looked up when the message is sent; what belongs to the event is as it
    was when this was confirmed.

    Args:
        workspace: The account's.
        mailing: What they share.
        participants: To whom; those kept.
        again: Whether those who were sent this message get it once more.
        doubtful: Whether those get it of whom nobody can say whether an earlier sending arrived.
        second_door: Whether the account names the sponsor's AWS profile.
        out_of_reach: The addresses to which SES is known to send nothing, see `mail_progress`.

    Raises:
        InvalidInputError: It does not, there is nobody or no sender, the text asks for a password
            or for what is not known of the event, or it cannot be read.
    """
    template = _checked(mailing, participants, second_door=second_door)
    values = _values(workspace, participants, ())
    missing = missing_values(template, mailing.values, values.values())
    if of_event := missing_of_event(missing):
        raise InvalidInputError(event_lacks(of_event))
    lacking: dict[str | None, str] = dict.fromkeys(out_of_reach, _SANDBOX)
    lacking |= {one.email: f"no value for {fields_text(one.fields)}" for one in missing}
    with workspace.database.read() as connection:
        earlier = errands_about(connection, Service.MAIL)
    rows = [
        _row(
            one,
            mailing.id,
            earlier.get(fold(one.email), ()),
            why=lacking.get(one.email, ""),
            again=again,
            doubtful=doubtful,
        )
        for one in participants
    ]
    plan = plan_errands(workspace, OperationKind.SEND_MAIL, "Send invitations", ())
    return replace(plan, rows=tuple(rows), params=mailing.params())


def as_text(invitations: Mapping[str, Invitation]) -> str:
    """Return invitations as plain text, each under its address: for the clipboard, or a file."""
    return f"\n{_RULE}\n\n".join(
        f"To: {clean(email)}\nSubject: {one.subject}\n\n{one.text}"
        for email, one in invitations.items()
    )


def save(path: Path, invitations: Mapping[str, Invitation]) -> None:
    """Write invitations as plain text to a new file that only its owner can read.

    Raises:
        InvalidInputError: There is nothing to write, or the file is there or cannot be written.
    """
    if not invitations:
        raise InvalidInputError("There is no invitation to save.")
    write_new(path, as_text(invitations))


def save_to(path: str, invitations: Mapping[str, Invitation]) -> None:
    """Write invitations to a new file, or to a folder with a new file for each.

    Args:
        path: Of a file; of a folder, which is made where there is none, where it ends in / or
            there is one. `~` is the home folder.
        invitations: By email.

    Raises:
        InvalidInputError: There is nothing to write, a file is there already, or it cannot be
            written.
    """
    if not path.strip():
        raise InvalidInputError("Type the path of a new file, or of a folder that ends in /.")
    place = typed_path(path)
    try:
        in_folder = path.strip().endswith(os.sep) or place.is_dir()
    except OSError as error:
        raise InvalidInputError(
            f"{clean(str(place))} cannot be written ({error.strerror})."
        ) from error
    if in_folder:
        _save_each(place, invitations)
    else:
        save(place, invitations)


def _save_each(folder: Path, invitations: Mapping[str, Invitation]) -> None:
    if not invitations:
        raise InvalidInputError("There is no invitation to save.")
    files = {folder / f"{clean(email, _LONGEST_NAME)}.txt": email for email in invitations}
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        taken = next((file for file in files if os.path.lexists(file)), None)
    except OSError as error:
        raise InvalidInputError(
            f"The folder {clean(str(folder))} cannot be made ({error.strerror})."
        ) from error
    if taken is not None:  # before anything is written
        raise InvalidInputError(
            f"There is a file {clean(str(taken))} already: name another folder."
        )
    for file, email in files.items():
        save(file, {email: invitations[email]})


def missing_in(
    workspace: Workspace, mailing: Mailing, participants: Sequence[Participant]
) -> tuple[MissingValues, ...]:
    """Return what the text asks for and is not known: of the event, then by participant.

    Raises:
        InvalidInputError: The text cannot be read.
    """
    values = _values(workspace, participants, ())
    return missing_values(mailing.template(), mailing.values, values.values())


def _checked(
    mailing: Mailing, participants: Sequence[Participant], *, second_door: bool
) -> InvitationTemplate:
    if not second_door:
        raise InvalidInputError(NO_SECOND_DOOR)
    if not participants:
        raise InvalidInputError(NOBODY)
    template = mailing.template()
    if InvitationField.PASSWORD in template.fields:
        raise InvalidInputError(NO_PASSWORDS)
    if not mailing.sender:
        raise InvalidInputError("Say under Event which address invitations are sent from.")
    check_address(mailing.sender)
    check_values(mailing)
    return template


def _row(
    participant: Participant,
    text_id: str,
    earlier: Sequence[Item],
    *,
    why: str,
    again: bool,
    doubtful: bool,
) -> PlannedTarget:
    """Return a participant's row.

    Args:
        participant: To whom.
        text_id: `Mailing.id`.
        earlier: All that the participant was to be sent, the oldest first.
        why: Why it cannot be sent; empty when it can.
        again: Whether it is sent once more.
        doubtful: Whether it is sent although an earlier sending may have arrived.
    """
    stands, _ = standing(text_id, earlier)
    sent = text_id if stands is Sending.SENT else ""
    row = plan_errand(send(participant, text_id, sent, again=again))
    if why:
        return PlannedTarget(row.target, Outcome.CANNOT, reason=why)
    if stands is Sending.COMING:
        return PlannedTarget(row.target, Outcome.LEFT_OUT, reason=_COMING)
    if stands is Sending.DOUBTFUL and not doubtful:
        return PlannedTarget(row.target, Outcome.LEFT_OUT, reason=_DOUBTFUL)
    if row.outcome is Outcome.ALREADY_SO:
        return replace(row, reason=_SENT)
    return replace(row, reason=_PERHAPS) if stands is Sending.DOUBTFUL else row


def _values(
    workspace: Workspace, participants: Sequence[Participant], passwords: Sequence[GivenPassword]
) -> dict[str, dict[InvitationField, str]]:
    with workspace.database.read() as connection:
        users = user_names_in(connection)
    given = {fold(one.email): one for one in passwords}
    found = {}
    for one in participants:
        told = given.get(fold(one.email))
        name = told.user_name if told else users.get(fold(one.email), "")
        found[one.email] = participant_fields(one, name, told.password if told else "")
    return found


def _texts(workspace: Workspace) -> dict[str, object]:
    with workspace.database.read() as connection:
        kept = read_preferences(connection).get(_TEXTS)
    return dict(kept) if isinstance(kept, dict) else {}
