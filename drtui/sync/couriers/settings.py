"""The deployment's settings, one at a time: read, compared, and changed."""

from collections.abc import Mapping, Sequence
from typing import Final

from drtui.domain.deployment_setup import DeploymentSetup
from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.operations import Item, ItemState, Value
from drtui.domain.setting_keys import VALUE, SettingKey, text_of
from drtui.domain.text import clean
from drtui.sync.couriers.one_by_one import one_by_one

_DEPLOYING_SECONDS: Final = 15.0
_DEPLOYING: Final = "another change of the settings is being deployed"


class SettingsCourier:
    """Carries `Service.SETTINGS` out.

    Args:
        setup: The deployment.
    """

    def __init__(self, setup: DeploymentSetup) -> None:
        self._setup = setup

    def terms(self) -> Terms:
        """See `Courier`; a setting is read first, so that an unknown outcome is found out."""
        return Terms()

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return one_by_one(items, self.terms(), self._change)

    def _change(self, item: Item) -> Carried:
        key = subject_of(item)
        before, after = item.before.get(VALUE), item.after.get(VALUE)
        present = self._setup.setting(key)
        if present == after:
            return Carried(ItemState.DONE if item.unknown_at else ItemState.ALREADY_SO)
        # What was never read cannot have been changed by somebody since.
        if before is not None and present != before:
            reason = f"somebody set it to {_shown(key, present)} meanwhile; a retry sets it anyway"
            return Carried(ItemState.FAILED, reason, found={VALUE: present})
        if after is None:
            return Carried(ItemState.FAILED, "what it is to be set to is not known")
        if not self._setup.set_setting(key, after):
            return Carried(ItemState.PENDING, _DEPLOYING, delay=_DEPLOYING_SECONDS, counted=False)
        return Carried(ItemState.DONE)


def _shown(key: str, value: Value) -> str:
    return "nothing" if value is None else clean(text_of(SettingKey(key), value), 40)
