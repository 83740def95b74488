"""The calls that one item takes, by what it changes: one, or several for a deletion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.models import ModelStatus, known_status
from drtui.domain.operations import (
    ALIAS,
    DELETED,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    ROLE_NAME,
    STORED_MODELS,
    USER,
    Item,
    Values,
    deletes_user,
    limits_in,
    meant_models,
    text_in,
)
from drtui.domain.records import ROLE_OF_GROUP, StoredModel


@dataclass(frozen=True, slots=True)
class ModelsLeft:
    """Models that are still listed after all of them were to be deleted.

    Attributes:
        made_since: Whether all of them were made after that: they are in no plan, and stay.
        uncounted: How many are not among those that were counted when it was confirmed, for which
            nothing is deleted; 0 where that is not the reason.
        asked: Whether a deletion was asked for before.
    """

    count: int
    made_since: bool = False
    uncounted: int = 0
    asked: bool = True


class Meant:
    """The models that deletions of this process mean: those that the first listing after one had.

    What a racer makes after that is not deleted by repeating it. Used by several threads, each for
    an item of its own.
    """

    def __init__(self) -> None:
        self._ids: dict[int, frozenset[str] | None] = {}

    def asked(self, item: Item) -> bool:
        """Whether an item's deletion was asked for, and not done yet."""
        return item.item_id in self._ids

    def ask(self, item: Item) -> None:
        """Note that it was asked for."""
        self._ids.setdefault(item.item_id, None)

    def of(self, item: Item) -> frozenset[str] | None:
        """Return the ids for an item; None where nothing was listed after its deletion yet."""
        return self._ids.get(item.item_id)

    def keep(self, item: Item, models: Sequence[StoredModel]) -> None:
        """Note what a listing after a deletion had; only the first one says what was meant."""
        if self.of(item) is None:
            self._ids[item.item_id] = frozenset(one.model_id for one in models)

    def forget(self, item: Item) -> None:
        """Forget what is done."""
        self._ids.pop(item.item_id, None)


# What the account is known to have now, by field; a field that an answer left out is None.
CallResult = Values | ModelsLeft | DeploymentError
# Called before each call; False when nobody waits for the item any more, and nothing may follow.
Proceed = Callable[[], bool]


def lists_models(item: Item) -> bool:
    """Whether an item's calls include a listing of models, which a firewall counts."""
    return listings_of(item) > 0


def listings_of(item: Item) -> int:
    """How many listings of models an item's calls include at the most."""
    if STORED_MODELS not in item.after and not deletes_user(item.after):
        return 0
    return 1 if item.attempts or meant_models(item.before) is None else 2


def make_calls(
    deployment: Deployment, item: Item, proceed: Proceed, meant: Meant
) -> Values | ModelsLeft:
    """Make an item's calls, one after the other.

    Args:
        deployment: Where they go.
        item: As it was claimed.
        proceed: See `Proceed`.
        meant: What the process's deletions mean.

    Raises:
        DeploymentError: A call did not succeed, or nobody waits any more.
    """
    if lists_models(item):
        return _delete(deployment, item, proceed, meant)
    _check(proceed)
    if ALIAS in item.after:
        return {ALIAS: deployment.set_alias(item.target, text_in(item.after, ALIAS) or "")}
    if ROLE_NAME in item.after:
        group = text_in(item.after, ROLE_NAME) or ""
        deployment.set_role(item.target, ROLE_OF_GROUP[group])
        return {ROLE_NAME: group}
    answer = deployment.set_limits(item.target, limits_in(item.after))
    return {MINUTES_LIMIT: answer.minutes, MODELS_LIMIT: answer.models}


def _delete(
    deployment: Deployment, item: Item, proceed: Proceed, meant: Meant
) -> Values | ModelsLeft:
    """Delete all models, see that none is left, and only then the user, where that is asked for.

    A success says nothing of single models (DeepRacer API facts, behaviour 6), and what is
    deleted after its profile leaves its files behind. What goes already is waited for, and what was
    made since is deleted with its user alone. Each attempt lists once, which a firewall counts.

    Where the models were counted when it was confirmed, they are listed first too, and nothing is
    deleted where there are others.
    """
    known, asked = meant.of(item), meant.asked(item)
    first = not asked and not item.attempts
    if first:
        if uncounted := _uncounted(deployment, item, proceed):
            return uncounted
        _check(proceed)
        deployment.delete_models(item.target)
        meant.ask(item)
    _check(proceed)
    left = deployment.models_of(item.target)
    if left:
        meant.keep(item, left)
        if first or (asked and known is None):
            return ModelsLeft(len(left))
        return _again(deployment, item, proceed, left, meant)
    meant.forget(item)
    if not deletes_user(item.after):
        return {STORED_MODELS: DELETED}
    _check(proceed)
    deployment.delete_profile(item.target)
    return {USER: DELETED}


def _uncounted(deployment: Deployment, item: Item, proceed: Proceed) -> ModelsLeft | None:
    """Look whether there are models that were not counted; None where nothing speaks against it."""
    counted = meant_models(item.before)
    if counted is None:
        return None
    _check(proceed)
    there = deployment.models_of(item.target)
    others = sum(one.model_id not in counted for one in there)
    return ModelsLeft(len(there), uncounted=others, asked=False) if others else None


def _again(
    deployment: Deployment,
    item: Item,
    proceed: Proceed,
    left: Sequence[StoredModel],
    meant: Meant,
) -> ModelsLeft:
    """Delete once more, where what was meant is left and does not go."""
    counted = meant_models(item.before)
    ids = (meant.of(item) or frozenset()) if counted is None else counted
    ours = [one for one in left if one.model_id in ids or deletes_user(item.after)]
    if not ours:
        meant.forget(item)
        return ModelsLeft(len(left), made_since=True)
    if any(known_status(one.status) is not ModelStatus.DELETING for one in ours):
        if counted is not None and len(ours) < len(left):
            return ModelsLeft(len(left), uncounted=len(left) - len(ours))
        _check(proceed)
        deployment.delete_models(item.target)
        meant.ask(item)
    return ModelsLeft(len(left))


def _check(proceed: Proceed) -> None:
    if not proceed():
        raise DeploymentError(FailureKind.OUTCOME_UNKNOWN, "given up")
