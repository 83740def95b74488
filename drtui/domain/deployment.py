"""What drtui needs of a deployment: the seam between the sync engine and the client.

`drtui.aws.gateway` implements it over HTTP. Every method may raise `DeploymentError` and nothing
else, is safe to call from several threads, never retries and never waits for a rate limit.
"""

from dataclasses import dataclass
from typing import Protocol

from drtui.domain.records import AccountSettings, Limits, Profile, Role, StoredModel


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """One page of profiles; `token` asks for the next one, None after the last."""

    profiles: tuple[Profile, ...]
    token: str | None = None


class Deployment(Protocol):
    """A DeepRacer on AWS deployment, as far as drtui uses it."""

    def probe(self) -> None:
        """Find out within about 4 s whether the deployment answers at all.

        Returns when anything answered, whatever it said; raises `DeploymentError` of kind
        `UNREACHABLE` or `OUTCOME_UNKNOWN` when nothing did.
        """

    def close(self) -> None:
        """Close the connections that nothing uses now; the next call opens new ones."""

    def own_profile(self) -> Profile:
        """Return the profile of whoever is signed in."""

    def list_profiles(self, token: str | None = None) -> ProfilePage:
        """Return one page (up to 100) of all profiles; admins only.

        Args:
            token: The token of the page before; None for the first page.
        """

    def list_admin_profiles(self) -> tuple[Profile, ...]:
        """Return all profiles by id, alias and email alone; admins and facilitators.

        Everything else of them is None: not in this answer, whatever it really is. The path is
        one of those that a firewall limits, see `models_of`.
        """

    def has_bulk_invite(self) -> bool:
        """Find out whether the deployment has what came with release 1.3; nothing is changed.

        It is one call of a path that a firewall does not limit. Any role may ask: what is not
        there is refused in another way than what the role may not call (DeepRacer API facts,
        errors).
        """

    def set_limits(self, profile_id: str, limits: Limits) -> Limits:
        """Set one or both limits of a profile; None leaves a limit as it is.

        Returns:
            The limits in the answer, None where the answer left one out.

        Raises:
            ValueError: No limit is given, or one is below -1, which the deployment would accept.
        """

    def set_alias(self, profile_id: str, alias: str) -> str:
        """Give a profile another alias.

        Returns:
            The alias in the answer.

        Raises:
            ValueError: The deployment takes no such alias.
        """

    def set_role(self, profile_id: str, role: Role) -> None:
        """Move a user to the group of a role.

        The group moves at once; lists show it one to two minutes later, and credentials that
        were issued before are not touched (DeepRacer API facts, behaviour 11).

        Raises:
            ValueError: No group stands for this role.
        """

    def models_of(self, profile_id: str) -> tuple[StoredModel, ...]:
        """Return all models that a racer has stored; none for an unknown profile.

        The path is one of those that a firewall limits to 100 calls in 5 minutes for an address.
        """

    def delete_models(self, profile_id: str) -> None:
        """Ask for all models of a racer to be deleted, running ones too.

        A success says only that it was asked for: whether all are gone has to be listed
        (DeepRacer API facts, behaviour 6).
        """

    def delete_profile(self, profile_id: str) -> None:
        """Delete a user with its profile.

        A profile that is unknown, or was deleted before, is `UNAVAILABLE` with status 500
        (DeepRacer API facts, behaviour 2).
        """

    def settings(self) -> AccountSettings:
        """Return the settings drtui reads; one that the deployment does not have is None.

        Numbers that arrive as strings are numbers here.
        """
