"""`drtui invite template`: the event's own text of an invitation, and what it comes to."""

from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.choosing import read_text as read_source
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsJson
from drtui.cli.output import emit, print_json, say
from drtui.cli.participating import EverybodyKept, SomeListFile, participants_choice
from drtui.cli.sponsor_door import find_account_id
from drtui.commands.mailing import (
    as_text,
    keep_text,
    mailing_of,
    preview,
    read_text,
    reset_text,
)
from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitation_texts import InvitationKind, InvitationText
from drtui.domain.invitations import MissingValues, parse_invitation
from drtui.domain.mail_errands import Mailing
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean, fold

template = typer.Typer(
    no_args_is_help=True,
    help="Show and edit the texts of invitations, which are kept for the event.",
)
Kind = Annotated[
    InvitationKind, typer.Option("--kind", help="The text, by how participants sign in.")
]
_SUBJECT: Final = "Subject:"
_SHOWN: Final = 20
_LONGEST_LINE: Final = 2_000


@template.command("show")
def show(
    kind: Kind = InvitationKind.DEPLOYMENT,
    as_json: AsJson = False,
) -> None:
    """Show a text, as “template set” reads it."""
    with open_desk(chosen_account(), reading=True) as desk:
        text = read_text(desk.workspace, kind)
    if as_json:
        print_json({"kind": kind.value, "subject": text.subject, "body": text.body})
        return
    lines = [f"{_SUBJECT} {text.subject}", "", *text.body.rstrip("\n").split("\n")]
    emit("".join(f"{clean(line, _LONGEST_LINE)}\n" for line in lines))


@template.command("set")
def set_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="“Subject: …” in the first line, then the text; - is stdin."
        ),
    ],
    kind: Kind = InvitationKind.DEPLOYMENT,
) -> None:
    """Keep another text for the event; a first line without a subject leaves the subject."""
    source = read_source(file)
    with open_desk(chosen_account()) as desk:
        kept = read_text(desk.workspace, kind)
        keep_text(desk.workspace, kind, _edited(source, kept))
    say(f"The invitations of the kind {kind.value} have another text now.")


@template.command("reset")
def reset(kind: Kind = InvitationKind.DEPLOYMENT) -> None:
    """Go back to the text that drtui begins with."""
    with open_desk(chosen_account()) as desk:
        reset_text(desk.workspace, kind)
    say(f"The invitations of the kind {kind.value} have the first text again.")


@template.command("preview")
def show_preview(
    file: SomeListFile = None,
    kept: EverybodyKept = False,
    kind: Kind = InvitationKind.DEPLOYMENT,
    emails: Annotated[
        list[str] | None,
        typer.Option("--for", metavar="EMAIL", help="Whose to show; by default the first."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what participants would get, and whatever is not known of anybody."""
    chosen = participants_choice(file, kept)
    with open_desk(chosen_account(), reading=True) as desk:
        people = chosen(desk.workspace)
        found = preview(desk.workspace, mailing_for(desk, kind), people.participants)
    tell_missing(found.missing)
    shown = dict(found.invitations)
    if emails is not None:
        wanted = {fold(email) for email in emails}
        there = {fold(one.email) for one in people.participants}
        if unknown := [email for email in emails if fold(email) not in there]:
            raise InvalidInputError(f"“{clean(unknown[0], 60)}” is not among the participants.")
        shown = {email: one for email, one in shown.items() if fold(email) in wanted}
    elif not as_json:
        shown = dict(list(shown.items())[:1])
    if as_json:
        print_json(
            {
                "missing": [
                    {"email": one.email, "fields": [field.value for field in one.fields]}
                    for one in found.missing
                ],
                "invitations": [
                    {"email": email, "subject": one.subject, "text": one.text, "html": one.html}
                    for email, one in shown.items()
                ],
            }
        )
    elif shown:
        emit(as_text(shown))
    unsettled = found.missing or not people.participants
    raise typer.Exit(people.code(exits.UNSETTLED if unsettled else exits.OK))


def mailing_for(desk: Desk, kind: InvitationKind) -> Mailing:
    """Return a text with the event's values; AWS is asked for its account where the text has it."""
    text = read_text(desk.workspace, kind)
    asked_for = InvitationField.ACCOUNT_ID in parse_invitation(text.subject, text.body).fields
    account_id = find_account_id(desk) if asked_for else ""
    return mailing_of(desk.workspace, text, account_id=account_id)


def tell_missing(missing: tuple[MissingValues, ...]) -> None:
    """Say what invitations lack: of the event, and of participants."""
    for one in missing[:_SHOWN]:
        say(f"  {one}")
    if len(missing) > _SHOWN:
        say(f"  … and {len(missing) - _SHOWN:,} more")


def _edited(source: str, kept: InvitationText) -> InvitationText:
    first, _, rest = source.partition("\n")
    if not fold(first).startswith(fold(_SUBJECT)):
        return InvitationText(kept.subject, source)
    return InvitationText(first.strip()[len(_SUBJECT) :].strip(), rest.lstrip("\r\n"))
