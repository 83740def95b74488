"""Which AWS credentials a service of this host would find, without this shell's variables."""

from typing import Final

import botocore.session
from botocore.exceptions import BotoCoreError

from drtui.aws.sessions import keep_secrets_out_of_logs

_OF_THE_SHELL: Final = "env"


def found_credentials(profile: str | None = None) -> tuple[str, bool]:
    """Return how credentials are found beyond the environment, and whether they are temporary.

    The host's own address for roles may be asked, which takes some seconds where there is none.

    Args:
        profile: The AWS profile; None is the standard one.

    Returns:
        What botocore calls the way, empty where there are none; and whether there is a session
        token.
    """
    keep_secrets_out_of_logs()
    session = botocore.session.Session(profile=profile)
    try:
        resolver = session.get_component("credential_provider")
        resolver.remove(_OF_THE_SHELL)
        found = resolver.load_credentials()
        if found is None:
            return "", False
        return str(found.method), bool(found.token)
    except (BotoCoreError, ValueError, OSError):
        return "", False
