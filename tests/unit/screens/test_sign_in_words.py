"""What the header says of a sign-in, by where it and the engine stand."""

from contextlib import closing
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.signing_in import (
    KEYS_EXPIRED,
    KEYS_UNKNOWN,
    RENEW_KEYS,
    SignInState,
    clock_notice,
)
from drtui.screens.sign_in_words import standing
from drtui.store.database import open_database
from drtui.store.sign_in import read_sign_in, write_sign_in
from drtui.store.sync_state import Connectivity, read_sync_state, write_connectivity, write_halt
from drtui.widgets.trouble_line import lines_of

REFUSED, BLOCKED = FailureKind.NOT_SIGNED_IN, FailureKind.BLOCKED
ONLINE, OFFLINE = Connectivity.ONLINE, Connectivity.OFFLINE


@pytest.mark.parametrize(
    ("state", "detail", "halt", "connectivity", "waiting", "told"),
    [
        (SignInState.NOT_NEEDED, "", None, ONLINE, 0, ("", "", "")),
        (SignInState.NOT_NEEDED, "", REFUSED, ONLINE, 3, ("not signed in", "", "halted.")),
        (SignInState.SIGNED_IN, "", None, ONLINE, 3, ("", "", "")),
        (
            SignInState.SIGNED_IN,
            "",
            REFUSED,
            ONLINE,
            0,
            ("not signed in", "W", "halted. W signs in."),
        ),
        (SignInState.SIGNED_IN, "", REFUSED, OFFLINE, 3, ("", "", "")),
        (
            SignInState.NEEDED,
            "It ended.",
            REFUSED,
            ONLINE,
            2_000,
            ("not signed in", "W", "It ended. W signs in; 2,000 changes wait for that."),
        ),
        (
            SignInState.NEEDED,
            "",
            None,
            OFFLINE,
            0,
            ("not signed in", "W", "Nobody is signed in. W signs in, once there is a network."),
        ),
        (
            SignInState.CODE,
            "",
            REFUSED,
            ONLINE,
            1,
            (
                "a code is asked for",
                "W",
                "The deployment asks for a code. W answers; 1 change waits for that.",
            ),
        ),
        (
            SignInState.NEEDED,
            "Nobody is signed in.",
            REFUSED,
            ONLINE,
            0,
            ("not signed in", "W", "Nobody is signed in. W signs in."),
        ),
        (SignInState.UNDER_WAY, "", REFUSED, ONLINE, 1, ("signing in", "", "")),
        (
            SignInState.NEEDED,
            "It ended.",
            BLOCKED,
            ONLINE,
            1,
            ("blocked by a firewall", "", "halted."),
        ),
    ],
)
def test_the_header_says_what_holds_and_which_key_helps(
    *,
    tmp_path: Path,
    state: SignInState,
    detail: str,
    halt: FailureKind | None,
    connectivity: Connectivity,
    waiting: int,
    told: tuple[str, str, str],
) -> None:
    with closing(open_database(tmp_path / "a.db")) as database:
        write_sign_in(database, state, detail=detail)
        write_connectivity(database, connectivity)
        write_halt(database, halt, "halted." if halt else "")
        with database.read() as connection:
            said = standing(read_sync_state(connection), read_sign_in(connection), waiting)
    assert said == told


def test_a_clock_that_is_off_is_told_and_no_key_helps(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "a.db")) as database:
        write_sign_in(database, SignInState.SIGNED_IN)
        write_connectivity(database, ONLINE)
        write_halt(database, REFUSED, clock_notice(600))
        with database.read() as connection:
            told = standing(read_sync_state(connection), read_sign_in(connection), 3)
    assert told == ("the clock is off", "", clock_notice(600))


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (KEYS_UNKNOWN, f"{KEYS_UNKNOWN} {RENEW_KEYS}"),
        (KEYS_EXPIRED, f"The AWS credentials have expired. {RENEW_KEYS}"),
    ],
)
def test_refused_credentials_of_this_machine_say_what_to_renew(
    tmp_path: Path, reason: str, told: str
) -> None:
    with closing(open_database(tmp_path / "a.db")) as database:
        write_connectivity(database, ONLINE)
        write_halt(database, REFUSED, reason)
        write_sign_in(database, SignInState.NOT_NEEDED)
        with database.read() as connection:
            by_keys = standing(read_sync_state(connection), read_sign_in(connection), 3)
        write_sign_in(database, SignInState.SIGNED_IN)
        with database.read() as connection:
            signed_in = standing(read_sync_state(connection), read_sign_in(connection), 0)
    assert by_keys == ("not signed in", "", told)
    assert len(lines_of(told, 80)) == 2
    assert not lines_of(told, 80)[1].plain.endswith("…")
    assert signed_in == ("not signed in", "W", f"{reason} W signs in.")
