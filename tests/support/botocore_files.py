"""What botocore reads from its own files, read once for all sessions of a process.

A test opens sessions of its own, and each would read and decode the descriptions of its services
anew. Which files a session reads stays its affair.
"""

from functools import cache, wraps
from typing import Any, Final

import pytest
from botocore.loaders import JSONFileLoader, Loader

_load: Final = JSONFileLoader.load_file
_exists: Final = JSONFileLoader.exists
_list: Final = Loader.list_available_services
_services: Final[dict[tuple[object, ...], list[str]]] = {}


@cache
def _file(path: str) -> Any:
    return _load(JSONFileLoader(), path)


@cache
def _is_there(path: str) -> bool:
    return bool(_exists(JSONFileLoader(), path))


@wraps(_list)
def _listed_once(loader: Loader, type_name: str) -> list[str]:
    key = (type_name, *loader.search_paths)
    if key not in _services:
        _services[key] = _list(loader, type_name)
    return _services[key]


def read_once(patched: pytest.MonkeyPatch) -> None:
    """Let botocore read each of its files once."""
    patched.setattr(JSONFileLoader, "load_file", lambda _, file_path: _file(file_path))
    patched.setattr(JSONFileLoader, "exists", lambda _, file_path: _is_there(file_path))
    patched.setattr(Loader, "list_available_services", _listed_once)
