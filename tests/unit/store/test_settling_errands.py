"""What became of errands is written only by whom they are still claimed by."""

from pathlib import Path

from drtui.commands.bulk import plan_errands, submit
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.setting_keys import SettingKey, setting_errand
from drtui.store.delivery import recover
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.settings import read_settings
from tests.support.stores import filled_store, items_of


def test_a_claim_that_was_lost_confirms_no_setting(tmp_path: Path) -> None:
    database = filled_store(tmp_path / "event.sqlite", racers=1)

    def minutes() -> int | None:
        with database.read() as connection:
            return read_settings(connection)[0].new_user_minutes

    workspace, key = Workspace(database, "ada"), SettingKey.NEW_USER_MINUTES
    with database.read() as connection:
        settings, _ = read_settings(connection)
    errand = setting_errand(settings, key, 600)
    plan = plan_errands(workspace, OperationKind.CHANGE_SETTINGS, "Settings", [errand])
    number = submit(workspace, plan)
    assert number is not None
    before = minutes()
    lost = claim_errands(database, Service.SETTINGS, 1, 1)
    recover(database)
    again = claim_errands(database, Service.SETTINGS, 1, 2)
    settle_errands(database, [Settled(one, 1, Carried(ItemState.DONE)) for one in lost])
    assert [one.state for one in items_of(database, number)] == [ItemState.SENDING]
    assert minutes() == before != 600
    settle_errands(database, [Settled(one, 2, Carried(ItemState.DONE)) for one in again])
    assert [one.state for one in items_of(database, number)] == [ItemState.DONE]
    assert minutes() == 600
    database.close()
