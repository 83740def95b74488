"""A terminal, a time zone and a store for every test of the console."""

from tests.support.console import database, path, styles, terminal
from tests.support.sparing import read_ahead

__all__ = ["database", "path", "read_ahead", "styles", "terminal"]
