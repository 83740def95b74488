"""The fields of filters of the journal."""

from collections.abc import Mapping
from typing import Final

from drtui.domain.filter_fields import Field, FieldKind, Language

_ALL: Final = (
    Field("who", FieldKind.TEXT, "The system user's name contains this", "who:ada"),
    Field("user", FieldKind.TEXT, "The account's user contains this", "user:ada"),
    Field("what", FieldKind.TEXT, "What was done contains this", "what:pause"),
    Field("result", FieldKind.TEXT, "The result contains this", "result:failed"),
    Field("alias", FieldKind.TEXT, "A target of the operation contains this", "alias:racer-7"),
    Field(
        "operation",
        FieldKind.NUMBER,
        "The operation's number",
        "operation:42",
        unit="a number",
        aliases=("op",),
    ),
    Field("when", FieldKind.DATE, "The day, month or year, in UTC", "when>=2026-05-01"),
)

JOURNAL_FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _ALL}
"""Every field of the journal by its name, in the order in which help shows them."""

JOURNAL: Final = Language("journal", JOURNAL_FIELDS, "what:pause")
"""What filters of the journal can name."""
