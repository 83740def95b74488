"""Details of models in the store: kept through troubles, and with their age."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drtui.domain.model_calls import ListedModel
from drtui.domain.model_details import ModelDetails, Way
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.store.database import Database, open_database
from drtui.store.model_details import (
    StoredDetails,
    read_details,
    write_details,
    write_details_trouble,
    write_model_size,
)
from drtui.store.model_table import models_by_key
from drtui.store.models import write_one_model
from tests.support.model_pages import key_of_model

ADA, ONE = "AdaAdaAdaAdaAda", "One11One11One11"
DETAILS = ModelDetails(description="fast", hyperparameters=(("lr", "0.1"),))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "event.sqlite")) as opened:
        yield opened


def known(database: Database) -> StoredDetails:
    with database.read() as connection:
        return read_details(connection, ADA, ONE)


def test_of_a_model_that_was_never_asked_for_nothing_is_known(database: Database) -> None:
    assert known(database) == StoredDetails()


def test_trouble_keeps_what_was_read_and_reading_ends_the_trouble(database: Database) -> None:
    write_details(database, ADA, ONE, DETAILS, Way.BUCKET)
    first = known(database)
    assert (first.details, first.way, first.trouble) == (DETAILS, Way.BUCKET, "")
    write_details_trouble(database, ADA, ONE, "no answer")
    troubled = known(database)
    assert (troubled.details, troubled.as_of) == (DETAILS, first.as_of)
    assert troubled.trouble == "no answer"
    write_details(database, ADA, ONE, DETAILS, Way.API)
    assert (known(database).way, known(database).trouble) == (Way.API, "")


def test_trouble_before_the_first_reading_is_known(database: Database) -> None:
    write_details_trouble(database, ADA, ONE, "no answer")
    found = known(database)
    assert (found.details, found.as_of, found.trouble) == (None, None, "no answer")
    assert found.tried_at is not None


def test_a_document_of_another_version_is_as_if_never_read(database: Database) -> None:
    write_details(database, ADA, ONE, DETAILS, Way.API)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE model_detail SET document = '{\"odd\": 1}'")
    assert known(database).details is None
    assert known(database).tried_at is not None


def test_the_files_of_one_model_show_in_the_table(database: Database) -> None:
    write_one_model(database, ListedModel(ADA, ONE, "car", "READY"), database.clock())
    write_model_size(database, StoredFiles(ADA, ONE, 4_096, 3, None))
    with database.read() as connection:
        key = key_of_model(connection, ADA, ONE)
        assert key is not None
        row = models_by_key(connection, [key])[key]
    assert (row.size, row.files, row.name) == (4_096, 3, "car")
