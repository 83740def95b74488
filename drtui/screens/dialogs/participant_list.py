"""A list of participants: pasted or from a file, with every row that cannot be used."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from drtui.domain.participants import Participant, RowProblem
from drtui.screens.dialogs.list_source import ListDialog
from drtui.screens.dialogs.review import Review

if TYPE_CHECKING:
    from drtui.commands.participants import ListPreview


class ParticipantListDialog(ListDialog["ListPreview"]):
    """Takes a list of participants and returns it as it was read, once that was confirmed.

    Args:
        read: Reads the lines of a list; called in a thread.
    """

    TITLE_TEXT = "Read a list of participants"

    def __init__(self, read: "Callable[[Sequence[str]], ListPreview]") -> None:
        super().__init__(
            "A CSV, or lines pasted from anywhere: an email address, a name, a team. Nothing is "
            "sent before you invite.",
            read,
            list_review,
        )


def list_review(found: "ListPreview") -> Review:
    """Say what a list comes to: the rows that cannot be used, with line and reason, and the good.

    Args:
        found: The list, beside what is known already.
    """
    people = found.found.participants
    bad = [_told(one) for one in found.found.problems]
    in_part = [f"{_told(one)} (the rest is used)" for one in found.found.warnings]
    return Review(
        title=ParticipantListDialog.TITLE_TEXT,
        told=found.lines(),
        missed=[*bad, *in_part],
        why="Not used, with the line and why",
        confirm=f"Keep ({len(people):,})" if people else "",
        found=[_person(one, found) for one in people],
        good="Good rows",
    )


def _told(one: RowProblem) -> str:
    return f"line {one.line:,}: {one.text}: {one.reason}"


def _person(one: Participant, found: "ListPreview") -> str:
    known = "new"
    if one.key in found.with_profile:
        known = "has a profile"
    elif one.key in found.known:
        known = "kept before"
    team = "" if one.team is None else one.team.value
    return " · ".join(filter(None, (one.email, one.name, team, known)))
