"""The deployment over HTTP: `domain.deployment.Deployment` by means of botocore.

Nothing is retried and nothing waits here. Each call ends in records or in a `DeploymentError`,
whose kind follows from the answer (`answers`) or from where the call broke off (`transport`).
"""

import queue
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from drtui.aws import records
from drtui.aws.address import check_api_url, check_region, host_of
from drtui.aws.answers import unbelieved
from drtui.aws.client_protocol import DeepRacerClient
from drtui.aws.line import Line
from drtui.aws.model_calls import ModelCalls
from drtui.aws.race_calls import RaceCalls
from drtui.aws.sessions import AwsCredentials, KeySource, Timeouts, open_client
from drtui.aws.setup_calls import SetupCalls, check_profile_id
from drtui.aws.usable import following_token, usable
from drtui.domain.deployment import ProfilePage
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.quotas import MOST
from drtui.domain.records import (
    GROUP_OF_ROLE,
    UNLIMITED,
    AccountSettings,
    Limits,
    Profile,
    Role,
    StoredModel,
)
from drtui.domain.sponsorship import is_alias
from drtui.domain.text import is_user_agent

__all__ = ["AwsCredentials", "DeepRacerGateway", "Timeouts", "open_gateway"]

_PROBES_AT_ONCE: Final = 4
_NO_JOB: Final = "0" * 15


class DeepRacerGateway:
    """A deployment, reached through two lines; `open_gateway` makes one.

    Args:
        signed: For everything that is asked of the deployment.
        unsigned: For probes: an unsigned call is answered by the deployment's gateway alone, costs
            it nothing, and needs no credentials, which may themselves be out of reach.
        probe_seconds: How long all of a probe may take.
    """

    def __init__(self, signed: Line, unsigned: Line, probe_seconds: float) -> None:
        self._signed = signed
        self._unsigned = unsigned
        self._probe_seconds = probe_seconds

    def probe(self) -> None:
        """Find out within `Timeouts.probe` seconds whether the deployment answers at all.

        Any refusal is an answer. A success that cannot be believed, a redirection and a network
        that wants a sign-in are not: something else answered, such as a venue's sign-in page.

        Raises:
            DeploymentError: `UNREACHABLE`, always without a status.
        """
        # A name look-up knows no timeout, so the waiting is done outside of the call.
        outcome: queue.Queue[DeploymentError | None] = queue.Queue()
        threading.Thread(
            target=self._probe_into, args=(outcome,), name="drtui-probe", daemon=True
        ).start()
        try:
            failure = outcome.get(timeout=self._probe_seconds)
        except queue.Empty:
            failure = DeploymentError(
                FailureKind.UNREACHABLE,
                f"The deployment did not answer within {self._probe_seconds:g} s.",
            )
        if failure is None:
            return
        if not failure.genuine:
            raise DeploymentError(FailureKind.UNREACHABLE, failure.message)

    def own_profile(self) -> Profile:
        """Return the profile of whoever is signed in."""
        answer = self._signed.ask(lambda client: client.get_profile())
        profile = records.profile(answer.get("profile"))
        if profile is None:
            raise unbelieved("the profile has no id", write=False, status=200)
        return profile

    def list_profiles(self, token: str | None = None) -> ProfilePage:
        """Return one page (up to 100) of all profiles; admins only.

        A profile without an id is left out, and logged. A page of which nothing can be used, or
        whose token leads nowhere, is `UNAVAILABLE`: a sweep must not end early and take the rest
        for gone.
        """
        asked = {} if token is None else {"token": token}
        answer = self._signed.ask(lambda client: client.list_profiles(**asked))
        profiles = usable(answer["profiles"], records.profile, "profile")
        return ProfilePage(profiles, following_token(answer, token))

    def list_admin_profiles(self) -> tuple[Profile, ...]:
        """Return all profiles by id, alias and email alone; see `Deployment.list_admin_profiles`.

        A profile without an id is left out, and logged, as in `list_profiles`.
        """
        answer = self._signed.ask(lambda client: client.list_admin_profiles())
        return usable(answer["profiles"], records.named_profile, "profile")

    def has_bulk_invite(self) -> bool:
        """Find out whether the deployment has what came with 1.3; see the protocol.

        It is asked for an invitation that there cannot be. Where the path is unknown, the
        deployment's gateway answers for it before anybody's role matters; where it is known, the
        role may be refused, or the id.
        """
        try:
            self._signed.ask(lambda client: client.get_bulk_invite(jobId=_NO_JOB))
        except DeploymentError as error:
            code = error.code.lower()
            if code.startswith("missingauthenticationtoken"):
                return False
            known = error.kind in {FailureKind.NOT_FOUND, FailureKind.INVALID} and bool(code)
            if not known and not code.startswith("accessdenied"):
                raise
        return True

    def set_limits(self, profile_id: str, limits: Limits) -> Limits:
        """Set one or both limits of a profile; None leaves a limit as it is.

        The id is always sent: without one the deployment would change the caller's own profile.
        An answer for another profile leaves the outcome unknown.

        Returns:
            The limits in the answer, None where the answer left one out.

        Raises:
            ValueError: No limit is given, or one is below -1, which the deployment would accept,
                or above what it can hold.
            DeploymentError: Also `INVALID`, and nothing was sent, when the id cannot be one.
        """
        named = {"maxTotalComputeMinutes": limits.minutes, "maxModelCount": limits.models}
        given = {name: limit for name, limit in named.items() if limit is not None}
        if not given:
            raise ValueError("no limit is given")
        if not all(UNLIMITED <= limit <= MOST for limit in given.values()):
            raise ValueError("a limit is below -1 or above 2,147,483,647")
        return records.limits_of(self._update(profile_id, given))

    def set_alias(self, profile_id: str, alias: str) -> str:
        """Give a profile another alias; the id is always sent, see `set_limits`.

        Returns:
            The alias in the answer.

        Raises:
            ValueError: The deployment takes no such alias.
            DeploymentError: Also `INVALID`, and nothing was sent, when the id cannot be one.
        """
        if not is_alias(alias):
            raise ValueError("an alias is 2 to 64 letters, digits, _ or -")
        answered = records.text(self._update(profile_id, {"alias": alias}).get("alias"))
        if answered is None:
            raise unbelieved("it has no alias", write=True, status=200)
        return answered

    def set_role(self, profile_id: str, role: Role) -> None:
        """Move a user to the group of a role; see `Deployment.set_role`.

        Raises:
            ValueError: No group stands for this role.
            DeploymentError: Also `INVALID`, and nothing was sent, when the id cannot be one.
        """
        if role not in GROUP_OF_ROLE:
            raise ValueError("there is no group for this role")
        check_profile_id(profile_id)
        group = GROUP_OF_ROLE[role]
        self._signed.ask(
            lambda client: client.update_group_membership(
                profileId=profile_id, targetUserPoolGroup=group
            ),
            write=True,
        )

    def models_of(self, profile_id: str) -> tuple[StoredModel, ...]:
        """Return all models that a racer has stored; none for an unknown profile.

        A model without an id is left out, and logged; an answer of which nothing can be used is
        `UNAVAILABLE`, since an empty list says that all are gone.
        """
        check_profile_id(profile_id)
        answer = self._signed.ask(lambda client: client.list_profile_models(profileId=profile_id))
        return usable(answer["models"], records.stored_model, "model")

    def delete_models(self, profile_id: str) -> None:
        """Ask for all models of a racer to be deleted; see `Deployment.delete_models`."""
        check_profile_id(profile_id)
        self._signed.ask(
            lambda client: client.delete_profile_models(profileId=profile_id), write=True
        )

    def delete_profile(self, profile_id: str) -> None:
        """Delete a user with its profile; see `Deployment.delete_profile`."""
        check_profile_id(profile_id)
        self._signed.ask(lambda client: client.delete_profile(profileId=profile_id), write=True)

    def settings(self) -> AccountSettings:
        """Return the settings drtui reads; see `SetupCalls.account_settings`."""
        return self.setup.account_settings()

    @property
    def setup(self) -> SetupCalls:
        """The calls that set the deployment up, on the same line."""
        return SetupCalls(self._signed)

    @property
    def models(self) -> ModelCalls:
        """The calls about models, on the same line."""
        return ModelCalls(self._signed)

    @property
    def races(self) -> RaceCalls:
        """The calls about races, on the same line."""
        return RaceCalls(self._signed)

    def close(self) -> None:
        """Close the connections that nothing uses now; the next call opens new ones."""
        self._signed.close()
        self._unsigned.close()

    def _update(self, profile_id: str, members: Mapping[str, str | int]) -> Mapping[str, object]:
        check_profile_id(profile_id)
        answer = self._signed.ask(
            lambda client: client.update_profile(profileId=profile_id, **members), write=True
        )
        changed = answer.get("profile")
        if not isinstance(changed, dict) or changed.get("profileId") != profile_id:
            raise unbelieved("it is for another profile", write=True, status=200)
        return changed

    def _probe_into(self, outcome: "queue.Queue[DeploymentError | None]") -> None:
        try:
            self._unsigned.ask(lambda client: client.get_profile())
        except DeploymentError as error:
            outcome.put(error)
        else:
            outcome.put(None)
        finally:
            # An idle connection can have died with the network it came through.
            self._unsigned.close()


