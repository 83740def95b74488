"""The usage summary: the account's totals, as last read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.domain.records import AccountSettings, Status
from drtui.domain.spending import CAVEAT, Rates
from drtui.domain.text import iso
from drtui.domain.wording import counted


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the account; but for the others' own, over its sponsored users, the racers.

    Attributes:
        racers: Sponsored users by status; each counts once.
        others: Admins, facilitators and other roles, who are not sponsored users.
        minutes_used: Minutes used this month.
        minutes_in_total: With those of earlier months, and of profiles deleted since.
        minutes_queued: Minutes reserved by jobs that run or wait.
        at_work: Profiles with such minutes.
        models: Models created this month.
        storage_bytes: What is stored.
        unknown_usage: Profiles whose used minutes are unknown, and missing in the sums.
        others_minutes: What the others used in all, which is in none of the other sums.
        unknown_role: Profiles of which nothing but names was ever read, as a race facilitator
            reads them; whether they are sponsored users is not known.
    """

    racers: dict[Status, int]
    others: int
    minutes_used: int
    minutes_in_total: int
    minutes_queued: int
    at_work: int
    models: int
    storage_bytes: int
    unknown_usage: int
    others_minutes: int = 0
    unknown_role: int = 0


@dataclass(frozen=True, slots=True)
class AccountQuota:
    """One of the account quotas of the guide, and what stands for it on a deployment.

    Attributes:
        name: As the guide calls it.
        used: How much is in use, in words; empty where nothing can be.
        allowed: How much there may be, in words, or why there is no such quota.
    """

    name: str
    used: str
    allowed: str


NOT_APPLICABLE: Final = "not applicable here"
MOST_RACES: Final = 100
"""Open or future races that the guide allows an account; a deployment has no such limit."""
_JOBS: Final = "set by the AWS account's SageMaker quotas, which need its AWS profile to be read"


@dataclass(frozen=True, slots=True)
class Summary:
    """The usage summary.

    Attributes:
        pending: Targets of operations that are on their way.
        as_of: When the list was last read whole; None before the first time.
        settings_as_of: When the settings were last read.
        races: Those that are open or to come; None where they were never listed.
        in_conflict: Targets of operations that wait for an admin.
    """

    totals: Totals
    settings: AccountSettings
    rates: Rates
    pending: int
    as_of: datetime | None
    settings_as_of: datetime | None
    races: int | None = None
    in_conflict: int = 0

    @property
    def sponsored_users(self) -> int:
        """How many racers there are."""
        return sum(self.totals.racers.values())

    @property
    def profiles(self) -> int:
        """How many profiles there are, whatever their role."""
        return self.sponsored_users + self.totals.others + self.totals.unknown_role

    @property
    def names_only(self) -> bool:
        """Whether nothing but names was ever read of anybody."""
        return 0 < self.profiles == self.totals.unknown_role

    @property
    def training_usd(self) -> float:
        """Estimated spending on training and evaluation so far."""
        return self.rates.training(self.totals.minutes_in_total)

    @property
    def storage_usd_month(self) -> float:
        """Estimated spending on storage, a month."""
        return self.rates.storage(self.totals.storage_bytes)

    @property
    def account_quotas(self) -> tuple[AccountQuota, ...]:
        """The account quotas of the guide, in its order.

        A deployment runs training and evaluation alike as SageMaker training jobs, does not limit
        races, and knows neither cars nor private leaderboards (DeepRacer API facts).
        """
        at_work = f"{counted(self.totals.at_work, 'racer')} with jobs queued or running"
        races = "not listed yet" if self.races is None else f"{self.races:,} open or to come"
        return (
            AccountQuota("Concurrent training jobs", at_work, _JOBS),
            AccountQuota("Concurrent evaluation jobs", "counted with training", _JOBS),
            AccountQuota(
                "Open or future races", races, f"{MOST_RACES} by the guide, no limit here"
            ),
            AccountQuota("Races per participant", "", f"{NOT_APPLICABLE} (10 by the guide)"),
            AccountQuota("Cars", "", NOT_APPLICABLE),
            AccountQuota("Private leaderboards", "", f"{NOT_APPLICABLE} (50 by the guide)"),
        )

    def as_json(self) -> dict[str, object]:
        """Return the summary for `drtui summary --json`; see docs/command-line.md."""
        totals = self.totals
        return {
            "sponsored_users": {
                "total": self.sponsored_users,
                **{
                    status.value: totals.racers.get(status, 0)
                    for status in Status
                    if status is not Status.UNKNOWN
                },
            },
            "other_users": totals.others,
            "users_with_unknown_role": totals.unknown_role,
            "other_users_minutes_in_total": totals.others_minutes,
            "minutes_used": totals.minutes_used,
            "minutes_in_total": totals.minutes_in_total,
            "minutes_queued": totals.minutes_queued,
            "users_at_work": totals.at_work,
            "models": totals.models,
            "storage_bytes": totals.storage_bytes,
            "open_or_future_races": self.races,
            "users_with_unknown_usage": totals.unknown_usage,
            "estimated": {
                "training_and_evaluation_usd": round(self.training_usd, 2),
                "storage_usd_per_month": round(self.storage_usd_month, 2),
                "hour_usd": self.rates.hour_usd,
                "gb_month_usd": self.rates.gb_month_usd,
                "note": CAVEAT,
            },
            "new_users": {
                "minutes_limit": self.settings.new_user_minutes,
                "models_limit": self.settings.new_user_models,
                "registration": self.settings.registration,
                "as_of": iso(self.settings_as_of),
            },
            "pending": self.pending,
            "in_conflict": self.in_conflict,
            "as_of": iso(self.as_of),
        }
