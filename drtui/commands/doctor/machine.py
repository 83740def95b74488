"""The machine: the keyring, and the space on the disk."""

import shutil
from pathlib import Path
from typing import Final

from drtui.commands.doctor.surroundings import Surroundings
from drtui.domain.doctoring import Area, Check, Verdict, check

_MEGABYTE: Final = 1_000_000
_LOW: Final = 500 * _MEGABYTE
_TOO_LOW: Final = 50 * _MEGABYTE
_NO_SESSION: Final = (
    "On a host without a desktop, a keyring lives as long as a shell that is begun for it. Install "
    "gnome-keyring (its package has that name on Debian, Ubuntu and Fedora), then run "
    "“dbus-run-session -- bash”, in it “gnome-keyring-daemon --unlock --components=secrets”, type "
    "a password for the keyring and ctrl+d twice, and start drtui in that shell. Or leave it: the "
    "sign-in is then asked for each time drtui starts. drtui uses no keyring that keeps secrets in "
    "plain files, and none that asks for its password on the terminal."
)
_SESSION: Final = (
    "There is a D-Bus session here, so a Secret Service in it will do: install gnome-keyring or "
    "KWallet and unlock it, as with “gnome-keyring-daemon --unlock --components=secrets”. Or leave "
    "it: the sign-in is then asked for each time drtui starts."
)


def examine_keyring(surroundings: Surroundings, *, needed: bool) -> Check:
    """Return the check of the keyring.

    Args:
        surroundings: With what the keyring said.
        needed: Whether a sign-in is to be kept, or may come to be.
    """
    keyring = surroundings.keyring
    if keyring is None:
        why = "The console leaves the keyring to its engine; “drtui doctor” asks it."
        return check(Area.MACHINE, "keyring", Verdict.NOT_CHECKED, why)
    if keyring.backend:
        return check(Area.MACHINE, "keyring", Verdict.OK, f"{keyring.backend}.")
    if not needed:
        why = "None that can be used; this account keeps no secret, so none is needed."
        return check(Area.MACHINE, "keyring", Verdict.OK, why)
    session = bool(surroundings.environment.get("DBUS_SESSION_BUS_ADDRESS"))
    # It goes on to name `doctor`, which this is.
    why = f"{keyring.why_not.partition('; “drtui doctor”')[0].rstrip('.')}."
    advice = _SESSION if session else _NO_SESSION
    return check(Area.MACHINE, "keyring", Verdict.WARNING, why, advice)


def examine_disk(surroundings: Surroundings) -> Check:
    """Return the check of the free space where the stores are."""
    folder = nearest(surroundings.paths.state)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        why = f"The space on the disk of {folder} cannot be read ({error.strerror})."
        return check(Area.MACHINE, "disk", Verdict.NOT_CHECKED, why)
    found = f"{free / _MEGABYTE:,.0f} MB free where the stores are"
    if free >= _LOW:
        return check(Area.MACHINE, "disk", Verdict.OK, f"{found}.")
    verdict = Verdict.FAILED if free < _TOO_LOW else Verdict.WARNING
    advice = "Free some space: an operation that cannot be written down cannot be confirmed."
    return check(Area.MACHINE, "disk", verdict, f"Only {found}.", advice)


def nearest(folder: Path) -> Path:
    """Return the folder itself, or the first above it that is there."""
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)
