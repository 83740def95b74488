"""Initial passwords: for people to type once, and for nobody to guess."""

import secrets
from random import Random
from typing import Final

LENGTH: Final = 16
LONGEST: Final = 128  # what IAM takes
UPPER: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which look like 1 and 0
LOWER: Final = "abcdefghjkmnpqrstuvwxyz"  # without i, l and o
DIGITS: Final = "23456789"
SYMBOLS: Final = "!#%+="  # on every keyboard, counted by IAM and Cognito, no quote or separator
_CLASSES: Final = (UPPER, LOWER, DIGITS, SYMBOLS)


def generate_password(length: int = LENGTH, source: Random | None = None) -> str:
    """Return a password with upper case, lower case, digits and symbols.

    It begins with a letter, so that no spreadsheet takes it for a formula.

    Args:
        length: From 16 to 128 characters.
        source: Where chance comes from; the operating system's secure source unless given.

    Raises:
        ValueError: The length is another.
    """
    if not LENGTH <= length <= LONGEST:
        raise ValueError(f"a password has {LENGTH} to {LONGEST} characters, not {length}")
    chance = source or secrets.SystemRandom()
    rest = [chance.choice(characters) for characters in _CLASSES]
    rest += [chance.choice("".join(_CLASSES)) for _ in range(length - 1 - len(rest))]
    chance.shuffle(rest)
    return chance.choice(UPPER + LOWER) + "".join(rest)
