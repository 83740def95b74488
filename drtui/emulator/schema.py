"""The gateway's check of a request body, with the words it uses."""

import json
import re
from dataclasses import dataclass
from typing import Any

from drtui.emulator.errors import bad_request_body

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """What one member of a body may be.

    Attributes:
        kind: the JSON type's name, where whole numbers are numbers too; None lets everything pass.
        pattern: what a string must match, in the words of the schema.
        shortest: the least length of a string or an array.
        longest: the greatest length of a string or an array.
        least: the least value of a number.
        most: the greatest value of a number.
        choices: the strings that are allowed.
        members: what the members of an object may be.
        required: the members that an object must have.
        item: what the items of an array must be.
    """

    kind: str | None = None
    pattern: str | None = None
    shortest: int = 0
    longest: int | None = None
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    members: "tuple[tuple[str, Member], ...]" = ()
    required: tuple[str, ...] = ()
    item: "Member | None" = None


@dataclass(frozen=True, slots=True)
class BodySchema:
    """What a body must be; members that are not named pass unseen.

    Attributes:
        members: what each of them may be.
        required: those that it must have.
        may_be_empty: whether no body at all will do.
    """

    members: tuple[tuple[str, Member], ...]
    required: tuple[str, ...] = ()
    may_be_empty: bool = False

    def read(self, body: bytes) -> dict[str, Any]:
        """Parse and check a body.

        Raises:
            ApiError: 400 BadRequestException naming all that is wrong.
        """
        if self.may_be_empty and not body:
            return {}
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            raise bad_request_body([]) from None
        if not isinstance(value, dict):
            raise bad_request_body([_wrong_kind(value, "object")])
        problems: list[str] = []
        _check_object(value, self.members, self.required, problems)
        if problems:
            raise bad_request_body(problems)
        return value


def _check_object(
    value: dict[str, Any],
    members: tuple[tuple[str, Member], ...],
    required: tuple[str, ...],
    problems: list[str],
) -> None:
    missing = [name for name in required if name not in value]
    if missing:
        problems.append(f"object has missing required properties ({_quoted(missing)})")
    for name, member in members:
        if name in value:
            _check(value[name], member, problems)


def _check(value: Any, member: Member, problems: list[str]) -> None:
    if member.kind is None:
        return
    if not _fits(_kind(value), member.kind):
        problems.append(_wrong_kind(value, member.kind))
    elif isinstance(value, dict):
        _check_object(value, member.members, member.required, problems)
    elif isinstance(value, list):
        _check_array(value, member, problems)
    elif isinstance(value, str):
        _check_string(value, member, problems)
    elif member.least is not None and value < member.least:
        problems.append(
            "numeric instance is lower than the required minimum "
            f"(minimum: {member.least}, found: {value})"
        )
    elif member.most is not None and value > member.most:
        problems.append(
            "numeric instance is greater than the required maximum "
            f"(maximum: {member.most}, found: {value})"
        )


def _check_array(value: list[Any], member: Member, problems: list[str]) -> None:
    if len(value) < member.shortest:
        problems.append(
            f"array is too short: must have at least {member.shortest} elements "
            f"but instance has {len(value)} elements"
        )
    if member.longest is not None and len(value) > member.longest:
        problems.append(
            f"array is too long: must have at most {member.longest} elements "
            f"but instance has {len(value)} elements"
        )
    if member.item is not None:
        for each in value:
            _check(each, member.item, problems)


def _check_string(value: str, member: Member, problems: list[str]) -> None:
    if member.choices and value not in member.choices:
        problems.append(
            f'instance value ("{value}") not found in enum '
            f"(possible values: {_quoted(member.choices)})"
        )
    if len(value) < member.shortest:
        problems.append(
            f'string "{value}" is too short '
            f"(length: {len(value)}, required minimum: {member.shortest})"
        )
    if member.longest is not None and len(value) > member.longest:
        problems.append(
            f'string "{value}" is too long '
            f"(length: {len(value)}, maximum allowed: {member.longest})"
        )
    # ECMA's `\w` knows ASCII only, and its `$` does not match before a final line break.
    if member.pattern is not None and not re.search(
        member.pattern.replace("$", r"\Z"), value, re.ASCII
    ):
        problems.append(f'ECMA 262 regex "{member.pattern}" does not match input string "{value}"')


def _kind(value: Any) -> str:
    return next((name for python, name in _KINDS if isinstance(value, python)), "null")


def _fits(kind: str, wanted: str) -> bool:
    return kind == wanted or (kind, wanted) == ("integer", "number")


def _wrong_kind(value: Any, wanted: str) -> str:
    allowed = ["integer", "number"] if wanted == "number" else [wanted]
    return (
        f"instance type ({_kind(value)}) does not match any allowed primitive type "
        f"(allowed: {_quoted(allowed)})"
    )


def _quoted(names: list[str] | tuple[str, ...]) -> str:
    return "[" + ",".join(f'"{name}"' for name in names) + "]"
