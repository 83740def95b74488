"""`drtui invite`: a list becomes users of the deployment, messages and files; nobody gets two."""

import csv
import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on, named
from tests.e2e.sponsored import signed_in, sponsored
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.moto import RunningMoto
from tests.support.real import PASSWORD, running_deployment
from tests.support.ses import SENDER, Ses, serving_ses

HOSTILE = "\ufeffE-Mail;Full name;Team\r\n=cmd@example.com;Ada;red\r\n"
LIST = (
    "email,name,team\n"
    "new.one@example.com,=HYPERLINK(1),red\n"
    "new.two@example.com,Bob \x1b[2J,blue\n"
    "not an address,Eve,red\n"
    "NEW.ONE@example.com,Twice,red\n"
)


@pytest.fixture(scope="module")
def newer() -> Iterator[RunningEmulator]:
    """An account of a deployment that has jobs of invitations."""
    with running_emulator(racers=20, deployment="1.3.1", lag_ms=0) as emulator:
        yield emulator


@pytest.fixture
def at_newer(newer: RunningEmulator, tmp_path: Path, forks: Forks) -> Drtui:
    return drtui_on(newer, tmp_path / "newer", forks=forks)


@pytest.fixture
def ses() -> Iterator[Ses]:
    with serving_ses() as serving:
        yield serving


@pytest.fixture
def mailing(synced: Drtui, ses: Ses) -> Drtui:
    """An account that knows its event, and whose sponsor has SES."""
    sponsored(synced, "http://127.0.0.1:9")
    synced.environment |= ses.environment
    synced(
        *("setup", "event", "--name", "Finals", "--dates", "May", "--organizer", "The Org"),
        *("--contact", "ask@example.com", "--console-address", "https://races.example.com"),
        *("--race-link", "https://races.example.com/1", "--sender", SENDER),
    )
    return synced


def people(*names: str, folder: str = "example.org") -> bytes:
    return "".join(f"{name}@{folder}\n" for name in names).encode()


def emails(emulator: RunningEmulator) -> list[str]:
    return [one["emailAddress"] for one in emulator.profiles().values() if one["emailAddress"]]


