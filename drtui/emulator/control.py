"""POST /__control: commands as JSON, from this machine only."""

import inspect
import json
from collections.abc import Callable
from types import NoneType
from typing import Any, get_args

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from drtui.emulator.commanding import CommandError
from drtui.emulator.records import to_json

_LOCAL_HOSTS = ("127.0.0.1", "localhost")


class Control:
    """Finds the command that a request names, checks its fields, and runs it.

    Args:
        holders: their public methods are the commands.
    """

    def __init__(self, *holders: object) -> None:
        self._commands: dict[str, Callable[..., Any]] = {
            name: method
            for commands in holders
            for name, method in inspect.getmembers(commands, inspect.ismethod)
            if not name.startswith("_")
        }

    async def endpoint(self, request: Request) -> Response:
        """Answer `{"ok": true, …}`, or 400 with `error` in one sentence."""
        # A page in somebody's browser can reach loopback too: it names its origin, or comes
        # under a name of its own.
        host = request.headers.get("host", "").partition(":")[0]
        if host not in _LOCAL_HOSTS or "origin" in request.headers:
            return _reply(403, {"ok": False, "error": "Control is for this machine only."})
        try:
            command = json.loads(await request.body())
        except ClientDisconnect:
            return Response(status_code=400)
        except ValueError:
            return _reply(400, {"ok": False, "error": "A command is a JSON object."})
        try:
            return _reply(200, {"ok": True, **await self.run(command)})
        except CommandError as error:
            return _reply(400, {"ok": False, "error": str(error)})

    async def run(self, command: Any) -> dict[str, Any]:
        """Run one command.

        Raises:
            CommandError: there is no such command, or its fields do not fit.
        """
        if not isinstance(command, dict):
            problem = "A command is a JSON object."
            raise CommandError(problem)
        fields = {name: value for name, value in command.items() if name != "do"}
        method = self._commands.get(str(command.get("do")))
        if method is None:
            problem = f"`do` is one of {', '.join(sorted(self._commands))}."
            raise CommandError(problem)
        _check(method, fields)
        result = method(**fields)
        if inspect.isawaitable(result):
            result = await result
        reply: dict[str, Any] = result
        return reply


def _check(method: Callable[..., Any], fields: dict[str, Any]) -> None:
    """Hold the fields against the method's keywords and their types."""
    signature = inspect.signature(method)
    try:
        signature.bind(**fields)
    except TypeError as error:
        problem = f"The fields do not fit: {error}."
        raise CommandError(problem) from None
    for name, value in fields.items():
        parameter = signature.parameters.get(name)
        if parameter is None or parameter.annotation is object:
            continue
        allowed = get_args(parameter.annotation) or (parameter.annotation,)
        if not any(_fits(value, kind) for kind in allowed):
            problem = f"`{name}` cannot be {json.dumps(value)}."
            raise CommandError(problem)


def _fits(value: Any, kind: Any) -> bool:
    if value is None:
        return kind is NoneType
    if isinstance(value, bool):
        return kind is bool
    if isinstance(value, int) and kind is float:
        return True
    if isinstance(value, list):
        return bool(kind == list[str])
    return isinstance(kind, type) and isinstance(value, kind)


def _reply(status: int, body: dict[str, Any]) -> Response:
    return Response(to_json(body), status, media_type="application/json")
