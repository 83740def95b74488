"""What all screens of the console share: the account, its store, what is known, and the engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drtui.widgets.navigation import Place

if TYPE_CHECKING:  # the store is imported after the first frame
    from drtui.screens.desk import Desk
    from drtui.screens.key_gate import KeyGate
    from drtui.screens.views import Glance


@dataclass(slots=True)
class ConsoleContext:
    """One console's; the app fills it, the screens read it.

    Attributes:
        account: The account's name.
        simulated: Whether it is a simulated one.
        places: The screens that one can go to.
        wake: Tells the engine that there is something to deliver, or to be read now.
        gate: Keeps keys back while a dialog is on its way.
        desk: What the store is asked through; None until it is open.
        glance: The state of the account as last read; None until then.
    """

    account: str
    simulated: bool
    places: Sequence[Place]
    wake: Callable[[], None]
    gate: "KeyGate"
    desk: "Desk | None" = None
    glance: "Glance | None" = None
