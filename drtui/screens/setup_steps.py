"""The five steps of an event, as lines for a width: which key leads where, and how far each is."""

from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.setting_keys import SettingKey, text_of
from drtui.domain.text import clean
from drtui.domain.wording import counted, noun
from drtui.screens import setup_facts
from drtui.widgets.facts import Lines

if TYPE_CHECKING:
    from drtui.screens.setup_desk import SetupPage

_FOCUS, _DIM = "$primary", "$foreground-muted"
_LABEL: Final = 16
_KEYS: Final = 10


def steps(page: "SetupPage", width: int) -> Lines:
    """Return a line for each step: what it is, its keys, and how far it is."""
    rows = (
        ("  Before", "n c f h", _before(page)),
        ("1 Multi-user", "E X", f"mode {page.mode.state.value}"),
        ("2 Participants", "p t", _participants(page)),
        ("3 Quotas", "e 2", _quotas(page)),
        ("4 Watch", "2", "on Monitor usage"),
        ("5 The bill", "b", _bill(page)),
    )
    lines: Lines = [Content.styled("The five steps", f"bold {_FOCUS}")]
    for label, keys, told in rows:
        line = Content.assemble(
            (f"{label:<{_LABEL}}", _DIM), (f"{keys:<{_KEYS}}", f"bold {_FOCUS}"), told
        )
        lines.append(line.truncate(width, ellipsis=True))
    return lines


def _before(page: "SetupPage") -> str:
    found = "not checked yet" if page.checked_at is None else setup_facts.tally(page.checks)
    return found if page.event.name else f"the event is not named yet · {found}"


def _participants(page: "SetupPage") -> str:
    people = page.prepared.people
    if not people.kept:
        return "no list is kept yet"
    return (
        f"{people.kept:,} kept · {people.invited:,} invited · {people.signed_in:,} signed in "
        f"· {people.mailed:,} mailed"
    )


def _quotas(page: "SetupPage") -> str:
    found = {one.key: one.value for one in page.settings}
    hours, models = found[SettingKey.NEW_USER_MINUTES], found[SettingKey.NEW_USER_MODELS]
    if hours is None or models is None:
        return "new users' are not known"
    told = clean(text_of(SettingKey.NEW_USER_MODELS, models))
    what = noun(models if isinstance(models, int) else None, "model")
    return f"new users {clean(text_of(SettingKey.NEW_USER_MINUTES, hours))}, {told} {what}"


def _bill(page: "SetupPage") -> str:
    alerts = page.prepared.alerts
    if alerts is None:
        return "billing alerts were not read yet"
    return counted(alerts, "billing alert") if alerts else "no billing alert of drtui's"
