"""What an undo is called, and what its plan says of those whom it pauses, or has resumed."""

from drtui.commands.bulk import submit
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import select_by_filter
from drtui.commands.sponsorship import plan_pause, plan_resume
from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.plan_lines import done_at_once, summary_lines
from drtui.domain.planning import Plan
from drtui.domain.scheduling import deed
from drtui.screens.actions import Proposal
from tests.support.stores import delivered

CALLED = [
    "Undo 1: Pause sponsorship",
    "Undo 2: Pause sponsorship, again",
    "Undo 3: Pause sponsorship",
    "Undo 4: Pause sponsorship, again",
]
PAUSED = "12 will be paused: they cannot train"
RESUMED = "12 will not be paused any more"


def done(workspace: Workspace, plan: Plan) -> int:
    number = submit(workspace, plan)
    assert number is not None
    delivered(workspace.database, number)
    return number


def test_undos_of_undos_are_called_by_what_they_come_to(workspace: Workspace) -> None:
    number = done(workspace, plan_pause(workspace, select_by_filter(workspace, "racer-")))
    said = []
    for _ in CALLED:
        undo = plan_undo(workspace, number)
        said.append((undo.plan.what, summary_lines(undo.plan)[1]))
        done_as = submit_undo(workspace, undo)
        assert done_as is not None
        number = done_as
        delivered(workspace.database, number)
    assert said == list(zip(CALLED, [RESUMED, PAUSED] * 2, strict=True))


def test_an_undo_of_a_resume_says_that_it_pauses(workspace: Workspace) -> None:
    chosen = select_by_filter(workspace, "racer-")
    done(workspace, plan_pause(workspace, chosen))
    number = done(workspace, plan_resume(workspace, chosen))
    assert PAUSED in summary_lines(plan_undo(workspace, number).plan)


def test_an_undo_of_quotas_says_nothing_of_pauses(workspace: Workspace) -> None:
    number = done(
        workspace, plan_set_quotas(workspace, select_by_filter(workspace, "racer-"), "+2", None)
    )
    lines = summary_lines(plan_undo(workspace, number).plan)
    assert not any("pause" in line for line in lines)


def test_what_only_drtui_remembers_is_told_from_what_is_called(workspace: Workspace) -> None:
    chosen = select_by_filter(workspace, "racer-")
    assert not done_at_once(plan_set_quotas(workspace, chosen, "9", None))
    done(workspace, plan_pause(workspace, chosen))
    assert done_at_once(plan_set_quotas(workspace, chosen, "9", None))
    assert not done_at_once(plan_set_quotas(workspace, select_by_filter(workspace, ""), "9", None))


def test_what_an_undo_cancels_is_not_said_to_be_put_back(workspace: Workspace) -> None:
    undo = plan_undo(
        workspace, done(workspace, plan_pause(workspace, select_by_filter(workspace, "racer-")))
    )

    def proposal(said: str) -> Proposal:
        return Proposal(undo.plan, "Undo", 150, [], lambda: None, said=said)

    both = proposal("30 to be put back, 120 cancelled")
    assert both.told(8) == "Undo: 30 to be put back, 120 cancelled, operation 8."
    assert proposal("120 cancelled, operation 7").told(None) == "Undo: 120 cancelled, operation 7."
    assert proposal("").told(8) == "Undo: 150 confirmed, operation 8."


def test_a_deed_is_told_without_what_goes_without_saying() -> None:
    assert deed("Resume sponsorship  to remembered") == "Resume sponsorship"
    assert deed("Set usage quotas  hours +2") == "Set usage quotas, hours +2"
