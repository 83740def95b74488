"""How a live race stands, as the text that drtui keeps, and what of an answer is never kept."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, Final

from drtui.domain.live_races import LiveState
from drtui.domain.races import Ranking

_LATER: Final = frozenset({"rankings", "document"})
_MOMENT: Final = "submitted_at"
_LINK: Final = "video_url"


def text_of_live(state: LiveState) -> str:
    """Return the text of a state; links that are secret for as long as they are good are not in it.

    It is what the store keeps; `live_of_text` reads it.
    """
    document: dict[str, Any] = {
        field.name: getattr(state, field.name)
        for field in fields(state)
        if field.name not in _LATER
    }
    document["current"] = None if state.current is None else without_links(state.current)
    document["rankings"] = [_ranking_document(one) for one in state.rankings]
    document["document"] = without_links(state.document)
    return json.dumps(document, default=str, separators=(",", ":"))


def live_of_text(text: str) -> LiveState | None:
    """Return the state that a text of `text_of_live` holds; None where it holds none."""
    try:
        document = json.loads(text)
        rankings = tuple(_ranking(one) for one in document.pop("rankings"))
        return LiveState(**document, rankings=rankings)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def without_links(document: Mapping[str, object]) -> dict[str, object]:
    """Return what was sent without links that are secret, however deep they stand."""
    return {name: _kept(value) for name, value in document.items() if not _is_link(value)}


def _kept(value: object) -> object:
    if isinstance(value, Mapping):
        return without_links(value)
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value if not _is_link(one)]
    return value


def _is_link(value: object) -> bool:
    """Whether it is a link with a query, which may be a signature, whoever's it is."""
    return isinstance(value, str) and "?" in value.partition("://")[2]


def _ranking_document(ranking: Ranking) -> dict[str, Any]:
    document = asdict(ranking)
    del document[_LINK]
    at = ranking.submitted_at
    document[_MOMENT] = None if at is None else at.timestamp()
    return document


def _ranking(document: dict[str, Any]) -> Ranking:
    at = document.pop(_MOMENT)
    return Ranking(**document, submitted_at=None if at is None else datetime.fromtimestamp(at, UTC))
