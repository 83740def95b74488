"""What the Setup screen says, as lines for a width. Text from outside is cleaned here."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.event_settings import EventSettings
from drtui.domain.multi_user import ModeState
from drtui.domain.operations import ON_THE_WAY, ItemState, OperationKind, OperationState
from drtui.domain.progress import outcome_text, to_deliver
from drtui.domain.setting_keys import NOT_ENFORCED, SettingKey, text_of
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing, earlier_text
from drtui.domain.text import clean, iso
from drtui.screens import racer_facts
from drtui.screens.racer_facts import moment
from drtui.widgets.facts import Lines, labelled, wrapped
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.commands.setup import Setting
    from drtui.screens.setup_desk import SetupPage

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_LABEL: Final = 15
_STATES: Final = {
    ModeState.ON: "● on",
    ModeState.OFF: "○ off",
    ModeState.IN_PART: "◐ in part",
    ModeState.UNKNOWN: "? unknown",
}
_SWITCHED: Final = {
    OperationKind.ENABLE_MULTI_USER: "enabled",
    OperationKind.DISABLE_MULTI_USER: "disabled",
}
_BECOMES: Final = {
    OperationKind.ENABLE_MULTI_USER: ModeState.ON,
    OperationKind.DISABLE_MULTI_USER: ModeState.OFF,
}
_SIGNS: Final = {
    Standing.OK: ("✓", ""),
    Standing.MISSING: ("✗", f"bold {_HAND}"),
    Standing.CANNOT_TELL: ("?", _PENDING),
    Standing.NOT_CHECKED: ("·", _DIM),
}
# What the administrator cannot set up either.
_OF_NOBODY: Final = frozenset(
    {
        Prerequisite.CALLER,
        Prerequisite.DEPLOYMENT_VERSION,
        Prerequisite.DEPLOYMENT_REACHABLE,
    }
)
_STANDING: Final = max(len(one) for one in Standing) + 1
_INDENT: Final = "  "
_LONGEST: Final = 600  # characters of what one check found, or advises
_UNSAID: Final = "not said yet"
_UNCHECKED: Final = "Nothing was checked yet. It is once the network is there; c checks now."
_SETTINGS: Final = (
    ("New users", SettingKey.NEW_USER_MINUTES, "hours"),
    ("", SettingKey.NEW_USER_MODELS, "models"),
    ("Registration", SettingKey.REGISTRATION, ""),
    ("The instance", SettingKey.INSTANCE_MINUTES, "hours"),
    ("", SettingKey.INSTANCE_MODELS, "models"),
)
_EVENT: Final[Mapping[str, str]] = {
    "name": "Name",
    "dates": "Dates",
    "organizer": "Organizer",
    "contact": "Contact",
    "console_address": "Sign-in at",
    "race_links": "Race links",
    "sender": "Sender",
}


def heading(title: str, as_of: datetime | None, now: datetime, width: int) -> Lines:
    """Return a section's title with its age, which is never cut: without its moment if need be."""
    lines = racer_facts.heading(title, as_of, now, width)
    if as_of is None or not lines[0].plain.endswith("…"):
        return lines
    age = Content.styled(f"  {age_text(now - as_of)} old", _DIM)
    return [Content.styled(title, f"bold {_FOCUS}") + age]


def mode(page: "SetupPage", now: datetime, width: int) -> Lines:
    """Return whether multi-user mode is on, by what signs, and who switched it last."""
    state = page.mode.state
    style = _PENDING if state is ModeState.IN_PART else "bold"
    told = Content.styled(_STATES[state], style)
    if page.switch is not None and page.switch.count(*ON_THE_WAY):
        becomes = _BECOMES.get(page.switch.kind, "as it was before")
        told += Content.styled(f" → {becomes}", _PENDING)
    pairs = [("State", told)]
    pairs += [
        ("" if place else "Signs", Content(clean(sign)))
        for place, sign in enumerate(page.mode.signs)
    ]
    if page.switch is None:
        pairs.append(("Switched", Content.styled("never from here", _DIM)))
    else:
        undone = f"operation {page.switch.undoes} undone"
        what = _SWITCHED.get(page.switch.kind, undone)
        at = page.switch.created_at
        age = age_text(now - at)
        who = clean(page.switch.who)
        pairs.append(("Switched", Content(f"{what} {moment(at, now)} ({age} ago) by {who}")))
        pairs.append(("Operation", _operation(page)))
    return labelled(pairs, width, _LABEL)


def _operation(page: "SetupPage") -> Content:
    assert page.switch is not None
    operation = page.switch
    state = operation.state
    style = ""
    if state is OperationState.NEEDS_A_HAND:
        style = _HAND
    elif operation.count(*ON_THE_WAY):
        style = _PENDING
    done = f"{operation.count(ItemState.DONE):,} of {to_deliver(operation):,} done"
    told = Content.styled(outcome_text(operation), style)
    return Content.assemble(f"{operation.operation_id}: ", told, f" · {done}")


