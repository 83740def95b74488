"""What control can be asked to do with models and their files.

Each public method is a command, its keywords the fields.
"""

from drtui.emulator.commanding import CommandError, Reply, one_of, profile_of
from drtui.emulator.deployment import Deployment
from drtui.emulator.records import Model, Status


class ModelCommands:
    """The commands over models, links, archives, imports and deletions."""

    def __init__(self, deployment: Deployment) -> None:
        self._it = deployment

    def links(self, *, seconds: float | None = None, expire: bool = False) -> Reply:
        """Change for how long the next links are good, or let those made so far expire."""
        links = self._it.account.files.links
        if seconds is not None:
            links.seconds = max(0.0, seconds)
        if expire:
            links.expire()
        return {"seconds": links.seconds}

    def packaging(
        self,
        *,
        seconds: float | None = None,
        fails: bool | None = None,
        profile_id: str | None = None,
        model_id: str | None = None,
        packaged: bool = True,
    ) -> Reply:
        """Change how archives are built; for one model, have it built now or not at all."""
        files = self._it.account.files
        if seconds is not None:
            files.packaging_seconds = max(0.0, seconds)
        if fails is not None:
            files.packaging_fails = fails
        if profile_id is not None:
            model = self._model(profile_id, model_id)
            model.packaged_at = 0.0 if packaged else None
            self._it.account.touched.add(profile_id)
        return {"seconds": files.packaging_seconds, "fails": files.packaging_fails}

    def imports(self, *, seconds: float | None = None, fail: list[str] | None = None) -> Reply:
        """Change how long imports take, and with which texts the next ones fail."""
        files = self._it.account.files
        if seconds is not None:
            files.import_seconds = max(0.0, seconds)
        if fail is not None:
            files.failing_imports.clear()
            files.failing_imports.extend(fail)
        return {"waiting": len(files.failing_imports)}

    def deletions(
        self, *, failing: list[str] | None = None, failing_share: float | None = None
    ) -> Reply:
        """Let the deletion of some models fail, by their ids or by chance."""
        files = self._it.account.files
        if failing is not None:
            files.undeletable = set(failing)
        if failing_share is not None:
            if not 0 <= failing_share <= 1:
                problem = "`failing_share` is from 0 to 1."
                raise CommandError(problem)
            files.undeletable_share = failing_share
        return {"failing": sorted(files.undeletable)}

    def stops(self, *, seconds: float) -> Reply:
        """Change after how long stopping a queued model without a job is given up."""
        self._it.account.files.stop_seconds = max(0.0, seconds)
        return {}

    def model(self, *, profile_id: str, model_id: str, status: str) -> Reply:
        """Change the status of a model as somebody else would."""
        model = self._model(profile_id, model_id)
        model.status = one_of(Status, status, "status")
        self._it.account.touched.add(profile_id)
        return {}

    def _model(self, profile_id: str, model_id: str | None) -> Model:
        model = profile_of(self._it, profile_id).models.get(model_id or "")
        if model is None:
            problem = f"There is no model {model_id!r}."
            raise CommandError(problem)
        return model
