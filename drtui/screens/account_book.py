"""The accounts there are, and a new one, as the dialogs know them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from drtui.config import Account


class Adding(Enum):
    """By what a new account's deployment is found."""

    SITE = auto()
    STACK = auto()


@dataclass(frozen=True, slots=True)
class NewSite:
    """An account to be added by the address of its deployment's web site."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class NewStack:
    """An account to be added by its deployment's CloudFormation stack.

    Attributes:
        profile: The AWS profile; empty is boto3's standard chain.
        region: Empty is what the profile or the environment says.
    """

    name: str
    stack: str
    profile: str = ""
    region: str = ""


NewAccount = NewSite | NewStack


@dataclass(frozen=True, slots=True)
class Finding:
    """A deployment that was found, as the account that it would be.

    Attributes:
        notice: What the admin has to be told of it; empty when nothing.
    """

    account: Account
    notice: str = ""


class AccountBook(Protocol):
    """The accounts of the configuration."""

    def accounts(self) -> Sequence[Account]:
        """Return them, the default one first.

        Raises:
            ProblemError: The configuration cannot be read.
        """

    def find(self, wanted: NewAccount) -> Finding:
        """Look for a deployment; takes its time, and changes nothing.

        Raises:
            ProblemError: One sentence for the admin.
        """

    def keep(self, account: Account) -> None:
        """Write an account into the configuration.

        Raises:
            ProblemError: One sentence for the admin.
        """

    def go_to(self, name: str) -> None:
        """Have an account opened once this console is closed."""
