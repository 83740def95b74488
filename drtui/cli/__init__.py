"""The command line: Typer, and nothing heavy before a command needs it."""

import logging
import sys
import traceback
from importlib import import_module

import typer

from drtui import __version__
from drtui.cli import exits
from drtui.cli.hoisted import chosen_account, debugging, hoist
from drtui.domain.problems import InvalidInputError, ProblemError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A console for AWS DeepRacer multi-user events; without a command it opens the console."
    "\n\n--account NAME and --debug may stand anywhere.",
    epilog="Exit codes: 0 settled well, 1 a problem of drtui's own, 2 usage, 3 queued and not "
    "delivered, 4 some targets not settled, 5 not signed in or not allowed.",
)


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Show the version."),
) -> None:
    """Open the console where there is no command."""
    if version:
        sys.stdout.write(f"drtui {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from drtui.console import open_console

        open_console(chosen_account())


def _assemble() -> None:
    groups = (("users", "users"), ("operations", "operations"), ("accounts", "account"))
    for module, name in groups:
        app.add_typer(getattr(import_module(f"drtui.cli.{module}"), name), name=name)
    for module, name in (
        ("sync", "sync"),
        ("sync", "summary"),
        ("emulated", "emulator"),
        ("emulated", "demo"),
    ):
        app.command(name)(getattr(import_module(f"drtui.cli.{module}"), name))


def run(arguments: list[str]) -> int:
    """Run one command line; return the exit code. Problems are one sentence on stderr."""
    try:
        rest = hoist(arguments)
        _assemble()
        app(args=rest, prog_name="drtui")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else exits.OK
    except BrokenPipeError:
        sys.stderr.close()
    except ProblemError as error:
        return _complain(error)
    except Exception as error:
        logging.getLogger("drtui").exception("a command failed unexpectedly")
        return _complain(error)
    return exits.OK


def _complain(error: Exception) -> int:
    from drtui.cli.context import NotAllowedError
    from drtui.domain.filters import FilterError

    if debugging():
        from drtui.config import find_paths

        traceback.print_exception(error)
        sys.stderr.write(f"The log is {find_paths().log_file}\n")
    text = str(error)
    if isinstance(error, FilterError):
        text = f"{text}\n{error.pointed()}"
    elif not isinstance(error, ProblemError):
        text = f"Something went wrong that should not ({text}): --debug shows where."
    sys.stderr.write(f"{text}\n")
    if isinstance(error, InvalidInputError):
        return exits.USAGE
    return exits.NOT_ALLOWED if isinstance(error, NotAllowedError) else exits.PROBLEM
