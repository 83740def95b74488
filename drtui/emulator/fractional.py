"""Fractional indices: keys of a queue's places, between any two of which there is another one.

A key is a whole part, whose first letter says how long it is, and a fraction. They sort by bytes:
`Zz` is before `a0`, `a0V` between `a0` and `a1` (DeepRacer API facts, behaviour 10).
"""

FIRST = "a0"

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def key_between(before: str | None, after: str | None) -> str:
    """A key between two; None is before the first, or behind the last."""
    if before is None and after is None:
        return FIRST
    if before is None:
        return _before(after or FIRST)
    whole, fraction = _parts(before)
    if after is None:
        higher = _step(whole, up=True)
        return whole + _middle(fraction, None) if higher is None else higher
    other, other_fraction = _parts(after)
    if whole == other:
        return whole + _middle(fraction, other_fraction)
    higher = _step(whole, up=True)
    if higher is not None and higher < after:
        return higher
    return whole + _middle(fraction, None)


def _before(after: str) -> str:
    whole, fraction = _parts(after)
    if fraction:
        return whole
    lower = _step(whole, up=False)
    if lower is None:
        problem = "There is no room before the first place."
        raise ValueError(problem)
    return lower


def _parts(key: str) -> tuple[str, str]:
    head = key[0]
    length = ord(head) - ord("a") + 2 if head >= "a" else ord("Z") - ord(head) + 2
    return key[:length], key[length:]


def _step(whole: str, *, up: bool) -> str | None:
    """The next whole part above or below; None at either end."""
    overflow, fresh = (_DIGITS[-1], _DIGITS[0]) if up else (_DIGITS[0], _DIGITS[-1])
    digits = list(whole[1:])
    for place in reversed(range(len(digits))):
        if digits[place] != overflow:
            digits[place] = _DIGITS[_DIGITS.index(digits[place]) + (1 if up else -1)]
            return whole[0] + "".join(digits)
        digits[place] = fresh
    head = whole[0]
    if head == ("z" if up else "A"):
        return None
    if head == ("Z" if up else "a"):
        return ("a" if up else "Z") + fresh
    following = chr(ord(head) + (1 if up else -1))
    # Away from the middle whole parts get longer, towards it shorter.
    longer = following > "a" if up else following < "Z"
    return following + "".join([*digits, fresh] if longer else digits[:-1])


def _middle(low: str, high: str | None) -> str:
    """A fraction between two; None is the end of all fractions, and none ends in 0."""
    if high is not None:
        common = 0
        while common < len(high) and (low[common : common + 1] or "0") == high[common]:
            common += 1
        if common:
            return high[:common] + _middle(low[common:], high[common:])
    first = _DIGITS.index(low[0]) if low else 0
    last = len(_DIGITS) if high is None else _DIGITS.index(high[0])
    if last - first > 1:
        return _DIGITS[(first + last + 1) // 2]
    if high is not None and len(high) > 1:
        return high[0]
    return _DIGITS[first] + _middle(low[1:], None)
