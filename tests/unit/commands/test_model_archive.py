"""A model's downloaded archives, read for its page: sound ones, and whatever became of them."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drtui.commands.model_archive import ArchiveReader
from drtui.commands.model_details import contents_known, page_as_json, with_archive
from drtui.commands.models import StoredModelPage, model_page
from drtui.commands.workspace import Workspace
from drtui.domain.model_details import ModelDetails
from drtui.store.database import Database
from drtui.store.model_files import ModelFile, keep_model_file
from tests.support.archives import archive
from tests.support.model_pages import ADA_MODEL, details, key_of_model, write_page
from tests.support.stores import filled_store, profile_id

SAVED = datetime(2026, 5, 1, 18, tzinfo=UTC)


def kept(path: Path, data: bytes, *, at: datetime = SAVED) -> ModelFile:
    """Save an archive, as a download would."""
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return ModelFile(
        profile_id(1), ADA_MODEL, "ada-l", "", "lap-record", str(path), len(data), digest, at
    )


def reader() -> ArchiveReader:
    return ArchiveReader(lambda: False)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(filled_store(tmp_path / "store.sqlite", racers=10)) as database:
        yield database


def page(database: Database, known: ModelDetails | None, *files: ModelFile) -> StoredModelPage:
    write_page(database, known)
    for file in files:
        keep_model_file(database, file)
    with database.read() as connection:
        key = key_of_model(connection, profile_id(1), ADA_MODEL)
    assert key is not None
    found = model_page(Workspace(database, "ada"), key)
    assert found is not None
    return found


def test_what_nothing_else_tells_comes_from_the_archive(database: Database, tmp_path: Path) -> None:
    file = kept(tmp_path / "ada.tar.gz", archive())
    found = with_archive(page(database, None, file), reader())
    contents, told = contents_known(found)
    assert contents.action_space == "discrete, 2 actions"
    assert contents.sensors == ("FRONT_FACING_CAMERA",)
    assert told == ("action space", "sensors", "algorithm", "network", "reward function")
    assert page_as_json(found)["archive"] == {
        "file": file.place,
        "downloaded_at": "2026-05-01T18:00:00Z",
        "tells": list(told),
        "trouble": "",
    }


def test_where_all_is_known_no_archive_is_read(database: Database, tmp_path: Path) -> None:
    file = replace(kept(tmp_path / "ada.tar.gz", b"x"), size=77)
    found = with_archive(page(database, details(), file), reader())
    assert found.archive is None
    assert page_as_json(found)["archive"] is None


def test_the_newest_sound_archive_counts_and_what_became_of_a_newer_one_is_said(
    database: Database, tmp_path: Path
) -> None:
    old = kept(tmp_path / "old.tar.gz", archive())
    new = kept(tmp_path / "new.tar.gz", archive(), at=SAVED + timedelta(hours=1))
    Path(new.place).unlink()
    found = reader().read(page(database, None, old, new).saved)
    assert found is not None
    assert found.file == old
    assert "new.tar.gz is not there any more" in found.trouble


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (archive()[:-200], "is damaged: it has"),
        (archive()[:-200] + bytes(200), "is damaged. "),
        (archive(mtime=7), "SHA-256 is another"),
    ],
    ids=["cut short", "overwritten", "another"],
)
def test_what_is_not_what_was_downloaded_is_said_and_tells_nothing(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    file = kept(tmp_path / "ada.tar.gz", archive())
    Path(file.place).write_bytes(data)
    if sentence.startswith("SHA"):
        file = replace(file, size=len(data))
    found = reader().read([file])
    assert found is not None
    assert (found.file, found.contents) == (None, None)
    assert sentence in found.trouble
    assert found.trouble.endswith("Download the model again to see what is inside.")


def test_an_archive_in_a_bucket_is_not_read(tmp_path: Path) -> None:
    file = replace(kept(tmp_path / "ada.tar.gz", archive()), place="s3://results/ada.tar.gz")
    assert reader().read([file]) is None


def test_an_archive_is_read_again_only_when_it_has_changed(tmp_path: Path) -> None:
    file = kept(tmp_path / "ada.tar.gz", archive())
    one = reader()
    first = one.read([file])
    assert one.read([file]) is first
    Path(file.place).unlink()
    gone = one.read([file])
    assert gone is not None
    assert gone.contents is None
    kept(tmp_path / "ada.tar.gz", archive())
    again = one.read([file])
    assert again is not None
    assert again.contents == (None if first is None else first.contents)


def test_a_reading_that_is_given_up_is_begun_anew(tmp_path: Path) -> None:
    file = kept(tmp_path / "ada.tar.gz", archive())
    stopped = True
    one = ArchiveReader(lambda: stopped)
    given_up = one.read([file])
    assert given_up is None or given_up.contents is None
    stopped = False
    found = one.read([file])
    assert found is not None
    assert found.contents is not None
