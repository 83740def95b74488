"""How the values of an operation's targets read: those of users, and those of errands."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Final

from drtui.domain.download_errands import FILE
from drtui.domain.errands import MAIL_AGAIN, MAIL_TEXT, Service, service_of
from drtui.domain.import_errands import DESCRIPTION as IMPORTED_DESCRIPTION
from drtui.domain.import_errands import NAME as IMPORTED_NAME
from drtui.domain.import_errands import PATH as IMPORTED_PATH
from drtui.domain.operations import ACCOUNT_FIELDS, Value, Values
from drtui.domain.race_documents import moment
from drtui.domain.race_errands import (
    AUTO_LAUNCH,
    DEED,
    DEFINITION,
    LIVE_AT,
    SUBMISSIONS,
)
from drtui.domain.race_fields import short_text
from drtui.domain.race_times import time_text
from drtui.domain.setting_keys import VALUE as SETTING_VALUE
from drtui.domain.setting_keys import SettingKey
from drtui.domain.setting_keys import text_of as setting_text
from drtui.domain.text import clean
from drtui.domain.wording import field_label, value_text

# What there is to tell of those that keep how they are carried out as well.
_TOLD: Final[Mapping[Service, Sequence[str]]] = {
    Service.DOWNLOADS: (FILE,),
    Service.BUCKET_SAVES: (FILE,),
    Service.IMPORTS: (IMPORTED_NAME, IMPORTED_PATH, IMPORTED_DESCRIPTION),
}
_NOTHING: Final = "nothing"
_OF_MAIL: Final = {MAIL_TEXT: "this text:", MAIL_AGAIN: "once more:"}
_RACES: Final = (Service.RACES, Service.LIVE)
_OF_RACES: Final = {
    DEED: "",
    DEFINITION: "",
    SUBMISSIONS: "submissions",
    AUTO_LAUNCH: "auto-launch",
    LIVE_AT: "live at",
}
_SWITCHED: Final = {1: "on", 0: "off"}


def told_fields(target: str, before: Values, after: Values) -> list[str]:
    """Return the fields that a change is told by.

    Of a profile they are the account's, where there are any; of an errand those that change, since
    the others only say how it is carried out.

    Args:
        target: An item's.
        before: Its values before.
        after: Its values after.
    """
    if service_of(target) is not None:
        told = [name for name in after if before.get(name) != after[name]]
    else:
        told = [name for name in after if name in ACCOUNT_FIELDS]
    return told or list(after)


def label_in(target: str, name: str) -> str:
    """Return what a field of a target is called; empty where the target's own name says it."""
    if service_of(target) is Service.MAIL and name in _OF_MAIL:
        return _OF_MAIL[name]
    if service_of(target) in _RACES and name in _OF_RACES:
        return _OF_RACES[name]
    return "" if _is_setting(target, name) else field_label(name)


def text_in_target(target: str, name: str, value: Value) -> str:
    """Return the value of a target's field for the admin: `value_text`, or a setting's `5 h`."""
    if service_of(target) is Service.MAIL and name == MAIL_TEXT:
        return "sent" if value else "not sent yet"
    if service_of(target) in _RACES and (told := _race_text(name, value)) is not None:
        return told
    if service_of(target) in _TOLD and not value:
        return _NOTHING
    if not _is_setting(target, name):
        return value_text(name, value)
    return clean(setting_text(SettingKey(target.partition(":")[2]), value))


def texts_in(target: str, values: Values) -> str:
    """Return a target's values for the admin: `values_text`, or an errand's.

    Of files and imports it is what there is then, not how it comes about.
    """
    service = service_of(target)
    if service is not None and (told := _TOLD.get(service)):
        # The first is what there is or not; the others say more of it.
        there = bool(values.get(told[0]))
        values = {name: values[name] for name in told if there and values.get(name)}
        if not there:
            return _NOTHING
    quiet = service_of(target) is Service.MAIL and values.get(MAIL_AGAIN) == "no"
    return " · ".join(
        f"{label_in(target, name)} {text_in_target(target, name, value)}".strip()
        for name, value in values.items()
        if not (quiet and name == MAIL_AGAIN)
    )


def _race_text(name: str, value: Value) -> str | None:
    """Return the value of a race's errand; None where it reads as any other does."""
    if name == DEFINITION and isinstance(value, str):
        return short_text(value) or "nothing yet"
    if name in (SUBMISSIONS, AUTO_LAUNCH) and isinstance(value, int):
        return _SWITCHED.get(value, "?")
    if name == LIVE_AT and isinstance(value, str) and (at := moment(value)) is not None:
        return time_text(at, UTC)
    return None


def _is_setting(target: str, name: str) -> bool:
    service, _, key = target.partition(":")
    return service == Service.SETTINGS and name == SETTING_VALUE and key in list(SettingKey)
