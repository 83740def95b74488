"""Estimated spending: hours and storage times rates. An estimate, in USD, and called one."""

from dataclasses import dataclass
from typing import Final

BYTES_PER_GB: Final = 2**30  # Amazon S3 bills the GB as 2^30 bytes
CAVEAT: Final = (
    "Estimate only, in USD, without special pricing; not for budgeting or cost accounting."
)

SHORT_CAVEAT: Final = "Estimate only, no special pricing, not for budgeting."


@dataclass(frozen=True, slots=True)
class Rates:
    """What an hour and a stored gigabyte cost.

    The defaults are a deployment's own: its default training instance (ml.c7i.4xlarge) and
    S3 standard storage (DeepRacer API facts). The settings `spending.hour_usd` and
    `spending.gb_month_usd` replace them.

    Attributes:
        hour_usd: USD per hour of training or evaluation.
        gb_month_usd: USD per GB and month of model storage.
    """

    hour_usd: float = 0.714
    gb_month_usd: float = 0.023

    def training(self, minutes: int) -> float:
        """Return the estimate for minutes of training and evaluation, in USD."""
        return minutes / 60 * self.hour_usd

    def storage(self, size: int) -> float:
        """Return the estimate for a size in bytes, in USD a month."""
        return size / BYTES_PER_GB * self.gb_month_usd

    def __str__(self) -> str:
        """Name the rates, as every estimate has to."""
        return f"${self.hour_usd:.3f}/h, ${self.gb_month_usd:.3f}/GB-month"