def test_a_list_is_looked_at_with_its_bad_rows_and_nothing_is_kept(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    known = emails(emulator)[0]
    ran = drtui("invite", "list", "-", "--json", code=4, stdin=f"{LIST}{known}\n".encode())
    found = ran.json()
    assert [(one["email"], one["team"], one["known"]) for one in found["participants"]] == [
        ("new.one@example.com", "red", "new"),
        ("new.two@example.com", "blue", "new"),
        (known, "", "has a profile"),
    ]
    assert [one["line"] for one in found["problems"]] == [4, 5]
    assert "line 4, left out: not an address" in ran.err
    assert "same address as in line 2" in ran.err
    assert drtui("invite", "roster", "--state", "not-invited", "--json").json() == []


def test_a_hostile_list_starts_no_formula_and_moves_no_cursor(drtui: Drtui) -> None:
    ran = drtui("invite", "list", "-", "--csv", code=4, stdin=LIST.encode())
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    drtui("invite", "list", "-", code=4, stdin=LIST.encode())
    assert drtui("invite", "list", "-", "--csv", code=4, stdin=HOSTILE.encode()).out


@pytest.mark.usefixtures("synced")
def test_participants_are_invited_one_by_one_and_nobody_twice(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    before = emails(emulator)
    file = tmp_path / "people.csv"
    file.write_text(LIST)
    dry = drtui("invite", "send", str(file), "--dry-run", code=4)
    assert dry.out.count("\tchange\t") == 2
    assert emails(emulator) == before
    assert drtui("invite", "roster", "--state", "not-invited", "--json").json() == []
    assert "confirm with --yes" in drtui("invite", "send", str(file), code=2).err
    ran = drtui("invite", "send", str(file), "--yes", code=4)  # for the rows that are left out
    assert "2 messages" in ran.err
    assert "2 of 2 done" in ran.err
    assert sorted(set(emails(emulator)) - set(before)) == [
        "new.one@example.com",
        "new.two@example.com",
    ]
    for sync, said in (("--no-sync", "2 already so"), ("--sync", "Nothing to change.")):
        assert said in drtui("invite", "send", str(file), sync, "--yes", code=4).err
        assert len(emails(emulator)) == len(before) + 2
    rows = drtui("invite", "roster", "--sync", "--state", "invited", "--json").json()
    told = {row["email"]: row for row in rows}
    assert told["new.one@example.com"]["team"] == "red"
    table = drtui("invite", "roster", "--state", "invited", "--state", "default-alias").out
    assert "new.two@example.com" in table
    assert "HYPERLINK" in drtui("invite", "roster", "--csv").out


@pytest.mark.usefixtures("synced")
def test_a_list_is_kept_and_labels_change_only_when_that_is_confirmed(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    known = emails(emulator)[0]
    mixed = f"email,team\n{known},crimson\nzz1@example.org,crimson\n".encode()
    only_known = f"email,team\n{known},crimson\n".encode()

    def kept() -> int:
        listed = drtui("invite", "roster", "--json").json()
        return sum(one["listed"] for one in listed)

    def labelled() -> str:
        return drtui("users", "list", "--filter", "team:crimson", "--json").out

    before, none = kept(), labelled()
    dry = drtui("invite", "send", "-", "--dry-run", stdin=mixed)
    assert "1 with a profile gets the label of their team" in dry.err
    assert "confirm with --yes" in drtui("invite", "send", "-", code=2, stdin=mixed).err
    assert "AWS profile" in drtui("access", "iam", "-", "--yes", code=2, stdin=mixed).err
    assert "confirm with --yes" in drtui("invite", "send", "-", code=2, stdin=only_known).err
    assert (kept(), labelled()) == (before, none)
    drtui("invite", "send", "-", "--yes", stdin=only_known)  # nobody to invite
    assert (kept(), labelled() != none) == (before + 1, True)
    drtui("invite", "send", "-", "--yes", stdin=mixed)
    assert kept() == before + 2
    again = drtui("invite", "send", "-", stdin=only_known)
    assert "Once confirmed" not in again.err


def test_a_race_facilitator_keeps_nobody(emulator: RunningEmulator, tmp_path: Path) -> None:
    facilitator = drtui_on(emulator, tmp_path / "facilitator", role="facilitator")
    facilitator("sync")
    facilitator("invite", "send", "-", "--yes", code=5, stdin=people("nw1"))
    assert facilitator("invite", "roster", "--state", "not-invited", "--json").json() == []


def test_a_list_of_excel_is_read_with_its_accents_and_that_is_told(drtui: Drtui) -> None:
    names = "email,name\nj@example.org,José Müller\n"
    ran = drtui("invite", "list", "-", "--json", stdin=names.encode("cp1252"))
    assert ran.json()["participants"][0]["name"] == "José Müller"
    assert "Standard input is no UTF-8: read as Windows-1252, check the names." in ran.err
    assert "1252" not in drtui("invite", "list", "-", "--json", stdin=names.encode()).err


def test_participants_are_taken_off_the_list_and_nobodys_access_is_changed(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(people("ada", "bob", "cem"))
    drtui("invite", "send", str(file), "--yes", "--no-wait", code=None)
    refused = drtui("invite", "forget", "--kept", "--dry-run", code=4)
    assert "ada@example.org: an invitation is on its way" in refused.err
    drtui("sync")
    before = emails(emulator)
    dry = drtui("invite", "forget", "--email", "Ada@example.org", "--dry-run")
    assert "1 participant is taken off the list. Nobody's access is changed" in dry.err
    assert "confirm with --yes" in drtui("invite", "forget", "--kept", code=2).err
    only = "--email", "ada@example.org", "--email", "nobody@example.org"
    ran = drtui("invite", "forget", *only, "--yes", code=4)
    assert "1 participant taken off the list." in ran.err
    assert "nobody@example.org: on no list" in ran.err
    assert "one of FILE, --email and --kept" in drtui.sentence("invite", "forget", code=2)
    assert "2 participants taken off" in drtui("invite", "forget", str(file), "--yes", code=4).err
    assert "Nothing was changed." in drtui("invite", "forget", "--kept", "--yes").err
    assert emails(emulator) == before


def test_more_than_the_limit_take_days_which_are_told_before(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    assert drtui("invite", "limit").out == "50\n"
    drtui("invite", "limit", "none", code=2)
    drtui("invite", "limit", "0", code=2)
    assert drtui("invite", "limit", "2").out == "2\n"
    before = len(emails(emulator))
    ran = drtui("invite", "send", "-", "--yes", code=3, stdin=people("a", "b", "c"))
    assert "3 messages at 2 in 24 hours" in ran.err
    assert "1 queued and not delivered" in ran.err
    assert len(emails(emulator)) == before + 2
    assert drtui("invite", "limit", "unlimited").out == "unlimited\n"
    drtui("sync")
    assert len(emails(emulator)) == before + 3


def test_a_newer_deployment_invites_in_jobs_and_again(
    newer: RunningEmulator, at_newer: Drtui
) -> None:
    at_newer("sync")
    at_newer("invite", "limit", "unlimited")
    names = [f"racer-{number}" for number in range(210)]
    newer.control("calls", clear=True)
    at_newer("invite", "send", "-", "--yes", stdin=people(*names))
    assert {f"{name}@example.org" for name in names} <= set(emails(newer))
    invited = {
        profile_id
        for profile_id, one in newer.profiles().items()
        if one["emailAddress"] in ("racer-1@example.org", "racer-2@example.org")
    }
    assert len(invited) == 2
    ran = at_newer("invite", "resend", *named(*invited), "--sync", "--yes")
    assert "2 of 2 done" in ran.err


@pytest.mark.usefixtures("synced")
def test_an_older_deployment_cannot_invite_again(drtui: Drtui) -> None:
    assert "1.3" in drtui("invite", "resend", "--all", "--yes", code=2).err


def test_a_text_is_shown_set_as_it_is_shown_and_reset(drtui: Drtui) -> None:
    first = drtui("invite", "template", "show").out
    assert first.startswith("Subject: ")
    edited = first.replace("Hello {name},", "Dear {name} of {team},")
    drtui("invite", "template", "set", "-", stdin=edited.encode())
    assert drtui("invite", "template", "show").out == edited
    drtui("invite", "template", "set", "-", stdin=edited.encode())
    assert drtui("invite", "template", "show").out == edited
    shown = drtui("invite", "template", "show", "--kind", "iam", "--json").json()
    assert "{password}" in shown["body"]
    wrong = drtui.sentence(
        "invite", "template", "set", "-", code=2, stdin=b"Subject: x\n\nHello {nmae}"
    )
    assert "Line 1, column 7" in wrong
    assert "{name}" in wrong
    assert drtui("invite", "template", "show").out == edited
    drtui("invite", "template", "reset")
    assert drtui("invite", "template", "show").out == first


def test_a_preview_says_what_is_missing_and_shows_who_would_get_what(mailing: Drtui) -> None:
    text = b"Subject: {event}\n\nHello {name} of {team}: {{braces}}\n"
    mailing("invite", "template", "set", "-", stdin=text)
    listed = b"email,name,team\nada@example.com,Ada {event},red\nbob@example.com,Bob,\n"
    found = mailing("invite", "template", "preview", "-", "--json", code=4, stdin=listed).json()
    assert found["missing"] == [{"email": "bob@example.com", "fields": ["team"]}]
    [one] = found["invitations"]
    assert (one["email"], one["subject"]) == ("ada@example.com", "Finals")
    assert one["text"] == "Hello Ada {event} of red: {braces}\n"
    shown = mailing("invite", "template", "preview", "-", code=4, stdin=listed)
    assert "bob@example.com: no value for {team}" in shown.err
    assert "To: ada@example.com" in shown.out
    mailing("invite", "template", "preview", "-", "--for", "eve@example.com", code=2, stdin=listed)


def test_invitations_are_mailed_once_and_again_only_when_asked(mailing: Drtui, ses: Ses) -> None:
    listed = people("ada", "bob")
    mailing("invite", "mail", "-", "--dry-run", stdin=listed)
    assert ses.sent == []
    ran = mailing("invite", "mail", "-", "--yes", stdin=listed)
    assert "2 messages" in ran.err
    assert ses.recipients == ["ada@example.org", "bob@example.org"]
    content = ses.sent[0]["Content"]["Simple"]
    assert content["Subject"]["Data"] == "Your invitation to Finals"
    assert "https://races.example.com" in content["Body"]["Html"]["Data"]
    assert "Nothing to change." in mailing("invite", "mail", "--kept", "--yes").err
    assert len(ses.sent) == 2
    mailing("invite", "mail", "-", "--again", "--yes", stdin=people("ada"))
    assert ses.recipients[2:] == ["ada@example.org"]
    assert "{password}" in mailing("invite", "mail", "--kept", "--kind", "iam", "--yes", code=2).err


def test_mail_that_ses_does_not_let_through_waits_and_the_command_says_why(
    mailing: Drtui, ses: Ses
) -> None:
    mailing("setup", "event", "--sender", "other@example.net")
    ran = mailing("invite", "mail", "-", "--yes", code=3, stdin=people("ada", "bob"))
    assert "2 queued and not delivered" in ran.err
    assert "SES does not send from other@example.net" in ran.err
    assert ses.sent == []
    mailing("sync", code=3)


def test_invitations_are_saved_to_new_files_of_one_s_own(mailing: Drtui, tmp_path: Path) -> None:
    one, folder = tmp_path / "all.txt", tmp_path / "each"
    listed = people("ada", "bob")
    mailing("invite", "save", str(one), "-", stdin=listed)
    assert one.read_text().count("To: ") == 2
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    mailing("invite", "save", str(one), "-", stdin=listed, code=2)
    mailing("invite", "save", f"{folder}/", "-", stdin=listed)
    assert {file.name for file in folder.iterdir()} == {
        "ada@example.org.txt",
        "bob@example.org.txt",
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    mailing("invite", "save", str(tmp_path / "x"), "--kept", code=2)  # nobody was kept


@pytest.mark.parametrize("command", [["invite", "mail"], ["invite", "mail", "-", "--kept"]])
def test_for_whom_is_said_once(drtui: Drtui, command: list[str]) -> None:
    assert "one of FILE and --kept" in drtui.sentence(*command, code=2)


def test_the_pool_tells_who_signed_in_and_passwords_are_reset(
    tmp_path: Path, forks: Forks, moto: RunningMoto
) -> None:
    with running_deployment(moto, racers=10, lag_ms=0) as real:
        drtui = signed_in(real, tmp_path, forks)
        [(profile_id, email), *_] = [
            (each, one["emailAddress"])
            for each, one in real.emulator.profiles().items()
            if one["emailAddress"] and one["roleName"] == "dr-racers"
        ]
        real.pool.add_user("racer", PASSWORD, groups=("dr-racers",), email=email)
        ran = drtui("invite", "roster", "--read-pool", "--state", "signed-in", "--json")
        assert "The user pool has 4 users." in ran.err
        assert email in {row["email"] for row in ran.json()}
        ran = drtui("invite", "reset-password", *named(profile_id), "--yes")
        assert "1 of 1 done" in ran.err
        pool = real.pool.site.user_pool_id
        users: Any = moto.client("cognito-idp")
        racer = users.admin_get_user(UserPoolId=pool, Username="racer")
        assert racer["UserStatus"] == "RESET_REQUIRED"
