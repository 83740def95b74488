"""What can be used of a listing that the deployment sent."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from drtui.aws.answers import unbelieved

logger = logging.getLogger(__name__)

T = TypeVar("T")


def usable(
    entries: object, read: Callable[[object], T | None], what: str, *, lack: str = "id"
) -> tuple[T, ...]:
    """Return the records of a list, without those that are nothing by themselves.

    Args:
        entries: A list, as the answer has been checked for.
        read: Makes a record of an entry; None where it lacks what it cannot be without.
        what: What an entry is called in messages.
        lack: What it cannot be without.

    Raises:
        DeploymentError: `UNAVAILABLE`: nothing of it can be used.
    """
    assert isinstance(entries, list)
    found = tuple(one for one in map(read, entries) if one is not None)
    if entries and not found:
        raise unbelieved(f"no {what} has its {lack}", write=False, status=200)
    if len(found) < len(entries):
        left_out = len(entries) - len(found)
        logger.warning("%d of %d %ss have no %s; left out", left_out, len(entries), what, lack)
    return found


def following_token(answer: Mapping[str, object], token: str | None) -> str | None:
    """Return what asks for the page behind this one; None after the last.

    Args:
        answer: Of this page.
        token: What this page was asked for with.

    Raises:
        DeploymentError: `UNAVAILABLE`: it leads nowhere, so that a listing would end early and the
            rest be taken for gone, or would never end.
    """
    following = answer.get("token")
    if following is None or (isinstance(following, str) and following not in {"", token}):
        return following
    raise unbelieved("its token leads nowhere", write=False, status=200)
