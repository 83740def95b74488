"""Deleting models: one's own one by one, and all of a racer's once every one was downloaded."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drtui.domain.errands import Carried, Service, Terms, subject_of
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import DeploymentModels, FetchStoppedError
from drtui.domain.model_changes import (
    ASKED,
    deletable,
    model_of,
    times_asked,
    uncounted_models,
)
from drtui.domain.models import ModelStatus, Stage, known_status, stage_of, status_text
from drtui.domain.operations import Item, ItemState, meant_models
from drtui.domain.records import StoredModel
from drtui.domain.text import clean
from drtui.domain.wording import counted, listed
from drtui.store.database import Database
from drtui.store.errands import cancel_asked, on_the_way
from drtui.store.models import forget_model, forget_models, read_models, write_models
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.couriers.own_models import Owner, waits_for

_TERMS: Final = Terms()
_LOOK_SECONDS: Final = 3.0
_TURN_SECONDS: Final = 20.0
_DOWNLOAD_SECONDS: Final = 15.0
_TIMES: Final = 3
_DELETING_TIMES: Final = 40  # looks at a model that is being deleted
_NAMED: Final = 3
_UNSURE: Final = (FailureKind.OUTCOME_UNKNOWN, FailureKind.UNAVAILABLE)  # it may have begun
_WAS_GONE: Final = "was not there any more"
_LOOKED_AT: Final = "was asked for: whether it is gone is looked at"
_STOPPED: Final = "was stopped while files were read: they are read again"
_CANCELLED: Final = "was cancelled while files were read"
_TURN: Final = "waits for its turn: listings of models are paced"

_Ids = Sequence[tuple[str, str]]
SafelyDownloaded = Callable[[_Ids, Callable[[], bool]], Collection[tuple[str, str]]]
"""Returns those of some models of which a sound archive is on this machine now.

It asks now and then whether to stop, and raises `FetchStoppedError` then.
"""


class OwnDeletionCourier:
    """Carries `Service.OWN_MODELS` out: only READY or ERROR models, and each seen to be gone.

    Args:
        models: The deployment's.
        database: The store, which learns what is gone.
        owner: See `Owner`.
    """

    def __init__(self, models: DeploymentModels, database: Database, owner: Owner) -> None:
        self._models = models
        self._database = database
        self._owner = owner

    def terms(self) -> Terms:
        """See `Courier`."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return one_by_one(
            items, _TERMS, lambda one: waits_for(model_of(one)[0], self._owner) or self._delete(one)
        )

    def _delete(self, item: Item) -> Carried:
        profile_id, model_id = model_of(item)
        asked = times_asked(item)
        try:
            status = self._models.own_model(model_id).listed.status
        except DeploymentError as error:
            if error.kind is not FailureKind.NOT_FOUND:
                raise
            if waits := waits_for(profile_id, self._owner):
                return waits
            with self._database.write() as connection:
                forget_model(connection, profile_id, model_id, self._database.clock())
            if asked or item.unknown_at is not None:
                return Carried(ItemState.DONE)
            return Carried(ItemState.ALREADY_SO, _WAS_GONE)
        deleting = known_status(status) is ModelStatus.DELETING
        shown = clean(status_text(status), 40)
        if asked >= (_DELETING_TIMES if deleting else _TIMES):
            reason = f"was asked for {asked} times, and it is there still ({shown})"
            return Carried(ItemState.FAILED, reason, found={ASKED: 0})
        if not deleting:
            if not deletable(status):
                reason = f"its status is {shown}: only READY or ERROR ones can be deleted"
                return Carried(ItemState.FAILED, reason)
            try:
                self._models.delete(model_id)
            except DeploymentError as error:
                if error.kind not in _UNSURE:
                    raise
        return Carried(
            ItemState.PENDING,
            _LOOKED_AT,
            found={ASKED: asked + 1},
            delay=_LOOK_SECONDS,
            counted=False,
        )


@dataclass(frozen=True, slots=True)
class DeletionDoor:
    """What a racer's models are deleted by.

    Attributes:
        listing: Returns a racer's models as they are now.
        delete_models: Asks for all of them to be deleted.
        safely_downloaded: See `SafelyDownloaded`.
        take_look: Counts a listing, which a firewall counts too; False where it may not be now.
    """

    listing: Callable[[str], Sequence[StoredModel]]
    delete_models: Callable[[str], None]
    safely_downloaded: SafelyDownloaded
    take_look: Callable[[], bool]


