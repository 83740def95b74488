"""What ends a command: one sentence on stderr, and the exit code that goes with it."""

import logging
import traceback
from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

import typer
from typer.core import TyperCommand, TyperGroup

from drtui.cli import exits
from drtui.cli.hoisted import debugging
from drtui.cli.output import say
from drtui.config import find_paths
from drtui.domain.filters import FilterError
from drtui.domain.problems import InvalidInputError, NotAllowedError, ProblemError
from drtui.domain.text import clean


class StoppedError(ProblemError):
    """A signal came before anything was changed."""


_NUMBERS: Final = {"int": "whole number", "float": "number"}
_ONE_OF: Final = " is not one of "
_CONFIRMS_A_PLAN: Final = frozenset({"--dry-run", "--no-wait"})  # options of what does
_CODES = {
    InvalidInputError: exits.USAGE,
    NotAllowedError: exits.NOT_ALLOWED,
    StoppedError: exits.INTERRUPTED,
}


def complain(error: Exception) -> int:
    """Say what is wrong; with --debug, where, and where the log is; return the exit code."""
    unexpected = not isinstance(error, ProblemError)
    if unexpected:
        _log(error)
    if debugging():
        say("".join(traceback.format_exception(error)).rstrip())
        say(f"The log is {find_paths().log_file}")
    if isinstance(error, FilterError):
        say(f"The filter cannot be read: {error}\n{error.pointed()}")
    elif isinstance(error, ProblemError):
        say(str(error))
    else:
        what = clean(f"{type(error).__name__}: {error}", 300)
        say(f"Something went wrong that should not ({what}): --debug shows where.")
    codes = [code for kind, code in _CODES.items() if isinstance(error, kind)]
    return codes[0] if codes else exits.PROBLEM


@runtime_checkable
class _UsageError(Protocol):
    """What Typer's errors of usage have in common, whatever they are called there."""

    exit_code: int

    def show(self) -> None:
        """Print it with the usage."""


@runtime_checkable
class _NoSuchOption(Protocol):
    """What Typer says of an option that a command does not have."""

    message: str
    option_name: str
    possibilities: Sequence[str] | None
    ctx: typer.Context | None


def complain_of_usage(error: typer.TyperException) -> int:
    """Say what is wrong with a command line, with its usage; return the exit code."""
    if isinstance(error, typer.BadParameter):
        error.message = _in_our_words(error)
    if isinstance(error, _NoSuchOption) and error.ctx is not None:
        _explain_option(error, error.ctx.command)
    if isinstance(error, _UsageError):
        error.show()
        return error.exit_code
    return complain(error)


def _explain_option(error: _NoSuchOption, command: object) -> None:
    """Say more of an option that a command, or a group of commands, does not have."""
    if isinstance(command, TyperGroup):
        if not error.possibilities:
            error.message += ". The options of a command go after it."
    elif (
        error.option_name == "--at"
        and isinstance(command, TyperCommand)
        and _CONFIRMS_A_PLAN.issubset(name for one in command.params for name in one.opts)
    ):
        from drtui.domain.scheduling import NOT_SCHEDULED

        error.message, error.possibilities = NOT_SCHEDULED, ()


def _in_our_words(error: typer.BadParameter) -> str:
    """Return what is wrong with a value; Typer shows the sentences of its validator as they are."""
    cause = error.__cause__
    if not isinstance(cause, ValueError) or not hasattr(cause, "errors"):
        return error.message
    found = cause.errors()[0]
    value = f"“{clean(str(found['input']), 40)}”"
    kind = str(found["type"]).partition("_")[0]
    if kind in _NUMBERS:
        return f"{value} is no {_NUMBERS[kind]}."
    _, chosen_from, choices = error.message.rpartition(_ONE_OF)
    if chosen_from:
        return f"{value}{_ONE_OF}{choices.replace(chr(39), '')}"
    return error.message.removeprefix("Value error, ")


def _log(error: Exception) -> None:
    """Write an unexpected error to the log, also where the command had not come to open it."""
    from drtui.bootstrap import LogProblemError, set_up_logging

    try:
        set_up_logging(find_paths())
    except LogProblemError:
        return
    logging.getLogger("drtui").error("a command failed unexpectedly", exc_info=error)
