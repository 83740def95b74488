"""Calls about models, in memory: what a deployment has of everybody's."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from drtui.domain.failures import DeploymentError
from drtui.domain.model_calls import AssetLink, ListedModel, ModelPage, OwnModel
from drtui.domain.sponsor.model_files import StoredFile, StoredFiles
from tests.support.deployments import FakeDeployment

CREATED = datetime(2026, 5, 1, 12, tzinfo=UTC)


def listed(profile_id: str, model_id: str, name: str = "", status: str = "READY") -> ListedModel:
    return ListedModel(profile_id, model_id, name or model_id, status, CREATED)


@dataclass
class FakeModelCalls:
    """The models of a `FakeDeployment`, in one call; what is not tested is refused.

    Attributes:
        failures: What the next calls end with, by call.
        called: How often each call was made.
    """

    deployment: FakeDeployment
    failures: dict[str, list[DeploymentError]] = field(default_factory=dict)
    called: Counter[str] = field(default_factory=Counter)

    def all_models(self) -> tuple[ListedModel, ...]:
        self._begin("all_models")
        return tuple(
            ListedModel(profile_id, one.model_id, one.name, one.status, one.created_at)
            for profile_id, models in self.deployment.models.items()
            for one in models
        )

    def totals(self) -> Mapping[str, int | None]:
        self._begin("totals")
        listed_ = self.deployment.list_admin_profiles()
        models = self.deployment.models
        return {one.profile_id: len(models.get(one.profile_id, ())) for one in listed_}

    def own_models(self, token: str | None = None) -> ModelPage:
        raise NotImplementedError

    def own_model(self, model_id: str) -> OwnModel:
        raise NotImplementedError

    def own_evaluations(self, model_id: str) -> tuple[Mapping[str, object], ...]:
        raise NotImplementedError

    def stop(self, model_id: str) -> None:
        raise NotImplementedError

    def delete(self, model_id: str) -> None:
        raise NotImplementedError

    def import_model(self, bucket: str, path: str, name: str, description: str = "") -> str:
        raise NotImplementedError

    def asset(self, profile_id: str, model_id: str) -> AssetLink:
        raise NotImplementedError

    def _begin(self, call: str) -> None:
        self.called[call] += 1
        if waiting := self.failures.get(call):
            raise waiting.pop(0)


@dataclass
class FakeBucket:
    """A bucket that has what it is told."""

    found: list[StoredFiles] = field(default_factory=list)
    fails: Exception | None = None
    listed: int = 0

    def name(self) -> str:
        return "models"

    def everything(self) -> Iterator[StoredFiles]:
        self.listed += 1
        yield from self.found
        if self.fails is not None:
            raise self.fails

    def files(self, profile_id: str, model_id: str) -> list[StoredFile]:
        raise NotImplementedError

    def read(self, profile_id: str, model_id: str, path: str, most: int) -> bytes:
        raise NotImplementedError
