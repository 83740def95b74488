"""`drtui access`: participants get into AWS and out again; a password is seen once."""

import csv
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, named, racers
from tests.e2e.sponsored import signed_in, sponsored
from tests.e2e.terminal import finished, in_terminal
from tests.support.emulator import RunningEmulator
from tests.support.moto import RunningMoto, running_moto
from tests.support.real import PASSWORD, running_deployment

PEOPLE = "email,name,team\nada@example.org,Ada L,red\nbob@example.org,Bob B,blue\n"


@pytest.fixture(scope="module")
def moto() -> Iterator[RunningMoto]:
    with running_moto() as running:
        yield running


@pytest.fixture
def sponsor(synced: Drtui, moto: RunningMoto) -> Drtui:
    """An account with a copy, whose sponsor's AWS is moto's."""
    return sponsored(synced, moto.url)


@pytest.fixture
def users(moto: RunningMoto) -> Any:
    """IAM, without the users of an earlier test."""
    iam = moto.client("iam")
    for name in iam_names(iam):
        for group in iam.list_groups_for_user(UserName=name)["Groups"]:
            iam.remove_user_from_group(UserName=name, GroupName=group["GroupName"])
        if has_login(iam, name):
            iam.delete_login_profile(UserName=name)
        iam.delete_user(UserName=name)
    return iam


def iam_names(iam: Any) -> list[str]:
    return [one["UserName"] for one in iam.list_users()["Users"]]


def has_login(iam: Any, name: str) -> bool:
    try:
        iam.get_login_profile(UserName=name)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


def test_without_an_aws_profile_nothing_is_kept_waiting(drtui: Drtui) -> None:
    drtui("sync")
    for command in (["iam", "-", "--yes"], ["remove", "iam-users", "-", "--count", "2"]):
        ran = drtui("access", *command, code=2, stdin=PEOPLE.encode())
        assert "AWS profile" in ran.err
    assert "AWS profile" in drtui("access", "off-board", "--all", "--yes", code=2).err
    assert drtui("operations", "list", "--json").json() == []


def test_iam_users_are_made_once_and_their_passwords_written_to_one_private_file(
    sponsor: Drtui, users: Any, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE)
    dry = sponsor("access", "iam", str(file), "--dry-run")
    assert dry.out.count("\tchange\t") == 2
    assert iam_names(users) == []
    ran = sponsor("access", "iam", str(file), "--yes")
    assert "does not use this" in ran.err
    assert "2 of 2 done" in ran.err
    assert "2 participants without a password" in ran.err
    assert sorted(iam_names(users)) == ["ada", "bob"]
    assert not has_login(users, "ada")
    assert sponsor("access", "passwords", "--dry-run").out.split() == [
        "ada@example.org",
        "bob@example.org",
    ]
    assert "terminal" in sponsor("access", "passwords", "--yes", code=2).err
    written = tmp_path / "passwords.csv"
    told = sponsor("access", "passwords", "--csv", str(written), "--yes")
    assert told.out == ""
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    rows = list(csv.DictReader(written.read_text().splitlines()))
    assert [row["email"] for row in rows] == ["ada@example.org", "bob@example.org"]
    assert has_login(users, "ada")
    secrets = [row["password"] for row in rows]
    assert len(set(secrets)) == 2
    sponsor("access", "passwords", "--csv", str(written), "--yes", code=2)  # it is there
    other = tmp_path / "other.csv"
    again = sponsor("access", "passwords", "--csv", str(other), "--yes")
    assert "Nobody is without a password." in again.err
    assert not other.exists()
    kept = [path.read_bytes() for path in sponsor.home.rglob("*") if path.is_file()]
    assert len(kept) > 2
    for content in [*kept, "".join(sponsor.heard).encode()]:
        assert not [secret for secret in secrets if secret.encode() in content]


def test_a_password_made_anew_is_shown_in_a_terminal(sponsor: Drtui, users: Any) -> None:
    sponsor("access", "iam", "-", "--yes", stdin=PEOPLE.encode())
    with in_terminal(sponsor, "access", "passwords") as child:
        child.expect("Make passwords for 2 participants")
        child.sendline("y")
        code, text = finished(child)
    assert code == 0
    shown = next(line for line in text.splitlines() if "ada@example.org" in line).split()
    assert shown[1] == "ada"
    assert len(shown[2]) >= 12
    email = ("--email", "ada@example.org")
    with in_terminal(sponsor, "access", "passwords", *email, "--yes") as child:
        code, text = finished(child)
    assert code == 4
    assert "was handed a password" in text
    with in_terminal(sponsor, "access", "passwords", *email, "--anew", "--yes") as child:
        code, text = finished(child)
    assert code == 0
    assert shown[2] not in text
    assert "ada@example.org" in text
    sponsor("access", "passwords", "--csv", "/nowhere/x", *email, "--anew", "--yes", code=2)
    sponsor("access", "passwords", "--csv", "x.csv", "--email", "eve@example.org", code=2)


def test_a_list_that_is_declined_is_not_kept(sponsor: Drtui, users: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE)
    with in_terminal(sponsor, "access", "iam", str(file)) as child:
        child.expect("for 2 targets")
        child.sendline("n")
        code, text = finished(child)
    assert code == 2
    assert "Nothing was changed." in text
    assert sponsor("invite", "roster", "--state", "not-invited", "--json").json() == []
    assert iam_names(users) == []


def test_one_address_in_two_cases_is_one_participant(
    sponsor: Drtui, users: Any, tmp_path: Path
) -> None:
    sponsor("access", "iam", "-", "--yes", stdin=PEOPLE.encode())
    both = ("--email", "ADA@example.org", "--email", "ada@example.org", "--anew")
    assert sponsor("access", "passwords", *both, "--dry-run").out == "ada@example.org\n"
    file = tmp_path / "new.csv"
    assert "1 password made" in sponsor("access", "passwords", *both, f"--csv={file}", "--yes").err
    assert len(file.read_text().splitlines()) == 2
    assert has_login(users, "ada")


