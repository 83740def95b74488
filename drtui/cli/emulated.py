"""`drtui emulator` and `drtui demo`: the embedded account."""

from pathlib import Path
from typing import Annotated

import typer

from drtui.cli.hoisted import debugging
from drtui.cli.output import say
from drtui.domain.problems import InvalidInputError, ProblemError

Racers = Annotated[int, typer.Option("--racers", help="How many racers.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same account.")]
Speed = Annotated[float, typer.Option("--speed", help="Simulated seconds in a real one.")]
Latency = Annotated[float, typer.Option("--latency-ms", help="Added before every answer.")]
FailRate = Annotated[float, typer.Option("--fail-rate", help="Share of calls that fail, 0 to 1.")]
Outages = Annotated[
    list[str] | None,
    typer.Option("--outage", metavar="START:SECONDS", help="Lose the network; repeatable."),
]

Deployed = Annotated[str, typer.Option("--deployment", help="The release: 1.2.5 or 1.3.1.")]
ArchiveBytes = Annotated[
    int, typer.Option("--archive-bytes", help="About how large physical-car archives are.")
]
Firewalled = Annotated[str, typer.Option("--firewall", help="“bots”, “rate” or “none”.")]


def emulator(
    port: Annotated[int, typer.Option("--port", help="0 picks a free one.")] = 0,
    racers: Racers = 2000,
    seed: Seed = 1,
    speed: Speed = 60.0,
    latency_ms: Latency = 0.0,
    fail_rate: FailRate = 0.0,
    outage: Outages = None,
    deployment: Deployed = "1.2.5",
    firewall: Firewalled = "rate",
    archive_bytes: ArchiveBytes = 100_000,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="FILE", help="Keeps it across restarts.")
    ] = None,
    attached: Annotated[bool, typer.Option("--attached", hidden=True)] = False,
) -> None:
    """Serve a simulated DeepRacer on AWS deployment on this machine."""
    from drtui.emulator.options import EmulatorOptions, OptionError, Outage
    from drtui.emulator.server import run

    try:
        options = EmulatorOptions(
            port=port,
            racers=racers,
            seed=seed,
            speed=speed,
            latency_ms=latency_ms,
            fail_rate=fail_rate,
            outages=tuple(Outage.parse(text) for text in outage or ()),
            deployment=deployment,
            firewall=firewall,
            archive_bytes=archive_bytes,
            state=state,
            attached=attached,
        )
        run(options)
    except OptionError as error:
        raise InvalidInputError(str(error)) from error
    except OSError as error:
        raise ProblemError(
            f"The emulator cannot listen on port {port} ({error.strerror}): choose another one, or "
            "0 for any that is free."
        ) from error


def demo(
    racers: Racers = 200,
    seed: Seed = 1,
    speed: Speed = 60.0,
    latency_ms: Latency = 0.0,
    fail_rate: FailRate = 0.0,
    outage: Outages = None,
    deployment: Deployed = "1.2.5",
    firewall: Firewalled = "rate",
    archive_bytes: ArchiveBytes = 100_000,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Begin with a new account; otherwise the last one goes on."),
    ] = False,
) -> None:
    """Open the console on a simulated account of its own; no AWS account is needed.

    --racers and --seed count for a new account only: the last one goes on as it was left.
    """
    from drtui.console import require_terminal
    from drtui.demo import Demo, run_demo

    require_terminal()
    say("This account is simulated: nothing here costs anything or reaches AWS.")
    arguments = {
        "--speed": str(speed),
        "--latency-ms": str(latency_ms),
        "--fail-rate": str(fail_rate),
        "--deployment": deployment,
        "--firewall": firewall,
        "--archive-bytes": str(archive_bytes),
    }
    options = [each for pair in arguments.items() for each in pair]
    options += [each for text in outage or () for each in ("--outage", text)]
    asked = Demo(racers, seed, options, fresh=fresh, debug=debugging())
    raise typer.Exit(run_demo(asked, say))
