"""The state file keeps the account, whole, whatever happens to whoever writes it."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drtui.emulator.assembly import assemble
from drtui.emulator.commanding import CommandError
from drtui.emulator.deployment import Deployment
from drtui.emulator.options import EmulatorOptions, OptionError
from drtui.emulator.persistence import StateFile
from drtui.emulator.records import Group
from drtui.emulator.snapshot import snapshot
from drtui.emulator.state_commands import StateCommands

SERVER = ("127.0.0.1", 1)


def start(path: Path, **options: Any) -> tuple[Deployment, StateFile]:
    state = StateFile(path)
    chosen = EmulatorOptions(racers=30, speed=1e-9, **options)
    try:
        deployment, _ = assemble(chosen, state, SERVER)
    except BaseException:
        state.close()
        raise
    return deployment, state


def shown(deployment: Deployment) -> dict[str, Any]:
    state = snapshot(deployment.account, with_models=True)
    del state["now"]
    state["jobs"].sort(key=lambda job: job["modelId"])
    return state


def reopened(path: Path) -> dict[str, Any]:
    deployment, state = start(path)
    state.close()
    return shown(deployment)


def change_much(deployment: Deployment) -> None:
    account = deployment.account
    people = list(account.profiles.values())
    account.invite("new@example.org")
    account.delete(people[-1])
    account.change(people[5], minutes_limit=777, alias="\x1b[31m\u202e\U0001f3ce")
    account.assign(people[6], Group.FACILITATORS)
    account.delete_models(people[8])
    account.settings.put("registration.type", "self-service")
    account.clock.advance(30 * 60)
    deployment.tick()


def test_a_restart_brings_back_all_that_was_kept(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    before = shown(deployment)
    change_much(deployment)
    assert shown(deployment) != before
    state.append(deployment)
    state.close()
    assert reopened(tmp_path / "state") == shown(deployment)


def test_what_is_kept_on_request_is_there_after_a_kill(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    change_much(deployment)
    StateCommands(deployment, state).keep()
    state.close()  # as a kill does: nothing is written at the end
    assert reopened(tmp_path / "state") == shown(deployment)
    with pytest.raises(CommandError, match="--state"):
        StateCommands(deployment, None).keep()


def test_who_comes_after_a_restart_takes_nobodys_place(tmp_path: Path) -> None:
    for number in range(3):
        deployment, state = start(tmp_path / "state")
        before = len(deployment.account.profiles)
        deployment.account.invite(f"new{number}@example.org")
        assert len(deployment.account.profiles) == before + 1
        state.append(deployment)
        state.close()


def test_the_keys_and_what_is_still_to_come_are_kept(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    person = next(iter(deployment.account.profiles.values()))
    deployment.account.assign(person, Group.RACERS)
    state.append(deployment)
    state.close()
    again, state = start(tmp_path / "state")
    state.close()
    assert again.keys.all() == deployment.keys.all()
    again.account.clock.advance(120)
    again.tick()
    assert again.account.profile(person.profile_id).role_name == Group.RACERS


def test_a_file_of_before_models_had_files_is_read(tmp_path: Path) -> None:
    path = tmp_path / "state"
    deployment, state = start(path)
    state.close()
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    for line in lines[1:]:
        if line[0] == "profile":
            line[2][-1] = [model[:6] for model in line[2][-1]]
        elif line[0] == "job":
            del line[2]["stopping"]
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert reopened(path) == shown(deployment)


def test_life_goes_on_where_it_stopped(tmp_path: Path) -> None:
    deployment, state = start(tmp_path / "state")
    state.close()
    again, state = start(tmp_path / "state")
    state.close()
    assert again.account.jobs == deployment.account.jobs
    again.account.clock.advance(24 * 3600)
    again.tick()
    assert not again.account.jobs.keys() & deployment.account.jobs.keys()


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0, 1))
def test_a_file_cut_anywhere_holds_one_of_the_states_that_were_written(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    path = tmp_path_factory.mktemp("cut") / "state"
    deployment, state = start(path)
    whole = path.stat().st_size
    states = [shown(deployment)]
    for alias in ("one", "two"):
        for profile in list(deployment.account.profiles.values())[:3]:
            deployment.account.change(profile, alias=alias)
        state.append(deployment)
        states.append(shown(deployment))
    state.close()
    os.truncate(path, whole + int(share * (path.stat().st_size - whole)))
    assert reopened(path) in states


def test_a_write_that_fails_half_way_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state"
    deployment, state = start(path)
    change_much(deployment)
    real = os.write

    def half(file: int, data: Any) -> int:
        if len(data) > 100:
            return real(file, bytes(data)[:100])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(OSError, match="No space"):
            state.append(deployment)
    state.append(deployment)
    state.close()
    assert reopened(path) == shown(deployment)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "state"
    path.parent.mkdir()
    path.touch(0o644)
    path.with_name("state.new").touch(0o644)
    _, state = start(path)
    state.close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == ["state"]  # noqa: PTH208 - names are what is compared


def test_a_second_emulator_is_refused(tmp_path: Path) -> None:
    _, state = start(tmp_path / "state")
    with pytest.raises(OptionError, match="in use by another"):
        StateFile(tmp_path / "state")
    state.close()
    _, state = start(tmp_path / "state")
    state.close()


@pytest.mark.parametrize("content", [b"hello\n", b'{"a": 1}\n', b'"drtui-emulator-1"\n', b"\xff\n"])
def test_a_file_that_is_none_of_ours_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "state"
    path.write_bytes(content)
    with pytest.raises(OptionError, match="is not a state file"):
        start(path)
    assert path.read_bytes() == content


def test_a_folder_or_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="cannot be opened"):
        StateFile(tmp_path)


def test_the_file_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drtui.emulator.persistence.GROWTH", 1000)
    deployment, state = start(tmp_path / "state")
    whole = (tmp_path / "state").stat().st_size
    for number in range(200):
        for profile in deployment.account.profiles.values():
            deployment.account.change(profile, minutes_limit=number)
        state.append(deployment)
    state.close()
    assert (tmp_path / "state").stat().st_size < 6 * whole
    assert reopened(tmp_path / "state") == shown(deployment)


def test_a_whole_copy_that_fails_is_let_go_of_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state"
    deployment, state = start(path)
    change_much(deployment)

    def fails(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    opened = len(list(Path("/proc/self/fd").iterdir()))
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fails)
        for _ in range(2):
            with pytest.raises(OSError, match="No space left"):
                state.replace(deployment)
    assert len(list(Path("/proc/self/fd").iterdir())) == opened
    state.replace(deployment)
    before = shown(deployment)
    state.close()
    assert reopened(path) == before
