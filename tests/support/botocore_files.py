"""What botocore reads from its own files, and finds out of itself, once for a process.

A test opens sessions of its own, and each would read and decode the descriptions of its services
anew, and look at each of its handlers. Which files a session reads stays its affair.
"""

from functools import cache, wraps
from types import FunctionType
from typing import Any, Final, cast

import pytest
from botocore import hooks
from botocore.hooks import BaseEventHooks, EventAliaser
from botocore.loaders import JSONFileLoader, Loader

_load: Final = JSONFileLoader.load_file
_exists: Final = JSONFileLoader.exists
_alias: Final = cast("Any", EventAliaser)._alias_event_name
_takes: Final = cast("Any", hooks).accepts_kwargs
_list: Final = Loader.list_available_services
_services: Final[dict[tuple[object, ...], list[str]]] = {}


@cache
def _file(path: str) -> Any:
    return _load(JSONFileLoader(), path)


@cache
def _is_there(path: str) -> bool:
    return bool(_exists(JSONFileLoader(), path))


@cache
def _function_takes(function: FunctionType) -> Any:
    return _takes(function)


@wraps(_takes)
def _takes_keywords(handler: Any) -> Any:
    function = getattr(handler, "__func__", handler)  # a method would keep its client alive
    return _function_takes(function) if isinstance(function, FunctionType) else _takes(handler)


@cache
def _alias_of(event: str) -> str:
    return str(_alias(EventAliaser(BaseEventHooks()), event))


@wraps(_alias)
def _named_once(_: object, event: str) -> str:
    return _alias_of(event)


@wraps(_list)
def _listed_once(loader: Loader, type_name: str) -> list[str]:
    key = (type_name, *loader.search_paths)
    if key not in _services:
        _services[key] = _list(loader, type_name)
    return _services[key]


def read_once(patched: pytest.MonkeyPatch) -> None:
    """Let botocore read each of its files once, and look at each handler and event once."""
    patched.setattr(hooks, "accepts_kwargs", _takes_keywords)
    patched.setattr(EventAliaser, "_alias_event_name", _named_once)
    patched.setattr(JSONFileLoader, "load_file", lambda _, file_path: _file(file_path))
    patched.setattr(JSONFileLoader, "exists", lambda _, file_path: _is_there(file_path))
    patched.setattr(Loader, "list_available_services", _listed_once)
