"""Bulk invitations go on by themselves, entry by entry."""

import pytest

from drtui.emulator.account import Account
from drtui.emulator.errors import ApiError
from drtui.emulator.invitations import STALE_SECONDS, Invitations
from tests.unit.emulator.accounts import make_account, make_admin, make_profile

ADMIN = make_admin().profile_id
OTHER = "other0000000001"


@pytest.fixture
def account() -> Account:
    return make_account(make_admin(), make_profile(1))


@pytest.fixture
def invitations(account: Account) -> Invitations:
    account.invitations.seconds_each = 10.0
    return account.invitations


def entries(*addresses: str) -> list[dict[str, str]]:
    return [{"emailAddress": each} for each in addresses]


def new(count: int) -> list[dict[str, str]]:
    return entries(*(f"new.{number}@example.org" for number in range(count)))


def refusal(invitations: Invitations, sent: list[dict[str, str]], admin: str = ADMIN) -> int:
    with pytest.raises(ApiError) as raised:
        invitations.begin(admin, "again", sent)
    return raised.value.answer.status


def test_entries_are_done_one_after_the_other(account: Account, invitations: Invitations) -> None:
    job = invitations.begin(ADMIN, "t", new(3))
    assert invitations.shown(ADMIN, job.job_id) == {
        "status": "PROCESSING",
        "totalEntries": 3,
        "processedCount": 0,
        "createdCount": 0,
        "skippedCount": 0,
        "failedCount": 0,
        "results": [],
    }
    account.clock.advance(21)
    shown = invitations.shown(ADMIN, job.job_id)
    assert (shown["status"], shown["processedCount"]) == ("PROCESSING", 2)
    assert "new.1@example.org" in account.emails
    account.clock.advance(10)
    shown = invitations.shown(ADMIN, job.job_id)
    assert (shown["status"], shown["createdCount"]) == ("COMPLETED", 3)


def test_who_exists_is_skipped_and_who_cannot_be_invited_fails(
    account: Account, invitations: Invitations
) -> None:
    invitations.refused = frozenset({"bad@example.org"})
    sent = entries("Racer.1@example.org", "Bad@example.org", "good@example.org")
    sent[2]["displayName"] = "Good"
    job = invitations.begin(ADMIN, None, sent)
    account.clock.advance(60)
    shown = invitations.shown(ADMIN, job.job_id)
    assert [each["status"] for each in shown["results"]] == ["SKIPPED", "FAILED", "CREATED"]
    assert [each.get("reason", "") != "" for each in shown["results"]] == [True, True, False]
    assert shown["results"][2]["displayName"] == "Good"
    assert [shown[f"{each}Count"] for each in ("created", "skipped", "failed")] == [1, 1, 1]
    assert "bad@example.org" not in account.emails


def test_the_same_token_finds_the_same_job(account: Account, invitations: Invitations) -> None:
    job = invitations.begin(ADMIN, "t", new(1))
    assert invitations.begin(ADMIN, "t", new(1)) is job
    account.clock.advance(60)
    invitations.tick()
    assert invitations.begin(ADMIN, "t", new(1)) is job
    assert invitations.begin(ADMIN, None, new(2)) is not job


def test_an_admin_has_one_job_at_a_time(account: Account, invitations: Invitations) -> None:
    invitations.begin(ADMIN, "t", new(1))
    assert refusal(invitations, new(2)) == 409
    invitations.begin(OTHER, "t", new(2))
    account.clock.advance(60)
    invitations.tick()
    invitations.begin(ADMIN, "later", new(2))


def test_a_job_is_seen_by_its_admin_only(invitations: Invitations) -> None:
    job = invitations.begin(ADMIN, "t", new(1))
    for admin, job_id in ((OTHER, job.job_id), (ADMIN, "0" * 26)):
        with pytest.raises(ApiError) as raised:
            invitations.shown(admin, job_id)
        assert raised.value.answer.status == 404


@pytest.mark.parametrize(
    "sent",
    [entries("no address"), entries("a@example.org", "A@example.org"), new(51)],
    ids=["not an address", "twice", "more than the sender may"],
)
def test_what_cannot_be_invited_is_refused_as_a_whole(
    account: Account, invitations: Invitations, sent: list[dict[str, str]]
) -> None:
    invitations.daily_emails = 50
    assert refusal(invitations, sent) == 400
    assert invitations.jobs == {}


def test_a_job_that_stands_still_expires_and_makes_room(
    account: Account, invitations: Invitations
) -> None:
    invitations.held = True
    job = invitations.begin(ADMIN, "t", new(1))
    account.clock.advance(STALE_SECONDS - 1)
    assert refusal(invitations, new(2)) == 409
    account.clock.advance(1)
    assert invitations.shown(ADMIN, job.job_id)["status"] == "EXPIRED"
    invitations.begin(ADMIN, "later", new(2))


def test_a_job_can_fail_as_a_whole(account: Account, invitations: Invitations) -> None:
    job = invitations.begin(ADMIN, "t", new(2))
    account.clock.advance(11)
    invitations.tick()
    assert invitations.fail("The workflow was aborted.") == 1
    account.clock.advance(60)
    shown = invitations.shown(ADMIN, job.job_id)
    assert (shown["status"], shown["processedCount"]) == ("FAILED", 1)
    assert shown["errorMessage"] == "The workflow was aborted."
