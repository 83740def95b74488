"""The fields of filters of races."""

from collections.abc import Mapping
from typing import Final

from drtui.domain.filter_fields import YES, Field, FieldKind, Language
from drtui.domain.race_states import RaceState
from drtui.domain.races import LiveStatus, RaceType

NO: Final = "no"
_UNKNOWN: Final = "unknown"


def word_of(value: str) -> str:
    """Return what stands for a value of the deployment's in a filter, such as `time-trial`."""
    return value.replace("_", "-").lower()


_ALL: Final = (
    Field("name", FieldKind.TEXT, "The race's name contains this", "name:friday"),
    Field("id", FieldKind.ID, "The race's id", "id:Ab3dE6gH9jK2mN5"),
    Field(
        "kind",
        FieldKind.WORD,
        "What has to be driven",
        "kind:time-trial",
        tuple(word_of(kind) for kind in RaceType),
    ),
    Field(
        "state",
        FieldKind.CHOICE,
        "Not open yet, open, or closed",
        "state:open",
        tuple(RaceState),
    ),
    Field("track", FieldKind.TEXT, "The track's name or id contains this", "track:vegas"),
    Field(
        "opens",
        FieldKind.DATE,
        "The day, month or year of its opening, in UTC",
        "opens>=2026-05-01",
    ),
    Field(
        "closes",
        FieldKind.DATE,
        "The day, month or year of its closing, in UTC",
        "closes<2026-06",
    ),
    Field(
        "live",
        FieldKind.WORD,
        "Whether it is run live, or how that stands",
        "live:yes",
        (YES, NO, *(word_of(status) for status in LiveStatus)),
    ),
    Field(
        "participants",
        FieldKind.NUMBER,
        "Racers with a submission",
        "participants>=10",
        (_UNKNOWN,),
        unit="racers",
    ),
    Field(
        "pending",
        FieldKind.CHOICE,
        "Something on its way",
        "pending:yes",
        (YES, NO),
    ),
)

RACE_FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _ALL}
"""Every field of races by its name, in the order in which help shows them."""

RACES: Final = Language("races", RACE_FIELDS, "participants>10")
"""What filters of races can name."""
