"""The checklist's shape: the guide's order, one sentence each, and failures that know nothing."""

import pytest

from drtui.domain.sponsor.checks import (
    Checked,
    Prerequisite,
    Standing,
    in_order,
    not_checked,
    unknown,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure


def sentence(text: str) -> bool:
    return text.endswith(".") and text.count(". ") == 0 and text[0].isupper()


def test_the_lines_are_in_the_guide_s_order() -> None:
    assert [each.name for each in Prerequisite] == [
        "CALLER",
        "ADMIN_ACCESS",
        "IDENTITY_CENTER",
        "PERMISSION_SET",
        "ASSIGNMENT",
        "MAIL_IDENTITY",
        "MAIL_SANDBOX",
        "TRAINING_QUOTA",
        "DEPLOYMENT_VERSION",
        "DEPLOYMENT_REACHABLE",
    ]


@pytest.mark.parametrize("prerequisite", Prerequisite)
def test_each_prerequisite_says_in_one_sentence_what_it_is_needed_for(
    prerequisite: Prerequisite,
) -> None:
    assert sentence(prerequisite.reason)


def test_what_has_no_line_has_not_been_checked_and_the_latest_line_counts() -> None:
    old = Checked(Prerequisite.CALLER, Standing.MISSING, "No.", "Do.")
    new = Checked(Prerequisite.CALLER, Standing.OK, "Yes.", "")
    version = Checked(Prerequisite.DEPLOYMENT_VERSION, Standing.OK, "1.3.", "")
    lines = in_order([version, old, new])
    assert [line.prerequisite for line in lines] == list(Prerequisite)
    assert lines[0] is new
    assert [line.standing for line in lines].count(Standing.NOT_CHECKED) == 8


@pytest.mark.parametrize("kind", SponsorFailure)
def test_a_failed_check_knows_nothing_and_says_what_to_do(kind: SponsorFailure) -> None:
    line = unknown(Prerequisite.MAIL_SANDBOX, SponsorError(kind, "It failed."))
    assert line.standing is Standing.CANNOT_TELL
    assert sentence(line.finding)
    assert sentence(line.advice)
    assert line.permission == ""


def test_a_denied_check_names_what_would_tell() -> None:
    error = SponsorError(SponsorFailure.DENIED, "No.", permission="ses:GetAccount")
    line = unknown(Prerequisite.MAIL_SANDBOX, error)
    assert line.permission == "ses:GetAccount"
    assert line.advice == "Ask the account's administrator for ses:GetAccount."


def test_what_was_not_checked_says_so() -> None:
    line = not_checked(Prerequisite.ASSIGNMENT)
    assert line.standing is Standing.NOT_CHECKED
    assert sentence(line.finding)
    assert sentence(line.advice)
