"""An account book in memory, and a console that has it."""

import threading
from collections.abc import Sequence
from pathlib import Path

from drtui.app import DrtuiApp
from drtui.commands.workspace import Workspace
from drtui.config import Account, Credentials
from drtui.domain.problems import ProblemError
from drtui.domain.sites import Site
from drtui.screens.account_book import Finding, NewAccount
from drtui.store.database import open_database
from tests.support.driving import RecordingEngine
from tests.support.stores import frozen_clock

SITE = Site(
    "https://api.example.com/prod",
    "us-east-1_AbCdEf",
    "client",
    "us-east-1:1",
    "us-east-1",
    website="https://d1.cloudfront.net",
)
FINALS = Account("finals-2026", SITE.api_url, "us-east-1", Credentials.SIGN_IN, SITE)
TRAINING = Account("training", "https://x.execute-api.us-west-2.amazonaws.com/prod", "us-west-2")


class Book:
    """Accounts in memory; what is looked for is found when the test says so."""

    def __init__(self, *accounts: Account) -> None:
        self.there = list(accounts)
        self.wanted: list[NewAccount] = []
        self.problem: ProblemError | None = None
        self.notice = ""
        self.may_find = threading.Event()
        self.may_find.set()
        self.next = ""
        self.threads: set[threading.Thread] = set()  # that read or wrote the configuration

    def accounts(self) -> Sequence[Account]:
        self.threads.add(threading.current_thread())
        return self.there

    def find(self, wanted: NewAccount) -> Finding:
        self.wanted.append(wanted)
        assert self.may_find.wait(10)
        if self.problem is not None:
            raise self.problem
        return Finding(Account(wanted.name, SITE.api_url, "us-east-1"), self.notice)

    def keep(self, account: Account) -> None:
        self.threads.add(threading.current_thread())
        self.there.append(account)

    def go_to(self, name: str) -> None:
        self.next = name


def app_of(path: Path, book: Book | None, engine: RecordingEngine | None = None) -> DrtuiApp:
    def workspace() -> Workspace:
        return Workspace(open_database(path, frozen_clock), "ada")

    return DrtuiApp(workspace, account="finals-2026", engine=engine, book=book)
