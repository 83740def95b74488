"""One of the caller's own models as the deployment tells it, with its evaluations and metrics."""

from typing import Final

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.metrics import MetricsError, Training, evaluation_of, rows_of, training_of
from drtui.domain.model_calls import FetchStoppedError
from drtui.domain.model_details import NO_METRICS, own_details
from drtui.domain.problems import LocalFileError
from drtui.files import passing_folder
from drtui.sync.events import DetailsRead
from drtui.sync.model_sources import ModelSources

MOST_OF_METRICS: Final = 32 * 2**20


def told_details(sources: ModelSources, model_id: str) -> DetailsRead:
    """Read one of the caller's own models.

    Metrics and evaluations that are not to be had leave a note, unless nothing answers: then what
    was read before is worth more.

    Raises:
        DeploymentError: The model could not be read.
    """
    model = sources.calls.own_model(model_id)
    notes = []
    evaluations = []
    try:
        evaluations = [evaluation_of(one) for one in sources.calls.own_evaluations(model_id)]
    except DeploymentError as error:
        if not error.genuine:
            raise
        notes.append(f"Evaluations: {error.message}")
    training = None
    try:
        training = _training(sources, model.metrics_url)
    except MetricsError as error:
        notes.append(str(error))
    except DeploymentError as error:
        sources.calls.own_model(model_id)  # raises where it is not the link alone
        notes.append(f"Metrics: {error.message}")
    return DetailsRead(own_details(model, evaluations, training, notes), model.listed)


def _training(sources: ModelSources, url: str) -> Training | None:
    """Fetch the metrics by a link, and keep neither.

    Raises:
        MetricsError: There are none, or they cannot be read; a sentence says why.
        DeploymentError: The link does not answer.
    """
    if not url or sources.open_fetcher is None:
        raise MetricsError(NO_METRICS)
    came = 0

    def progress(size: int, _: int | None) -> None:
        nonlocal came
        came = size

    fetcher = sources.open_fetcher()
    with passing_folder("drtui-metrics-") as folder:
        path = folder / "metrics.json"
        try:
            fetcher.fetch(url, path, progress=progress, stopped=lambda: came > MOST_OF_METRICS)
            data = path.read_bytes()
        except FetchStoppedError:
            raise MetricsError("The training's metrics are too large to be read.") from None
        except DeploymentError as error:
            if not error.genuine:
                raise
            missing = error.kind is FailureKind.NOT_FOUND
            raise MetricsError(NO_METRICS if missing else f"Metrics: {error.message}") from None
        except (LocalFileError, OSError) as error:
            raise MetricsError(f"Metrics: {error}") from None
    return training_of(rows_of(data))