def settings(page: "SetupPage", width: int) -> Lines:
    """Return the deployment's settings, with what is on its way beside what is confirmed."""
    found = {one.key: one for one in page.settings}
    pairs = [(label, _setting(found[key], unit)) for label, key, unit in _SETTINGS]
    pairs.append(("", Content.styled(NOT_ENFORCED, _DIM)))
    return labelled(pairs, width, _LABEL)


def _setting(one: "Setting", what: str) -> Content:
    coming = one.pending
    now = "unknown" if one.value is None else clean(text_of(one.key, one.value))
    text = Content(f"{what:<7} {now}" if what else now)
    if coming is not None and coming != one.value:
        text += Content.styled(f" → {clean(text_of(one.key, coming))}", _PENDING)
    return text


def event(found: EventSettings, width: int) -> Lines:
    """Return what was said of the event."""
    pairs = []
    for name, label in _EVENT.items():
        said = getattr(found, name).splitlines()
        texts = [Content(clean(text)) for text in said] or [Content.styled(_UNSAID, _DIM)]
        pairs += [("" if place else label, text) for place, text in enumerate(texts)]
    pairs.append(("Train at once", Content(f"{found.at_once:,} racers at the most")))
    return labelled(pairs, width, _LABEL)


def prerequisites(page: "SetupPage", now: datetime, width: int, *, running: bool) -> Lines:
    """Return the checklist: how each stands, what was found, and what to do about it.

    Args:
        page: As read.
        now: The moment ages are told at.
        width: Of the lines, in cells.
        running: Whether the checks run now.
    """
    lines: Lines = []
    if running:
        lines.append(Content.styled("The checks run …", _PENDING))
    elif page.checked_at is None:
        lines += wrapped(Content.styled(_UNCHECKED, _DIM), width)
    else:
        lines.append(Content.styled(tally(page.checks), _DIM))
    by_outcome = groupby(
        page.checks,
        lambda one: (one.standing, one.finding, one.advice, _key(one, page), one.found_at),
    )
    for (standing, finding, advice, key, found_at), alike in by_outcome:
        lines += [_head(one) for one in alike]
        if standing is not Standing.NOT_CHECKED:  # its sign says all of it
            lines += _told(finding, advice, key, width)
        if found_at is not None:
            told = Content(f"{_INDENT}{earlier_text(age_text(now - found_at))}")
            lines.append(told.stylize(_PENDING))
    return [line.truncate(width, ellipsis=True) for line in lines]


def tally(checks: tuple[Checked, ...]) -> str:
    """Return how many lines stand how: `4 ok · 1 missing`."""
    counts = Counter(one.standing for one in checks)
    return " · ".join(f"{counts[one]:,} {one}" for one in Standing if counts[one])


def _head(one: Checked) -> Content:
    sign, style = _SIGNS[one.standing]
    standing = f"{sign} {one.standing:<{_STANDING}}"
    return Content.assemble((standing, style), f"{one.prerequisite}")


def _key(one: Checked, page: "SetupPage") -> str:
    """Return the key that does something about what is missing, and what; empty for none.

    What nobody can tell has none, so that lines with one reason stay together.
    """
    if one.standing is not Standing.MISSING or one.prerequisite in _OF_NOBODY:
        return ""
    if one.prerequisite is Prerequisite.MAIL_IDENTITY and not page.event.sender:
        return "n: say it"
    return "f: mend it" if one.fix else "h: ask for it"


def _told(finding: str, advice: str, key: str, width: int) -> Lines:
    """Return what was found, and what to do; below all lines of which the same is true."""
    room = width - len(_INDENT)
    lines = wrapped(Content.styled(clean(finding, _LONGEST), _DIM), room)
    told = Content.styled(clean(advice, _LONGEST), _FOCUS)
    if key:
        told = Content(" ").join([*([told] if advice else []), Content.styled(key, "bold")])
    if told.plain:
        lines += wrapped(told, room)
    return [Content(_INDENT) + line for line in lines]


def checklist_text(page: "SetupPage") -> str:
    """Return the checklist as text, for whoever sets up what is missing."""
    head = f"Prerequisites, checked {iso(page.checked_at)}: {tally(page.checks)}"
    lines = [head]
    for one in page.checks:
        told = f"{clean(one.finding, _LONGEST)} {clean(one.advice, _LONGEST)}".strip()
        if one.found_at is not None:
            told += f" (As found {iso(one.found_at)}; not reachable now.)"
        lines.append(f"{one.standing:<{_STANDING}}{one.prerequisite}: {told}")
    return "\n".join(lines)
