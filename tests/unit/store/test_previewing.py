"""What would become of the queue is what becomes of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.commands.offline import forecast
from drtui.domain.help_desk_actions import ChangeRole, DeleteUser
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import GROUP_OF_ROLE, Role
from drtui.store.previewing import Preview, preview
from drtui.store.sync_state import write_caller
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(4))
    yield opened
    opened.database.close()


def foreseen(log: Log) -> Preview:
    with log.database.read() as connection:
        return preview(connection)


def test_what_nobody_does_to_themselves_is_foreseen_and_what_follows_is_sent(log: Log) -> None:
    role = log.submit(ChangeRole(Role.ADMIN), 0, 1)
    quotas = log.submit(SetQuotas(QuotaChange(540), None), 0)
    write_caller(log.database, racer_id(0), "ada")
    found = foreseen(log)
    assert [(one.item.operation_id, one.item.target) for one in found.conflicts] == [
        (role, racer_id(0))
    ]
    assert "nobody does this to themselves" in found.conflicts[0].reason
    assert (found.to_send, found.held_back) == (2, 0)
    log.deliver()
    assert log.item(role, 0).state is ItemState.FAILED
    assert log.states(quotas) == [ItemState.DONE]


def test_what_only_drtui_remembers_is_nothing_that_the_account_has(log: Log) -> None:
    paused = log.submit(Pause(), 0, 1)
    more = log.submit(SetQuotas(QuotaChange(120, relative=True), None), 0, 1)
    quotas = log.submit(SetQuotas(QuotaChange(540), None), 2)
    log.account[racer_id(2)] = replace(log.account[racer_id(2)], minutes_limit=540)
    log.sweep()
    found = foreseen(log)
    assert (found.to_send, found.remembered, found.already_so) == (2, 2, 1)
    log.deliver()
    assert log.states(paused) == log.states(more) == [ItemState.DONE] * 2
    assert log.states(quotas) == [ItemState.ALREADY_SO]


def test_a_deletion_of_who_is_no_racer_any_more_is_foreseen(log: Log) -> None:
    operation = log.submit(DeleteUser(), 2, 3)
    log.account[racer_id(2)] = replace(
        log.account[racer_id(2)], role_name=GROUP_OF_ROLE[Role.ADMIN]
    )
    log.sweep()
    found = foreseen(log)
    assert [one.item.target for one in found.conflicts] == [racer_id(2)]
    assert "which the plan did not know" in found.conflicts[0].reason
    log.deliver()
    assert log.states(operation) == [ItemState.FAILED, ItemState.DONE]


def test_it_is_told_of_each_operation_how_much_of_it_would_not_be_sent(log: Log) -> None:
    quotas = log.submit(SetQuotas(QuotaChange(540), None), 0, 1, 2)
    pause = log.submit(Pause(), 0, 1, 2, 3)
    log.somebody_sets(0, 600)
    log.somebody_sets(1, 600)
    log.sweep()
    found = foreseen(log)
    assert [one.item.operation_id for one in found.conflicts] == [quotas, quotas]
    assert found.behind == {pause: 2}
    told = forecast(log.workspace).lines
    of_quotas, of_pause = (line for line in told if "targets, " in line)
    assert of_quotas.startswith(f"operation {quotas}, ada: Set usage quotas")
    assert of_quotas.endswith("; 3 targets, 2 would conflict or fail")
    assert of_pause == f"operation {pause}, ada: Pause sponsorship; 4 targets, 2 would wait"
    log.deliver()
    assert log.states(pause).count(ItemState.PENDING) == 2
