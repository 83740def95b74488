"""What every new store costs, paid once by all tests of a process.

An empty file becomes a store by a copy: what the migrations make of it is always the same. And a
statement is compiled for all stores, where each would compile it anew.

Whoever tests the migrations themselves asks for the fixture `migrated_anew`, or for another
schema.
"""

from functools import cache, wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from drtui.store import schema
from drtui.store.database import open_database

_ensure: Final = schema.ensure_head
_bring: Final = schema.bring_to
_ASKED: Final = (schema.HEAD, schema.SCRIPTS)
_compiled: Final[LRUCache[Any, Any]] = LRUCache(5_000)


class _Alike(SQLiteDialect_pysqlite):
    """SQLite's dialect, the same for every engine, so that what is compiled for one suits all."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Give an engine the cache of all."""
        engine._compiled_cache = _compiled


@cache
def _new() -> bytes:
    """What is in the file of a new store."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        migrate_anew(patched)
        path = Path(folder) / "account.db"
        open_database(path).close()
        assert [each.name for each in path.parent.iterdir()] == [path.name]
        return path.read_bytes()


def _fill(path: Path) -> bool:
    """Make a store of an empty file."""
    asked = (schema.HEAD, schema.SCRIPTS) == _ASKED
    empty = asked and path.is_file() and path.stat().st_size == 0
    if empty:
        path.write_bytes(_new())
    return empty


@wraps(_ensure)
def _copied(engine: Engine, path: Path) -> None:
    _fill(path)
    _ensure(engine, path)


@wraps(_bring)
def _brought(path: Path, target: str) -> None:
    if target != schema.HEAD or not _fill(path):
        _bring(path, target)


def pay_once(patched: pytest.MonkeyPatch) -> None:
    """Let stores be cheap from now on."""
    patched.setattr(schema, "ensure_head", _copied)
    patched.setattr(schema, "bring_to", _brought)
    compile_once(patched)


def compile_once(patched: pytest.MonkeyPatch) -> None:
    """Let a statement be compiled once for all stores from now on."""
    patched.setitem(registry.impls, "sqlite", lambda: _Alike)


def migrate_anew(patched: pytest.MonkeyPatch) -> None:
    """Let an empty file become a store by the migrations."""
    patched.setattr(schema, "ensure_head", _ensure)
    patched.setattr(schema, "bring_to", _bring)
