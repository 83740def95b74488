"""Where everybody's models are read from, beside the deployment's own listing by racer."""

from collections.abc import Callable
from dataclasses import dataclass

from drtui.domain.model_calls import DeploymentModels, Fetcher
from drtui.domain.sponsor.model_files import ModelBucket


@dataclass(frozen=True, slots=True)
class ModelSources:
    """What an engine reads everybody's models from.

    Attributes:
        calls: The deployment's calls about models.
        open_bucket: Opens the bucket with their files, by the sponsor's AWS profile; None where
            there is none, or raises a `ProblemError`. None: there is no second door.
        open_fetcher: Returns what fetches the metrics of one's own models; None: they stay away.
    """

    calls: DeploymentModels
    open_bucket: Callable[[], ModelBucket | None] | None = None
    open_fetcher: Callable[[], Fetcher] | None = None
