"""Which models can be stopped or deleted, why others cannot, and what a deletion comes to."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.errands import Service, service_of
from drtui.domain.model_changes import (
    DownloadState,
    cost_lines,
    deletable,
    deletion_cost,
    has_stopped,
    plan_downloaded_deletion,
    plan_own_deletion,
    plan_stop_row,
)
from drtui.domain.models import STAGES, JobStatus, ModelStatus, Stage
from drtui.domain.planning import Outcome
from drtui.domain.spending import Rates
from tests.support.archives import model

STATUSES = st.sampled_from([*ModelStatus, "NEW_ONE", ""])
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


@given(STATUSES, st.sampled_from([*JobStatus, ""]), st.booleans(), st.booleans(), st.booleans())
def test_a_stop_changes_only_what_can_run_by_whoever_may_stop_it(
    status: str, training: str, own: bool, door: bool, listed: bool
) -> None:
    one = replace(model(status=str(status)), training_status=str(training), listed=listed)
    row = plan_stop_row(one, own=own, second_door=door)
    service = service_of(row.target.profile_id)
    if row.outcome is Outcome.CHANGE:
        assert listed
        assert not has_stopped(str(status))
        assert service is Service.OWN_STOPS if own and status != "SUBMITTING" else door
    elif row.outcome is Outcome.ALREADY_SO:
        assert listed
        assert STAGES.get(ModelStatus(status)) is not Stage.RUNNING or status == "STOPPING"
    else:
        assert row.outcome is Outcome.CANNOT
        assert row.reason
    if own and service is Service.OWN_STOPS and status == "TRAINING" and training == "INITIALIZING":
        assert row.outcome is Outcome.CANNOT


@given(STATUSES, st.booleans(), st.booleans())
def test_one_by_one_only_own_models_that_have_ended_are_deleted(
    status: str, own: bool, listed: bool
) -> None:
    one = replace(model(status=str(status)), listed=listed)
    row = plan_own_deletion(one, own=own)
    assert (row.outcome is Outcome.CHANGE) == (own and listed and deletable(str(status)))
    assert row.reason or row.outcome is not Outcome.CANNOT


@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), max_size=6),
    st.booleans(),
)
def test_what_was_not_downloaded_is_never_deleted(
    found: list[tuple[bool, bool]], known: bool
) -> None:
    models = tuple(model(number) for number in range(len(found)))
    safe = {one.model_id for one, (is_safe, _) in zip(models, found, strict=True) if is_safe}
    coming = {one.model_id for one, (_, comes) in zip(models, found, strict=True) if comes}
    state = DownloadState(models if known else None, frozenset(safe), frozenset(coming))
    row = plan_downloaded_deletion("racer0000000000", "ada", state)
    every = all(one.model_id in safe | coming for one in models)
    if not known:
        assert row.outcome is Outcome.CANNOT
    elif not models:
        assert row.outcome is Outcome.ALREADY_SO
    else:
        assert (row.outcome is Outcome.CHANGE) == every
        waits = len(coming - safe)
        assert not every or row.reason.startswith("waits for") == bool(waits)


def test_a_deletion_says_counts_running_ones_room_and_money() -> None:
    ready = replace(model(0), size=2**31, as_of=AT)
    training = replace(model(1, status="TRAINING"), size=None)
    cost = deletion_cost(2, [ready, training], unread=1)
    assert cost.number == 2
    assert cost_lines(cost, Rates()) == [
        "2 models of 2 racers will be deleted, as of 2026-05-01 12:00 UTC.",
        "1 of them runs: the jobs are not stopped, and are billed to their end.",
        "2.1 GB (2.00 GB as S3 counts) will be freed, about $0.05 a month; the size of 1 model is "
        "not known.",
        "The models of 1 racer were never read: more may go.",
    ]


def test_where_no_model_is_known_the_racers_are_what_is_typed() -> None:
    assert deletion_cost(3, [], unread=3).number == 3
    assert deletion_cost(3, [], unread=0).number == 0
    assert cost_lines(deletion_cost(3, [], unread=3), Rates()) == [
        "How many go is not known, since the models of 3 racers were never read: the number of "
        "racers confirms it."
    ]
    assert cost_lines(deletion_cost(1, [], 0), Rates()) == [
        "There is nothing to delete: 1 racer without models."
    ]
    assert "not known" in cost_lines(deletion_cost(1, [model()], 0), Rates())[1]
