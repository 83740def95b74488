"""`drtui` and `python -m drtui`. A bare `drtui` opens the console without the command line."""

import sys


def main() -> None:
    """Run drtui; the process ends with its exit code."""
    arguments = sys.argv[1:]
    if arguments:
        from drtui.cli import run

        sys.exit(run(arguments))
    from drtui.start import start

    try:
        code = start(None)
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        from drtui.cli.problems import complain

        code = complain(error)
    sys.exit(code)


if __name__ == "__main__":
    main()