def open_gateway(
    api_url: str,
    region: str,
    credentials: AwsCredentials | KeySource | None = None,
    *,
    user_agent: str,
    max_connections: int = 32,
    timeouts: Timeouts | None = None,
    renew: Callable[[], bool] | None = None,
) -> DeepRacerGateway:
    """Return a gateway to a deployment; nothing is sent yet, and no credentials are looked for.

    Args:
        api_url: The API's address with its stage, such as `https://….amazonaws.com/prod`; https,
            or http on this machine itself. Proxies and the CA bundle come from the usual
            environment variables; this machine itself is never asked through a proxy.
        region: The region that calls are signed for.
        credentials: What signs the calls, or a function that is asked for it before each one;
            None is boto3's standard chain, whose temporary credentials are renewed as it knows
            how to.
        user_agent: Sent as it is.
        max_connections: How many threads may call at once without a new connection each time.
        timeouts: The defaults suit a real deployment.
        renew: For keys that the deployment refuses before their end; see `line.Line`.

    Raises:
        ValueError: The address, the region or the user agent cannot be used; the message is for
            the admin.
    """
    url = check_api_url(api_url)
    check_region(region)
    if not is_user_agent(user_agent):
        raise ValueError(
            "The user agent must be 1 to 256 printable ASCII characters, with single blanks."
        )
    waits = timeouts or Timeouts()

    connect: Callable[..., DeepRacerClient] = partial(
        open_client, url, region, user_agent=user_agent, connect_timeout=waits.connect
    )

    def signed(before_parse: Callable[..., None]) -> DeepRacerClient:
        return connect(
            credentials=credentials,
            signed=True,
            read_timeout=waits.read,
            max_connections=max_connections,
            before_parse=before_parse,
        )

    def unsigned(before_parse: Callable[..., None]) -> DeepRacerClient:
        return connect(
            credentials=None,
            signed=False,
            read_timeout=waits.probe,
            max_connections=_PROBES_AT_ONCE,
            before_parse=before_parse,
        )

    host = host_of(url)
    return DeepRacerGateway(Line(signed, host, renew), Line(unsigned, host), waits.probe)
