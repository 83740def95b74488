"""What the Invitation screen says, as lines for a width. Text from outside is cleaned here."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.invitation_templates import (
    OF_PARTICIPANT,
    InvitationField,
    Template,
    fields_text,
)
from drtui.domain.mail_errands import Sending
from drtui.domain.records import UNLIMITED
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.invitation_words import (
    KINDS,
    NO_TRAINING_TIME,
    PLACEHOLDER,
    SIGNS,
    WITH_PASSWORDS,
)
from drtui.widgets.facts import Lines, labelled
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.commands.mail_progress import MailTerms
    from drtui.screens.invitation_desk import InvitationPage

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_LABEL: Final = 13
_LONGEST: Final = 2_000  # characters of a line
_NOBODY: Final = (
    "Nobody is kept yet: press esc to go to Setup, p for Participants, and l there reads a list."
)
_STATES: Final = {
    Sending.DOUBTFUL: _PENDING,
    Sending.FAILED: _HAND,
    Sending.COMING: _PENDING,
    Sending.SENT: "",
    Sending.ANOTHER: _DIM,
    Sending.NOT_SENT: "",
}


def head(
    page: "InvitationPage",
    terms: "MailTerms | None",
    account_id: str | None,
    now: datetime,
    width: int,
    *,
    no_door: str,
) -> Lines:
    """Return which text it is, for whom, what is missing, and how far its sending is.

    Args:
        page: As read.
        terms: What SES lets be sent; None while that is asked, and without a second door.
        account_id: The AWS account; None while it is asked for, empty where it is unknown.
        now: The present, by the store's clock.
        width: Of the lines, in cells.
        no_door: Why the sponsor's own AWS account sends nothing; empty where it does.
    """
    pairs = [("Sign-in by", _kind(page)), ("Participants", _people(page))]
    pairs += [("" if place else "Missing", told) for place, told in enumerate(_missing(page))]
    if page.asks(InvitationField.ACCOUNT_ID):
        pairs.append(("AWS account", _account(account_id)))
    if page.people:
        pairs.append(("This text", _sendings(page)))
    pairs.append(("By SES", _ses(page, terms, now, no_door)))
    return labelled(pairs, width, _LABEL)


def _kind(page: "InvitationPage") -> Content:
    others = " or ".join(told for kind, told in KINDS.items() if kind is not page.kind)
    return Content.assemble((KINDS[page.kind], "bold"), (f"  n: {others}", _DIM))


def _people(page: "InvitationPage") -> Content:
    if not page.people:
        return Content.styled(_NOBODY, _PENDING)
    told = Content(f"{len(page.people):,}")
    if page.gone:
        told += Content.styled(f"; {counted(page.gone, 'other')} not kept any more", _PENDING)
    return told


def _missing(page: "InvitationPage") -> list[Content]:
    if page.problem:
        return [Content.styled(f"✗ the text cannot be read: {clean(page.problem, 600)}", _HAND)]
    told = []
    if unsaid := page.unsaid:
        told.append(Content.styled(f"✗ of the event: {fields_text(unsaid)}; E: say it", _HAND))
    if InvitationField.TRAINING_TIME in page.of_event:
        told.append(Content.styled(f"✗ {NO_TRAINING_TIME}", _HAND))
    everybody = len(page.people)
    for name, count in page.lacking.items():
        if name is InvitationField.PASSWORD:
            told.append(Content.styled(WITH_PASSWORDS, _PENDING))
            continue
        verb = "lacks" if everybody == 1 else "lack"
        told.append(Content.styled(f"✗ {count:,} of {everybody:,} {verb} {{{name}}}", _HAND))
    return told or [Content("✓ nothing" if everybody else "✓ nothing of the event")]


def _account(account_id: str | None) -> Content:
    if account_id is None:
        return Content.styled("is asked for …", _PENDING)
    if not account_id:
        return Content.styled("✗ unknown: AWS does not tell it now; r asks again", _HAND)
    return Content(clean(account_id))


def _sendings(page: "InvitationPage") -> Content:
    counts = page.counts
    parts = [
        Content.styled(f"{SIGNS[state]} {counts[state]:,} {state}", _STATES[state])
        for state in Sending
        if counts[state]
    ]
    told = Content(" · ").join(parts)
    if counts[Sending.DOUBTFUL]:
        told += Content.styled("  d lists them, M asks whether to send it again", _DIM)
    return told


def _ses(page: "InvitationPage", terms: "MailTerms | None", now: datetime, no_door: str) -> Content:
    if page.asks(InvitationField.PASSWORD):
        return Content.styled("never this text: it has {password}", _PENDING)
    if no_door:
        return Content.styled(f"not possible yet: {no_door}; y and o work without one", _DIM)
    if terms is None:
        return Content.styled("what may be sent is read …", _PENDING)
    age = Content.styled(f"  {age_text(now - terms.as_of)} old", _DIM)
    return _terms(page, terms) + age


def _terms(page: "InvitationPage", terms: "MailTerms") -> Content:
    if terms.problem:
        why = f"what may be sent is not known: {clean(terms.problem, 600)}"
        return Content.styled(why, _PENDING)
    if not page.event.sender:
        return Content.styled("✗ no sender is said of the event; E: say it", _HAND)
    if wrong := terms.sender_problem(page.event.sender):
        return Content.styled(f"✗ {clean(wrong, 600)}", _HAND)
    told = Content(f"from {clean(page.event.sender)} · {_limits(terms)}")
    if terms.account.production is False:
        away = len(terms.out_of_reach(page.people))
        told += Content.styled(f" · sandbox: {away:,} cannot get it", _PENDING)
    return told


def _limits(terms: "MailTerms") -> str:
    account = terms.account
    parts = []
    if account.daily_quota is not None:
        unlimited = account.daily_quota == UNLIMITED
        parts.append("any number" if unlimited else f"{account.daily_quota:,} in 24 hours")
    if account.sent is not None:
        parts.append(f"{account.sent:,} used")
    if account.per_second:
        parts.append(f"{account.per_second:g} a second")
    return ", ".join(parts) or "limits not known"


def template(page: "InvitationPage", width: int) -> Lines:
    """Return the text with its fields: bold, and those that are not known with a sign."""
    heading = f"{'edited' if page.edited else 'first text'} · underlined: personal"
    title = Content.assemble(("The text", f"bold {_FOCUS}"), (f"  {heading}", _DIM))
    lines = [title.truncate(width, ellipsis=True)]
    if page.template is None:
        source = f"Subject: {page.text.subject}\n\n{page.text.body}"
        body = Content("\n").join([Content(clean(one, _LONGEST)) for one in source.split("\n")])
    else:
        unknown = {*page.of_event, *(name for name, count in page.lacking.items() if count)}
        body = Content.styled("Subject: ", _DIM)
        body += _fields(page.template.subject, unknown) + Content("\n\n")
        body += _fields(page.template.body, unknown)
    return lines + _wrapped(body, width)


def _fields(read: Template, unknown: "set[InvitationField]") -> Content:
    parts = []
    for part in read.parts:
        if not isinstance(part, InvitationField):
            literal = part.replace("{", "{{").replace("}", "}}")
            safe = "\n".join(clean(line, _LONGEST) for line in literal.split("\n"))
            parts.append(Content(safe))
        elif part in unknown:
            parts.append(Content.styled(f"✗{{{part}}}", f"bold {_HAND}"))
        else:
            style = f"bold underline {_FOCUS}" if part in OF_PARTICIPANT else f"bold {_FOCUS}"
            parts.append(Content.styled(f"{{{part}}}", style))
    return Content("").join(parts)


def preview(page: "InvitationPage", width: int, *, html: bool) -> Lines:
    """Return what one participant gets, as plain text or as the source of the HTML."""
    what = "HTML · h: plain text" if html else "plain text · h: HTML"
    title = Content.assemble(("What it comes to", f"bold {_FOCUS}"), (f"  {what}", _DIM))
    lines = [title.truncate(width, ellipsis=True)]
    one = page.participant
    if one is None:
        return [*lines, *_wrapped(Content.styled("for nobody yet", _DIM), width)]
    name = f"{clean(one.name)} " if one.name else ""
    lines += _wrapped(Content.assemble(("To: ", _DIM), f"{name}<{clean(one.email)}>"), width)
    lines += _wrapped(_whose(page), width)
    if not page.found:
        lines.append(Content.styled("Nobody has that in the name or address.", _HAND))
    if page.shown is None:
        return lines
    text = page.shown.html if html else f"Subject: {page.shown.subject}\n\n{page.shown.text}"
    return lines + _wrapped(_marked(text.rstrip("\n")), width)


def _whose(page: "InvitationPage") -> Content:
    """Return whose preview it is among all, and how its sending stands."""
    parts = [Content.styled(f"{page.place + 1:,} of {len(page.people):,}", _DIM)]
    if page.sendings:
        sending = page.sendings[page.place]
        told = f"{SIGNS[sending.state]} {sending.state}"
        if sending.item is not None:
            told += f", operation {sending.item.operation_id:,}"
        parts.append(Content.styled(told, _STATES[sending.state]))
    parts.append(Content.styled("[ ]: others", _DIM))
    parts.append(Content.styled("/: find", _DIM))
    return Content(" · ").join(parts)


def _marked(text: str) -> Content:
    """Return text that is safe already, with what is missing in it told apart."""
    return Content(text).highlight_regex(PLACEHOLDER, style=f"bold {_HAND}")


def _wrapped(text: Content, width: int) -> Lines:
    """Return lines that fit; what stands before the first word of one that does is kept."""
    lines: Lines = []
    for line in text.split("\n", allow_blank=True):
        fits = line.cell_length <= width
        lines += [line] if fits else [one.rstrip() for one in line.wrap(max(2, width))]
    return lines
