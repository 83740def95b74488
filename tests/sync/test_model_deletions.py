"""Deletions by couriers alone: what is made, cancelled or signed in while they go on."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from drtui.domain.errands import Carried, LongCourier, Service
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import DeploymentModels, FetchStoppedError, OwnModel
from drtui.domain.model_changes import ASKED
from drtui.domain.operations import MEANT_MODELS, Item, ItemState
from drtui.domain.records import StoredModel
from drtui.store.database import Database, open_database
from drtui.store.models import read_models, write_models
from drtui.sync.couriers import model_deletions
from drtui.sync.couriers.model_deletions import (
    DeletionDoor,
    DownloadedDeletionCourier,
    OwnDeletionCourier,
)
from drtui.sync.couriers.model_stops import OwnStopCourier

ADA, BASHIR = "A" * 15, "B" * 15
FAST, NEW = "F" * 15, "N" * 15
READY = StoredModel(FAST, "fast", "READY", None)
MADE = StoredModel(NEW, "new", "READY", None)


class Racer:
    """A racer's models as a deployment has them; what was downloaded is said by `safe`."""

    def __init__(self) -> None:
        self.models = [READY]
        self.safe = {FAST}
        self.reading: Callable[[], None] = lambda: None
        self.deleted: list[list[str]] = []
        self.looks = 0

    def safely(
        self, ids: Sequence[tuple[str, str]], stopped: Callable[[], bool]
    ) -> Collection[tuple[str, str]]:
        self.reading()
        if stopped():
            raise FetchStoppedError
        return {one for one in ids if one[1] in self.safe}

    def delete(self, _: str) -> None:
        self.deleted.append([one.name for one in self.models])
        self.models = []

    def look(self) -> bool:
        self.looks += 1
        return True

    @property
    def door(self) -> DeletionDoor:
        return DeletionDoor(lambda _: list(self.models), self.delete, self.safely, self.look)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path / "store.sqlite")
    write_models(made, ADA, [READY], made.clock())
    yield made
    made.close()


@pytest.fixture
def racer() -> Racer:
    return Racer()


def item(service: Service, subject: str, *, attempts: int = 0, asked: int = 0) -> Item:
    before: dict[str, int | str | None] = {ASKED: asked} if asked else {}
    return Item(
        1, 1, f"{service}:{subject}", "ada", before, {}, ItemState.SENDING, attempts=attempts
    )


def carried(database: Database, racer: Racer, **how: int) -> Carried:
    courier = DownloadedDeletionCourier(racer.door, database)
    return courier.carry_out([item(Service.DOWNLOADED_MODELS, ADA, **how)])[1]


def test_what_was_downloaded_is_deleted_and_one_listing_is_enough(
    database: Database, racer: Racer
) -> None:
    found = carried(database, racer)
    assert (found.state, racer.deleted, racer.looks) == (ItemState.PENDING, [["fast"]], 1)
    found = carried(database, racer, asked=1)
    assert (found.state, found.reason) == (ItemState.DONE, "all of them were downloaded before")


def test_a_model_that_is_made_while_files_are_read_keeps_all(
    database: Database, racer: Racer
) -> None:
    racer.reading = lambda: racer.models.append(MADE)
    found = carried(database, racer)
    assert racer.deleted == []
    assert found.state is ItemState.FAILED
    assert found.reason == "nothing was deleted: 1 of 2 models not safely downloaded (new)"
    with database.read() as connection:
        assert len(read_models(connection, ADA).models) == 2


def test_what_was_not_known_yet_can_be_deleted_once_it_was_downloaded(
    database: Database, racer: Racer
) -> None:
    racer.models.append(MADE)
    racer.safe.add(NEW)
    assert carried(database, racer).state is ItemState.FAILED  # its file was not read
    assert carried(database, racer).state is ItemState.PENDING
    assert racer.deleted == [["fast", "new"]]


def test_what_is_cancelled_while_files_are_read_deletes_nothing(
    database: Database, racer: Racer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_deletions, "cancel_asked", lambda _, item_id: item_id == 1)
    found = carried(database, racer)
    assert (found.state, racer.deleted) == (ItemState.CANCELLED, [])


def test_what_was_downloaded_and_not_counted_keeps_all(database: Database, racer: Racer) -> None:
    racer.models.append(MADE)
    racer.safe.add(NEW)
    write_models(database, ADA, racer.models, database.clock())
    courier = DownloadedDeletionCourier(racer.door, database)
    confirmed = item(Service.DOWNLOADED_MODELS, ADA)
    for ids, state in ((FAST, ItemState.FAILED), (f"{FAST} {NEW}", ItemState.PENDING)):
        one = replace(confirmed, before={MEANT_MODELS: ids})
        found = courier.carry_out([one])[1]
        assert found.state is state
        if state is ItemState.FAILED:
            assert found.reason.startswith("nothing was deleted: 1 of 2 models was not counted")
            assert racer.deleted == []
    assert racer.deleted == [["fast", "new"]]


def test_reading_files_ends_when_it_is_told_to(database: Database, racer: Racer) -> None:
    courier = DownloadedDeletionCourier(racer.door, database)
    assert isinstance(courier, LongCourier)
    racer.reading = courier.stop
    found = courier.carry_out([item(Service.DOWNLOADED_MODELS, ADA)])[1]
    assert (found.state, found.counted, racer.deleted) == (ItemState.PENDING, False, [])


def test_models_that_never_finish_going_are_called_that(database: Database, racer: Racer) -> None:
    racer.models = [StoredModel(FAST, "fast", "DELETING", None)]

    def read() -> None:
        raise AssertionError("no file is read for what goes already")

    racer.reading = read
    found = carried(database, racer, attempts=5, asked=1)
    assert found.state is ItemState.PENDING
    found = carried(database, racer, attempts=39, asked=1)
    assert (found.state, found.reason) == (
        ItemState.FAILED,
        "1 model is being deleted still: fast",
    )
    assert racer.deleted == []


class OfBashir:
    """Calls signed by Bashir, to whom nobody else's models are there."""

    def __init__(self) -> None:
        self.asked = 0

    def own_model(self, _: str) -> OwnModel:
        self.asked += 1
        raise DeploymentError(FailureKind.NOT_FOUND, "Item not found.", status=404)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("service", [Service.OWN_MODELS, Service.OWN_STOPS])
def test_models_of_one_s_own_wait_while_another_one_is_signed_in(
    database: Database, service: Service, late: bool
) -> None:
    calls = OfBashir()
    models = cast("DeploymentModels", calls)

    def owner() -> str:
        return ADA if late and not calls.asked else BASHIR

    courier = (
        OwnDeletionCourier(models, database, owner)
        if service is Service.OWN_MODELS
        else OwnStopCourier(models, database, owner)
    )
    found = courier.carry_out([item(service, f"{ADA}/{FAST}")])[1]
    assert (found.state, found.counted) == (ItemState.PENDING, False)
    assert "somebody's own who is not signed in" in found.reason
    assert calls.asked == int(late)
    with database.read() as connection:
        assert [one.model_id for one in read_models(connection, ADA).models] == [FAST]
