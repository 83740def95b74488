"""`drtui doctor`: what works here and what does not."""

import logging
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Final

import typer

from drtui import accounts
from drtui.cli import exits
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsJson
from drtui.cli.output import emit, print_json, say
from drtui.commands.doctor import examine
from drtui.commands.doctor.report import report
from drtui.commands.doctor.surroundings import Keyring, Screen, Surroundings, screen_of
from drtui.commands.holding import HeldBackError, check_may_call
from drtui.config import Account, Credentials, Settings, find_paths, load_settings
from drtui.domain.doctoring import Heard, Verdict, has_failed, tally
from drtui.domain.problems import InvalidInputError, ProblemError, StoreProblemError
from drtui.store.health import opened_as_it_is

_KEYRING_SECONDS: Final = 4.0  # twice, where a sign-in is looked for


def doctor(
    as_json: AsJson = False,
    firewall: Annotated[
        bool,
        typer.Option("--firewall", help="Print only what the sponsor can add to the firewall."),
    ] = False,
) -> None:
    """Look at everything that drtui needs, and say what to do where something is missing.

    The report holds no secrets and can be pasted into a bug report. Nothing is changed, and the
    network is asked for some seconds only. Exit codes: 0 nothing failed, 1 something did.
    """
    if as_json and firewall:
        raise InvalidInputError("Choose one of --json and --firewall.")
    _keep_no_log()
    try:
        settings: Settings | ProblemError = load_settings(find_paths())
    except ProblemError as problem:
        settings = problem
    if firewall:
        _print_firewall(settings)
        return
    from drtui.bootstrap import trusted_bundle

    account = _account(settings)
    unasked = _held_back(account)
    heard, keyring = _hear(account, settings, asks=not unasked)
    surroundings = Surroundings(
        environment=os.environ,
        paths=find_paths(),
        screen=_screen(),
        user=_user(),
        keyring=keyring,
        bundle=trusted_bundle(account if isinstance(account, Account) else None),
    )
    checks = examine(surroundings, settings, account, heard, unasked=unasked)
    if as_json:
        print_json([asdict(one) for one in checks])
    else:
        width = surroundings.screen.columns if sys.stdout.isatty() else None
        emit("".join(f"{line}\n" for line in report(checks, width)))
        bad = [f"{one.area}: {one.name}" for one in checks if one.verdict is Verdict.FAILED]
        told = f" Failed: {', '.join(bad)}." if bad else ""
        say(f"{tally(checks)}.{told}")
    if has_failed(checks):
        raise typer.Exit(exits.PROBLEM)


def _keep_no_log() -> None:
    """Let what is logged go nowhere: nothing is written here, and the report says it all."""
    logging.getLogger().addHandler(logging.NullHandler())


def _print_firewall(settings: Settings | ProblemError) -> None:
    from drtui.domain.firewall import firewall_advice
    from drtui.doors import user_agent

    if isinstance(settings, ProblemError):
        raise settings
    emit(f"{firewall_advice(user_agent(settings)).rstrip()}\n")


def _account(settings: Settings | ProblemError) -> Account | ProblemError:
    """Return the account to look at, or why there is none.

    Raises:
        InvalidInputError: The one that was named is not there.
    """
    if isinstance(settings, ProblemError):
        return ProblemError("The configuration cannot be read.")
    try:
        return accounts.choose(settings, chosen_account())
    except InvalidInputError as problem:
        if chosen_account() is not None:
            raise
        return problem


def _held_back(account: Account | ProblemError) -> str:
    """Say that somebody wants to be offline, so that nothing is asked; empty where nobody does."""
    if not isinstance(account, Account):
        return ""
    path = find_paths().store(account.name)
    try:
        if path.exists():
            with opened_as_it_is(path, time.time) as store:
                check_may_call(store)
    except HeldBackError as problem:
        return str(problem)
    except StoreProblemError:
        pass  # the report says so
    return ""


def _hear(
    account: Account | ProblemError, settings: Settings | ProblemError, *, asks: bool
) -> tuple[Heard | None, Keyring]:
    """Ask the network and the keyring, both at once."""
    answer: queue.SimpleQueue[Keyring] = queue.SimpleQueue()
    threading.Thread(
        target=lambda: answer.put(_keyring(account)), name="drtui-doctor-keyring", daemon=True
    ).start()
    heard = None
    if asks and isinstance(account, Account) and isinstance(settings, Settings):
        from drtui.bootstrap import network_doctor

        heard = network_doctor(account, settings).look()
    return heard, answer.get()


def _keyring(account: Account | ProblemError) -> Keyring:
    """Ask the keyring, which answers in time, or is said to have failed."""
    from drtui.keeping import Keeper, Secret

    keeper = Keeper(_KEYRING_SECONDS)
    kept = None
    if (
        isinstance(account, Account)
        and account.credentials is Credentials.SIGN_IN
        and account.user
        and keeper.backend
    ):
        kept = keeper.find(account.name, account.user, Secret.REFRESH_TOKEN) is not None
    return Keyring(keeper.backend, keeper.why_not, kept)


def _screen() -> Screen:
    from drtui.widgets.size_guard import LEAST_HEIGHT, LEAST_WIDTH

    columns = lines = None
    for descriptor in (1, 2, 0):
        with suppress(OSError):
            columns, lines = os.get_terminal_size(descriptor)
            break
    return screen_of(columns, lines, (LEAST_WIDTH, LEAST_HEIGHT), sys.stderr)


def _user() -> str:
    from drtui.bootstrap import system_user

    return system_user()
