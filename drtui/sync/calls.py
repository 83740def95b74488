"""The calls that one item takes, by what it changes: one, or several for a deletion."""

from collections.abc import Callable
from dataclasses import dataclass

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
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
    text_in,
)
from drtui.domain.records import ROLE_OF_GROUP


@dataclass(frozen=True, slots=True)
class ModelsLeft:
    """Models that are still listed after all of them were to be deleted."""

    count: int


# What the account is known to have now, by field; a field that an answer left out is None.
CallResult = Values | ModelsLeft | DeploymentError
# Called before each call; False when nobody waits for the item any more, and nothing may follow.
Proceed = Callable[[], bool]


def lists_models(item: Item) -> bool:
    """Whether an item's calls include a listing of models, which a firewall counts."""
    return STORED_MODELS in item.after or deletes_user(item.after)


def make_calls(deployment: Deployment, item: Item, proceed: Proceed) -> Values | ModelsLeft:
    """Make an item's calls, one after the other.

    Args:
        deployment: Where they go.
        item: As it was claimed.
        proceed: See `Proceed`.

    Raises:
        DeploymentError: A call did not succeed, or nobody waits any more.
    """
    if lists_models(item):
        return _delete(deployment, item, proceed)
    _check(proceed)
    if ALIAS in item.after:
        return {ALIAS: deployment.set_alias(item.target, text_in(item.after, ALIAS) or "")}
    if ROLE_NAME in item.after:
        group = text_in(item.after, ROLE_NAME) or ""
        deployment.set_role(item.target, ROLE_OF_GROUP[group])
        return {ROLE_NAME: group}
    answer = deployment.set_limits(item.target, limits_in(item.after))
    return {MINUTES_LIMIT: answer.minutes, MODELS_LIMIT: answer.models}


def _delete(deployment: Deployment, item: Item, proceed: Proceed) -> Values | ModelsLeft:
    """Delete all models, see that none is left, and only then the user, where that is asked for.

    A success says nothing of single models (DeepRacer API facts, behaviour 6), and what is
    deleted after its profile leaves its files behind.
    """
    _check(proceed)
    deployment.delete_models(item.target)
    _check(proceed)
    left = deployment.models_of(item.target)
    if left:
        return ModelsLeft(len(left))
    if not deletes_user(item.after):
        return {STORED_MODELS: DELETED}
    _check(proceed)
    deployment.delete_profile(item.target)
    return {USER: DELETED}


def _check(proceed: Proceed) -> None:
    if not proceed():
        raise DeploymentError(FailureKind.OUTCOME_UNKNOWN, "given up")
