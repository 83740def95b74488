"""Whose models the deployment's calls of one's own are about: of whoever is signed in now."""

from collections.abc import Callable
from typing import Final

from drtui.domain.errands import Carried
from drtui.domain.operations import ItemState

_LOOK_SECONDS: Final = 60.0
_ANOTHER: Final = "is somebody's own who is not signed in now: it goes on when they sign in again"

Owner = Callable[[], str]
"""Returns the profile id of whoever is signed in; empty where it is not known."""


def waits_for(profile_id: str, owner: Owner) -> Carried | None:
    """Return what becomes of an errand about a model of a profile that is not signed in.

    To anybody else the deployment says that there is no such model. To be asked after such an
    answer too, since somebody else can have signed in meanwhile.

    Args:
        profile_id: Whose model.
        owner: See `Owner`.

    Returns:
        None where the profile is signed in.
    """
    if owner() == profile_id:
        return None
    return Carried(ItemState.PENDING, _ANOTHER, delay=_LOOK_SECONDS, counted=False)
