"""Settings: read before they are changed, one at a time, and waited for."""

from dataclasses import replace

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import Item, ItemState, Value
from drtui.domain.records import AccountSettings
from drtui.domain.setting_keys import VALUE, SettingKey, setting_errand
from drtui.sync.couriers.settings import SettingsCourier
from tests.unit.sync.carrying import FakeSetup, carry, in_doubt, item_for, retried

KEY = SettingKey.NEW_USER_MINUTES


def change(before: int | None, after: int, number: int = 1) -> Item:
    return item_for(setting_errand(AccountSettings(new_user_minutes=before), KEY, after), number)


@pytest.fixture
def setup() -> FakeSetup:
    made = FakeSetup()
    made.values[KEY] = 300
    return made


def test_a_setting_that_is_as_it_was_is_changed(setup: FakeSetup) -> None:
    (item,) = carry(SettingsCourier(setup), change(300, 600))
    assert item.state is ItemState.DONE
    assert setup.values[KEY] == 600


def test_what_is_so_already_is_not_sent_and_after_a_doubt_it_was_ours(setup: FakeSetup) -> None:
    item = change(60, 300)
    courier = SettingsCourier(setup)
    assert [one.state for one in carry(courier, item)] == [ItemState.ALREADY_SO]
    assert [one.state for one in carry(courier, in_doubt(item))] == [ItemState.DONE]
    assert setup.calls == ["setting", "setting"]


@pytest.mark.parametrize(
    ("present", "shown"),
    [(480, "8 h"), (None, "nothing"), ("a\u202eb", "a\N{REPLACEMENT CHARACTER}b")],
)
def test_what_somebody_set_meanwhile_is_left_until_a_retry(
    setup: FakeSetup, present: Value, shown: str
) -> None:
    setup.values[KEY] = present
    courier = SettingsCourier(setup)
    (item,) = carry(courier, change(300, 600))
    assert item.state is ItemState.FAILED
    assert item.reason == f"somebody set it to {shown} meanwhile; a retry sets it anyway"
    assert item.before == {VALUE: present}
    assert setup.values[KEY] == present
    (item,) = carry(courier, retried(item))
    assert item.state is ItemState.DONE
    assert setup.values[KEY] == 600


def test_a_setting_that_was_never_read_is_changed(setup: FakeSetup) -> None:
    (item,) = carry(SettingsCourier(setup), change(None, 600))
    assert item.state is ItemState.DONE


def test_while_another_change_is_being_deployed_it_waits_without_losing_attempts(
    setup: FakeSetup,
) -> None:
    setup.deploying = True
    courier, item = SettingsCourier(setup), change(300, 600)
    for _ in range(15):
        carried = courier.carry_out([item])[item.item_id]
        assert (carried.state, carried.delay) == (ItemState.PENDING, 15.0)
        assert carried.reason == "another change of the settings is being deployed"
        (item,) = carry(courier, item)
    assert item.attempts == 0
    setup.deploying = False
    (item,) = carry(courier, item)
    assert item.state is ItemState.DONE


def test_a_doubtful_change_is_read_again_before_it_is_repeated(setup: FakeSetup) -> None:
    setup.failing("set_setting", FailureKind.OUTCOME_UNKNOWN)
    courier = SettingsCourier(setup)
    (item,) = carry(courier, change(300, 600))
    assert item.state is ItemState.DOUBTFUL
    (item,) = carry(courier, item)
    assert item.state is ItemState.DONE
    assert setup.calls == ["setting", "set_setting"] * 2


def test_a_failure_that_concerns_all_is_raised_and_one_after_a_success_leaves_the_rest(
    setup: FakeSetup,
) -> None:
    courier = SettingsCourier(setup)
    setup.failing("setting", FailureKind.ROLE_NOT_ALLOWED)
    with pytest.raises(DeploymentError) as caught:
        courier.carry_out([change(300, 600)])
    assert caught.value.kind is FailureKind.ROLE_NOT_ALLOWED
    setup.failing("set_setting", FailureKind.UNAVAILABLE)
    found = courier.carry_out([change(300, 600, 1), change(300, 700, 2)])
    assert {number: one.state for number, one in found.items()} == {1: ItemState.PENDING}


def test_an_undo_to_what_was_never_known_is_not_sent(setup: FakeSetup) -> None:
    item = replace(change(300, 600), after={VALUE: None})
    (item,) = carry(SettingsCourier(setup), item)
    assert item.state is ItemState.FAILED
    assert setup.calls == ["setting"]
