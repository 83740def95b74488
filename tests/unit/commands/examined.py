"""What the tests of the doctor's checks have in common."""

from dataclasses import replace
from typing import Final

from drtui.commands.doctor.surroundings import Screen
from drtui.config import Account, Credentials
from drtui.domain.doctoring import Check, Verdict

OK, WARNING, FAILED, NOT_CHECKED = Verdict.OK, Verdict.WARNING, Verdict.FAILED, Verdict.NOT_CHECKED
SCREEN: Final = Screen(120, 40, (60, 15), "utf-8")
ACCOUNT: Final = Account("event", "https://api.example.com/prod", "us-east-1")
SIGNING: Final = replace(ACCOUNT, credentials=Credentials.SIGN_IN, user="ada")
TERM: Final = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}


def one(checks: list[Check], name: str) -> Check:
    """The check of that name."""
    return next(each for each in checks if each.name == name)
