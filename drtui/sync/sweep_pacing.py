"""How fast everybody's models may be read racer by racer, within what a firewall counts."""

from drtui.domain.admin_calls import least_sweep_share, sweep_share
from drtui.sync.pacing import AdminBudget


class SweepBudget:
    """Calls that reading everybody's models may make; for one thread.

    It takes what others leave of its share of all calls. Where others go on for hours, such as
    downloads, it still has a few of its own, so that it comes to an end.

    Args:
        admin: The calls that a firewall counts, which these are too.
    """

    def __init__(self, admin: AdminBudget) -> None:
        self._admin = admin
        self._own = admin.counted()
        self._share = sweep_share(admin.calls)
        self._least = least_sweep_share(admin.calls)

    def take(self, *, yields: bool = False) -> bool:
        """Count one call before it is made; False where it may not be made now.

        Args:
            yields: Whether downloads are on their way, which somebody confirmed: then only those
                calls are made that it has beside them.
        """
        taken = not yields and self._admin.take(most=self._share)
        if not taken and len(self._own) < self._least:
            taken = self._admin.take(bulk=True)
        if taken:
            self._own.add()
        return taken

    def seconds(self, *, yields: bool = False) -> float:
        """In how many seconds a call may be made; 0 is now. See `take`."""
        beside = max(self._own.seconds_until(self._least - 1), self._admin.seconds_until(bulk=True))
        return beside if yields else min(beside, self._admin.seconds_until(most=self._share))
