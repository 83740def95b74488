"""An account that is renamed keeps its store and its sign-in, whenever the renaming ends."""

import os
from pathlib import Path

import pytest

from drtui import accounts, config_file, former_stores
from drtui.account_renaming import rename
from drtui.config import Account, ConfigProblemError, Paths, find_paths, load_settings
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.domain.signing_in import Secret
from drtui.model_folders import saving_folder
from drtui.store.database import open_database
from drtui.store.origin import note_origin, read_origin
from drtui.sync.lock import EngineLock
from tests.support.keeping import Memory

FINALS = Account("finals", "https://one.example/prod", "eu-west-1", user="ada")
MARK = "https://the.store.of.finals/prod"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Where an account is, with a store that can be told from any other."""
    paths = find_paths({"DRTUI_HOME": str(tmp_path)})
    accounts.add(paths, FINALS)
    database = open_database(paths.store("finals"))
    note_origin(database, MARK)
    database.close()
    return paths


def renamed(paths: Paths, name: str = "spring", keeper: Memory | None = None) -> list[str]:
    names = load_settings(paths, {}).accounts
    lock = EngineLock(paths.store("finals"))
    return rename(paths, names, FINALS, name, lock=lock, keeper=keeper or Memory())


def mark_of(paths: Paths, name: str) -> str:
    assert paths.store(name).exists()
    database = open_database(paths.store(name))
    try:
        with database.read() as connection:
            return read_origin(connection)
    finally:
        database.close()


def names(paths: Paths) -> set[str]:
    return set(load_settings(paths, {}).accounts)


def test_the_store_comes_along_and_nothing_is_left_behind(paths: Paths) -> None:
    assert renamed(paths) == []
    assert names(paths) == {"spring"}
    assert load_settings(paths, {}).default_account == "spring"
    assert [each.name for each in paths.store("spring").parent.iterdir()] == ["spring.sqlite"]
    assert mark_of(paths, "spring") == MARK


def test_what_is_on_its_way_to_a_bucket_comes_along(paths: Paths) -> None:
    folder = saving_folder(paths.store("finals")) / "mark"
    folder.mkdir(parents=True)
    (folder / "drtui-manifest.json").write_text("{}")
    assert renamed(paths) == []
    assert not folder.exists()
    moved = saving_folder(paths.store("spring"))
    assert [each.name for each in moved.glob("*/*")] == ["drtui-manifest.json"]


def test_what_cannot_come_along_is_told(paths: Paths) -> None:
    folder = saving_folder(paths.store("finals"))
    folder.mkdir()
    (saving_folder(paths.store("spring")) / "mark").mkdir(parents=True)
    (told,) = renamed(paths)
    assert str(folder) in told
    assert "keeps its name" in told
    assert folder.exists()


def test_the_sign_in_comes_along(paths: Paths) -> None:
    keeper = Memory()
    keeper.keep("finals", "ada", Secret.REFRESH_TOKEN, "token")
    keeper.keep("finals", "ada", Secret.PASSWORD, "password")
    assert renamed(paths, keeper=keeper) == []
    assert keeper.entries == {
        ("spring", "ada", Secret.REFRESH_TOKEN): "token",
        ("spring", "ada", Secret.PASSWORD): "password",
    }


class Interrupted(Memory):
    """A keyring that takes its time, until somebody has enough of it."""

    def forget(self, account: str, user: str) -> None:
        if account == "finals":
            raise KeyboardInterrupt
        super().forget(account, user)


def test_the_store_comes_along_when_deleting_the_old_sign_in_is_interrupted(paths: Paths) -> None:
    keeper = Interrupted()
    keeper.keep("finals", "ada", Secret.REFRESH_TOKEN, "token")
    with pytest.raises(KeyboardInterrupt):
        renamed(paths, keeper=keeper)
    assert names(paths) == {"spring"}
    assert mark_of(paths, "spring") == MARK
    assert keeper.entries["spring", "ada", Secret.REFRESH_TOKEN] == "token"


def test_the_store_comes_along_when_it_is_interrupted_once_the_account_has_its_name(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename_account = accounts.rename

    def interrupted(paths: Paths, old: str, new: str) -> None:
        rename_account(paths, old, new)
        raise KeyboardInterrupt

    monkeypatch.setattr(accounts, "rename", interrupted)
    keeper = Memory()
    keeper.keep("finals", "ada", Secret.REFRESH_TOKEN, "token")
    with pytest.raises(KeyboardInterrupt):
        renamed(paths, keeper=keeper)
    assert names(paths) == {"spring"}
    assert mark_of(paths, "spring") == MARK
    assert keeper.entries["spring", "ada", Secret.REFRESH_TOKEN] == "token"


def test_a_sign_in_that_cannot_come_along_is_told(paths: Paths) -> None:
    keeper = Memory(lasting=False)
    keeper.keep("finals", "ada", Secret.REFRESH_TOKEN, "token")
    keeper.stuck = True
    told = renamed(paths, keeper=keeper)
    assert "sign in again" in told[0]
    assert "did not delete" in told[1]
    assert names(paths) == {"spring"}


def test_an_account_without_a_store_is_renamed_too(paths: Paths) -> None:
    paths.store("finals").unlink()
    renamed(paths)
    assert names(paths) == {"spring"}
    assert not paths.store("spring").exists()


def test_it_is_refused_while_an_engine_works(paths: Paths) -> None:
    engine = EngineLock(paths.store("finals"))
    assert engine.try_acquire()
    with pytest.raises(StoreProblemError, match="in use by another drtui"):
        renamed(paths)
    engine.release()
    renamed(paths)


def test_it_is_refused_while_somebody_reads_the_store(paths: Paths) -> None:
    database = open_database(paths.store("finals"))
    with database.read() as connection:
        read_origin(connection)
        with pytest.raises(StoreProblemError, match="in use by another drtui"):
            renamed(paths)
    database.close()
    assert names(paths) == {"finals"}
    assert not paths.store("spring").exists()
    renamed(paths)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("FINALS", "already"), ("a/b", "cannot be an account's name"), ("demo", "not “demo”")],
)
def test_a_name_that_cannot_be_had_is_refused(paths: Paths, name: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        renamed(paths, name)
    assert mark_of(paths, "finals") == MARK


def test_the_store_of_a_former_account_is_never_replaced(paths: Paths) -> None:
    open_database(paths.store("spring")).close()
    with pytest.raises(InvalidInputError, match="move the file away"):
        renamed(paths)
    assert names(paths) == {"finals"}
    assert mark_of(paths, "spring") == ""
    assert mark_of(paths, "finals") == MARK


def test_where_the_configuration_cannot_be_written_nothing_is_changed(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(config_file, "write_privately", full)
    keeper = Memory()
    keeper.keep("finals", "ada", Secret.REFRESH_TOKEN, "token")
    with pytest.raises(ConfigProblemError, match="No space left"):
        renamed(paths, keeper=keeper)
    assert names(paths) == {"finals"}
    assert keeper.entries == {("finals", "ada", Secret.REFRESH_TOKEN): "token"}
    assert not paths.store("spring").exists()
    assert mark_of(paths, "finals") == MARK


class PowerLossError(BaseException):
    """What no code expects."""


@pytest.mark.parametrize("step", ["before the configuration", "after the configuration"])
def test_whenever_it_is_cut_short_the_account_has_its_store_and_can_be_renamed_again(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    rename_in_config = accounts.rename

    def cut(where: Paths, old: str, new: str) -> None:
        if step == "after the configuration":
            rename_in_config(where, old, new)
        raise PowerLossError

    with monkeypatch.context() as patched:
        patched.setattr(accounts, "rename", cut)
        patched.setattr(Path, "unlink", lambda *_, **__: None)  # nothing is tidied up either
        with pytest.raises(PowerLossError):
            renamed(paths)
    (name,) = names(paths)
    assert mark_of(paths, name) == MARK
    other = {"finals": "spring", "spring": "finals"}[name]
    assert paths.store(name).samefile(paths.store(other))
    lock = EngineLock(paths.store(name))
    account = load_settings(paths, {}).accounts[name]
    rename(paths, [name], account, other, lock=lock, keeper=Memory())
    assert names(paths) == {other}
    assert mark_of(paths, other) == MARK
    assert not paths.store(name).exists()


def test_a_second_name_is_taken_away_and_a_store_of_its_own_is_not(paths: Paths) -> None:
    os.link(paths.store("finals"), paths.store("spring"))
    open_database(paths.store("autumn")).close()
    for name in ("spring", "autumn", "winter"):
        former_stores.take_away_second_name(paths, ["finals"], name)
    assert not paths.store("spring").exists()
    assert paths.store("autumn").exists()
    assert mark_of(paths, "finals") == MARK


def test_where_a_file_cannot_have_two_names_nothing_is_changed(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(StoreProblemError, match="Operation not permitted"):
        renamed(paths)
    assert names(paths) == {"finals"}
    assert mark_of(paths, "finals") == MARK


def test_the_copies_of_the_store_come_along(paths: Paths) -> None:
    folder = paths.store("finals").parent
    for copy in ("finals.before-0002", "finals.before-0003", "finals-2.before-0003", "finals.old"):
        (folder / f"{copy}.sqlite").write_text(copy)
    assert renamed(paths) == []
    assert sorted(each.stem for each in folder.iterdir()) == [
        *("finals-2.before-0003", "finals.old"),
        *("spring", "spring.before-0002", "spring.before-0003"),
    ]
    assert (folder / "spring.before-0002.sqlite").read_text() == "finals.before-0002"


def test_a_copy_that_no_account_can_be_called_like_comes_along(paths: Paths) -> None:
    folder = paths.store("finals").parent
    for copy in ("finals.sqlite.before-0008", "finals-2.sqlite.before-0008"):
        (folder / copy).write_text(copy)
    assert renamed(paths) == []
    assert (folder / "spring.sqlite.before-0008").read_text() == "finals.sqlite.before-0008"
    assert (folder / "finals-2.sqlite.before-0008").exists()


def test_a_copy_replaces_none_of_a_former_account_and_is_told(paths: Paths) -> None:
    folder = paths.store("finals").parent
    for copy in ("finals.before-0003", "spring.before-0003"):
        (folder / f"{copy}.sqlite").write_text(copy)
    (told,) = renamed(paths)
    assert f"{folder / 'finals.before-0003.sqlite'} keeps its name (File exists)" in told
    assert (folder / "spring.before-0003.sqlite").read_text() == "spring.before-0003"
    assert (folder / "finals.before-0003.sqlite").read_text() == "finals.before-0003"


def test_the_store_of_an_account_that_is_called_like_a_copy_stays_its_own(paths: Paths) -> None:
    other = Account("finals.before-0003", "https://two.example/prod", "eu-west-1")
    accounts.add(paths, other)
    open_database(paths.store(other.name)).close()
    assert renamed(paths) == []
    assert paths.store(other.name).exists()
    assert not paths.store("spring.before-0003").exists()
