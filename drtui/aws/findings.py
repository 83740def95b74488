"""What an answer to a question of `doctor` means. Pure; nothing is sent here."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from drtui.aws import answers
from drtui.aws.answers import Answer
from drtui.aws.pages import WANTS_SIGN_IN, WANTS_SIGN_IN_FOR_A_FILE, is_page
from drtui.domain.doctoring import Reached
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.sites import Site, SiteProblemError, parse_environment

# Firewalls and sign-ins of networks may say it with a page.
_WITH_A_PAGE: Final = frozenset({FailureKind.BLOCKED, FailureKind.UNREACHABLE})
_BY_FAILURE: Final = {
    FailureKind.NOT_SIGNED_IN: Reached.ANSWERED,
    FailureKind.ROLE_NOT_ALLOWED: Reached.ANSWERED,
    FailureKind.BLOCKED: Reached.BLOCKED,
    FailureKind.UNREACHABLE: Reached.PAGE,  # 407 and 511: the network wants a sign-in
    FailureKind.THROTTLED: Reached.FAILING,
    FailureKind.UNAVAILABLE: Reached.FAILING,
}


def date_of(answer: Answer) -> datetime | None:
    """Return the server's time; None where a cache may have kept the answer."""
    if "age" in answer.headers:
        return None
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def of_api(answer: Answer) -> tuple[Reached, str]:
    """Judge the answer to an unsigned call, which the gateway has to refuse."""
    if 200 <= answer.status < 300:
        return _odd(answer, "which the API never does without a sign-in")
    error = answers.failure_of(answer, write=False)
    told_apart = answer.status >= 500 or error.kind in _WITH_A_PAGE
    if answer.status < 400 or (is_page(answer.headers, answer.body) and not told_apart):
        return _odd(answer, "which the API never does")
    reached = _BY_FAILURE.get(error.kind, Reached.FOREIGN)
    if reached is Reached.ANSWERED:
        return reached, f"It refuses a call without a sign-in (HTTP {answer.status}), as it should."
    return reached, error.message


def of_site(answer: Answer, site: Site) -> tuple[Reached, str]:
    """Judge what came as `env.js`, held against what the account was added from."""
    if answer.status == 403:
        return Reached.BLOCKED, "It does not give out env.js (HTTP 403): its firewall may block it."
    if (trouble := _trouble(answer, WANTS_SIGN_IN_FOR_A_FILE)) is not None:
        return trouble
    if answer.status != 200 or is_page(answer.headers, answer.body):
        return _odd(answer, "where env.js should be")
    try:
        found = parse_environment(answer.body.decode(errors="replace"), website=site.website)
    except SiteProblemError as problem:
        return Reached.FOREIGN, str(problem)
    if (found.user_pool_id, found.client_id, found.identity_pool_id) != (
        site.user_pool_id,
        site.client_id,
        site.identity_pool_id,
    ):
        return (
            Reached.FOREIGN,
            "Its env.js describes another deployment than this account was added from.",
        )
    return Reached.ANSWERED, "Its env.js describes this account's deployment."


def of_service(answer: Answer) -> tuple[Reached, str]:
    """Judge the answer to a call of one of AWS's services, which it refuses."""
    if (trouble := _trouble(answer, WANTS_SIGN_IN)) is not None:
        return trouble
    try:
        spoke = isinstance(json.loads(answer.body), dict)
    except ValueError:
        spoke = False
    if not spoke:
        return _odd(answer, "which AWS never does")
    if answer.status == 403:
        return Reached.BLOCKED, "A firewall in front of it (AWS WAF) blocks drtui."
    return Reached.ANSWERED, f"It answers a call without a sign-in (HTTP {answer.status})."


def _trouble(answer: Answer, wants_sign_in: Collection[int]) -> tuple[Reached, str] | None:
    """Return what stands in between, or is broken behind; None when nothing is."""
    if answer.status in wants_sign_in:
        return Reached.PAGE, f"This network wants a sign-in of its own (HTTP {answer.status})."
    if answer.status == 429 or answer.status >= 500:
        return Reached.FAILING, f"It cannot answer now (HTTP {answer.status})."
    return None


def _odd(answer: Answer, what: str) -> tuple[Reached, str]:
    """Tell a page of the network, or a redirect to one, from another odd answer."""
    if 300 <= answer.status < 400:
        said = f"It leads to another address (HTTP {answer.status}), {what}"
        return Reached.PAGE, f"{said}: this network may want a sign-in of its own."
    if answer.status < 300 and is_page(answer.headers, answer.body):
        said = f"It answered with a web page (HTTP {answer.status}), {what}"
        return Reached.PAGE, f"{said}: this network may want a sign-in of its own."
    kind = "a web page" if is_page(answer.headers, answer.body) else "something else"
    return Reached.FOREIGN, f"It answered with {kind} (HTTP {answer.status}), {what}."


def of_signed(error: DeploymentError) -> Reached:
    """Judge the failure of a signed call: one that is refused was answered, and not as wanted."""
    if error.kind is FailureKind.UNREACHABLE:
        return Reached.SILENT
    if error.kind in {FailureKind.NOT_SIGNED_IN, FailureKind.ROLE_NOT_ALLOWED}:
        return Reached.FOREIGN
    return _BY_FAILURE.get(error.kind, Reached.FAILING)
