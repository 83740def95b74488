"""Styles that are parsed once for all apps of a process, as one app does for all its screens."""

from functools import wraps
from typing import Any, Final

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse: Final = Stylesheet._parse_rules
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}


@wraps(_parse)
def parse_once(sheet: Stylesheet, css: str, *arguments: Any, **options: Any) -> list[RuleSet]:
    """Parse, unless the same text was parsed with the same variables; stands in a `Stylesheet`."""
    variables = frozenset(sheet._variables.items())
    key = (css, arguments, tuple(sorted(options.items())), variables)
    if key not in _parsed:
        _parsed[key] = _parse(sheet, css, *arguments, **options)
    return _parsed[key]