class DownloadedDeletionCourier:
    """Carries `Service.DOWNLOADED_MODELS` out: deletes what was safely downloaded, else nothing.

    Whatever was known when it was confirmed, the file of every model is read to its end, which can
    take minutes, and the models are listed after that: what has no archive on this machine by then
    keeps all of its racer's models. Downloads on their way come first.

    Args:
        door: What it is done by.
        database: The store, which learns what was listed.
    """

    def __init__(self, door: DeletionDoor, database: Database) -> None:
        self._door = door
        self._database = database
        self._stopped = threading.Event()

    def terms(self) -> Terms:
        """See `Courier`."""
        return _TERMS

    def stop(self) -> None:
        """See `LongCourier`."""
        self._stopped.set()

    def go_on(self) -> None:
        """See `LongCourier`."""
        self._stopped.clear()

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return one_by_one(items, _TERMS, self._delete)

    def _delete(self, item: Item) -> Carried:
        profile_id = subject_of(item)
        if waits := self._waits(profile_id):
            return waits
        if times_asked(item) or item.attempts:
            # What goes already is looked at before files are read for what it leaves.
            models = self._listed(profile_id)
            if ended := self._ended(item, profile_id, models):
                return ended
            if not self._door.take_look():
                return _later()
        # The look that was counted is taken after the files were read, and never in vain.
        try:
            safe = self._safe(profile_id)
        except FetchStoppedError:
            return Carried(ItemState.PENDING, _STOPPED, counted=False)
        models = self._listed(profile_id)
        return self._ended(item, profile_id, models) or self._ask(item, profile_id, models, safe)

    def _ended(self, item: Item, profile_id: str, models: Sequence[StoredModel]) -> Carried | None:
        """Return what becomes of it where nothing is left to ask for now; None where it is."""
        if not models:
            return self._gone(item, profile_id, ours=times_asked(item) > 0)
        going = [one for one in models if known_status(one.status) is ModelStatus.DELETING]
        if not going:
            return None
        if item.attempts + 1 < _DELETING_TIMES:
            return Carried(ItemState.PENDING, _LOOKED_AT, delay=_LOOK_SECONDS)
        what = counted(len(going), "model is", "models are")
        return Carried(
            ItemState.FAILED, f"{what} being deleted still: {_names(going)}", found={ASKED: 0}
        )

    def _ask(
        self,
        item: Item,
        profile_id: str,
        models: Sequence[StoredModel],
        safe: Collection[str],
    ) -> Carried:
        """Ask for the deletion of what was listed just now, if all of it was downloaded."""
        asked = times_asked(item)
        # One that was READY when its deletion was asked for can be ERROR after that.
        final = (Stage.READY, Stage.ENDED) if asked else (Stage.READY,)
        unsafe = [
            one for one in models if one.model_id not in safe or stage_of(one.status) not in final
        ]
        if unsafe:
            what = f"{len(unsafe):,} of {counted(len(models), 'model')}"
            left = "nothing was deleted" if not asked else "nothing more was deleted"
            reason = f"{left}: {what} not safely downloaded ({_names(unsafe)})"
            return Carried(ItemState.FAILED, reason, found={ASKED: 0})
        if asked >= _TIMES:
            reason = f"{counted(len(models), 'model')} left after {asked} deletions: "
            return Carried(ItemState.FAILED, reason + _names(models), found={ASKED: 0})
        counted_ones = meant_models(item.before)
        if counted_ones is not None:
            others = sum(one.model_id not in counted_ones for one in models)
            if others:
                reason = uncounted_models(others, len(models), asked=asked > 0)
                return Carried(ItemState.FAILED, reason, found={ASKED: 0})
        with self._database.read() as connection:
            if cancel_asked(connection, item.item_id):
                return Carried(ItemState.CANCELLED, _CANCELLED, counted=False)
        try:
            self._door.delete_models(profile_id)
        except DeploymentError as error:
            if error.kind not in _UNSURE:
                raise
        found = {ASKED: asked + 1}
        return Carried(
            ItemState.PENDING, _LOOKED_AT, found=found, delay=_LOOK_SECONDS, counted=False
        )

    def _listed(self, profile_id: str) -> Sequence[StoredModel]:
        """Return a racer's models as they are now, and let the store know."""
        began = self._database.clock()
        models = self._door.listing(profile_id)
        write_models(self._database, profile_id, models, began)
        return models

    def _safe(self, profile_id: str) -> frozenset[str]:
        """Return which models of a racer, as they were last listed, are safely on this machine."""
        with self._database.read() as connection:
            known = read_models(connection, profile_id).models
        ids = [(profile_id, one.model_id) for one in known]
        safe = self._door.safely_downloaded(ids, self._stopped.is_set)
        return frozenset(model_id for _, model_id in safe)

    def _waits(self, profile_id: str) -> Carried | None:
        """Return what becomes of a deletion that has to wait; None where its turn has come."""
        with self._database.read() as connection:
            coming = on_the_way(connection, Service.DOWNLOADS)
        waiting = sum(subject.startswith(f"{profile_id}/") for subject in coming)
        if waiting:
            reason = f"waits for {counted(waiting, 'download')}"
            return Carried(ItemState.PENDING, reason, delay=_DOWNLOAD_SECONDS, counted=False)
        return None if self._door.take_look() else _later()

    def _gone(self, item: Item, profile_id: str, *, ours: bool) -> Carried:
        with self._database.write() as connection:
            forget_models(connection, [profile_id], self._database.clock())
        if ours or item.unknown_at is not None:
            return Carried(ItemState.DONE, "all of them were downloaded before")
        return Carried(ItemState.ALREADY_SO, "had no models any more")


def _later() -> Carried:
    return Carried(ItemState.PENDING, _TURN, delay=_TURN_SECONDS, counted=False)


def _names(models: Sequence[StoredModel]) -> str:
    return listed([clean(one.name or one.model_id, 40) for one in models], _NAMED)
