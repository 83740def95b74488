"""Being offline on purpose, and coming back: first a look that sends nothing, then delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.commands.usage import ask_for_sweep
from drtui.commands.workspace import Workspace
from drtui.domain.item_wording import texts_in
from drtui.domain.naming import name_of
from drtui.domain.wording import counted
from drtui.store import offline
from drtui.store.offline import OnPurpose, read_on_purpose
from drtui.store.previewing import Foreseen, Preview, preview
from drtui.store.queue import Queued, queue
from drtui.store.sync_state import read_sync_state

LOOK_SECONDS: Final = 120.0
"""For so long the account may be read for a look; sending stays off."""
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Forecast:
    """What delivering now would do.

    Attributes:
        queue: What is on its way, in the order of delivery.
        preview: What would become of it, by what was last read.
        as_of: When the account was last read whole; None before the first time.
    """

    queue: list[Queued]
    preview: Preview
    as_of: datetime | None

    @property
    def lines(self) -> list[str]:
        """The same in sentences, counts first, then those that would conflict."""
        it = self.preview
        counts = [
            (it.to_send, "would be sent as planned"),
            (it.already_so, "the account has already"),
            (len(it.conflicts), "would conflict or fail"),
            (it.held_back, "would wait behind a conflict"),
            (it.errands, "compared only when carried out"),
            (it.in_doubt, "sent earlier, outcome not known yet"),
        ]
        lines = [f"{count:,} {words}" for count, words in counts if count]
        lines += [conflict_line(one) for one in it.conflicts[:_SHOWN]]
        if (more := len(it.conflicts) - _SHOWN) > 0:
            lines.append(f"and {counted(more, 'other', 'others')}")
        return lines or ["Nothing is on its way."]


def conflict_line(found: Foreseen) -> str:
    """Say of one target why it would not be sent as planned."""
    item = found.item
    whom = f"operation {item.operation_id}, {name_of(item.label, item.target)}"
    if not found.theirs:
        return f"{whom}: {found.reason}"
    planned, now = texts_in(item.target, item.before), texts_in(item.target, found.theirs)
    return f"{whom}: planned on {planned}, now {now}, wanted {texts_in(item.target, item.after)}"


def on_purpose(workspace: Workspace) -> OnPurpose | None:
    """Return who wants to be offline, and since when; None where nobody does."""
    with workspace.database.read() as connection:
        return read_on_purpose(connection)


def go_offline(workspace: Workspace) -> bool:
    """Have no engine of the store call anything; False where that was so already.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    return offline.go_offline(workspace.database, workspace.author())


def go_online(workspace: Workspace) -> bool:
    """Let engines call, and deliver, again; False where they may already.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    return offline.go_online(workspace.database, workspace.author())


def begin_look(workspace: Workspace) -> float:
    """Let the account be read for a while, and ask for it; nothing is sent.

    Returns:
        When it was asked for, for `has_looked`.
    """
    began = workspace.database.clock()
    offline.allow_reading(workspace.database, LOOK_SECONDS)
    ask_for_sweep(workspace)
    return began


def has_looked(workspace: Workspace, since: float) -> bool:
    """Whether the account was read whole since a moment."""
    with workspace.database.read() as connection:
        swept_from = read_sync_state(connection).swept_from
    return swept_from is not None and swept_from.timestamp() >= since


def end_look(workspace: Workspace) -> None:
    """Have the account not even read any more; nothing where nobody wants to be offline."""
    offline.allow_reading(workspace.database, 0.0)


def forecast(workspace: Workspace) -> Forecast:
    """Say what delivering now would do, by what was last read; nothing is changed."""
    with workspace.database.read() as connection:
        return Forecast(
            queue(connection), preview(connection), read_sync_state(connection).swept_from
        )
