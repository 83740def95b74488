"""Preferences: kept by name, replaced whole, and told to other readers."""

from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.store.database import open_database
from drtui.store.preferences import delete_preference, read_preferences, write_preference
from drtui.store.watching import ChangeWatch


@pytest.mark.parametrize("value", [None, True, 3, "naïve", ["a", "b"], {"team:red": "used>80%"}])
def test_a_preference_comes_back_as_it_went_in(tmp_path: Path, value: object) -> None:
    database = open_database(tmp_path / "event.sqlite")
    write_preference(database, "kept", "something else")
    write_preference(database, "kept", value)
    write_preference(database, "other", 1)
    with database.read() as connection:
        assert read_preferences(connection) == {"kept": value, "other": 1}
    database.close()


def test_without_preferences_there_are_none(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    with database.read() as connection:
        assert read_preferences(connection) == {}
    database.close()


def test_other_readers_are_told(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    watch = ChangeWatch(database.path)
    write_preference(database, "theme", "light")
    assert watch.changed() == {RecordKind.PREFERENCE}
    watch.close()
    database.close()


def test_what_json_cannot_say_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    write_preference(database, "kept", 1)
    with pytest.raises(TypeError):
        write_preference(database, "kept", object())
    with database.read() as connection:
        assert read_preferences(connection) == {"kept": 1}
    database.close()


def test_what_is_forgotten_leaves_no_row(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    write_preference(database, "kept", 1)
    write_preference(database, "other", None)
    delete_preference(database, "other")
    delete_preference(database, "never there")
    with database.read() as connection:
        assert read_preferences(connection) == {"kept": 1}
    database.close()
