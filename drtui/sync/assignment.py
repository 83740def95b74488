"""What the console tells its engine: a JSON line each, of which the first says what to work on.

The console imports this before its first frame, so that nothing of the engine may be imported here.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final, TextIO

WAKE: Final = '{"do": "wake"}\n'
STOP: Final = '{"do": "stop"}\n'


@dataclass(frozen=True, slots=True, repr=False)
class Assignment:
    """What the child works on.

    Attributes:
        store: The store's path.
        keys: Access key, secret key and session token; None is boto3's standard chain.
        deliver_at_end: Whether what is due is still delivered when the console is gone.
    """

    store: str
    api_url: str
    region: str
    keys: tuple[str, str, str] | None = None
    deliver_at_end: bool = True

    def line(self) -> str:
        """Return the first line of the child's input."""
        return json.dumps(asdict(self)) + "\n"


def read_assignment(orders: TextIO) -> Assignment:
    """Read the first line.

    Raises:
        ValueError: It is not one that `Assignment.line` wrote.
    """
    try:
        document = json.loads(orders.readline())
        keys = document.pop("keys")
        return Assignment(keys=tuple(keys) if keys else None, **document)
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError):
        # Without the cause: it would show the line, and the line may hold a secret.
        raise ValueError("the first line of the input is no assignment") from None
