"""`drtui` and `python -m drtui`. A bare `drtui` opens the console without the command line."""

import sys


def main() -> None:
    """Run drtui; the process ends with its exit code."""
    arguments = sys.argv[1:]
    if arguments:
        from drtui.cli import run  # noqa: PLC0415 - its libraries would cost the console its start

        sys.exit(run(arguments))
    from drtui.console import open_console  # noqa: PLC0415
    from drtui.domain.problems import InvalidInputError, ProblemError  # noqa: PLC0415

    try:
        open_console(None)
    except ProblemError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2 if isinstance(problem, InvalidInputError) else 1)


if __name__ == "__main__":
    main()
