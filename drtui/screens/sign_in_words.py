"""What the header says of an account that somebody has to sign in to."""

from typing import Final

from drtui.domain.failures import FailureKind
from drtui.domain.signing_in import SignInState, is_of_the_clock, with_renewal
from drtui.domain.wording import counted
from drtui.store.sign_in import SignIn
from drtui.store.sync_state import Connectivity, SyncState

SIGN_IN_KEY: Final = "W"
_WORDS: Final = {
    SignInState.NEEDED: "not signed in",
    SignInState.NEW_PASSWORD: "a new password is asked for",
    SignInState.CODE: "a code is asked for",
    SignInState.UNDER_WAY: "signing in",
}


def standing(state: SyncState, sign_in: SignIn, waiting: int) -> tuple[str, str, str]:
    """Return why nothing is delivered, the key that helps, and the sentence below the header.

    Where the credentials of this machine sign the calls, no key of drtui's helps: the sentence says
    what to renew.

    Args:
        state: Where the engine stands.
        sign_in: Where the sign-in stands.
        waiting: How many changes are not delivered yet.
    """
    trouble = state.halt_reason or state.trouble
    words = _WORDS.get(sign_in.state, "")
    if sign_in.state is SignInState.SIGNED_IN and state.halt is FailureKind.NOT_SIGNED_IN:
        if state.connectivity is not Connectivity.ONLINE:
            # The deployment has not answered since, so that the halt is from before the sign-in.
            return "", "", state.trouble
        if is_of_the_clock(state.halt_reason):
            return "the clock is off", "", trouble  # no sign-in sets it right
        return state.halt.value, SIGN_IN_KEY, f"{trouble} {_help(state, sign_in.state, waiting)}"
    if not words or state.halt not in (None, FailureKind.NOT_SIGNED_IN):
        if sign_in.state is SignInState.NOT_NEEDED:
            trouble = with_renewal(trouble)
        return "" if state.halt is None else state.halt.value, "", trouble
    if sign_in.state is SignInState.UNDER_WAY:
        return words, "", ""
    why = sign_in.detail or _why(sign_in.state)
    return words, SIGN_IN_KEY, f"{why} {_help(state, sign_in.state, waiting)}"


def _why(state: SignInState) -> str:
    if state is SignInState.NEW_PASSWORD:
        return "The deployment asks for a new password."
    if state is SignInState.CODE:
        return "The deployment asks for a code."
    return "Nobody is signed in."


def _help(state: SyncState, asked: SignInState, waiting: int) -> str:
    """Say which key helps, and what waits until then."""
    offline = state.connectivity is Connectivity.OFFLINE
    does = "signs in" if asked in (SignInState.NEEDED, SignInState.SIGNED_IN) else "answers"
    when = f"{SIGN_IN_KEY} {does}" + (", once there is a network" if offline else "")
    if not waiting:
        return f"{when}."
    return f"{when}; {counted(waiting, 'change waits', 'changes wait')} for that."
