"""The zone that times are told and typed in."""

from datetime import tzinfo

from drtui.config import find_paths, load_settings
from drtui.domain.race_times import zone_named


def zone_asked(name: str) -> tzinfo:
    """Return a zone by name; without one the event's (`event.zone`), or else this machine's.

    Raises:
        InvalidInputError: There is none of that name.
        ConfigProblemError: The configuration cannot be read.
    """
    return zone_named(name or load_settings(find_paths()).zone)
