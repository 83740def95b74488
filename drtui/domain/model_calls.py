"""What drtui needs of a deployment for its models: the seam to the client.

`drtui.aws.model_calls` implements `DeploymentModels` over HTTP, `drtui.aws.downloads` the fetcher,
`drtui.aws.uploads` the upload bucket. Every method may raise `DeploymentError`, is safe to call
from several threads, and is sent once. What a deployment does not have (see `features`) is not to
be asked of it: an unknown path looks like a missing sign-in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from drtui.domain.problems import OneFileError

Progress = Callable[[int, int | None], None]
"""Told now and then while bytes come or go: how many so far, and of how many; None is unknown."""


class TooLargeFileError(OneFileError):
    """The file system of a folder takes no file of that size, however much room it has."""


class FetchStoppedError(Exception):
    """A fetch was told to stop; what came so far stays in the file."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as a listing shows it; only the id of the model is sure.

    Attributes:
        profile_id: Whose; empty where it was left out, as in the listing of one's own.
        status: As sent, such as `READY`; it can be one that this version does not know, and is
            empty when it was left out.
        source: Where it came from, as sent; empty where nothing was said.
        trouble: Why it could not be imported, text from outside; empty where nothing was said.
        size: What its files take, in bytes; None where it was not told.
        training_status: The status of its last training job, as sent; empty where not told.
        track: The id of the track that it was trained on; empty where not told.
        metadata: Sensors, action space and the like, as sent.
    """

    profile_id: str
    model_id: str
    name: str
    status: str
    created_at: datetime | None = None
    source: str = ""
    trouble: str = ""
    size: int | None = None
    training_status: str = ""
    track: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelPage:
    """One page of the caller's own models; `token` asks for the next one, None after the last."""

    models: tuple[ListedModel, ...]
    token: str | None = None


@dataclass(frozen=True, slots=True)
class OwnModel:
    """One of the caller's own models, whole.

    Attributes:
        listed: As in a listing.
        description: Empty where there is none.
        metrics_url: A link to the training's metrics that expires, secret for as long as it is
            good; empty where there is none.
        training: The training's configuration, as sent: track, hyperparameters, reward function.
        document: All that was sent.
    """

    listed: ListedModel
    description: str
    metrics_url: str = field(repr=False)
    training: Mapping[str, object]
    document: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class AssetLink:
    """Where a physical-car archive can be fetched for 300 s.

    Attributes:
        url: Signed, and so a secret for as long as it is good: never logged, kept or shown.
        filename: As the deployment calls it: text from outside.
    """

    url: str = field(repr=False)
    filename: str


class DeploymentModels(Protocol):
    """The calls about models."""

    def all_models(self) -> tuple[ListedModel, ...]:
        """Return the models of everybody in one call; admins and facilitators.

        Release 1.3 and later. The path is one of those that a firewall limits.
        """

    def totals(self) -> Mapping[str, int | None]:
        """Return how many models each profile has stored, by profile id; None is not told.

        The path (GET /admin/profiles) is one of those that a firewall limits.
        """

    def own_models(self, token: str | None = None) -> ModelPage:
        """Return one page (up to 100) of the caller's own models."""

    def own_model(self, model_id: str) -> OwnModel:
        """Return one of the caller's own models; another's is `NOT_FOUND`."""

    def own_evaluations(self, model_id: str) -> tuple[Mapping[str, object], ...]:
        """Return the evaluations of one of the caller's own models, as sent."""

    def stop(self, model_id: str) -> None:
        """Stop the training of one of the caller's own models.

        Raises:
            DeploymentError: Also `OUTCOME_UNKNOWN`, where the deployment took too long: read the
                model back (DeepRacer API facts, behaviour 7).
        """

    def delete(self, model_id: str) -> None:
        """Delete one of the caller's own models, READY or ERROR."""

    def import_model(self, bucket: str, path: str, name: str, description: str = "") -> str:
        """Import files that are in the upload bucket into the caller's own profile.

        Returns:
            The id of the model where the answer told it, else an empty text.
        """

    def asset(self, profile_id: str, model_id: str) -> AssetLink:
        """Return a link to a model's physical-car archive; admins and facilitators.

        The path counts for the firewall, and downloads for an alarm at 50 in 5 minutes.

        Raises:
            DeploymentError: Also `NOT_FOUND`: the model is not READY, not packaged yet, or gone.
        """


class Fetcher(Protocol):
    """Fetches what a link leads to."""

    def fetch(
        self,
        url: str,
        into: Path,
        *,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> int:
        """Fetch into a file, going on behind what it holds already; return its whole size.

        Beside a file that is not whole lies another one, named with `.etag` in addition, which says
        what it is a part of; without it, the file is begun anew. It stays when the file is whole,
        so that one that nobody looked at yet is not fetched again; who takes the file removes it.

        Args:
            url: A link, in no message, log or exception.
            into: The file; its folder has to be there.
            progress: Told from the calling thread, with what the file holds already counted in.
            stopped: Asked from the calling thread between two parts.

        Raises:
            DeploymentError: `LINK_EXPIRED` (403 of the storage), `NOT_FOUND`, `UNREACHABLE`, or
                `UNAVAILABLE` where it was cut short: what came so far stays in the file.
            TooLargeFileError: It can never be written there.
            LocalFileError: The file cannot be written: a full disk, one with less room than what is
                announced, a folder that is gone.
            FetchStoppedError: It was told to stop.
        """


class UploadBucket(Protocol):
    """Where the files of a model go before it is imported."""

    @property
    def name(self) -> str:
        """The bucket's name."""

    def put(self, key: str, path: Path, *, progress: Progress | None = None) -> None:
        """Upload one file under a key; what is there under it is replaced.

        Args:
            key: Where to.
            path: A file.
            progress: Told from other threads; it goes back where a part has to be sent again.

        Raises:
            DeploymentError: It can be uploaded again, whatever happened.
            LocalFileError: The file cannot be read.
        """
