"""The command line of a race facilitator and of a racer, against the embedded account."""

from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, changed, drtui_on, named
from tests.support.emulator import RunningEmulator


@pytest.fixture
def facilitator(emulator: RunningEmulator, tmp_path: Path, forks: Forks) -> Drtui:
    return drtui_on(emulator, tmp_path / "facilitator", "facilitator", forks=forks)


def test_a_facilitator_lists_everybody_and_is_told_what_is_not_shown(
    facilitator: Drtui, emulator: RunningEmulator
) -> None:
    truth = emulator.profiles()
    ran = facilitator("users", "list", "--json")
    rows = {row["profile_id"]: row for row in ran.json()}
    assert rows.keys() == truth.keys()
    for profile_id, row in rows.items():
        assert row["alias"] == truth[profile_id]["alias"]
        assert row["minutes_used"] is row["minutes_limit"] is row["models_limit"] is None
        assert row["models"] is None
        assert (row["role"], row["status"]) == ("unknown", "unknown")
    assert "Quotas and hours are not shown to race facilitators" in ran.err
    told = facilitator("summary")
    assert "Quotas and hours are not shown to race facilitators" in told.err
    assert f"{len(truth):,}: their roles are not shown to race facilitators" in told.out
    assert "$" not in told.out + told.err


@pytest.mark.parametrize(
    "refused",
    [
        (("set-quota", "--hours", "+1"), "set quotas"),
        (("pause",), "pause anybody"),
        (("resume",), "resume anybody"),
        (("change-alias", "--to", "moderated"), "change others' aliases"),
        (("change-role", "--to", "racer"), "change roles"),
        (("delete-models",), "delete others' models"),
        (("delete",), "delete users"),
    ],
)
def test_what_a_facilitator_may_not_do_is_refused_before_it_is_planned(
    facilitator: Drtui,
    emulator: RunningEmulator,
    ordinary: list[str],
    refused: tuple[tuple[str, ...], str],
) -> None:
    command, what = refused
    before = emulator.profiles()
    for asking in ("--dry-run", "--yes"):
        ran = facilitator("users", *command, *named(ordinary[0]), asking, code=5)
        assert ran.err.strip().endswith(f"Race facilitators may not {what}, which needs an admin.")
        assert ran.out == ""
    assert facilitator("operations", "list", "--json").json() == []
    assert changed(before, emulator.profiles()) == {}
    assert not emulator.control("calls", method="PATCH")["calls"]


def test_a_facilitator_labels_racers(facilitator: Drtui, ordinary: list[str]) -> None:
    facilitator("users", "list", "--json")
    facilitator("users", "tag", "--add", "team:red", *named(ordinary[0]))
    assert facilitator.users("--filter", "team:red").keys() == {ordinary[0]}


def test_a_racer_is_told_which_role_reading_needs(
    emulator: RunningEmulator, tmp_path: Path, forks: Forks
) -> None:
    racer = drtui_on(emulator, tmp_path / "racer", "racer", forks=forks)
    ran = racer("users", "list", code=5)
    assert "needs the role admin or race facilitator" in ran.err
    assert "offline" not in ran.err
