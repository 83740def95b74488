"""A terminal, a time zone and a store for every picture."""

from tests.support.console import database, path, terminal

__all__ = ["database", "path", "terminal"]
