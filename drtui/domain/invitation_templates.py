"""Templates of invitations: text with `{fields}` of a closed set; `{{` and `}}` are braces."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_SHOWN: Final = 40
_LINE_END: Final = re.compile(r"\r\n|\r")
_TOKEN: Final = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")


class InvitationField(StrEnum):
    """What a template may ask for; the value is what stands between the braces."""

    EVENT = "event"
    DATES = "dates"
    ORGANIZER = "organizer"
    CONTACT = "contact"
    CONSOLE_ADDRESS = "console_address"
    RACE_LINKS = "race_links"
    TRAINING_TIME = "training_time"
    NAME = "name"
    EMAIL = "email"
    TEAM = "team"
    USER_NAME = "user_name"
    PASSWORD = "password"
    ACCOUNT_ID = "account_id"


FIELD_HELP: Final[Mapping[InvitationField, str]] = {
    InvitationField.EVENT: "what the event is called",
    InvitationField.DATES: "when it takes place",
    InvitationField.ORGANIZER: "who invites",
    InvitationField.CONTACT: "whom to ask: an email address or a link",
    InvitationField.CONSOLE_ADDRESS: "where participants sign in",
    InvitationField.RACE_LINKS: "the races, one in a line",
    InvitationField.TRAINING_TIME: "the training each participant has, such as 5 hours",
    InvitationField.NAME: "the participant's name; without one, the address",
    InvitationField.EMAIL: "the participant's email address",
    InvitationField.TEAM: "the participant's team",
    InvitationField.USER_NAME: "the name the participant signs in with",
    InvitationField.PASSWORD: "the participant's initial password",
    InvitationField.ACCOUNT_ID: "the AWS account, 12 digits",
}
"""What each field stands for, in the order in which help shows them."""

OF_PARTICIPANT: Final = frozenset(
    {
        InvitationField.NAME,
        InvitationField.EMAIL,
        InvitationField.TEAM,
        InvitationField.USER_NAME,
        InvitationField.PASSWORD,
    }
)
"""The fields whose values differ between participants; the others belong to the event."""

FOUND_OUT: Final = frozenset({InvitationField.TRAINING_TIME, InvitationField.ACCOUNT_ID})
"""Those of the event that nobody says: the deployment and AWS tell them."""


class TemplateError(InvalidInputError):
    """A template that cannot be read.

    Attributes:
        line: Where, from 1.
        column: Where in the line, in characters from 1.
    """

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"Line {line}, column {column}: {message}")
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Template:
    r"""A template that was read.

    Attributes:
        source: As it was written; new lines are `\n`.
        parts: Literal text and fields, in order.
    """

    source: str
    parts: tuple[str | InvitationField, ...]

    @property
    def fields(self) -> frozenset[InvitationField]:
        """The fields that it asks for."""
        return frozenset(part for part in self.parts if isinstance(part, InvitationField))


def parse_template(text: str) -> Template:
    """Read a template; names of fields are taken in any case.

    Raises:
        TemplateError: A brace has no partner, or a field is unknown.
    """
    source = _LINE_END.sub("\n", text)
    parts: list[str | InvitationField] = []
    literal = ""
    end = 0
    for token in _TOKEN.finditer(source):
        literal += source[end : token.start()]
        end = token.end()
        if token[1] is not None:
            field = _field(token[1], source, token.start())
            parts += [literal, field] if literal else [field]
            literal = ""
        elif token[0] in ("{{", "}}"):
            literal += token[0][0]
        elif token[0] == "{":
            raise _error(
                "“{” is not closed in this line: write {{ for a brace", source, token.start()
            )
        else:
            raise _error("“}” closes nothing: write }} for a brace", source, token.start())
    literal += source[end:]
    return Template(source, (*parts, literal) if literal else tuple(parts))


def fields_text(fields: Iterable[InvitationField]) -> str:
    """Return fields as they are written, in the order of help: `{event}, {dates}`."""
    wanted = frozenset(fields)
    return ", ".join(f"{{{field}}}" for field in InvitationField if field in wanted)


def _field(name: str, source: str, place: int) -> InvitationField:
    wanted = re.sub(r"[\s-]+", "_", name.strip().lower())
    if wanted in tuple(InvitationField):
        return InvitationField(wanted)
    near = get_close_matches(wanted[:_SHOWN], list(InvitationField), n=1)
    hint = f"did you mean {{{near[0]}}}?" if near else f"there are {fields_text(InvitationField)}"
    shown = clean(name[:200].strip(), _SHOWN)
    raise _error(f"there is no field {{{shown}}}: {hint}", source, place)


def _error(message: str, source: str, place: int) -> TemplateError:
    line = source.count("\n", 0, place) + 1
    return TemplateError(message, line, place - source.rfind("\n", 0, place))
