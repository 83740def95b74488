"""While somebody wants to be offline, nothing beside the engine calls anything either."""

from collections.abc import Callable
from typing import cast

import pytest

from drtui.commands import offline
from drtui.commands.holding import HeldBackError, HeldSignIn, check_may_call, held_door
from drtui.commands.workspace import Workspace
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    SignInError,
    SignInFailure,
    SignInService,
)
from drtui.domain.sponsor.services import SponsorServices


class Calls:
    """A sign-in that only counts what is asked of it."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getattr__(self, name: str) -> object:
        return lambda *_: self.names.append(name)


CHALLENGE = cast("Challenge", ChallengeKind.CODE)


def all_of(service: HeldSignIn) -> list[Callable[[], object]]:
    return [
        lambda: service.with_password("ada", "secret"),
        lambda: service.answer(CHALLENGE, "1"),
        lambda: service.refresh("token"),
        lambda: service.keys_for("token"),
        lambda: service.revoke("token"),
    ]


def test_the_second_door_opens_only_while_nobody_wants_to_be_offline(workspace: Workspace) -> None:
    opened: list[int] = []

    def door() -> SponsorServices:
        opened.append(1)
        return cast("SponsorServices", None)

    held = held_door(workspace.database, door)
    held()
    assert opened == [1]
    offline.go_offline(workspace)
    with pytest.raises(HeldBackError, match="Offline on purpose, by ada: nothing was called"):
        held()
    assert opened == [1]
    offline.go_online(workspace)
    held()
    assert opened == [1, 1]


def test_nobody_signs_in_renews_or_revokes_meanwhile(workspace: Workspace) -> None:
    calls = Calls()
    service = HeldSignIn(cast("SignInService", calls), workspace.database)
    offline.go_offline(workspace)
    for call in all_of(service):
        with pytest.raises(SignInError) as caught:
            call()
        assert caught.value.kind is SignInFailure.UNREACHABLE  # which says nothing of the sign-in
        assert "drtui deliver" in str(caught.value)
    assert calls.names == []
    offline.go_online(workspace)
    for call in all_of(service):
        call()
    assert calls.names == ["with_password", "answer", "refresh", "keys_for", "revoke"]


def test_a_look_before_delivering_may_call(workspace: Workspace) -> None:
    offline.go_offline(workspace)
    offline.begin_look(workspace)
    check_may_call(workspace.database)
    offline.end_look(workspace)
    with pytest.raises(HeldBackError):
        check_may_call(workspace.database)
