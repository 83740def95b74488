"""What drtui needs of a deployment: the seam between the sync engine and the client.

`drtui.aws.gateway` implements it over HTTP. Every method may raise `DeploymentError` and nothing
else, is safe to call from several threads, never retries and never waits for a rate limit.
"""

from dataclasses import dataclass
from typing import Protocol

from drtui.domain.records import AccountSettings, Limits, Profile


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

    def own_profile(self) -> Profile:
        """Return the profile of whoever is signed in."""

    def list_profiles(self, token: str | None = None) -> ProfilePage:
        """Return one page (up to 100) of all profiles; admins only.

        Args:
            token: The token of the page before; None for the first page.
        """

    def set_limits(self, profile_id: str, limits: Limits) -> Limits:
        """Set one or both limits of a profile; None leaves a limit as it is.

        Returns:
            The limits in the answer, None where the answer left one out.

        Raises:
            ValueError: No limit is given, or one is below -1, which the deployment would accept.
        """

    def settings(self) -> AccountSettings:
        """Return the settings drtui reads; one that the deployment does not have is None.

        Numbers that arrive as strings are numbers here.
        """
