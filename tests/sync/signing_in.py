"""A store, a user pool and what is kept, to sign in with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drtui.aws.sessions import AwsCredentials
from drtui.domain.failures import DeploymentError
from drtui.domain.records import Role
from drtui.domain.signing_in import Secret, SignInState
from drtui.store.database import Database, open_database
from drtui.store.sign_in import SignIn
from drtui.sync.signing import Signer
from tests.sync.signing_worlds import (
    ACCOUNT,
    Clock,
    Config,
    MemoryKeeper,
    Pool,
    make_signer,
    standing,
)


@dataclass
class World:
    database: Database
    pool: Pool = field(default_factory=Pool)
    keeper: MemoryKeeper = field(default_factory=MemoryKeeper)
    config: Config = field(default_factory=Config)
    clock: Clock = field(default_factory=Clock)

    def signer(self) -> Signer[AwsCredentials]:
        return make_signer(self.pool, self.keeper, self.database, self.config, self.clock)

    def signed_in(
        self, user: str = "ada", *, keep_password: bool = False
    ) -> Signer[AwsCredentials]:
        signer = self.signer()
        assert signer.sign_in(user, self.pool.passwords[user], keep_password=keep_password)
        return signer

    def kept(self, secret: Secret, user: str = "ada") -> str | None:
        return self.keeper.find(ACCOUNT, user, secret)

    @property
    def told(self) -> tuple[SignInState, str, Role]:
        now = self.said
        return now.state, now.user, now.role

    @property
    def said(self) -> SignIn:
        return standing(self.database)


SIGNED_IN = (SignInState.SIGNED_IN, "ada", Role.ADMIN)
NEEDED = (SignInState.NEEDED, "ada", Role.UNKNOWN)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(open_database(tmp_path / "store.sqlite"))
    yield made
    made.database.close()


def refusal(signer: Signer[AwsCredentials]) -> DeploymentError:
    with pytest.raises(DeploymentError) as raised:
        signer()
    return raised.value
