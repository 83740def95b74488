"""Accounts on the command line: what their tests begin with."""

import io

import pytest

from drtui import accounts, bootstrap
from drtui.config import Account, Credentials, Paths, load_settings
from drtui.domain.records import Role
from drtui.domain.signing_in import Secret, SignInState
from drtui.domain.sites import Site
from drtui.keeping import Keeper
from drtui.store.database import open_database
from drtui.store.sign_in import SignIn, read_sign_in, write_sign_in
from tests.unit.commands.test_signing_in import TOKEN, Scripted

SITE = Site(
    "https://api.example.com/prod",
    "eu-west-1_AbCdEf",
    "client",
    "eu-west-1:1234",
    "eu-west-1",
    website="https://races.example.com",
    version="v1.3.1",
)
FINALS = Account("finals", SITE.api_url, SITE.region, Credentials.SIGN_IN, SITE)


def services(monkeypatch: pytest.MonkeyPatch, service: Scripted) -> None:
    monkeypatch.setattr(bootstrap, "sign_in_service", lambda *_: service)


def piped(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))


def account_of(paths: Paths, name: str = "finals") -> Account:
    return load_settings(paths, {}).accounts[name]


def sign_in_of(paths: Paths) -> SignIn:
    database = open_database(paths.store("finals"))
    try:
        with database.read() as connection:
            return read_sign_in(connection)
    finally:
        database.close()


def signed_in(paths: Paths) -> None:
    """Leave an account as a sign-in does."""
    accounts.add(paths, FINALS)
    accounts.remember_user(paths, "finals", "ada")
    assert Keeper().keep("finals", "ada", Secret.REFRESH_TOKEN, TOKEN)
    database = open_database(paths.store("finals"))
    write_sign_in(database, SignInState.SIGNED_IN, "ada", Role.ADMIN)
    database.close()
