"""Saved filters of an account: kept on this computer, and named in filters as `@name`."""

from collections.abc import Mapping

from drtui.commands.workspace import Workspace
from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.filters import Expression, parse
from drtui.domain.problems import InvalidInputError
from drtui.domain.saved_filters import SavedFilter, check_name, expand, parse_with, refers
from drtui.domain.text import clean, fold
from drtui.store.preferences import delete_preference, read_preferences, write_preference


def _prefix(language: Language) -> str:
    """Of a preference; one for each filter, so that two consoles never lose the other's."""
    return "filter." if language is RACERS else f"filter of {language.name}."


def saved_filters(workspace: Workspace, language: Language = RACERS) -> list[SavedFilter]:
    """Return the saved filters of a kind of record by name."""
    with workspace.database.read() as connection:
        preferences = read_preferences(connection)
    found = []
    for key, value in preferences.items():
        if key.startswith(_prefix(language)) and isinstance(value, dict):
            found.append(SavedFilter(str(value.get("name", "")), str(value.get("text", ""))))
    return sorted(found, key=lambda one: fold(one.name))


def by_folded_name(filters: list[SavedFilter]) -> dict[str, str]:
    """Return the texts by folded names, as `saved_filters.parse_with` takes them."""
    return {fold(one.name): one.text for one in filters}


def read_filter(workspace: Workspace, text: str, language: Language = RACERS) -> Expression:
    """Read a filter that may name saved ones; the store is asked only when it does.

    Raises:
        FilterError: It cannot be read, or names a filter that is not saved.
        StoreProblemError: The store cannot be read.
    """
    if refers(text):
        return parse_with(text, _known(workspace, language), language)
    return parse(text, language)


def spelled_out(workspace: Workspace, text: str, language: Language = RACERS) -> str:
    """Return a filter with the names of saved ones replaced by what they stand for now.

    Raises:
        FilterError: It cannot be read, or names a filter that is not saved.
        StoreProblemError: The store cannot be read.
    """
    read_filter(workspace, text, language)
    return expand(text, _known(workspace, language)).strip() if refers(text) else text.strip()


def save_filter(
    workspace: Workspace, name: str, text: str, language: Language = RACERS
) -> SavedFilter:
    """Save a filter under a name; one of that name is replaced.

    The names of saved filters in it are replaced by what they stand for now.

    Raises:
        InvalidInputError: The name is not one word, or the filter is empty.
        FilterError: The filter cannot be read.
        StoreProblemError: The store cannot be written.
    """
    check_name(name)
    if not text.strip():
        raise InvalidInputError("An empty filter shows everyone: there is nothing to save.")
    known: Mapping[str, str] = _known(workspace, language) if refers(text) else {}
    parse_with(text, known, language)
    saved = SavedFilter(name, expand(text, known).strip())
    value = {"name": saved.name, "text": saved.text}
    write_preference(workspace.database, _prefix(language) + fold(name), value)
    return saved


def remove_filter(workspace: Workspace, name: str, language: Language = RACERS) -> None:
    """Forget a saved filter.

    Raises:
        InvalidInputError: There is none of that name.
        StoreProblemError: The store cannot be written.
    """
    if fold(name) not in _known(workspace, language):
        raise InvalidInputError(f"No saved filter is called “{clean(name, 40)}”.")
    delete_preference(workspace.database, _prefix(language) + fold(name))


def _known(workspace: Workspace, language: Language) -> dict[str, str]:
    return by_folded_name(saved_filters(workspace, language))
