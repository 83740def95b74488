"""The way of a call: firewall, route, signature, role, body, then the backend."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from drtui.emulator import routes
from drtui.emulator.account import Account
from drtui.emulator.errors import (
    STAGE,
    Answer,
    ApiError,
    blocked,
    missing_token,
    plain,
    role_not_allowed,
)
from drtui.emulator.firewall import Firewall
from drtui.emulator.handlers import Call
from drtui.emulator.keys import KeyRing, SigningKey
from drtui.emulator.releases import Release
from drtui.emulator.sigv4 import SignedCall, authenticate

_PREFIX = f"/{STAGE}"


def below_stage(path: str) -> str:
    """The path without the stage; what is not below it stays as it is."""
    return path.removeprefix(_PREFIX) if path.startswith(f"{_PREFIX}/") else path


@dataclass(slots=True)
class Throttle:
    """A ceiling on profile changes a second, such as the user pool's read quota."""

    per_second: float = 0.0
    status: int = 429
    _allowance: float = 0.0
    _since: float = 0.0

    def refuses(self, now: float) -> bool:
        """Whether one more change at `now` (steady seconds) is too many; 0 a second is no limit."""
        if self.per_second <= 0:
            return False
        earned = (now - self._since) * self.per_second
        self._allowance = min(self.per_second, self._allowance + earned)
        self._since = now
        if self._allowance < 1:
            return True
        self._allowance -= 1
        return False


class Gateway:
    """Answers calls for one account, as a release does."""

    def __init__(
        self, account: Account, keys: KeyRing, release: Release, firewall: Firewall
    ) -> None:
        self.account = account
        self.keys = keys
        self.release = release
        self.firewall = firewall
        self.throttle = Throttle()

    def answer(self, call: SignedCall, address: str) -> tuple[Answer, SigningKey | None]:
        """Answer a call, whatever it is, and say who made it where that is known."""
        now = self.account.clock.timestamp()
        agent = call.headers.get("user-agent", "")
        if self.firewall.blocks(address, call.path, agent, len(call.body), now):
            return blocked(names_its_error=self.firewall.names_its_error), None
        caller: SigningKey | None = None
        try:
            found = routes.find(call.method, below_stage(call.path), self.release)
            if found is None or not call.path.startswith(f"{_PREFIX}/"):
                raise missing_token()
            operation, labels = found
            caller = authenticate(call, self.keys, self.account.clock.gateway_now())
            if caller.group not in operation.groups:
                raise role_not_allowed(caller.group, call.method, below_stage(call.path))
            body = {} if operation.schema is None else operation.schema.read(call.body)
            if operation.changes_profiles and self.throttle.refuses(now):
                return plain(self.throttle.status), caller
            query = dict(parse_qsl(call.query, keep_blank_values=True))
            return operation.handler(self.account, Call(caller, labels, query, body)), caller
        except ApiError as error:
            return error.answer, caller
