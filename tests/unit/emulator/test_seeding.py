"""A seed stands for one account, believable and hostile."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

from drtui.emulator.records import FIRST_ALIAS, UNLIMITED, Group, Profile, Status
from drtui.emulator.seeding import seed_profiles
from drtui.emulator.words import HOSTILE_ALIASES

DAY = date(2026, 5, 4)


def racers(count: int = 2000, seed: int = 1) -> list[Profile]:
    return [each for each in seed_profiles(count, seed, DAY) if each.group is Group.RACERS]


def test_the_same_seed_gives_the_same_account_and_another_a_different_one() -> None:
    assert seed_profiles(300, 5, DAY) == seed_profiles(300, 5, DAY)
    ids = {each.profile_id for each in seed_profiles(300, 5, DAY)}
    assert not ids & {each.profile_id for each in seed_profiles(300, 6, DAY)}


def test_there_are_as_many_racers_as_asked_and_several_admins_and_facilitators() -> None:
    people = seed_profiles(200, 1, DAY)
    groups = [each.group for each in people]
    assert groups.count(Group.RACERS) == 200
    assert groups.count(Group.ADMINS) >= 2
    assert groups.count(Group.FACILITATORS) >= 2
    assert len({each.profile_id for each in people}) == len(people)


def test_every_hostile_alias_is_there() -> None:
    aliases = {each.alias for each in racers(200)}
    assert set(HOSTILE_ALIASES) <= aliases


def test_hostile_aliases_cover_what_breaks_consoles() -> None:
    joined = "".join(HOSTILE_ALIASES)
    kinds = {unicodedata.category(each) for each in joined}
    assert {"Cc", "Cf", "So", "Mn"} <= kinds
    for part in ("\x1b[", "[bold", "\u202e", "\x00", "\n", "=HYPERLINK"):
        assert part in joined
    assert max(len(each) for each in HOSTILE_ALIASES) == 64


def test_about_a_twelfth_has_never_signed_in_and_is_called_like_it() -> None:
    new = [each for each in racers() if not each.signed_in]
    assert 100 < len(new) < 240
    assert {each.alias for each in new} == {FIRST_ALIAS}
    assert not any(each.models or each.minutes_used for each in new)


def test_limits_are_unlimited_zero_exhausted_and_absent() -> None:
    people = racers()
    limits = [each.minutes_limit for each in people]
    assert {UNLIMITED, 0, None} < set(limits)
    assert {UNLIMITED, 0, None} < {each.model_limit for each in people}
    exhausted = [
        each
        for each in people
        if each.minutes_limit and (each.minutes_used or 0) >= each.minutes_limit > 0
    ]
    assert len(exhausted) > 50
    assert any(each.minutes_limit == each.model_limit == 0 for each in people)


def test_old_rows_lack_what_came_later() -> None:
    people = racers()
    for field in (
        "email", "created_at", "role_name", "model_count", "minutes_queued", "minutes_used",
        "storage",
    ):  # fmt: skip
        missing = sum(getattr(each, field) is None for each in people)
        assert 5 < missing < len(people) / 2, field


def test_models_in_every_status_are_seen() -> None:
    seen = {model.status for each in racers(200) for model in each.models.values()}
    assert seen == set(Status)


def test_people_joined_over_weeks_before_the_seeded_day() -> None:
    joined = [datetime.fromisoformat(each.created_at) for each in racers() if each.created_at]
    end = datetime(2026, 5, 4, tzinfo=UTC)
    assert max(joined) < end
    assert max(joined) - min(joined) > timedelta(weeks=6)


def test_addresses_are_unique() -> None:
    emails = [each.email for each in seed_profiles(2000, 1, DAY) if each.email]
    assert len(set(emails)) == len(emails)


def test_even_one_racer_is_an_account_with_all_roles() -> None:
    people = seed_profiles(1, 1, DAY)
    assert {each.group for each in people} == set(Group)
    assert people[-1].signed_in
