"""Mending from here: what can be, what it plans, and what has to be said before."""

from dataclasses import asdict, replace

import pytest

from drtui.commands.access import SESSION_HOURS
from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.fixing import Fix, fixable, plan_fix
from drtui.commands.handing_off import hand_off_of
from drtui.commands.prerequisites import is_due
from drtui.commands.workspace import Workspace
from drtui.domain.access_errands import give_permissions
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Carried, Service
from drtui.domain.event_settings import EventSettings, event_values
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Plan, plan_errand
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.checks import Checked, Standing, in_order
from drtui.domain.sponsor.quotas import ServiceQuota
from drtui.domain.sponsor.sponsor_facts import SponsorFacts, facts_values
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.facts import keep_fact, write_fact
from drtui.store.preferences import write_preference

EVENT = EventSettings(
    console_address="https://race.example/", sender="ada@race.example", at_once=50
)
JOBS = ServiceQuota("jobs", "L-1", 8, adjustable=True)
ACROSS = ServiceQuota("across", "L-2", 60, adjustable=True)


def line(fix: Fix, text: str = "Mend it") -> Checked:
    return Checked(fix.line, Standing.MISSING, "It is missing.", "Mend it.", fix=text)


def told(workspace: Workspace, *lines: Checked, quotas: tuple[ServiceQuota, ...] = ()) -> None:
    keep_fact(workspace.database, "prerequisites", [asdict(one) for one in in_order(lines)])
    facts = SponsorFacts("123456789012", "arn:aws:iam::123456789012:user/ada", quotas)
    keep_fact(workspace.database, "sponsor", facts_values(facts))


def planned(workspace: Workspace, fix: Fix, instances: int | None = None) -> Plan:
    return plan_fix(workspace, fix, instances=instances, second_door=True)


def errands(plan: Plan) -> list[tuple[str, dict[str, object]]]:
    assert plan.kind is OperationKind.FIX_PREREQUISITES
    return [(row.target.profile_id, dict(row.change.after)) for row in plan.rows if row.change]


@pytest.fixture
def ready(workspace: Workspace) -> Workspace:
    """An event of which everything is said, and every line that can be mended missing."""
    write_event(workspace, EVENT)
    told(workspace, *map(line, Fix), quotas=(JOBS, ACROSS))
    return workspace


def test_only_what_is_missing_and_has_a_way_can_be_mended() -> None:
    lines = in_order([line(Fix.SENDER), line(Fix.ASSIGNMENT, text="")])
    assert fixable(lines) == {Fix.SENDER: line(Fix.SENDER)}


@pytest.mark.parametrize("fix", [Fix.PERMISSION_SET, Fix.ASSIGNMENT])
def test_permission_set_group_and_assignment_are_one_errand(ready: Workspace, fix: Fix) -> None:
    wanted = give_permissions(EVENT.console_address, SESSION_HOURS, "123456789012")
    plan = planned(ready, fix)
    assert errands(plan) == [(wanted.target, dict(wanted.after))]
    [line] = summary_lines(plan)
    for named in ("relay state", EVENT.console_address, "8 hours", "AWS account 123456789012"):
        assert named in line


def test_a_sign_in_goes_on_lasting_as_long_as_was_chosen(ready: Workspace) -> None:
    chosen = replace(
        planned(ready, Fix.ASSIGNMENT),
        rows=(plan_errand(give_permissions(EVENT.console_address, 3)),),
    )
    settle(ready, submitted(ready, chosen), Service.IDENTITY_CENTER)
    assert errands(planned(ready, Fix.ASSIGNMENT))[0][1]["hours"] == 3


def test_the_sender_is_asked_for(ready: Workspace) -> None:
    assert errands(planned(ready, Fix.SENDER)) == [
        ("sender:ada@race.example", {"verification": "asked for"})
    ]


