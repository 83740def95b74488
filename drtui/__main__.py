"""`drtui` and `python -m drtui`. A bare `drtui` opens the console without the command line."""

import os
import sys
import threading
from typing import NoReturn


def main() -> None:
    """Run drtui; the process ends with its exit code."""
    arguments = sys.argv[1:]
    if arguments:
        from drtui.cli import run

        end(run(arguments))
    from drtui.start import start

    try:
        code = start(None)
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        from drtui.cli.problems import complain

        code = complain(error)
    end(code)


def end(code: int) -> NoReturn:
    """End the process, at once where calls that were given up still wait for their answers.

    Their threads would go on while the interpreter is taken apart, and stumble over it. What has
    to be kept is in the store by now, and the streams are written out.

    Raises:
        SystemExit: Nothing but the main thread is there.
    """
    others = [one for one in threading.enumerate() if one is not threading.main_thread()]
    if others and all(one.daemon for one in others):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                code = code or 1  # nobody reads it; a command has noticed already
        if files := sys.modules.get("drtui.files"):  # not imported for this alone
            files.remove_passing_folders()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
