"""The emulated account shares nothing with the client."""

import subprocess
import sys

_PROGRAM = """
import sys
import drtui.emulator.server
loaded = [name for name in sys.modules if name.split(".")[0] in {wanted}]
print("\\n".join(loaded))
"""


def loaded(*wanted: str) -> list[str]:
    program = _PROGRAM.format(wanted=wanted)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_it_imports_nothing_else_of_drtui() -> None:
    others = [name for name in loaded("drtui") if not name.startswith("drtui.emulator")]
    assert others == ["drtui"]


def test_it_imports_nothing_that_the_client_signs_or_draws_with() -> None:
    assert loaded("boto3", "botocore", "sqlmodel", "sqlalchemy", "textual", "typer") == []
