"""A terminal, a time zone and a store for every test of the console."""

from tests.support.console import database, path, styles, terminal

__all__ = ["database", "path", "styles", "terminal"]
