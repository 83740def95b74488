"""Imports: files go up, the deployment is asked once, and the model is followed to its end."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.failures import HALTING, DeploymentError, FailureKind
from drtui.domain.import_errands import (
    Step,
    WantedImport,
    confirmed,
    sent,
    uploaded,
    wanted_import,
)
from drtui.domain.model_calls import DeploymentModels, ListedModel, UploadBucket
from drtui.domain.models import Stage, stage_of, status_text
from drtui.domain.operations import LATE_REQUEST_SECONDS, Item, ItemState
from drtui.domain.problems import InvalidInputError, LocalFileError
from drtui.domain.text import clean
from drtui.import_files import ImportFiles, find_import, unpacked
from drtui.store.database import Database
from drtui.store.models import write_one_model
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.couriers.own_models import Owner
from drtui.sync.couriers.telling import Telling
from drtui.sync.errand_outcomes import failed

_TERMS: Final = Terms()
_FOLLOW_SECONDS: Final = 10.0
_HALTED_SECONDS: Final = 60.0
_DOUBTS: Final = 8
_MISSED: Final = 12
_PAGES: Final = 1_000
_CHANGED: Final = "its files are not those that were confirmed any more: plan the import again"
_STOPPED: Final = "was stopped while its files were uploaded: they are uploaded again"
_SEVERAL: Final = "several models of this name came at once: look which of them is the import"
_LOST: Final = "the imported model is not there any more"
_LOOKED_UP: Final = "it may have been done: the model is looked for by its name"
_NO_REASON: Final = "the deployment could not import it, and does not say why"
_ASKED_WHY: Final = "could not be imported: why is looked up in the listing of all models"
_UNSURE: Final = (FailureKind.OUTCOME_UNKNOWN, FailureKind.UNAVAILABLE)


class _StoppedError(Exception):
    """The upload was told to stop."""


@dataclass(frozen=True, slots=True)
class AllModels:
    """The listing of everybody's models, which alone says why an import failed.

    DeepRacer API facts, the table of operations: GET /admin/models of release 1.3.

    Attributes:
        there: Whether the deployment has it, as far as is known.
        take_look: Counts a call of it, which a firewall counts too; False where it may not be now.
    """

    there: Callable[[], bool]
    take_look: Callable[[], bool]


class ImportCourier:
    """Carries `Service.IMPORTS` out; see `domain.import_errands`.

    Args:
        models: The deployment's.
        bucket: Where the files go.
        database: The store.
        owner: See `Owner`.
        all_models: Where the reason of a failure is looked up.
    """

    def __init__(
        self,
        models: DeploymentModels,
        bucket: UploadBucket,
        database: Database,
        owner: Owner,
        all_models: AllModels,
    ) -> None:
        self._models = models
        self._bucket = bucket
        self._database = database
        self._owner = owner
        self._all_models = all_models
        self._telling = Telling(database, Service.IMPORTS)
        self._stopped = threading.Event()

    def terms(self) -> Terms:
        """See `Courier`; what may have been done is looked up before anything is repeated."""
        return _TERMS

    def stop(self) -> None:
        """See `LongCourier`."""
        self._stopped.set()

    def go_on(self) -> None:
        """See `LongCourier`."""
        self._stopped.clear()

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return one_by_one(items, _TERMS, self._go_on)

    def _go_on(self, item: Item) -> Carried:
        try:
            wanted = wanted_import(item)
            if wanted.step is Step.CONFIRMED:
                return self._upload(item, wanted)
        except InvalidInputError as error:
            return Carried(ItemState.FAILED, str(error))
        if wanted.step is Step.UPLOADED:
            return self._ask(item, wanted)
        return self._follow(item, wanted)

    def _upload(self, item: Item, wanted: WantedImport) -> Carried:
        """Upload all files, and note which models of the name there are."""
        files = find_import(wanted.path)
        if files.fingerprint != wanted.fingerprint:
            return Carried(ItemState.FAILED, _CHANGED)
        try:
            self._put_all(item, wanted, files)
        except _StoppedError:
            return Carried(ItemState.PENDING, _STOPPED, counted=False)
        except DeploymentError as error:
            if self._stopped.is_set():
                return Carried(ItemState.PENDING, _STOPPED, counted=False)
            return self._not_uploaded(item, error)
        finally:
            self._telling.end()
        known = [one.model_id for one in self._of_name(wanted.name)]
        return Carried(ItemState.PENDING, found=uploaded(known), counted=False)

    def _put_all(self, item: Item, wanted: WantedImport, files: ImportFiles) -> None:
        done = 0
        with unpacked(files) as folder:
            for name, size in files.sizes.items():
                if self._stopped.is_set():
                    raise _StoppedError
                told = self._progress_of(item, done, files.size)
                self._bucket.put(f"{wanted.prefix}/{name}", folder / name, progress=told)
                done += size

    def _not_uploaded(self, item: Item, error: DeploymentError) -> Carried:
        """Return what becomes of an upload that failed: of the bucket, so that nothing halts."""
        if error.kind is FailureKind.ROLE_NOT_ALLOWED:
            return Carried(ItemState.FAILED, error.message)
        carried = failed(item, _TERMS, error, random.random)
        return replace(carried, delay=_HALTED_SECONDS) if error.kind in HALTING else carried

    def _ask(self, item: Item, wanted: WantedImport) -> Carried:
        """Ask for the import, once; where it may have been asked for, look for the model first."""
        if item.unknown_at is not None and (found := self._look_up(item.unknown_at, wanted)):
            return found
        try:
            model_id = self._models.import_model(
                self._bucket.name, wanted.prefix, wanted.name, wanted.description
            )
        except DeploymentError as error:
            if error.kind not in _UNSURE:
                if error.kind is FailureKind.INVALID:
                    return Carried(ItemState.FAILED, error.message, found=confirmed())
                raise
            if item.attempts + 1 >= _DOUBTS:
                reason = f"it may have been done: {error.message}"
                return Carried(ItemState.FAILED, reason, unknown=True)
            return Carried(ItemState.DOUBTFUL, error.message, delay=_FOLLOW_SECONDS)
        return _asked(model_id)

    def _look_up(self, unknown_at: datetime, wanted: WantedImport) -> Carried | None:
        """Return what becomes of an import that may have been asked for; None where it was not."""
        new = [one for one in self._of_name(wanted.name) if one.model_id not in wanted.known]
        if len(new) > 1:
            return Carried(ItemState.FAILED, _SEVERAL, unknown=True)
        if new:
            return _asked(new[0].model_id)
        left = unknown_at.timestamp() + LATE_REQUEST_SECONDS - self._database.clock()
        if left <= 0:
            return None
        delay = min(left, _FOLLOW_SECONDS)
        return Carried(ItemState.PENDING, _LOOKED_UP, delay=delay, counted=False)

    def _follow(self, item: Item, wanted: WantedImport) -> Carried:
        """Look how the import goes, gently, to its end."""
        began = self._database.clock()
        model = self._imported(wanted)
        if model is None:
            if item.attempts + 1 >= _MISSED:
                return Carried(ItemState.FAILED, _LOST)
            return Carried(ItemState.PENDING, _LOOKED_UP, delay=_FOLLOW_SECONDS)
        ended = stage_of(model.status) is Stage.ENDED
        if ended and not model.trouble and self._all_models.there():
            if not self._all_models.take_look():
                return Carried(
                    ItemState.PENDING,
                    _ASKED_WHY,
                    found=sent(model.model_id),
                    delay=_FOLLOW_SECONDS,
                    counted=False,
                )
            model = replace(model, trouble=self._why(model.model_id))
        if owner := self._owner():
            write_one_model(self._database, replace(model, profile_id=owner), began)
        if ended:
            why = clean(model.trouble, 400) or _NO_REASON
            return Carried(ItemState.FAILED, why, found=confirmed())
        if stage_of(model.status) is Stage.READY:
            return Carried(ItemState.DONE, f"is READY, as model {model.model_id}")
        reason = f"is {clean(status_text(model.status), 40)}, as model {model.model_id}"
        return Carried(
            ItemState.PENDING,
            reason,
            found=sent(model.model_id),
            delay=_FOLLOW_SECONDS,
            counted=False,
        )

    def _why(self, model_id: str) -> str:
        """Return why the deployment could not import a model; empty where it does not tell.

        Who may import need not be one who may list everybody's models, which halts nothing here.
        """
        try:
            listed = self._models.all_models()
        except DeploymentError as error:
            if error.genuine:
                return ""
            raise
        return next((one.trouble for one in listed if one.model_id == model_id), "")

    def _imported(self, wanted: WantedImport) -> ListedModel | None:
        """Return the model as it is now; by its name, where the answer did not tell its id."""
        if not wanted.model_id:
            new = [one for one in self._of_name(wanted.name) if one.model_id not in wanted.known]
            return new[0] if len(new) == 1 else None
        try:
            return self._models.own_model(wanted.model_id).listed
        except DeploymentError as error:
            if error.kind is FailureKind.NOT_FOUND:
                return None
            raise

    def _of_name(self, name: str) -> list[ListedModel]:
        """Return one's own models of a name."""
        found: list[ListedModel] = []
        token: str | None = None
        for _ in range(_PAGES):
            page = self._models.own_models(token)
            found += [one for one in page.models if one.name == name]
            token = page.token
            if token is None:
                break
        return found

    def _progress_of(self, item: Item, done: int, total: int) -> Callable[[int, int | None], None]:
        def told(size: int, _: int | None) -> None:
            if self._stopped.is_set():
                raise _StoppedError
            self._telling.tell(item, done + max(0, size), total)

        return told


class NoUploads:
    """Stands where the upload bucket is not known: errands wait, and nothing else does."""

    def terms(self) -> Terms:
        """See `Courier`."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`; nothing is."""
        raise LocalFileError(
            "This account does not know the deployment's upload bucket: name it with “drtui "
            "account set NAME --upload-bucket B”, and it goes on."
        )


def _asked(model_id: str) -> Carried:
    return Carried(
        ItemState.PENDING,
        "the deployment imports it",
        found=sent(model_id),
        delay=_FOLLOW_SECONDS,
        counted=False,
    )
