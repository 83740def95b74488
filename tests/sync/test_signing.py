"""Who signs in within the engine's process: what is told, what is kept, what is lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from drtui.aws.sessions import AwsCredentials
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.problems import ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import ChallengeKind, Secret, SignInFailure, SignInState
from drtui.store.database import Database, open_database
from drtui.store.lasting import read_kept
from drtui.store.sign_in import SignIn, write_sign_in
from drtui.store.tables import table
from drtui.sync.signing import Signer
from tests.sync.signing_worlds import (
    ACCOUNT,
    CODE,
    OTHER,
    PASSWORD,
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


def test_without_a_sign_in_there_are_no_keys_and_it_says_why(world: World) -> None:
    error = refusal(world.signer())
    assert error.kind is FailureKind.NOT_SIGNED_IN
    assert error.message == "Nobody is signed in."
    assert world.told == (SignInState.NEEDED, "", Role.UNKNOWN)
    assert world.said.detail == error.message


def test_a_sign_in_gives_keys_and_is_told_with_the_role_of_the_groups(world: World) -> None:
    world.pool.groups = ("dr-racers", "dr-race-facilitators")
    signer = world.signed_in()
    assert signer().access_key in world.pool.good_keys
    assert world.told == (SignInState.SIGNED_IN, "ada", Role.FACILITATOR)
    assert world.said.detail == ""
    assert world.config.user == "ada"


def test_the_password_is_kept_only_when_asked(world: World) -> None:
    world.signed_in()
    assert world.kept(Secret.REFRESH_TOKEN) in world.pool.good_tokens
    assert world.kept(Secret.PASSWORD) is None
    world.signed_in(keep_password=True)
    assert world.kept(Secret.PASSWORD) == PASSWORD
    world.signed_in()
    assert world.kept(Secret.PASSWORD) is None
    assert world.kept(Secret.REFRESH_TOKEN) in world.pool.good_tokens


@pytest.mark.parametrize(("password", "lasting"), [(False, True), (True, True), (True, False)])
def test_the_store_learns_when_it_began_and_what_is_kept_and_no_secret(
    world: World, password: bool, lasting: bool
) -> None:
    world.keeper.lasting = lasting
    world.signed_in(keep_password=password)()
    with world.database.read() as connection:
        kept = read_kept(connection)
        everything = [tuple(row) for row in connection.execute(select(table("deployment_fact")))]
    assert kept is not None
    assert (kept.user, kept.password, kept.outlives) == ("ada", password, lasting)
    assert not any(secret in str(everything) for secret in (PASSWORD, *world.pool.good_tokens))


def test_a_first_sign_in_that_fails_tells_why(world: World) -> None:
    signer = world.signer()
    assert not signer.sign_in("ada", "wrong", keep_password=False)
    assert world.told == NEEDED
    assert world.said.detail == "The password is wrong."
    refusal(signer)
    assert world.said.detail == "The password is wrong."
    assert world.config.user == ""
    assert not world.keeper.entries


@pytest.mark.parametrize("no_keys", [False, True])
def test_a_failed_attempt_leaves_a_good_sign_in_as_it_is(world: World, no_keys: bool) -> None:
    signer = world.signed_in()
    keys, token = signer(), world.kept(Secret.REFRESH_TOKEN)
    world.pool.no_keys = no_keys
    assert not signer.sign_in("bob", OTHER if no_keys else "wrong", keep_password=True)
    assert signer() == keys
    assert world.told == SIGNED_IN
    assert world.said.detail in ("The password is wrong.", "There are no keys for this user.")
    assert world.said.failed
    assert world.kept(Secret.REFRESH_TOKEN) == token
    assert world.kept(Secret.PASSWORD, "bob") is None
    assert world.config.user == "ada"
    world.clock.now += 61
    signer()
    assert (world.said.detail, world.said.failed) == ("", False)


def test_another_user_s_sign_in_takes_the_place_of_the_former(world: World) -> None:
    signer = world.signed_in(keep_password=True)
    assert signer.sign_in(" bob ", OTHER, keep_password=False)
    assert world.told == (SignInState.SIGNED_IN, "bob", Role.ADMIN)
    assert world.config.user == "bob"
    assert {user for _, user, _ in world.keeper.entries} == {"bob"}


def test_keys_are_given_while_a_question_is_open(world: World) -> None:
    signer = world.signed_in()
    world.pool.asks = ChallengeKind.CODE
    assert not signer.sign_in("bob", OTHER, keep_password=False)
    assert signer().access_key in world.pool.good_keys
    assert world.told == (SignInState.CODE, "bob", Role.UNKNOWN)


def test_a_question_that_nobody_answers_is_forgotten(world: World) -> None:
    signer = world.signed_in()
    world.pool.asks = ChallengeKind.CODE
    signer.sign_in("bob", OTHER, keep_password=False)
    world.clock.now += 601
    signer()
    assert world.told == SIGNED_IN


def test_a_new_password_is_asked_for_until_one_is_accepted(world: World) -> None:
    world.pool.asks = ChallengeKind.NEW_PASSWORD
    signer = world.signer()
    assert not signer.sign_in("ada", PASSWORD, keep_password=True)
    assert world.told == (SignInState.NEW_PASSWORD, "ada", Role.UNKNOWN)
    assert not signer.answer("short")
    assert world.told == (SignInState.NEW_PASSWORD, "ada", Role.UNKNOWN)
    assert world.said.detail == "It is too short."
    assert signer.answer(OTHER)
    assert world.told == SIGNED_IN
    assert world.kept(Secret.PASSWORD) == OTHER


def test_a_code_is_asked_for_until_it_is_right(world: World) -> None:
    world.pool.asks = ChallengeKind.CODE
    signer = world.signer()
    assert not signer.sign_in("ada", PASSWORD, keep_password=False)
    assert not signer.answer("000000")
    assert world.told == (SignInState.CODE, "ada", Role.UNKNOWN)
    assert world.said.detail == "The code is wrong."
    assert signer.answer(CODE)
    assert world.told == SIGNED_IN


def test_an_empty_reply_gives_the_sign_in_up(world: World) -> None:
    world.pool.asks = ChallengeKind.CODE
    signer = world.signer()
    signer.sign_in("ada", PASSWORD, keep_password=False)
    assert not signer.answer("")
    assert world.told == NEEDED
    assert not signer.answer(CODE)
    assert world.said.detail == "Nothing is asked any more: begin the sign-in again."


def test_a_kept_sign_in_is_taken_up(world: World) -> None:
    world.signed_in()
    world.pool.asked.clear()
    assert world.signer()().access_key in world.pool.good_keys
    assert world.pool.asked == ["refresh", "keys"]
    assert world.told == SIGNED_IN


def test_a_kept_password_signs_in_anew(world: World) -> None:
    world.signed_in(keep_password=True)
    world.pool.ends_everything()
    assert world.signer()().access_key in world.pool.good_keys
    assert world.kept(Secret.REFRESH_TOKEN) in world.pool.good_tokens
    assert world.told == SIGNED_IN


def test_a_kept_password_that_is_wrong_is_not_tried_again(world: World) -> None:
    world.signed_in(keep_password=True)
    world.pool.ends_everything()
    world.pool.passwords["ada"] = OTHER
    world.pool.asked.clear()
    signer = world.signer()
    for _ in range(3):
        refusal(signer)
    assert world.pool.asked.count("password") == 1
    assert "The password that was kept for ada is wrong by now" in world.said.detail
    assert world.kept(Secret.PASSWORD) is None
    refusal(world.signer())  # as the next process begins
    assert world.pool.asked.count("password") == 1


def test_no_network_is_no_lost_sign_in(world: World) -> None:
    world.signed_in()
    world.pool.failure = SignInFailure.UNREACHABLE
    signer = world.signer()
    assert refusal(signer).kind is FailureKind.UNREACHABLE
    assert world.told == SIGNED_IN
    world.pool.failure = None
    assert signer().access_key in world.pool.good_keys


def test_a_sign_in_that_is_lost_is_replaced_by_one_that_was_kept_meanwhile(world: World) -> None:
    signer = world.signed_in()
    signer()
    world.pool.ends_everything()
    world.keeper.keep(ACCOUNT, "ada", Secret.REFRESH_TOKEN, world.pool.token_of("ada"))
    assert signer.rejected()
    assert signer().access_key in world.pool.good_keys
    assert world.told == SIGNED_IN


def test_a_sign_in_of_another_user_is_found_by_the_configuration(world: World) -> None:
    signer = world.signer()
    refusal(signer)
    world.keeper.keep(ACCOUNT, "bob", Secret.REFRESH_TOKEN, world.pool.token_of("bob"))
    world.config.user = "bob"
    assert signer().access_key in world.pool.good_keys
    assert world.told == (SignInState.SIGNED_IN, "bob", Role.ADMIN)


def test_a_sign_in_that_is_lost_is_told_with_why(world: World) -> None:
    signer = world.signed_in()
    signer()
    world.pool.ends_everything()
    assert not signer.rejected()
    assert world.told == NEEDED
    assert world.said.detail == "The sign-in has ended."
    error = refusal(signer)
    assert error.kind is FailureKind.NOT_SIGNED_IN
    assert error.message == world.said.detail
    assert not signer.signed_in


def test_keys_that_are_refused_are_renewed_once(world: World) -> None:
    signer = world.signed_in()
    first = signer()
    assert signer.rejected()
    assert signer() != first
    assert world.told == SIGNED_IN
    assert not signer.rejected()
    assert world.told == NEEDED
    assert world.said.detail == (
        "The deployment does not accept the keys of the sign-in: sign in again."
    )


def test_an_order_brings_a_lost_sign_in_back(world: World) -> None:
    signer = world.signed_in()
    signer()
    world.pool.ends_everything()
    signer.rejected()
    assert signer.sign_in("ada", PASSWORD, keep_password=False)
    assert signer().access_key in world.pool.good_keys
    assert world.told == SIGNED_IN


def test_signing_out_forgets_and_revokes(world: World) -> None:
    signer = world.signed_in(keep_password=True)
    signer.sign_out()
    assert not world.keeper.entries
    assert not world.pool.good_tokens
    assert world.told == NEEDED
    assert world.said.detail == "Signed out."
    assert refusal(signer).message == "Signed out."


def test_a_keyring_that_fails_at_signing_out_is_told(world: World) -> None:
    signer = world.signed_in()
    world.keeper.stuck = True
    signer.sign_out()
    assert world.said.detail == "Signed out. The keyring did not delete the sign-in."
    refusal(signer)


def test_what_is_kept_is_signed_out_without_having_been_used(world: World) -> None:
    world.signed_in()
    world.signer().sign_out()
    assert not world.pool.good_tokens
    assert not world.keeper.entries


def test_a_host_without_a_keyring_is_told_of(world: World) -> None:
    world.keeper.lasting = False
    world.signed_in()()
    assert world.said.detail == "There is no keyring."


def test_a_clock_that_is_off_is_told_of(world: World) -> None:
    world.pool.clock_ahead = 600.0
    world.signed_in()
    assert "about 10 minutes ahead of AWS's" in world.said.detail


def test_a_configuration_that_cannot_be_written_does_not_undo_a_sign_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Config, user: str) -> None:
        raise ProblemError(f"{user} cannot be written.")

    monkeypatch.setattr(Config, "remember", refuse)
    world.signed_in()
    assert world.told == SIGNED_IN
    assert world.said.detail == "ada cannot be written."


def test_it_gives_way_only_to_a_process_that_is_signed_in(world: World) -> None:
    signer = world.signer()
    refusal(signer)
    assert not signer.outdone()
    write_sign_in(world.database, SignInState.SIGNED_IN, "bob")
    assert signer.outdone()
    assert not signer.look_up()
    world.signed_in()
    assert signer.look_up()
    assert not signer.outdone()


def test_a_sign_in_is_claimed_where_another_process_says_that_there_is_none(world: World) -> None:
    signer = world.signed_in()
    write_sign_in(world.database, SignInState.NEEDED)
    signer.claim()
    assert world.told == SIGNED_IN


def test_what_somebody_else_types_is_not_talked_over(world: World) -> None:
    signer = world.signed_in()
    write_sign_in(world.database, SignInState.CODE, "bob")
    signer.claim()
    assert world.said.state is SignInState.CODE


def test_the_store_holds_no_secret(world: World) -> None:
    signer = world.signed_in(keep_password=True)
    signer()
    world.pool.ends_everything()
    world.pool.passwords["ada"] = OTHER
    signer.rejected()
    refusal(signer)
    folder = world.database.path.parent
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in (PASSWORD, OTHER, "refresh-token", "the-secret-key", "the-session-token"):
        assert secret.encode() not in written
    assert PASSWORD not in repr(signer)


def test_an_attempt_that_ran_out_is_not_ended_in_place_of_the_next_one(world: World) -> None:
    signer = world.signed_in()
    world.pool.asks = ChallengeKind.CODE
    assert not signer.sign_in("ada", PASSWORD, keep_password=False)
    world.clock.now += 700
    look = world.clock.__call__

    def begun_meanwhile() -> float:
        now = look()
        signer._clock = look
        assert not signer.sign_in("bob", OTHER, keep_password=False)
        return now

    signer._clock = begun_meanwhile  # as the gateway's thread looks, the order comes in
    assert signer._asking()
    assert signer.answer(CODE)
    assert world.told == (SignInState.SIGNED_IN, "bob", Role.ADMIN)
