"""Starts a deployment, says that it is ready, and serves until it is told to stop."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from drtui.emulator.assembly import assemble
from drtui.emulator.bucket import PREFIX as BUCKET_PREFIX
from drtui.emulator.commands import Commands
from drtui.emulator.control import Control
from drtui.emulator.deployment import Deployment
from drtui.emulator.errors import REGION, STAGE
from drtui.emulator.front_commands import FrontCommands
from drtui.emulator.model_commands import ModelCommands
from drtui.emulator.model_files import UPLOAD_BUCKET
from drtui.emulator.options import EmulatorOptions, Outage
from drtui.emulator.persistence import StateFile
from drtui.emulator.race_commands import RaceCommands
from drtui.emulator.records import to_json
from drtui.emulator.relay import LOOPBACK, LiveConnections, NewConnections, bound
from drtui.emulator.state_commands import StateCommands
from drtui.emulator.storage import PREFIX as STORAGE_PREFIX

_log = logging.getLogger("drtui.emulator")

TICK_SECONDS = 0.1
SAVE_SECONDS = 2.0
IDLE_SECONDS = 65
"""How long an idle connection is kept, as load balancers do."""


def run(options: EmulatorOptions) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP.

    One JSON line on standard output says that it is ready, and where.

    Raises:
        OptionError: the options or the state file cannot be used.
        OSError: the port cannot be had.
    """
    asyncio.run(_serve(options))


class _Server(uvicorn.Server):
    """Leaves the signals to us, so that the relay goes first and the account is kept."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Catch nothing."""
        yield


async def _serve(options: EmulatorOptions) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if options.attached:
        _stop_when_input_ends(stop)
    async with running(options) as ready:
        sys.stdout.write(to_json(ready).decode() + "\n")
        sys.stdout.flush()
        await stop.wait()


@asynccontextmanager
async def running(options: EmulatorOptions) -> AsyncIterator[dict[str, Any]]:
    """A deployment that is served for as long as the context lasts.

    Yields:
        What the ready line says: site, api, region, s3, upload bucket, keys by role, control.

    Raises:
        OptionError: the options or the state file cannot be used.
        OSError: the port cannot be had.
    """
    # It would warn of every client that dies in the middle of a call.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    state = None if options.state is None else StateFile(options.state)
    inner = bound(0)
    try:
        deployment, keys = assemble(options, state, inner.getsockname())
        await deployment.relay.start(options.port)
        site = f"http://{LOOPBACK}:{deployment.relay.port}"
        deployment.account.files.links.base = site
        server = _Server(_configuration(_application(deployment, site, state)))
        # What was seeded stays: the collector need not look at it again and again.
        gc.freeze()
        serving = asyncio.create_task(server.serve(sockets=[inner]))
        helpers = [asyncio.create_task(_live(deployment, state))]
        helpers += [asyncio.create_task(_lose(deployment, each)) for each in options.outages]
        try:
            while not server.started:
                await asyncio.sleep(0.005)
            yield {
                "site": site,
                "api": f"{site}/{STAGE}",
                "region": REGION,
                "s3": f"{site}{BUCKET_PREFIX}",
                "upload_bucket": UPLOAD_BUCKET,
                **{role: key.public() for role, key in keys.items()},
                "control": f"http://{LOOPBACK}:{inner.getsockname()[1]}/__control",
            }
        finally:
            for task in helpers:
                task.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await deployment.relay.stop()
            server.should_exit = True
            await serving
            gc.unfreeze()
            if state is not None:
                state.replace(deployment)
    finally:
        inner.close()
        if state is not None:
            state.close()


def _configuration(application: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=1,
    )


def _application(deployment: Deployment, base: str, state: StateFile | None) -> Starlette:
    async def environment(_request: Request) -> Response:
        script = deployment.site.environment_script(f"{base}/{STAGE}", f"{base}{BUCKET_PREFIX}")
        return Response(script, media_type="application/javascript")

    control = Control(
        Commands(deployment),
        FrontCommands(deployment),
        ModelCommands(deployment),
        RaceCommands(deployment),
        StateCommands(deployment, state),
    )
    return Starlette(
        routes=[
            Route("/env.js", environment, methods=["GET"]),
            Route("/__control", control.endpoint, methods=["POST"]),
            Mount(f"/{STAGE}", deployment.api),
            Mount(STORAGE_PREFIX.rstrip("/"), deployment.storage),
            Mount(BUCKET_PREFIX, deployment.bucket),
        ]
    )


async def _live(deployment: Deployment, state: StateFile | None) -> None:
    """Let time pass in the account, and keep it."""
    since_saved = 0.0
    while True:
        await asyncio.sleep(TICK_SECONDS)
        since_saved += TICK_SECONDS
        try:
            deployment.tick()
            if state is not None and since_saved >= SAVE_SECONDS:
                since_saved = 0.0
                state.append(deployment)
        except Exception:
            # Whoever tests against the account should go on being answered.
            _log.exception("The emulated account could not live on.")


async def _lose(deployment: Deployment, outage: Outage) -> None:
    await asyncio.sleep(outage.start)
    await deployment.relay.down(NewConnections.REFUSE, LiveConnections.CUT)
    await asyncio.sleep(outage.seconds)
    await deployment.relay.restore()


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` and a shell's `&` mean it
            loop.add_signal_handler(number, stop.set)


def _stop_when_input_ends(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def watch() -> None:
        # Not through `sys.stdin`: a thread inside its buffer makes the interpreter's end fail.
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        # The loop is gone when the process is ending anyway.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, name="parent", daemon=True).start()
