"""All the parts of one running deployment, for those who serve or steer it."""

from dataclasses import dataclass

from drtui.emulator.account import Account
from drtui.emulator.api import Api
from drtui.emulator.calls import CallLog
from drtui.emulator.faults import Faults
from drtui.emulator.gateway import Gateway
from drtui.emulator.keys import KeyRing
from drtui.emulator.relay import Relay
from drtui.emulator.simulation import Simulation
from drtui.emulator.site import Site


@dataclass(slots=True)
class Deployment:
    """One deployment: its account, its life, and what stands in front of it."""

    account: Account
    simulation: Simulation
    keys: KeyRing
    gateway: Gateway
    faults: Faults
    calls: CallLog
    relay: Relay
    api: Api
    storage: Api
    bucket: Api
    site: Site

    def tick(self) -> None:
        """Let everything happen that is due by now."""
        self.account.tick()
        self.simulation.tick()
