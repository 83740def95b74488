"""Who signs in within the engine's process: what is asked and told, and who gives way to whom."""

import pytest
from sqlalchemy import select

from drtui.domain.failures import FailureKind
from drtui.domain.problems import ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import ChallengeKind, Secret, SignInState
from drtui.store.lasting import read_kept
from drtui.store.sign_in import write_sign_in
from drtui.store.tables import table
from tests.sync.signing_in import NEEDED, SIGNED_IN, World, refusal, world
from tests.sync.signing_worlds import CODE, OTHER, PASSWORD, Config

__all__ = ["world"]


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
