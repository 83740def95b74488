"""The firewall blocks by rate, by agent and by size."""

from drtui.emulator.firewall import ADMIN_CALLS, LARGEST_BODY, Firewall

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
