"""The command line: Typer, and nothing heavy before a command needs it."""

from importlib import import_module
from typing import Final

import typer

from drtui import __version__
from drtui.cli import exits
from drtui.cli.hoisted import chosen_account, debugging, hoist
from drtui.cli.output import emit, finish_output, say, set_up_streams
from drtui.cli.problems import complain, complain_of_usage
from drtui.domain.problems import InvalidInputError

# Command by module and name there; a group is a Typer of its own.
_COMMANDS: Final = {
    "users": ("users", "users"),
    "models": ("models", "models"),
    "races": ("races", "app"),
    "operations": ("operations", "operations"),
    "journal": ("journal", "journal"),
    "setup": ("setup", "setup"),
    "invite": ("inviting", "invite"),
    "access": ("access", "access"),
    "billing": ("billing", "billing"),
    "account": ("accounts", "account"),
    "sync": ("sync", "sync"),
    "prepare": ("preparing", "prepare"),
    "offline": ("offline", "offline"),
    "deliver": ("offline", "deliver"),
    "summary": ("summary", "summary"),
    "export": ("exporting", "export"),
    "service": ("services", "service"),
    "doctor": ("doctor", "doctor"),
    "mend": ("mending", "mend"),
    "emulator": ("emulated", "emulator"),
    "demo": ("emulated", "demo"),
}
_ALONE: Final = frozenset({"--version", "--offline"})  # options that need no command


def main(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Show the version."),
    offline: bool = typer.Option(
        False, "--offline", help="Go offline on purpose before the console opens."
    ),
) -> None:
    """Open the console where there is no command."""
    if version:
        emit(f"drtui {__version__}\n")
        raise typer.Exit
    if offline and context.invoked_subcommand is not None:
        raise InvalidInputError("--offline opens the console: elsewhere use “drtui offline on”.")
    if context.invoked_subcommand is None:
        if offline:
            from drtui.cli.context import open_desk
            from drtui.cli.offline import begin

            with open_desk(chosen_account()) as desk:
                begin(desk)
        from drtui.start import start

        raise typer.Exit(start(chosen_account(), debug=debugging()))


def assemble(arguments: list[str]) -> typer.Typer:
    """Return the command line with the command that is asked for.

    It has all of them where help or an error has to name them.
    """
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A console for AWS DeepRacer multi-user events; without a command it opens the "
        "console.\n\n--account NAME and --debug may stand anywhere.",
        epilog="Exit codes: 0 settled well, 1 a problem of drtui's own, 2 usage, 3 queued and not "
        "delivered, 4 some targets not settled, 5 not signed in or not allowed, 130 interrupted.",
    )
    app.callback(invoke_without_command=True)(main)
    first = next((each for each in arguments if not each.startswith("-")), "")
    named = [first] if first in _COMMANDS else list(_COMMANDS)
    if arguments and _ALONE.issuperset(arguments):
        named = []
    for name in named:
        module, attribute = _COMMANDS[name]
        found = getattr(import_module(f"drtui.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def run(arguments: list[str]) -> int:
    """Run one command line; return the exit code. Problems are one sentence on stderr."""
    set_up_streams()
    try:
        rest = hoist(arguments)
        app = assemble(rest)
        code = app(args=rest, prog_name="drtui", standalone_mode=False) or exits.OK
    except typer.TyperException as error:
        code = complain_of_usage(error)
    except typer.Abort as abort:
        say("")
        say("Nothing was changed.")
        code = exits.of_unanswered(abort)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else exits.OK
    except KeyboardInterrupt:
        code = exits.INTERRUPTED
    except Exception as error:
        code = complain(error)
    return finish_output() or code
