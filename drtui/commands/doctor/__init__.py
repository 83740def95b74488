"""`doctor`: what works here and what does not, line by line; used by the console and the cli."""

import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from drtui.commands.doctor import account as accounts
from drtui.commands.doctor import store as stores
from drtui.commands.doctor.configuration import examine_account, examine_configuration
from drtui.commands.doctor.machine import examine_disk, examine_keyring
from drtui.commands.doctor.network import examine_environment, examine_network
from drtui.commands.doctor.program import examine_program
from drtui.commands.doctor.surroundings import Surroundings
from drtui.commands.doctor.terminal import examine_terminal
from drtui.config import Account, Credentials, Settings
from drtui.domain.doctoring import Check, Heard
from drtui.domain.problems import ProblemError, StoreProblemError
from drtui.store.database import Database
from drtui.store.health import examine as examine_store
from drtui.store.health import opened_as_it_is


def examine(
    surroundings: Surroundings,
    settings: Settings | ProblemError,
    account: Account | ProblemError,
    heard: Heard | None = None,
    database: Database | None = None,
    *,
    unasked: str = "",
) -> list[Check]:
    """Look at everything; nothing is created or changed, and nothing is asked over the network.

    Args:
        surroundings: The environment, the terminal, and the machine.
        settings: What the configuration says, or why it cannot be read.
        account: The one to look at, or why there is none.
        heard: What was heard over the network; None where nothing was asked.
        database: The account's store where it is open already; else it is opened as it is.
        unasked: Why nothing was asked over the network; empty is that this is not the place for it.

    Returns:
        The checks, by area; none is missing, whatever could not be looked at.
    """
    chosen = account if isinstance(account, Account) else None
    signs_in = chosen is None or chosen.credentials is Credentials.SIGN_IN
    found = [
        *examine_program(),
        *examine_terminal(surroundings),
        examine_keyring(surroundings, needed=signs_in),
        examine_disk(surroundings),
        *examine_configuration(surroundings.paths, settings, chosen),
        examine_account(account),
        *examine_environment(surroundings.environment, chosen, surroundings.bundle),
        *examine_network(heard, chosen, unasked),
    ]
    if chosen is None or isinstance(settings, ProblemError):
        found += accounts.no_account("There is no account to look at.")
        found.append(stores.examine_place(surroundings.paths.store("")))
        found.append(stores.examine_access(surroundings.paths.store("")))
        found += stores.none_yet("There is no account to look at.")
    else:
        found += _of_store(surroundings, settings, chosen, heard, database)
    return _without_home(found, surroundings.environment)


def _of_store(
    surroundings: Surroundings,
    settings: Settings,
    account: Account,
    heard: Heard | None,
    database: Database | None,
) -> list[Check]:
    path = surroundings.paths.store(account.name) if database is None else database.path
    place = stores.examine_place(path)
    facts, unread = None, "The store cannot be read as this drtui knows it."
    if path.exists():
        opened: AbstractContextManager[Database] = (
            opened_as_it_is(path, time.time) if database is None else nullcontext(database)
        )
        try:
            with opened as store:
                health = examine_store(store)
                if stores.is_usable(health):
                    facts = accounts.read_facts(store, settings.sync.admin_calls)
            of_store = stores.examine_health(health)
        except StoreProblemError as problem:
            of_store = stores.unreadable(problem)
    else:
        unread = "There is no store yet: nothing was read from this account."
        of_store = stores.none_yet(unread)
    lines = accounts.examine_facts(facts, unread, account, surroundings.keyring, heard)
    return [*lines, place, stores.examine_access(path), *of_store]


def _without_home(found: Iterable[Check], environment: Mapping[str, str]) -> list[Check]:
    """Leave out whose home it is: the report is to be shown to others."""
    home = environment.get("HOME", "").rstrip("/")
    if not home:
        return list(found)

    def shorter(text: str) -> str:
        return text.replace(f"{home}/", "~/")

    return [replace(one, why=shorter(one.why), advice=shorter(one.advice)) for one in found]
