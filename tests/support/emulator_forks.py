"""The program of emulated accounts: see `program_forks`."""

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from drtui.emulator.options import EmulatorOptions, Outage
from drtui.emulator.server import run
from tests.support.program_forks import begin

_BY_THE_SERVER: Final = ("uvicorn.lifespan.off", "uvicorn.protocols.http.auto")


def _run(options: dict[str, Any]) -> None:
    if options.get("state"):
        options["state"] = Path(options["state"])
    options["outages"] = tuple(Outage(*each) for each in options.get("outages", ()))
    run(EmulatorOptions(attached=True, **options))


if __name__ == "__main__":
    for name in _BY_THE_SERVER:
        import_module(name)
    begin(_run)