def test_invitations_with_passwords_are_written_as_they_are_handed_over(
    sponsor: Drtui, users: Any, tmp_path: Path
) -> None:
    sponsor("access", "iam", "-", "--yes", stdin=PEOPLE.encode())
    sponsor(
        *("setup", "event", "--name", "Finals", "--dates", "May", "--organizer", "The Org"),
        *("--contact", "ask@example.com", "--console-address", "https://races.example.com"),
        *("--race-link", "https://races.example.com/1"),
    )
    file = tmp_path / "invitations.txt"
    sponsor("access", "passwords", "--invitations", str(file), "--yes")
    text = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "User name: ada" in text
    assert "Account ID: 123456789012" in text
    assert "{" not in text
    assert has_login(users, "bob")


def test_iam_users_are_removed_only_when_the_count_is_typed(sponsor: Drtui, users: Any) -> None:
    sponsor("access", "iam", "-", "--yes", stdin=PEOPLE.encode())
    remove = ("access", "remove", "iam-users", "--kept")
    for given in ((), ("--yes",)):  # without a terminal, and with nothing but --yes
        assert "say --count N" in sponsor(*remove, *given, code=2).err
    assert "This is about 2, not 1" in sponsor(*remove, "--count", "1", code=2).err
    assert len(iam_names(users)) == 2
    for typed, left in (("y", 2), ("1", 2), ("2", 0)):
        with in_terminal(sponsor, *remove) as child:
            child.expect("Type 2 to confirm")
            child.sendline(typed)
            finished(child)
        assert len(iam_names(users)) == left


def test_identity_center_lets_in_and_memberships_end(sponsor: Drtui, moto: RunningMoto) -> None:
    ran = sponsor("access", "identity-center", "-", "--yes", stdin=PEOPLE.encode())
    assert "3 of 3 done" in ran.err
    store = moto.client("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
    identities: Any = moto.client("identitystore")
    people = identities.list_users(IdentityStoreId=store)["Users"]
    assert {one["UserName"] for one in people} == {"ada@example.org", "bob@example.org"}
    [group] = identities.list_groups(IdentityStoreId=store)["Groups"]

    def members() -> int:
        asked = {"IdentityStoreId": store, "GroupId": group["GroupId"]}
        return len(identities.list_group_memberships(**asked)["GroupMemberships"])

    assert members() == 2
    sponsor("access", "identity-center", "--kept", "--hours", "13", "--yes", code=2)
    one = b"ada@example.org\n"
    sponsor("access", "remove", "memberships", "-", "--count", "1", stdin=one)
    assert members() == 1
    assert len(identities.list_users(IdentityStoreId=store)["Users"]) == 2


def test_profiles_are_removed_by_a_selection_of_users(
    sponsor: Drtui, emulator: RunningEmulator, ordinary: list[str]
) -> None:
    before = emulator.profiles()
    gone = next(one for one in racers(before, len(ordinary) + 1) if one not in ordinary)
    sponsor("access", "remove", "profiles", *named(gone), "--dry-run")
    assert emulator.profiles() == before
    sponsor("access", "remove", "profiles", *named(gone), "--yes", "--count", "1")
    assert set(before) - set(emulator.profiles()) == {gone}


def test_when_aws_does_not_answer_the_change_waits_and_the_command_ends(
    drtui: Drtui, users: Any, moto: RunningMoto
) -> None:
    sponsored(drtui, "http://127.0.0.1:9")
    drtui("sync")
    ran = drtui("access", "iam", "-", "--yes", code=3, stdin=PEOPLE.encode())
    assert "2 queued and not delivered" in ran.err
    drtui.environment["AWS_ENDPOINT_URL"] = moto.url
    drtui("sync")
    assert sorted(iam_names(users)) == ["ada", "bob"]


def test_the_hand_off_asks_for_what_the_last_check_missed(sponsor: Drtui) -> None:
    assert "drtui setup check" in sponsor.sentence("access", "hand-off", code=2)
    sponsor("setup", "event", "--name", "Finals", "--sender", "races@example.com")
    sponsor("setup", "check", code=4)
    ran = sponsor("access", "hand-off")
    assert "for “Finals” in AWS account 123456789012" in ran.out
    assert "races@example.com" in ran.out
    assert "As of " in ran.err


def test_sign_ins_are_closed_and_opened_again(
    tmp_path: Path, forks: Forks, moto: RunningMoto
) -> None:
    with running_deployment(moto, racers=10, lag_ms=0) as real:
        drtui = signed_in(real, tmp_path, forks)
        (profile_id, email) = next(
            (each, one["emailAddress"])
            for each, one in real.emulator.profiles().items()
            if one["emailAddress"] and one["roleName"] == "dr-racers"
        )
        real.pool.add_user("racer", PASSWORD, groups=("dr-racers",), email=email)

        def enabled() -> bool:
            pool = real.pool.site.user_pool_id
            users: Any = moto.client("cognito-idp")
            return bool(users.admin_get_user(UserPoolId=pool, Username="racer")["Enabled"])

        only = named(profile_id)
        drtui("access", "off-board", *only, "--dry-run")
        assert enabled()
        ran = drtui("access", "off-board", *only, "--yes")
        assert "keep alias, profile and models" in ran.err
        assert not enabled()
        drtui("access", "open", *only, "--yes")
        assert enabled()
        drtui("access", "close", *only, "--yes")
        assert not enabled()
        drtui("operations", "undo", "--yes")
        assert enabled()
