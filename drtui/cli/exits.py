"""The exit codes of `drtui`; documented in docs/command-line.md."""

from typing import Final

OK: Final = 0  # every target settled well; with --no-wait: queued
PROBLEM: Final = 1  # drtui itself cannot go on: store, disk, configuration
USAGE: Final = 2  # what was typed cannot be meant, or was not confirmed
QUEUED: Final = 3  # in the operation log, not delivered yet
UNSETTLED: Final = 4  # some targets failed, conflict, wait for a word, cannot, or matched nobody
NOT_ALLOWED: Final = 5  # not signed in, or the role or a firewall does not allow it
INTERRUPTED: Final = 130  # by Ctrl-C and the like, before anything was changed


def of_unanswered(abort: BaseException) -> int:
    """Return the exit code of a question without an answer: by Ctrl-C, or by the end of input."""
    # The prompt turns both into the same exception, and hides which it was from tracebacks only.
    return INTERRUPTED if isinstance(abort.__context__, KeyboardInterrupt) else USAGE
