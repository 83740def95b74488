"""The calls that one item takes: their order, and what keeps the next one from being made."""

from dataclasses import replace

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import MEANT_MODELS, Item, ItemState, Values
from drtui.domain.records import Limits, StoredModel
from drtui.sync.calls import Meant, ModelsLeft, listings_of, lists_models, make_calls
from tests.support.deployments import FakeDeployment, racer_id, racers

ONE = racer_id(1)


@pytest.fixture
def deployment() -> FakeDeployment:
    made = FakeDeployment(racers(3))
    made.stores(ONE, "first", "second")
    return made


def item(**after: int | str) -> Item:
    return Item(1, 1, ONE, "", dict.fromkeys(after), after, ItemState.SENDING)


def counted(*ids: str, attempts: int = 0) -> Item:
    """A deletion that was confirmed for these models."""
    it = item(stored_models="deleted")
    return replace(it, before={**it.before, MEANT_MODELS: " ".join(ids)}, attempts=attempts)


def call(
    deployment: FakeDeployment, it: Item, calls: int = 99, meant: Meant | None = None
) -> Values | ModelsLeft:
    """Make an item's calls; after so many nobody waits any more."""
    left = iter(range(calls))
    return make_calls(deployment, it, lambda: next(left, None) is not None, meant or Meant())


def test_each_kind_makes_its_call_and_says_what_the_account_has(deployment: FakeDeployment) -> None:
    limits = call(deployment, item(minutes_limit=60))
    assert limits == {"minutes_limit": 60, "models_limit": 3}
    assert call(deployment, item(alias="moderated-1")) == {"alias": "moderated-1"}
    role = {"role_name": "dr-race-facilitators"}
    assert call(deployment, item(**role)) == role
    profile = deployment.profile(ONE)
    assert profile is not None
    assert profile.limits == Limits(60, 3)
    assert (profile.alias, profile.role_name) == ("moderated-1", "dr-race-facilitators")


def test_models_are_deleted_and_listed(deployment: FakeDeployment) -> None:
    assert call(deployment, item(stored_models="deleted")) == {"stored_models": "deleted"}
    assert deployment.called == {"delete_models": 1, "models_of": 1}
    assert deployment.models_of(ONE) == ()
    assert deployment.profile(ONE) is not None


def test_a_user_is_deleted_only_once_no_model_is_left(deployment: FakeDeployment) -> None:
    deployment.stubborn.add("second")
    assert call(deployment, item(user="deleted")) == ModelsLeft(1)
    assert deployment.profile(ONE) is not None
    deployment.stubborn.clear()
    assert call(deployment, item(user="deleted")) == {"user": "deleted"}
    assert deployment.profile(ONE) is None
    assert [name for name, _, _ in deployment.requests] == [
        "delete_models", "delete_models", "delete_profile",
    ]  # fmt: skip


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_nothing_follows_once_nobody_waits(deployment: FakeDeployment, calls: int) -> None:
    with pytest.raises(DeploymentError) as caught:
        call(deployment, item(user="deleted"), calls)
    assert caught.value.kind is FailureKind.OUTCOME_UNKNOWN
    assert sum(deployment.called.values()) == calls
    assert deployment.profile(ONE) is not None


def test_only_deletions_list_models() -> None:
    assert lists_models(item(user="deleted"))
    assert lists_models(item(stored_models="deleted"))
    assert not lists_models(item(alias="bo", minutes_limit=1, role_name="dr-racers"))


def test_what_goes_already_is_waited_for_and_not_deleted_again(deployment: FakeDeployment) -> None:
    meant, it = Meant(), item(stored_models="deleted")
    deployment.stubborn.add("second")
    assert call(deployment, it, meant=meant) == ModelsLeft(1)
    deployment.models[ONE] = (StoredModel("second", "second", "DELETING"),)
    assert call(deployment, it, meant=meant) == ModelsLeft(1)
    assert deployment.called == {"delete_models": 1, "models_of": 2}
    deployment.models[ONE] = (StoredModel("second", "second", "ERROR"),)
    assert call(deployment, it, meant=meant) == ModelsLeft(1)
    assert deployment.called["delete_models"] == 2
    deployment.stores(ONE)
    assert call(deployment, it, meant=meant) == {"stored_models": "deleted"}
    assert deployment.called["delete_models"] == 2


