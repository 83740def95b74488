"""What the console tells its engine: a JSON line each, of which the first says what to work on.

The console imports this before its first frame, so that nothing of the engine may be imported here.
Lines and records can hold secrets: no `repr` and no error shows them.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeAlias

if TYPE_CHECKING:  # imported where an account has one
    from drtui.domain.sites import Site


@dataclass(frozen=True, slots=True, repr=False)
class Assignment:
    """What the child works on.

    Attributes:
        store: The store's path.
        keys: Access key, secret key and session token; None is boto3's standard chain, or a
            sign-in where there is a site.
        deliver_at_end: Whether what is due is still delivered when the console is gone.
        account: The account's name, under which its sign-in is kept; empty is the store's.
        user: Who signed in last; empty when nobody has.
        site: The deployment whose sign-in signs the calls; None where none does.
        upload_bucket: Where models to be imported are uploaded; empty is what the configuration
            or the site says.
        upload_endpoint: Where S3 is for that; empty is AWS.
    """

    store: str
    api_url: str
    region: str
    keys: tuple[str, str, str] | None = None
    deliver_at_end: bool = True
    account: str = ""
    user: str = ""
    site: "Site | None" = None
    upload_bucket: str = ""
    upload_endpoint: str = ""

    def line(self) -> str:
        """Return the first line of the child's input."""
        return json.dumps(asdict(self)) + "\n"


def read_assignment(orders: TextIO) -> Assignment | None:
    """Read the first line; None where whoever was to write it ended before that.

    Raises:
        ValueError: It is not one that `Assignment.line` wrote.
    """
    line = orders.readline()
    if not line.endswith("\n"):
        return None
    try:
        document = json.loads(line)
        keys, site = document.pop("keys"), document.pop("site")
        return Assignment(
            keys=tuple(keys) if keys else None, site=_site(site) if site else None, **document
        )
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError):
        pass
    # Outside of the block: a context would show the line, and the line may hold a secret.
    raise ValueError("the first line of the input is no assignment")


def _site(values: Any) -> "Site":
    from drtui.domain.sites import Site

    return Site(**values)


@dataclass(frozen=True, slots=True)
class Wake:
    """Look at the operation log now."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End now, whatever is due."""


@dataclass(frozen=True, slots=True, repr=False)
class SignInOrder:
    """Sign in.

    Attributes:
        keep_password: Whether the password is kept beyond the process as well.
    """

    user: str
    password: str
    keep_password: bool


@dataclass(frozen=True, slots=True, repr=False)
class AnswerOrder:
    """Go on with a sign-in that asked something; an empty reply gives it up."""

    reply: str


@dataclass(frozen=True, slots=True)
class SignOutOrder:
    """End the sign-in, and forget what was kept of it."""


Order: TypeAlias = Wake | Stop | SignInOrder | AnswerOrder | SignOutOrder
_ORDERS: Final[dict[str, type[Order]]] = {
    "wake": Wake,
    "stop": Stop,
    "sign-in": SignInOrder,
    "answer": AnswerOrder,
    "sign-out": SignOutOrder,
}


def order_line(order: Order) -> str:
    """Return an order as a line of the child's input."""
    (name,) = (name for name, kind in _ORDERS.items() if kind is type(order))
    return json.dumps({"do": name, **asdict(order)}) + "\n"


def read_order(line: str) -> Order:
    """Read a line after the first.

    Raises:
        ValueError: It is not one that `order_line` wrote.
    """
    try:
        document = json.loads(line)
        kind = _ORDERS[document.pop("do")]
        if all(type(document[each.name]) is each.type for each in fields(kind)):
            return kind(**document)
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError, RecursionError):
        pass
    # Outside of the block, as above.
    raise ValueError("the line is no order")
