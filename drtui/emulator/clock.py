"""The account's time: a date that can be moved, and simulated seconds that run faster."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The date in the account, and the simulated seconds that racers live by.

    The date runs as fast as the real one, so that what the account writes down is not in the
    future for those who read it; only training, and what else takes the deployment its time,
    runs at `speed` times real time.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.ahead = 0.0
        """How many seconds the account's date is ahead of the real one."""
        self.signing_skew = 0.0
        """How many seconds the gateway's clock is wrong, for signatures and `Date` headers."""
        self._simulated = 0.0
        self._since = time.monotonic()

    def timestamp(self) -> float:
        """Seconds since the epoch of the account's date."""
        return time.time() + self.ahead

    def now(self) -> datetime:
        """The account's date, in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def gateway_now(self) -> datetime:
        """The date by which signatures are judged: the real one, moved by `signing_skew`."""
        return datetime.now(UTC) + timedelta(seconds=self.signing_skew)

    def simulated(self) -> float:
        """Simulated seconds since the account began."""
        return self._simulated + (time.monotonic() - self._since) * self.speed

    def advance(self, seconds: float) -> None:
        """Move the date and the simulation ahead together."""
        self.ahead += seconds
        self._simulated += seconds

    def set_date(self, moment: datetime) -> None:
        """Move the date only; the simulation does not notice."""
        self.ahead = moment.timestamp() - time.time()

    def set_speed(self, speed: float) -> None:
        """Change how fast simulated time runs from now on."""
        self.restore(self.simulated(), self.ahead)
        self.speed = speed

    def restore(self, simulated: float, ahead: float) -> None:
        """Go on from a kept moment."""
        self._simulated = simulated
        self._since = time.monotonic()
        self.ahead = ahead


def iso(moment: datetime) -> str:
    """Write a UTC time as the API does: milliseconds only when they are not zero, then `Z`."""
    milliseconds = moment.microsecond // 1000
    tail = f".{milliseconds:03d}Z" if milliseconds else "Z"
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + tail
