"""One model in depth: reading its details now, and all that is known of it as JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final

from drtui.commands.model_archive import ArchiveReader, on_this_machine
from drtui.commands.models import StoredModelPage, model_as_json
from drtui.commands.workspace import Workspace
from drtui.domain.iterations import Point
from drtui.domain.metrics import Evaluation, Lap, Training
from drtui.domain.model_contents import ModelContents, filled, is_complete
from drtui.domain.model_details import ModelDetails, contents_from, metadata_of
from drtui.domain.models import ModelRow, model_subject
from drtui.domain.text import iso
from drtui.store.interests import declare_interest
from drtui.store.model_details import MODEL, read_details

_ASKED_SECONDS: Final = 30.0
_PATIENCE_SECONDS: Final = 60.0


def contents_told(page: StoredModelPage) -> ModelContents:
    """Return what is inside a model: as read, and as the listing of everybody's told it."""
    details, told = page.known.details, metadata_of(page.details)
    listed = contents_from(told) if told else ModelContents()
    return listed if details is None else filled(details.contents, listed)[0]


def contents_known(page: StoredModelPage) -> tuple[ModelContents, tuple[str, ...]]:
    """Return what is inside a model, and what of it only its downloaded archive tells."""
    told = contents_told(page)
    found = None if page.archive is None else page.archive.contents
    return (told, ()) if found is None else filled(told, found)


def with_archive(page: StoredModelPage, reader: ArchiveReader) -> StoredModelPage:
    """Return the page with what a downloaded archive tells, where anything is left to tell.

    It may take a minute: not for the loop of a screen.
    """
    wanted = not is_complete(contents_told(page))
    return replace(page, archive=reader.read(page.saved) if wanted else None)


def awaits_archive(page: StoredModelPage) -> bool:
    """Whether a downloaded archive could tell more, and was not read yet; see `with_archive`."""
    unread = page.archive is None and bool(on_this_machine(page.saved))
    return unread and not is_complete(contents_told(page))


def read_details_now(workspace: Workspace, row: ModelRow) -> Callable[[], bool]:
    """Ask the engine to read a model's details now; forgotten when none runs soon.

    Returns:
        What tells whether that was tried since, or has taken too long.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    began = workspace.database.clock()
    subject = f"{MODEL}{model_subject(row.profile_id, row.model_id)}"
    declare_interest(workspace.database, subject, _ASKED_SECONDS)

    def enough() -> bool:
        with workspace.database.read() as connection:
            tried = read_details(connection, row.profile_id, row.model_id).tried_at
        late = workspace.database.clock() - began > _PATIENCE_SECONDS
        return late or (tried is not None and tried.timestamp() >= began)

    return enough


def page_as_json(page: StoredModelPage) -> dict[str, object]:
    """Return one model as `drtui models show --json` shows it; see docs/command-line.md."""
    return {
        **model_as_json(page.row),
        "gone_at": iso(page.gone_at),
        "metadata": dict(page.details),
        **_details(page),
    }


def _details(page: StoredModelPage) -> dict[str, object]:
    known = page.known
    details = known.details or ModelDetails()
    contents, from_archive = contents_known(page)
    return {
        "details": {
            "from": known.way,
            "as_of": iso(known.as_of),
            "trouble": known.trouble,
            "notes": list(details.notes),
        },
        "description": details.description,
        "settings": dict(details.settings),
        "hyperparameters": dict(details.hyperparameters),
        "contents": _contents(contents),
        "reward_function": contents.reward,
        "archive": _archive(page, from_archive),
        "training": None if details.training is None else _training(details.training),
        "evaluations": [_evaluation(one) for one in details.evaluations],
    }


def _archive(page: StoredModelPage, told: Sequence[str]) -> Mapping[str, object] | None:
    found = page.archive
    if found is None:
        return None
    return {
        "file": None if found.file is None else found.file.place,
        "downloaded_at": None if found.file is None else iso(found.file.saved_at),
        "tells": list(told),
        "trouble": found.trouble,
    }


def _contents(contents: ModelContents) -> Mapping[str, object]:
    return {
        "action_space": contents.action_space,
        "actions": [asdict(one) for one in contents.actions],
        "steering": None if contents.steering is None else asdict(contents.steering),
        "speed": None if contents.speed is None else asdict(contents.speed),
        "sensors": list(contents.sensors),
        "network": contents.network,
        "algorithm": contents.algorithm,
    }


def _training(training: Training) -> Mapping[str, object]:
    return {
        "episodes": training.episodes,
        "began_at": iso(training.began_at),
        "seconds": training.seconds,
        "best": _point(training.best),
        "last": _point(training.last),
        "iterations": [_point(one) for one in training.points],
    }


def _point(point: Point | None) -> Mapping[str, object] | None:
    if point is None:
        return None
    return {
        "iteration": point.iteration,
        "last_episode": point.upto,
        "episodes": point.episodes,
        "reward": point.reward,
        "progress": point.progress,
        "completion": point.completion,
        "laps": point.laps,
    }


def _evaluation(evaluation: Evaluation) -> Mapping[str, object]:
    return {
        "name": evaluation.name,
        "kind": evaluation.kind,
        "status": evaluation.status,
        "at": iso(evaluation.at),
        "track": evaluation.track,
        "race": evaluation.race,
        "best_lap_seconds": evaluation.best_seconds,
        "total_seconds": evaluation.total_seconds,
        "off_tracks": evaluation.off_tracks,
        "crashes": evaluation.crashes,
        "progress": evaluation.progress,
        "laps": [_lap(one) for one in evaluation.laps],
    }


def _lap(lap: Lap) -> Mapping[str, object]:
    return asdict(lap)