@pytest.mark.parametrize(
    ("instances", "asked"),
    [(None, {"quota:L-1": 50}), (70, {"quota:L-1": 70, "quota:L-2": 70}), (9, {"quota:L-1": 9})],
)
def test_every_quota_that_is_lower_is_asked_for(
    ready: Workspace, instances: int | None, asked: dict[str, int]
) -> None:
    found = errands(planned(ready, Fix.TRAINING_QUOTA, instances))
    assert {target: after["instances at once"] for target, after in found} == asked


@pytest.mark.parametrize(
    "quota",
    [replace(JOBS, code=""), replace(JOBS, adjustable=False), replace(JOBS, value=None)],
)
def test_a_quota_that_cannot_be_asked_for_is_not(ready: Workspace, quota: ServiceQuota) -> None:
    told(ready, line(Fix.TRAINING_QUOTA), quotas=(quota,))
    with pytest.raises(InvalidInputError, match="No quota is lower"):
        planned(ready, Fix.TRAINING_QUOTA)


@pytest.mark.parametrize("instances", [0, -1, 100_001])
def test_a_number_that_makes_no_sense_is_refused(ready: Workspace, instances: int) -> None:
    with pytest.raises(InvalidInputError, match="1 to 100,000"):
        planned(ready, Fix.TRAINING_QUOTA, instances)


@pytest.mark.parametrize(
    ("fix", "event", "why"),
    [
        (Fix.PERMISSION_SET, replace(EVENT, console_address=""), "where participants sign in"),
        (Fix.ASSIGNMENT, replace(EVENT, console_address=""), "where participants sign in"),
        (Fix.SENDER, replace(EVENT, sender=""), "who sends the invitations"),
        (Fix.SENDER, replace(EVENT, sender="nobody"), "is not an email address"),
        (Fix.PERMISSION_SET, replace(EVENT, console_address="javascript:x"), "no web address"),
    ],
)
def test_what_a_fix_needs_has_to_be_said_first(
    ready: Workspace, fix: Fix, event: EventSettings, why: str
) -> None:
    write_preference(ready.database, "event", event_values(event))  # as an older version kept it
    with pytest.raises(InvalidInputError, match=why):
        planned(ready, fix)


@pytest.mark.parametrize("fix", Fix)
def test_what_was_not_found_missing_is_not_mended(ready: Workspace, fix: Fix) -> None:
    told(ready)
    with pytest.raises(InvalidInputError, match="run the checks anew"):
        planned(ready, fix)
    with pytest.raises(InvalidInputError, match="AWS profile"):
        plan_fix(ready, fix, second_door=False)


def test_once_something_was_mended_the_checks_are_due(ready: Workspace) -> None:
    with ready.database.write(RecordKind.SYNC_STATE) as connection:
        write_fact(connection, "prerequisites", [asdict(line(Fix.SENDER))], now(ready) - 60)
    number = submitted(ready, planned(ready, Fix.SENDER))
    assert not is_due(ready)
    settle(ready, number, Service.SENDERS)
    assert is_due(ready)
    told(ready)
    assert not is_due(ready)


def test_the_hand_off_names_the_caller_without_asking_anybody(ready: Workspace) -> None:
    message = hand_off_of(replace(ready, region="eu-west-1")).message
    assert "AWS account 123456789012" in message
    assert "the region eu-west-1" in message
    told(ready, Checked(Fix.SENDER.line, Standing.OK, "It is fine.", ""))
    assert not hand_off_of(ready).message


def test_there_is_no_hand_off_before_the_first_check(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="Nothing was checked yet"):
        hand_off_of(workspace)


def now(workspace: Workspace) -> float:
    return workspace.database.clock()


def submitted(workspace: Workspace, plan: Plan) -> int:
    number = submit(workspace, plan)
    assert number is not None
    return number


def settle(workspace: Workspace, number: int, service: Service) -> None:
    claimed = claim_errands(workspace.database, service, 10, number)
    assert claimed
    settle_errands(
        workspace.database,
        [Settled(item, number, Carried(ItemState.DONE)) for item in claimed],
    )
