"""The firewall blocks by rate, by agent and by size, as far as its rules are in force."""

import pytest

from drtui.emulator.firewall import ADMIN_CALLS, LARGEST_BODY, Firewall, Rules

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)

ADMIN = "/prod/admin/profiles"


def blocks(
    firewall: Firewall,
    path: str = ADMIN,
    *,
    address: str = "127.0.0.1",
    agent: str = "",
    size: int = 0,
    now: float = 0.0,
) -> bool:
    return firewall.blocks(address, path, agent, size, now)


def used_up() -> Firewall:
    firewall = Firewall()
    assert not any(blocks(firewall) for _ in range(ADMIN_CALLS))
    return firewall


def test_the_hundred_and_first_admin_call_in_five_minutes_is_blocked() -> None:
    assert blocks(used_up())


def test_calls_elsewhere_are_neither_counted_nor_blocked() -> None:
    firewall = used_up()
    assert not blocks(firewall, "/prod/profiles")
    firewall = Firewall()
    assert not any(blocks(firewall, "/prod/profiles") for _ in range(ADMIN_CALLS + 1))
    assert not blocks(firewall)


def test_another_address_is_not_blocked() -> None:
    assert not blocks(used_up(), address="127.0.0.2")


def test_the_block_ends_when_five_minutes_have_passed() -> None:
    firewall = used_up()
    assert blocks(firewall, now=299.0)
    assert not blocks(firewall, now=300.0)


def test_blocked_calls_count_too() -> None:
    firewall = Firewall()
    for now in range(0, 1000, 2):
        blocked = blocks(firewall, now=float(now))
    assert blocked


def test_it_forgets_when_told_to() -> None:
    firewall = used_up()
    firewall.forget()
    assert not blocks(firewall)


def test_agents_are_blocked_by_a_part_of_their_name() -> None:
    firewall = Firewall()
    firewall.blocked_user_agents = ("boto3",)
    assert blocks(firewall, "/prod/profiles", agent="Boto3/1.44 md/Botocore")
    assert not blocks(firewall, "/prod/profiles", agent="Mozilla/5.0")


def test_a_body_over_eight_kilobytes_is_blocked() -> None:
    assert blocks(Firewall(), "/prod/profile", size=LARGEST_BODY + 1)
    assert not blocks(Firewall(), "/prod/profile", size=LARGEST_BODY)


@pytest.mark.parametrize(
    "agent",
    [
        "Boto3/1.44.5 md/Botocore#1.44.5",
        "aws-cli/2.31.0",
        "curl/8.5.0",
        "python-requests/2.32.5",
        "Python-urllib/3.11",
        "drtui/0.1.0",
        "",
        "Mozilla/5.0 (compatible) python-requests/2.32.5",
    ],
)
def test_bot_control_blocks_what_is_no_browser_on_every_path(agent: str) -> None:
    assert blocks(Firewall(Rules.BOTS), "/prod/profile", agent=agent)
    assert not blocks(Firewall(), "/prod/profile", agent=agent)


def test_bot_control_lets_browsers_pass_as_often_as_the_rate_allows() -> None:
    firewall = Firewall(Rules.BOTS)
    assert not any(blocks(firewall, agent=CHROME) for _ in range(ADMIN_CALLS))
    assert blocks(firewall, agent=CHROME)
    assert blocks(Firewall(Rules.BOTS), agent=CHROME, size=LARGEST_BODY + 1)


def test_an_override_lets_an_agent_pass_bot_control_but_not_the_rate() -> None:
    firewall = Firewall(Rules.BOTS)
    firewall.blocked_user_agents = ("drtui",)
    firewall.allowed_user_agents = ("drtui/",)
    assert not any(blocks(firewall, agent="DrTUI/0.1.0") for _ in range(ADMIN_CALLS))
    assert blocks(firewall, agent="drtui/0.1.0")
    assert blocks(firewall, "/prod/profile", agent="boto3/1.44")


def test_without_rules_nothing_is_blocked() -> None:
    firewall = Firewall(Rules.NONE)
    firewall.blocked_user_agents = ("boto3",)
    for _ in range(ADMIN_CALLS + 1):
        assert not blocks(firewall, agent="boto3/1.44", size=LARGEST_BODY + 1)
