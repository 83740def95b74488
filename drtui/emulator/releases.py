"""The releases of DeepRacer on AWS that can be emulated, and which has what."""

from enum import StrEnum


class Release(StrEnum):
    """A release, the oldest first."""

    V1_2_5 = "1.2.5"
    V1_3_1 = "1.3.1"

    def has(self, since: "Release") -> bool:
        """Whether what came with `since` is there."""
        known = list(Release)
        return known.index(self) >= known.index(since)
