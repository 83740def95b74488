"""Which bundle of trusted certificates boto3 uses, for what is asked past its clients."""

import os
from typing import Final

import botocore.session
from botocore.exceptions import BotoCoreError

from drtui.aws.sessions import NO_PROFILE
from drtui.domain.problems import ProblemError
from drtui.domain.proxies import CertificateBundle

_FIRST: Final = "AWS_CA_BUNDLE"
_LAST: Final = "REQUESTS_CA_BUNDLE"


def trusted_bundle(*, profiles: bool) -> CertificateBundle:
    """Return the certificates that are trusted.

    As botocore has it: `AWS_CA_BUNDLE`, then `ca_bundle` of the profile in AWS's own files, then
    `REQUESTS_CA_BUNDLE`.

    Args:
        profiles: Whether the profile is the one that the environment names, as where the AWS
            credentials of this machine sign the calls; else it is the default one.
    """
    if _FIRST in os.environ:
        return CertificateBundle(os.environ[_FIRST], _FIRST)
    core = botocore.session.Session(session_vars=None if profiles else NO_PROFILE)
    try:
        path = core.get_config_variable("ca_bundle")
        if path is not None:
            profile = core.profile or "default"
            return CertificateBundle(str(path), f"ca_bundle of the AWS profile “{profile}”")
    except BotoCoreError:
        pass  # no client can be made with such files, which is told where one is needed
    if _LAST in os.environ:
        return CertificateBundle(os.environ[_LAST], _LAST)
    return CertificateBundle()


def verification(*, profiles: bool) -> str | bool:
    """Return the same as botocore's HTTP session takes it.

    Args:
        profiles: See `trusted_bundle`.

    Raises:
        ProblemError: The name is blank, which the session would take for no verification.
    """
    found = trusted_bundle(profiles=profiles)
    if found.path is None:
        return True
    if not found.path.strip():
        raise ProblemError(
            f"The file of trusted certificates is blank: set {found.named_by} to one, or unset it."
        )
    return found.path
