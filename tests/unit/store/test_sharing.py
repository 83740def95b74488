"""Whose a store is: one user's alone, or a group's; never everybody's."""

import grp
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.doctor.store import examine_access
from drtui.config import find_paths, load_settings
from drtui.domain.doctoring import Verdict
from drtui.domain.problems import StoreProblemError
from drtui.store import sharing
from drtui.store.database import open_database
from drtui.store.sharing import is_shared, is_shared_home, make_folders, why_refused
from drtui.store.sync_state import write_trouble
from drtui.sync.lock import EngineLock


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def group_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "srv"
    folder.mkdir()
    folder.chmod(0o2770)
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def used(path: Path) -> dict[str, int]:
    """Use a store and its lock; return the modes of all that there is then."""
    database = open_database(path)
    write_trouble(database, "so that there is a log beside it")
    lock = EngineLock(path)
    assert lock.try_acquire()
    found = {each.name: mode(each) for each in path.parent.iterdir()}
    lock.release()
    database.close()
    assert {f"{path.name}{end}" for end in ("", "-wal", "-shm", ".engine")} <= set(found)
    return found


def test_in_a_group_s_folder_everything_is_the_group_s_whatever_the_umask(
    group_folder: Path, umask: int
) -> None:
    path = group_folder / "state" / "accounts" / "event.sqlite"
    assert set(used(path).values()) == {0o660}
    assert [mode(each) for each in (path.parent, path.parent.parent)] == [0o2770, 0o2770]


@pytest.mark.parametrize("of_folder", [0o700, 0o770, 0o2700, 0o2750, 0o755, 0o1777])
def test_anywhere_else_everything_is_its_user_s_alone(
    tmp_path: Path, umask: int, of_folder: int
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(of_folder)
    path = folder / "state" / "event.sqlite"
    assert set(used(path).values()) == {0o600}
    assert mode(path.parent) & 0o777 == 0o700


def test_a_store_that_everybody_could_read_is_the_group_s_alone_once_it_was_opened(
    group_folder: Path,
) -> None:
    path = group_folder / "event.sqlite"
    open_database(path).close()
    path.chmod(0o666)
    open_database(path).close()
    assert mode(path) == 0o660


def test_a_folder_that_everybody_may_write_is_refused_with_the_command_that_mends_it(
    group_folder: Path,
) -> None:
    group_folder.chmod(0o2777)
    with pytest.raises(StoreProblemError, match=f"chmod o-rwx {group_folder}"):
        open_database(group_folder / "event.sqlite")
    assert not (group_folder / "event.sqlite").exists()


@pytest.mark.parametrize(
    ("of_folder", "mends"), [(0o777, "go-w"), (0o1777, "go-w"), (0o757, "go-w"), (0o775, "g-w")]
)
def test_a_folder_where_others_could_put_a_link_is_refused_shared_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_folder: int, mends: str
) -> None:
    monkeypatch.setattr(sharing, "members", lambda _: ["ada", "mallory"])
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(of_folder)
    with pytest.raises(StoreProblemError, match=f"run “chmod {mends} {folder}” first"):
        open_database(folder / "event.sqlite")
    assert not (folder / "event.sqlite").exists()
    assert examine_access(folder / "event.sqlite").verdict is Verdict.FAILED


def test_a_group_of_one_s_own_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "members", lambda _: [sharing.user_name(os.geteuid())])
    tmp_path.chmod(0o775)
    open_database(tmp_path / "event.sqlite").close()


def test_a_folder_above_that_everybody_may_change_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o777)
    with pytest.raises(StoreProblemError, match=f"run “chmod o-w {home}” first"):
        open_database(home / "state" / "event.sqlite")


def test_the_doctor_says_who_may_read_it(group_folder: Path, tmp_path: Path) -> None:
    path = group_folder / "event.sqlite"
    open_database(path).close()
    assert examine_access(path).verdict is Verdict.OK
    assert sharing.group_name(group_folder.stat().st_gid) in examine_access(path).why
    assert "Only you" in examine_access(tmp_path / "own" / "event.sqlite").why
    group_folder.chmod(0o2775)
    found = examine_access(path)
    assert found.verdict is Verdict.WARNING
    assert "chmod -R o-rwx" in found.advice


def test_in_a_shared_home_only_the_stores_are_shared(
    group_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "ada"))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    paths = find_paths({"DRTUI_HOME": str(group_folder)})
    assert paths.store("event") == group_folder / "state" / "accounts" / "event.sqlite"
    assert paths.shared == group_folder
    assert tmp_path / "ada" in paths.config_file.parents
    assert tmp_path / "ada" in paths.log_file.parents
    own = find_paths({"DRTUI_HOME": str(tmp_path / "mine")})
    assert own.shared is None
    assert own.config_file == tmp_path / "mine" / "config" / "config.toml"


def test_what_an_account_is_comes_from_the_folder_and_one_s_own_configuration_comes_first(
    group_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "ada"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    said = '[accounts.{}]\napi_url = "https://{}/prod"\nregion = "eu-west-1"\ncredentials = "aws"\n'
    shared = said.format("a", "shared") + said.format("b", "shared")
    (group_folder / "accounts.toml").write_text(shared)
    paths = find_paths({"DRTUI_HOME": str(group_folder)})
    paths.config_file.parent.mkdir(parents=True)
    paths.config_file.write_text(said.format("b", "own"))
    found = load_settings(paths, {}).accounts
    assert {name: one.api_url for name, one in found.items()} == {
        "a": "https://shared/prod",
        "b": "https://own/prod",
    }


@pytest.mark.parametrize(
    ("of_home", "of_state", "shared"),
    [
        (0o2770, None, True),
        (0o2750, 0o2770, True),
        (0o2750, 0o2750, False),
        (0o700, 0o700, False),
        (0o2755, None, False),
        (0o770, None, False),
    ],
)
def test_a_home_is_shared_where_the_group_may_write_its_stores(
    tmp_path: Path, of_home: int, of_state: int | None, shared: bool
) -> None:
    home = tmp_path / "home"
    make_folders(home)
    if of_state is not None:
        (home / "state").mkdir()
        (home / "state").chmod(of_state)
    home.chmod(of_home)
    assert is_shared_home(home) is shared
    assert not is_shared(tmp_path / "missing")


@pytest.mark.parametrize("added", [False, True])
def test_who_is_not_in_the_group_is_told_what_to_do(
    group_folder: Path, monkeypatch: pytest.MonkeyPatch, added: bool
) -> None:
    strange = next(number for number in range(60_000, 61_000) if not known(number))
    monkeypatch.setattr(os, "geteuid", lambda: strange)
    monkeypatch.setattr(os, "getegid", lambda: strange)
    monkeypatch.setattr(os, "getgroups", list)
    monkeypatch.setattr(sharing, "members", lambda _: [str(strange)] if added else ["ada"])
    told = why_refused(group_folder / "accounts.toml")
    group = sharing.group_name(group_folder.stat().st_gid)
    assert f"shared by the group “{group}”, which “{strange}”" in told
    assert ("after this session began" in told) is added
    assert (f"sudo usermod -aG {group} {strange}" in told) is not added


def known(number: int) -> bool:
    try:
        return bool(grp.getgrgid(number))
    except KeyError:
        return False


def test_its_owner_and_the_group_are_told_nothing_of_a_group(group_folder: Path) -> None:
    assert why_refused(group_folder / "event.sqlite") == ""
