"""What is drawn for the operation log at random: actions, outcomes, and the steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from drtui.domain.actions import Action
from drtui.domain.authors import Author
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import Item
from drtui.domain.quota_actions import Pause, Resume, ResumeTo, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import UNLIMITED, Limits
from drtui.store import interventions
from drtui.store.database import Database

TARGETS: Final = 2
LATEST: Final = 29.0  # seconds after which the backend applies nothing any more


def answer_of(limits: Limits) -> dict[str, int | None]:
    """What a call on this account answers."""
    return {"minutes_limit": limits.minutes, "models_limit": limits.models}


@dataclass
class Late:
    """A request that was given up and may be applied by the backend yet."""

    item: Item
    until: float


@dataclass(frozen=True)
class Call:
    """A claimed item on its way to the deployment."""

    item: Item
    claim: int


changes = st.one_of(
    st.builds(QuotaChange, st.sampled_from([0, 60, 300, 540, UNLIMITED])),
    st.builds(QuotaChange, st.sampled_from([-120, 60, 120]), st.just(True)),
)
INTERVENTIONS: Final[dict[str, Callable[[Database, int, Author], object]]] = {
    "cancel": interventions.cancel,
    "retry": interventions.retry,
    "theirs": interventions.keep_theirs,
    "ours": interventions.apply_ours,
}
actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(SetQuotas, changes, st.none()),
    st.builds(SetQuotas, st.none(), changes),
    st.builds(SetQuotas, changes, changes),
    st.just(Pause()),
    st.builds(
        Resume,
        st.sampled_from(ResumeTo),
        st.sampled_from([Limits(300, 3), Limits(0, 0), Limits()]),
        st.sampled_from([Limits(), Limits(240, 2)]),
    ),
)
some_targets = st.sets(st.integers(0, TARGETS - 1), min_size=1)
a_place = st.integers(0, 5)

UNKNOWN: Final = DeploymentError(FailureKind.OUTCOME_UNKNOWN, "no answer")
REFUSALS: Final = {
    "500": DeploymentError(FailureKind.UNAVAILABLE, "500", status=500),
    "503": DeploymentError(FailureKind.UNAVAILABLE, "503", status=503),
    "429": DeploymentError(FailureKind.THROTTLED, "429", status=429),
    "no network": DeploymentError(FailureKind.UNREACHABLE, "no network"),
    "403": DeploymentError(FailureKind.NOT_SIGNED_IN, "403", status=403),
    "400": DeploymentError(FailureKind.INVALID, "400", status=400),
}
outcomes = st.one_of(
    st.just("answered"),
    st.sampled_from(["answered", "lost", "lost but applied", "lost and applied late"]),
    st.sampled_from(["lost and applied late", *REFUSALS]),
)


DRAWN: Final[dict[str, dict[str, st.SearchStrategy[Any]]]] = {
    "submit": {"action": actions, "numbers": some_targets},
    "intervene": {"how": st.sampled_from(sorted(INTERVENTIONS)), "which": a_place},
    "somebody_changes": {
        "number": st.integers(0, TARGETS - 1),
        "minutes": st.sampled_from([0, 77, 300, 540]),
    },
    "time_passes": {"seconds": st.sampled_from([1.0, 6.0, 20.0, 36.0])},
    "the_backend_applies_late": {"which": a_place},
    "works": {"limit": st.integers(1, 3), "place": a_place, "outcome": outcomes},
    "crashes": {"applied": st.booleans()},
    "sweeps": {"whole": st.sampled_from([True, True, False])},
}
WHAT: Final = [
    *["works"] * 10,
    *["submit"] * 5,
    *["sweeps"] * 4,
    *["time_passes"] * 4,
    *["the_backend_applies_late"] * 3,
    *["intervene"] * 3,
    *["somebody_changes", "crashes", "undo"],
]
