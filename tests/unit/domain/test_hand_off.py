"""Messages to whoever administers AWS: what is missing, exactly, and nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.hand_off import (
    BILLING_ACTIONS,
    HandOffFacts,
    Request,
    hand_off,
    requests_of,
    untold_of,
)
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing

ADMIN = "arn:aws:iam::aws:policy/AWSDeepRacerAccountAdminAccess"
PARTICIPANT = "arn:aws:iam::aws:policy/AWSDeepRacerDefaultMultiUserAccess"
ACCOUNT = "123456789012"
FACTS = HandOffFacts(
    account_id=ACCOUNT,
    administrator=f"arn:aws:iam::{ACCOUNT}:user/staff/ada",
    region="eu-west-1",
    relay_state="https://race.example.com",
    event="Spring Cup",
    group="cup-racers",
    permission_set="CupRacer",
    sender="races@example.com",
    messages=1_500,
    training_jobs=40,
)
SAID = {  # by what is missing: what its part of the message must say, and no other part may
    Request.ADMIN_POLICY: (ADMIN,),
    Request.IDENTITY_CENTER: ("choose Enable",),
    Request.PERMISSION_SET: (PARTICIPANT, "Relay state: https://race.example.com"),
    Request.ASSIGNMENT: ("create the group cup-racers", f"select the account {ACCOUNT}"),
    Request.MAIL: ("Request production access", "races@example.com", "1,500 invitations"),
    Request.TRAINING_JOBS: ("ml.c7i.4xlarge for training job usage", "the value 40"),
    Request.BILLING: BILLING_ACTIONS,
}


def steps(message: str) -> list[str]:
    return [line.split()[0] for line in message.splitlines() if line.startswith("   ")]


@pytest.mark.parametrize("missing", list(Request))
def test_a_message_asks_for_what_is_missing_and_for_nothing_else(missing: Request) -> None:
    message = hand_off([missing], FACTS)
    for one, parts in SAID.items():
        for part in parts:
            assert (part in message) is (one is missing), part
    assert message.count("   Why: ") == 1


@given(st.lists(st.sampled_from(Request)))
def test_parts_come_in_the_order_of_work_each_once_and_numbered(
    missing: list[Request],
) -> None:
    message = hand_off(missing, FACTS)
    wanted = [one for one in Request if one in missing]
    places = [message.index(SAID[one][0]) for one in wanted]
    assert places == sorted(places)
    assert message.count("   Why: ") == len(wanted)
    numbers = [step.partition(".") for step in steps(message) if step != "Why:"]
    assert sorted({int(number) for number, _, _ in numbers}) == list(range(1, len(wanted) + 1))
    for part in range(1, len(wanted) + 1):
        own = [int(step) for number, _, step in numbers if int(number) == part]
        assert own == list(range(1, len(own) + 1))


def test_the_permission_set_is_named_and_gets_one_policy() -> None:
    message = hand_off([Request.PERMISSION_SET], FACTS)
    assert "Permission set name: CupRacer\n" in message
    assert message.count("arn:aws:iam") == 1
    message = hand_off([Request.ASSIGNMENT], FACTS)
    assert "Select the group cup-racers, then the permission set CupRacer" in message


@pytest.mark.parametrize(
    ("administrator", "place"),
    [
        ("user/ada", "Open IAM, then Users, then ada."),
        ("user/staff/ada", "Open IAM, then Users, then ada."),
        ("role/staff/Racing", "Open IAM, then Roles, then Racing."),
        ("assumed-role/Racing/ada@example.com", "Open IAM, then Roles, then Racing."),
        (
            "assumed-role/AWSReservedSSO_Race_Admins_0123456789abcdef/ada",
            "In IAM Identity Center open Permission sets, then Race_Admins.",
        ),
        ("root", "Open IAM, then the user, group or role that I sign in with."),
        (None, "Open IAM, then the user, group or role that I sign in with."),
    ],
)
@pytest.mark.parametrize("missing", [Request.ADMIN_POLICY, Request.BILLING])
def test_a_policy_is_attached_to_what_the_admin_signs_in_with(
    missing: Request, administrator: str | None, place: str
) -> None:
    arn = administrator and f"arn:aws:sts::{ACCOUNT}:{administrator}"
    assert place in hand_off([missing], HandOffFacts(administrator=arn))


def test_what_is_not_known_is_described() -> None:
    message = hand_off(list(Request), HandOffFacts())
    assert "None" not in message
    assert "our AWS account" in message
    assert "Relay state: the address of the DeepRacer site" in message
    assert "Permission set name: DeepRacerParticipants\n" in message
    assert "create the group deepracer-participants." in message


def test_what_the_checklist_found_missing_is_asked_for_once_and_in_order() -> None:
    lines = [Checked(one, Standing.MISSING, "", "") for one in reversed(Prerequisite)]
    assert requests_of(lines) == tuple(one for one in Request if one is not Request.BILLING)
    others = [one for one in Standing if one is not Standing.MISSING]
    assert not requests_of([Checked(one, how, "", "") for one in Prerequisite for how in others])


def test_nothing_missing_asks_for_nothing() -> None:
    assert hand_off([], FACTS) == ""


@given(st.text(), st.text(), st.text())
def test_what_comes_from_outside_adds_no_lines_and_no_controls(
    event: str, group: str, administrator: str
) -> None:
    message = hand_off(
        list(Request),
        HandOffFacts(
            event=event, group=group, administrator=f"arn:aws:iam::1:user/{administrator}"
        ),
    )
    harmless = HandOffFacts(event="a", group="b", administrator="arn:aws:iam::1:user/c")
    assert "\x1b" not in message
    assert not {unicodedata.category(char) for char in message.replace("\n", "")} & {"Cc", "Cf"}
    lines = message.count("\n")
    assert abs(lines - hand_off(list(Request), harmless).count("\n")) == 0


def test_what_could_not_be_checked_is_asked_for_and_said_to_be_so() -> None:
    lines = [Checked(one, Standing.CANNOT_TELL, "", "") for one in Prerequisite]
    lines[0] = Checked(Prerequisite.MAIL_IDENTITY, Standing.MISSING, "", "")
    lines.append(Checked(Prerequisite.MAIL_SANDBOX, Standing.CANNOT_TELL, "", ""))
    untold = untold_of(lines)
    assert Request.MAIL not in untold, "it is known to be missing"
    assert Request.PERMISSION_SET in untold
    message = hand_off(requests_of(lines), FACTS, untold)
    assert message.count("could not be checked from here") == len(untold)
    assert "Permission set name: CupRacer\n" in message
    assert "could not be checked" not in hand_off(list(Request), FACTS)
