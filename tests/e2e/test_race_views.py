"""`drtui races`: what is read of an account's races, told, exported, and kept when it is away."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.support.emulator import RunningEmulator


@pytest.fixture(scope="module")
def reader(
    account: RunningEmulator, tmp_path_factory: pytest.TempPathFactory, forks: Forks
) -> Drtui:
    """A command line that has read nothing yet."""
    return drtui_on(
        account,
        tmp_path_factory.mktemp("races"),
        config="[sync]\nrefresh_seconds=9999",
        forks=forks,
    )


def listed(reader: Drtui, *options: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reader("races", "list", "--json", *options).json()
    return rows


def test_races_are_read_the_first_time_they_are_listed(
    reader: Drtui, account: RunningEmulator
) -> None:
    rows = listed(reader)
    told = account.request("GET", "/leaderboards").json()["leaderboards"]
    assert {one["race_id"] for one in rows} == {one["leaderboardId"] for one in told}
    assert {one["state"] for one in rows} == {"future", "open", "closed"}
    states = [one["state"] for one in rows]
    assert states == sorted(states, key=["open", "future", "closed"].index)


def test_a_leaderboard_is_read_when_it_is_asked_for(
    reader: Drtui, account: RunningEmulator
) -> None:
    race = next(one for one in listed(reader) if one["state"] == "closed")
    told = reader("races", "leaderboard", race["race_id"], "--json").json()
    sent = account.request("GET", f"/leaderboards/{race['race_id']}/rankings").json()["rankings"]
    assert [one["rank"] for one in told["rankings"]] == [one["rank"] for one in sent]
    assert told["rankings"][0]["gap_ms"] is None
    assert "certain" in {one["match"] for one in told["rankings"]}
    history = reader("races", "history", race["race_id"], "--json", "--no-sync").json()
    assert len(history) >= len({one["alias"] for one in told["rankings"]})


def test_a_live_race_is_shown_with_its_queue(reader: Drtui) -> None:
    race = next(one for one in listed(reader) if one["live_status"] == "SCHEDULED")
    page = reader("races", "show", race["race_id"], "--json").json()
    assert page["live_race"]["as_of"]
    assert page["live_race"]["queue"]
    assert page["definition"]["isLive"] is True


def test_the_roster_knows_whose_models_are_ready(reader: Drtui) -> None:
    race = next(one for one in listed(reader) if one["state"] == "open" and one["participants"])
    rows = reader("races", "roster", race["race_id"], "--json").json()
    assert {one["entry"] for one in rows} >= {"entered", "not-entered"}
    ready = reader("races", "roster", race["race_id"], "--state", "ready-model", "--json").json()
    assert ready
    assert all(one["ready_models"] for one in ready)


def test_everything_is_told_and_written_with_the_network_gone(
    reader: Drtui, account: RunningEmulator, tmp_path: Path
) -> None:
    rows = [one for one in listed(reader) if one["participants"]]
    closed = next(one["race_id"] for one in rows if one["state"] == "closed")
    opened = next(one["race_id"] for one in rows if one["state"] == "open" and not one["live"])
    reader("races", "leaderboard", closed)
    reader("races", "leaderboard", opened)
    account.control("network", state="down")
    try:
        ran = reader("races", "list", "--sync")
        assert "cannot be read now" in ran.err
        folder = tmp_path / "results"
        reader("races", "results", closed, opened, "--folder", str(folder))
        assert (folder / "results.html").stat().st_size > 5_000
        assert "<script" not in (folder / "results.html").read_text()
        series = reader("races", "standings", closed, opened, "--json").json()
        assert series["standings"][0]["points"] >= series["standings"][-1]["points"]
    finally:
        account.control("network", state="up")


def test_a_race_that_was_deleted_is_said_to_be_none(
    reader: Drtui, account: RunningEmulator
) -> None:
    race = next(one for one in listed(reader) if one["state"] == "future")
    account.request("DELETE", f"/leaderboards/{race['race_id']}")
    assert race["race_id"] not in {one["race_id"] for one in listed(reader, "--sync")}
    said = reader.sentence("races", "show", race["name"], "--no-sync", code=2)
    assert said.startswith("No race is called")
    gone = reader("races", "show", race["race_id"], "--json", "--no-sync").json()
    assert gone["gone_at"] is not None
