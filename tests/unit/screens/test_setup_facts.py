"""What the Setup screen says for a width."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from drtui.commands.setup import Setting
from drtui.domain.event_settings import EventSettings
from drtui.domain.multi_user import Mode, ModeState
from drtui.domain.operations import ItemState, Operation, OperationKind
from drtui.domain.setting_keys import SettingKey
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing, in_order
from drtui.screens import setup_facts
from drtui.screens.setup_desk import SetupPage
from drtui.widgets.facts import Lines

NOW: Final = datetime(2026, 5, 2, 12, 5, 24, tzinfo=UTC)
READ: Final = NOW - timedelta(seconds=12)
PAGE: Final = SetupPage(
    mode=Mode(ModeState.ON, ("new users get a quota", "registration is invite-only")),
    mode_as_of=READ,
    switch=None,
    settings=tuple(Setting(key, None, None, READ) for key in SettingKey),
    checks=in_order(()),
    checked_at=None,
    event=EventSettings(),
)
ALIKE: Final = Standing.CANNOT_TELL, "Nobody may look.", "Ask for the permission."
CHECKS: Final = in_order(
    [
        Checked(Prerequisite.CALLER, Standing.OK, "It is ada.", ""),
        Checked(Prerequisite.ADMIN_ACCESS, *ALIKE),
        Checked(Prerequisite.IDENTITY_CENTER, *ALIKE),
        Checked(Prerequisite.PERMISSION_SET, Standing.MISSING, "None \x1b[2J there.", "Make it."),
    ]
)


def texts(lines: Lines) -> list[str]:
    return [line.plain.rstrip() for line in lines]


def with_setting(key: SettingKey, value: int, pending: int | None) -> SetupPage:
    changed = (
        Setting(key, value, pending, READ) if one.key is key else one for one in PAGE.settings
    )
    return replace(PAGE, settings=tuple(changed))


def test_a_pending_setting_stands_beside_the_confirmed_one() -> None:
    page = with_setting(SettingKey.NEW_USER_MINUTES, 300, 420)
    line = setup_facts.settings(page, 44)[0]
    assert line.plain.endswith("hours   5 h → 7 h")
    assert any("$warning" in str(span.style) for span in line.spans)
    page = with_setting(SettingKey.NEW_USER_MINUTES, 300, 300)
    assert setup_facts.settings(page, 44)[0].plain.endswith("hours   5 h")


def test_what_is_not_known_is_no_number() -> None:
    told = texts(setup_facts.settings(PAGE, 60))
    assert [line.split()[-1] for line in told[:5]] == ["unknown"] * 5


@pytest.mark.parametrize("state", ModeState)
def test_a_state_has_a_word_beside_its_sign(state: ModeState) -> None:
    page = replace(PAGE, mode=replace(PAGE.mode, state=state))
    assert texts(setup_facts.mode(page, NOW, 60))[0].endswith(state.value)


def test_who_switched_it_and_how_far_that_is() -> None:
    counts = {ItemState.DONE: 4, ItemState.PENDING: 6}
    switch = Operation(7, OperationKind.DISABLE_MULTI_USER, "", "ada\x1b", "", READ, {}, counts)
    told = " ".join(texts(setup_facts.mode(replace(PAGE, switch=switch), NOW, 90)))
    assert "● on → off" in told
    assert "(12 s ago) by ada\N{REPLACEMENT CHARACTER}" in told
    assert "7: delivering · 4 of 10 done" in told


@pytest.mark.parametrize(
    ("age", "width", "told"),
    [
        (timedelta(seconds=12), 44, "Multi-user mode  as of "),
        (timedelta(days=3), 44, "Multi-user mode  3 d old"),
        (timedelta(days=3), 60, "Multi-user mode  as of "),
    ],
)
def test_an_age_is_never_cut(age: timedelta, width: int, told: str) -> None:
    line = setup_facts.heading("Multi-user mode", NOW - age, NOW, width)[0]
    assert line.plain.startswith(told)
    assert "…" not in line.plain
    assert line.cell_length <= width


def test_what_is_true_of_several_checks_is_said_once_below_them() -> None:
    page = replace(PAGE, checks=CHECKS, checked_at=READ)
    told = texts(setup_facts.prerequisites(page, NOW, 60, running=False))
    assert told[0] == "1 ok · 1 missing · 2 cannot tell · 6 not checked"
    assert told[1:10] == [
        "✓ ok          AWS credentials of the sponsor",
        "  It is ada.",
        "? cannot tell Account admin access",
        "? cannot tell IAM Identity Center",
        "  Nobody may look.",
        "  Ask for the permission.",
        "✗ missing     Permission set of the participants",
        "  None \N{REPLACEMENT CHARACTER}[2J there.",
        "  Make it. h: ask for it",
    ]


def test_a_line_names_the_key_that_does_something_about_it() -> None:
    lack = Standing.MISSING, "None.", "Make it."
    checks = in_order(
        [
            Checked(Prerequisite.CALLER, *lack),
            Checked(Prerequisite.PERMISSION_SET, *lack, fix="Make the permission set"),
            Checked(Prerequisite.MAIL_IDENTITY, *lack, fix="Verify the sender"),
            Checked(Prerequisite.MAIL_SANDBOX, *lack),
        ]
    )
    page = replace(PAGE, checks=checks, checked_at=READ)
    told = texts(setup_facts.prerequisites(page, NOW, 60, running=False))
    assert [one for one in told if one.startswith("  Make it.")] == [
        "  Make it.",
        "  Make it. f: mend it",
        "  Make it. n: say it",
        "  Make it. h: ask for it",
    ]
    said = replace(page, event=EventSettings(sender="races@example.com"))
    assert "  Make it. n: say it" not in texts(
        setup_facts.prerequisites(said, NOW, 60, running=False)
    )


@pytest.mark.parametrize("width", [20, 47, 78])
def test_no_line_is_wider_than_there_is_room(width: int) -> None:
    page = replace(PAGE, checks=CHECKS, checked_at=READ)
    for lines in (
        setup_facts.prerequisites(page, NOW, width, running=True),
        setup_facts.settings(page, width),
        setup_facts.mode(page, NOW, width),
        setup_facts.event(EventSettings("n" * 90, race_links="a\nb"), width),
    ):
        assert max(line.cell_length for line in lines) <= width


def test_the_copied_checklist_has_a_line_for_each_and_no_controls() -> None:
    text = setup_facts.checklist_text(replace(PAGE, checks=CHECKS, checked_at=READ))
    lines = text.splitlines()
    assert len(lines) == 1 + len(Prerequisite)
    assert lines[0].startswith("Prerequisites, checked 2026-05-02T12:05:12")
    assert lines[2] == "cannot tell Account admin access: Nobody may look. Ask for the permission."
    assert "\x1b" not in text


def test_what_was_found_by_an_earlier_run_has_its_own_age() -> None:
    earlier = replace(CHECKS[3], unreachable=True, found_at=NOW - timedelta(minutes=11))
    page = replace(PAGE, checks=in_order([earlier]), checked_at=NOW)
    said = "as found 11 min ago; not reachable now"
    assert f"  {said}" in texts(setup_facts.prerequisites(page, NOW, 60, running=False))
    assert "not reachable now" in setup_facts.checklist_text(page)
    fresh = replace(PAGE, checks=CHECKS, checked_at=NOW)
    assert not any(
        said in one for one in texts(setup_facts.prerequisites(fresh, NOW, 60, running=False))
    )
