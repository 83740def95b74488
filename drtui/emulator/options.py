"""What an emulated account is started with."""

from dataclasses import dataclass, field
from datetime import date
from math import inf
from pathlib import Path

from drtui.emulator.archives import USUAL_BYTES
from drtui.emulator.firewall import Rules
from drtui.emulator.releases import Release


class OptionError(ValueError):
    """An option cannot be used; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A planned loss of the network, in real seconds counted from the ready line."""

    start: float
    seconds: float

    @classmethod
    def parse(cls, text: str) -> "Outage":
        """Read `START:SECONDS`.

        Raises:
            OptionError: when the text is not two numbers, the second above 0.
        """
        start, colon, seconds = text.partition(":")
        try:
            outage = cls(float(start), float(seconds))
        except ValueError:
            colon = ""
        if not colon or not (0 <= outage.start < inf and 0 < outage.seconds < inf):
            message = f"An outage is START:SECONDS, like 30:10, not {text!r}."
            raise OptionError(message)
        return outage


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorOptions:
    """All that can be chosen about an emulated account.

    Attributes:
        port: where the site listens on 127.0.0.1; 0 picks a free port.
        racers: how many racers are seeded (admins and facilitators come on top).
        seed: the same seed gives the same account.
        speed: how many simulated seconds pass in a real one.
        latency_ms: added before every answer of the API, in milliseconds.
        fail_rate: the share of API calls, 0 to 1, that fail by chance.
        outages: planned losses of the network.
        state: the file that keeps the account across restarts; None keeps nothing.
        lag_ms: how long a listing of profiles may show the value before a write.
        frozen: starts with the racers' life standing still.
        attached: also stops when standard input ends, so that no child outlives its parent.
        deployment: the release that is emulated, such as `1.3.1`.
        firewall: which of the firewall's rules are in force: `bots`, `rate` or `none`.
        archive_bytes: about how large the archives for physical cars are.
        seed_date: the day the seeded dates lead up to; None is today (UTC).
    """

    port: int = 0
    racers: int = 2000
    seed: int = 1
    speed: float = 60.0
    latency_ms: float = 0.0
    fail_rate: float = 0.0
    outages: tuple[Outage, ...] = field(default=())
    state: Path | None = None
    lag_ms: float = 300.0
    frozen: bool = False
    attached: bool = False
    deployment: str = Release.V1_2_5
    firewall: str = Rules.RATE
    archive_bytes: int = USUAL_BYTES
    seed_date: date | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be served.

        Raises:
            OptionError: naming the option and what it may be.
        """
        rules = (
            (0 <= self.port <= 65_535, "The port must be from 0 to 65535."),
            (1 <= self.racers <= 1_000_000, "The racers must be from 1 to 1,000,000."),
            (0 < self.speed < inf, "The speed must be above 0."),
            (0 <= self.latency_ms < inf, "The latency must not be below 0 milliseconds."),
            (0 <= self.fail_rate <= 1, "The fail rate must be from 0 to 1."),
            (0 <= self.lag_ms < inf, "The lag must not be below 0 milliseconds."),
            (
                1000 <= self.archive_bytes <= 100_000_000,
                "The archive bytes must be from 1,000 to 100,000,000.",
            ),
            (self.deployment in list(Release), f"The deployment must be {' or '.join(Release)}."),
            (self.firewall in list(Rules), f"The firewall must be {', '.join(Rules)}."),
        )
        for holds, message in rules:
            if not holds:
                raise OptionError(message)
