"""Races over a restart, and the racers who submit to them."""

from pathlib import Path

from drtui.emulator.assembly import assemble
from drtui.emulator.deployment import Deployment
from drtui.emulator.entrants import let_go
from drtui.emulator.options import EmulatorOptions
from drtui.emulator.persistence import StateFile
from drtui.emulator.race_records import EntryStatus, Race
from drtui.emulator.records import Status

SERVER = ("127.0.0.1", 1)


def start(path: Path, racers: int = 60) -> tuple[Deployment, StateFile]:
    state = StateFile(path)
    deployment, _ = assemble(EmulatorOptions(racers=racers, speed=1e-9), state, SERVER)
    return deployment, state


def race_named(deployment: Deployment, name: str) -> Race:
    races = deployment.account.races.by_id.values()
    return next(each for each in races if each.definition["name"] == name)


def live_on(deployment: Deployment, seconds: float) -> None:
    deployment.account.clock.advance(seconds)
    deployment.tick()


def test_a_restart_brings_the_races_back(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    account = deployment.account
    semifinal = race_named(deployment, "Live semi-final")
    account.live.end_running(semifinal)
    account.live.launch(semifinal)
    account.races.delete(race_named(deployment, "Warm-up sprint"))
    live_on(deployment, 300)
    state.append(deployment)
    state.close()
    again, state = start(tmp_path / "state")
    state.close()
    assert again.account.races.by_id == account.races.by_id
    assert race_named(again, "Live semi-final").running() is not None
    # What runs goes on, and is ended by whoever takes over.
    live_on(again, 3600)
    assert race_named(again, "Live semi-final").running() is None


def test_the_same_seed_gives_the_same_races(tmp_path: Path) -> None:
    made: list[list[Race]] = []
    for name in ("one", "other"):
        deployment, state = start(tmp_path / name)
        state.close()
        races = deployment.account.races.ordered()
        for race in races:
            for entry in race.entries.values():
                entry.submitted_at, entry.started_at, entry.ends = "", None, 0.0
        made.append(races)
    assert made[0] == made[1]


def test_an_account_with_a_single_racer_has_races_too(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state", racers=1)
    state.close()
    live_on(deployment, 60)
    assert len(deployment.account.races.by_id) == 9


def test_racers_submit_while_a_race_is_open_and_are_ranked(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    state.close()
    qualifying, closed = (
        race_named(deployment, "Qualifying"),
        race_named(deployment, "Warm-up sprint"),
    )
    before, settled = dict(qualifying.submissions), dict(closed.results)
    submitting = 0
    for _ in range(60):
        live_on(deployment, 300)
        submitting += sum(
            model.status is Status.SUBMITTING
            for trial in qualifying.trials
            for model in deployment.account.profiles[trial.profile_id].models.values()
        )
    assert submitting > 0
    assert sum(qualifying.submissions.values()) > sum(before.values())
    assert closed.results == settled
    assert all(count <= 5 for count in qualifying.submissions.values())
    assert all(each.score > 0 for each in qualifying.ranked())


def test_models_under_way_to_a_race_that_is_gone_are_ready_again(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    state.close()
    account, race = deployment.account, race_named(deployment, "Qualifying")
    while not race.trials:
        live_on(deployment, 60)
    trial = race.trials[0]
    models = account.profiles[trial.profile_id].models
    before = models[trial.model_id].status
    let_go(account, race)
    assert (before, models[trial.model_id].status) == (Status.SUBMITTING, Status.READY)


def test_a_better_lap_counts_and_a_worse_one_does_not(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    state.close()
    races = deployment.account.races
    races.evaluations.failing_share = 0.0
    race = race_named(deployment, "Qualifying")
    result = race.ranked()[0]
    profile = deployment.account.profiles[result.profile_id]
    for score in (1, 10_000_000):
        race.results[profile.profile_id].score = score
        assert races.drive(race, profile, result.model_id)
        kept = race.results[profile.profile_id].score
        assert kept == 1 if score == 1 else 1 < kept < score


def test_racers_join_a_live_race_once_until_it_starts(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    state.close()
    final = race_named(deployment, "Live final")
    before = len(final.entries)
    for _ in range(40):
        live_on(deployment, 300)
    racers = [each.profile_id for each in final.entries.values()]
    assert len(racers) == len(set(racers)) > before
    assert {each.status for each in final.entries.values()} == {EntryStatus.PENDING}


def test_frozen_racers_submit_nothing(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    state.close()
    deployment.simulation.frozen = True
    qualifying = race_named(deployment, "Qualifying")
    before = dict(qualifying.submissions)
    live_on(deployment, 36_000)
    assert (qualifying.submissions, qualifying.trials) == (before, [])
