"""Sign-ins that are kept, taken up, lost, renewed and ended by signing out."""

from drtui.domain.failures import FailureKind
from drtui.domain.records import Role
from drtui.domain.signing_in import Secret, SignInFailure, SignInState
from tests.sync.signing_in import NEEDED, SIGNED_IN, World, refusal, world
from tests.sync.signing_worlds import ACCOUNT, OTHER, PASSWORD

__all__ = ["world"]


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
