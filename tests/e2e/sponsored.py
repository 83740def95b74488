"""An account that names the sponsor's AWS profile, whose AWS is moto's server."""

from pathlib import Path

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, clean_environment
from tests.support.real import ADMIN, PASSWORD, RealDeployment

PROFILE = "sponsor"


def sponsored(drtui: Drtui, url: str) -> Drtui:
    """Let an account's second door lead to a server on this machine.

    Args:
        drtui: With the account; its environment is changed.
        url: The server's.
    """
    keys = drtui.home / "aws-credentials"
    keys.write_text(f"[{PROFILE}]\naws_access_key_id = testing\naws_secret_access_key = testing\n")
    drtui.environment |= {"AWS_ENDPOINT_URL": url, "AWS_SHARED_CREDENTIALS_FILE": str(keys)}
    drtui("account", "set", "event", "--aws-profile", PROFILE)
    return drtui


def signed_in(real: RealDeployment, tmp_path: Path, forks: Forks) -> Drtui:
    """`drtui` whose admin is signed in, and whose sponsor's AWS is there."""
    home = tmp_path / "home"
    environment = clean_environment(home) | real.environment(tmp_path / "keyring.json")
    drtui = Drtui(home, environment, forks=forks)
    drtui("account", "add", "event", "--site", real.site)
    stdin = f"{PASSWORD}\n".encode()
    drtui("account", "sign-in", "--user", ADMIN, "--password-stdin", stdin=stdin)
    return sponsored(drtui, real.address)
