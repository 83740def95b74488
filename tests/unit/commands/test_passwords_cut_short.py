"""Passwords that are made when something goes wrong are handed over all the same."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from drtui.commands import handing_over, passwords
from drtui.commands.handing_over import into_csv
from drtui.commands.passwords import GivenPassword, Handover, give_passwords, handed_over, not_told
from drtui.commands.workspace import Workspace
from drtui.domain.problems import StoreProblemError
from drtui.store.participants import write_told
from tests.support.access import ADA, BOLT, with_users
from tests.support.sponsors import FakeIam, services

UNEXPECTED = "Something went wrong that should not (RuntimeError): the log says where."


class Iam(FakeIam):
    """What goes wrong with one of them is nothing that AWS says, and repeats the password."""

    def renew_password(self, name: str, password: str) -> None:
        if name == "b0lt":
            self.passwords[name] = password
            raise RuntimeError(f"odd: {password}")
        super().renew_password(name, password)


def test_an_error_that_nobody_expected_costs_its_own_alone(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    iam = Iam()
    iam.users = with_users(workspace.database).users
    found = give_passwords(workspace, services(iam_users=iam), [BOLT, ADA])
    assert [one.email for one in found.given] == [ADA]
    assert found.refused[BOLT].startswith(UNEXPECTED)
    assert "A password may have been set" in found.refused[BOLT]
    assert "renew_password" in caplog.text
    assert iam.passwords["b0lt"] not in f"{caplog.text}{found.refused}"


def test_a_store_that_cannot_be_written_costs_no_password(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = with_users(workspace.database)
    door = services(iam_users=iam)
    handed_over(workspace, give_passwords(workspace, door, [ADA, BOLT]).given)
    before = dict(iam.passwords)

    def full(database: object, email: str, told: object) -> None:
        if email == BOLT:
            raise StoreProblemError("The disk is full.")
        assert told is None
        write_told(workspace.database, email, None)

    monkeypatch.setattr(passwords, "write_told", full)
    found = give_passwords(workspace, door, [ADA, BOLT], anew=True)
    assert [one.email for one in found.given] == [ADA]
    assert found.refused == {BOLT: "The disk is full."}
    assert iam.passwords["b0lt"] == before["b0lt"]
    assert not_told(workspace) == [ADA]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("odd"), UNEXPECTED),
        (StoreProblemError("The disk is full."), "The disk is full."),
    ],
)
def test_what_cannot_be_written_is_there_to_be_shown(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    error: Exception,
    told: str,
) -> None:
    door = services(iam_users=with_users(workspace.database))
    give: Callable[..., Handover] = partial(give_passwords, workspace, door)

    def fails(_: tuple[GivenPassword, ...]) -> str:
        raise error

    monkeypatch.setattr(handing_over, "as_csv", fails)
    handed = into_csv(workspace, give, [ADA, BOLT], tmp_path / "passwords.csv")
    assert [one.email for one in handed.made.given] == [ADA, BOLT]
    assert (handed.problem, handed.file, handed.written) == (told, "", ())
    assert not (tmp_path / "passwords.csv").exists()
