"""What control can be asked to do with the state file."""

from drtui.emulator.commanding import CommandError, Reply
from drtui.emulator.deployment import Deployment
from drtui.emulator.persistence import StateFile


class StateCommands:
    """The command over what is kept; its public method is the command."""

    def __init__(self, deployment: Deployment, state: StateFile | None) -> None:
        self._it = deployment
        self._state = state

    def keep(self) -> Reply:
        """Write what changed to the state file now, so that a kill loses none of it."""
        if self._state is None:
            problem = "There is no state file; start with `--state`."
            raise CommandError(problem)
        self._state.append(self._it)
        return {}