def test_what_is_made_while_a_deletion_goes_on_stays(deployment: FakeDeployment) -> None:
    meant, it = Meant(), item(stored_models="deleted")
    deployment.stubborn.add("second")
    call(deployment, it, meant=meant)
    deployment.stores(ONE, "new", "newer")
    assert call(deployment, it, meant=meant) == ModelsLeft(2, made_since=True)
    assert deployment.called["delete_models"] == 1
    assert len(deployment.models_of(ONE)) == 2


def test_what_is_made_while_a_user_is_deleted_goes_with_them(deployment: FakeDeployment) -> None:
    meant, it = Meant(), item(user="deleted")
    deployment.stubborn.add("second")
    call(deployment, it, meant=meant)
    deployment.stores(ONE, "new")
    assert call(deployment, it, meant=meant) == ModelsLeft(1)
    assert call(deployment, it, meant=meant) == {"user": "deleted"}


def test_a_listing_that_failed_after_a_deletion_does_not_repeat_it(
    deployment: FakeDeployment,
) -> None:
    meant, it = Meant(), item(stored_models="deleted")
    with pytest.raises(DeploymentError):
        call(deployment, it, 1, meant)
    deployment.stores(ONE, "new")
    assert call(deployment, it, meant=meant) == ModelsLeft(1)
    assert deployment.called["delete_models"] == 1


def test_another_process_looks_before_it_deletes_again(deployment: FakeDeployment) -> None:
    deployment.models[ONE] = (StoredModel("first", "first", "DELETING"),)
    again = replace(item(stored_models="deleted"), attempts=1)
    assert call(deployment, again) == ModelsLeft(1)
    assert deployment.called["delete_models"] == 0
    deployment.stores(ONE, "first")
    assert call(deployment, again) == ModelsLeft(1)
    assert deployment.called["delete_models"] == 1


def test_models_that_were_counted_are_listed_first_and_deleted(deployment: FakeDeployment) -> None:
    it = counted("first", "second", "gone-since")
    assert listings_of(it) == 2
    assert call(deployment, it) == {"stored_models": "deleted"}
    assert deployment.called == {"delete_models": 1, "models_of": 2}


@pytest.mark.parametrize("ids", [("first",), ("first", "other"), ()])
def test_where_there_are_others_than_were_counted_nothing_is_deleted(
    deployment: FakeDeployment, ids: tuple[str, ...]
) -> None:
    left = call(deployment, counted(*ids))
    assert left == ModelsLeft(2, uncounted=2 - len({"first"} & set(ids)), asked=False)
    assert deployment.called == {"models_of": 1}
    assert len(deployment.models_of(ONE)) == 2


def test_a_deletion_is_not_repeated_where_others_came_meanwhile(
    deployment: FakeDeployment,
) -> None:
    meant, it = Meant(), counted("first", "second")
    deployment.stubborn.add("second")
    assert call(deployment, it, meant=meant) == ModelsLeft(1)
    deployment.stores(ONE, "second", "new")
    assert call(deployment, it, meant=meant) == ModelsLeft(2, uncounted=1)
    assert deployment.called["delete_models"] == 1
    deployment.stores(ONE, "new")
    assert call(deployment, it, meant=meant) == ModelsLeft(1, made_since=True)


def test_another_process_knows_which_were_counted(deployment: FakeDeployment) -> None:
    assert listings_of(counted("first", attempts=1)) == 1
    assert call(deployment, counted("first", attempts=1)) == ModelsLeft(2, uncounted=1)
    assert call(deployment, counted("first", "second", attempts=1)) == ModelsLeft(2)
    assert deployment.called["delete_models"] == 1
