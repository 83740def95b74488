"""The emulator joined with moto's Cognito: a sign-in there gives keys that count here.

The last test is the whole way, by the command line.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, clean_environment, limits, named, racers
from tests.support.emulator import Reply, send, signed_headers
from tests.support.file_keyring import keyring_environment
from tests.support.moto import REGION
from tests.support.real import (
    ADMIN,
    FACILITATOR,
    PASSWORD,
    RACER,
    RealDeployment,
    running_deployment,
)


@pytest.fixture(scope="module")
def deployment() -> Iterator[RealDeployment]:
    with running_deployment(racers=5) as running:
        yield running


@pytest.fixture
def real(deployment: RealDeployment) -> Iterator[RealDeployment]:
    yield deployment
    deployment.front.renewals = True
    deployment.front.key_seconds = 3600.0
    deployment.network(up=True)
    deployment.skew(0.0)


def cognito(real: RealDeployment, service: str) -> Any:
    config = Config(signature_version=UNSIGNED, proxies={}, retries={"total_max_attempts": 1})
    session = boto3.Session(region_name=REGION)
    return session.client(
        service,  # type: ignore[call-overload]  # by name, for any service
        endpoint_url=real.address,
        config=config,
    )


def tokens(real: RealDeployment, user: str) -> dict[str, str]:
    answer: dict[str, Any] = cognito(real, "cognito-idp").initiate_auth(
        ClientId=real.pool.site.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD},
    )
    result: dict[str, str] = answer["AuthenticationResult"]
    return result


def exchange(real: RealDeployment, id_token: str) -> dict[str, Any]:
    identities = cognito(real, "cognito-identity")
    logins = {f"cognito-idp.{REGION}.amazonaws.com/{real.pool.site.user_pool_id}": id_token}
    pool = real.pool.site.identity_pool_id
    identity = identities.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
    found = identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)
    credentials: dict[str, Any] = found["Credentials"]
    return credentials


def call(real: RealDeployment, credentials: dict[str, Any], path: str = "/profile") -> Reply:
    keys = {
        "access_key": credentials["AccessKeyId"],
        "secret_key": credentials["SecretKey"],
        "session_token": credentials["SessionToken"],
    }
    url = real.emulator.api + path
    return send("GET", url, signed_headers("GET", url, b"", keys))


def test_the_site_leads_to_the_user_pool(real: RealDeployment) -> None:
    script = send("GET", real.site + "/env.js", {}).body.decode()
    site = real.pool.site
    assert all(each in script for each in (site.user_pool_id, site.client_id))
    assert site.identity_pool_id in script
    assert real.emulator.api in script


@pytest.mark.parametrize(
    ("user", "statuses"),
    [(ADMIN, (200, 200)), (FACILITATOR, (403, 200)), (RACER, (403, 403))],
)
def test_the_keys_of_a_sign_in_carry_its_group(
    real: RealDeployment, user: str, statuses: tuple[int, int]
) -> None:
    credentials = exchange(real, tokens(real, user)["IdToken"])
    found = tuple(call(real, credentials, each).status for each in ("/profiles", "/admin/profiles"))
    assert found == statuses


def test_everybody_has_keys_and_a_profile_of_their_own(real: RealDeployment) -> None:
    ids = [
        call(real, exchange(real, tokens(real, user)["IdToken"])).json()["profile"]["profileId"]
        for user in (ADMIN, RACER, ADMIN)
    ]
    assert ids[0] == ids[2] != ids[1]
    assert len({each["access_key"] for each in real.keys[-3:]}) == 3
    profile = real.emulator.profiles()[ids[1]]
    assert (profile["group"], profile["signedIn"]) == ("dr-racers", True)


def test_who_is_in_no_known_group_gets_no_keys(real: RealDeployment) -> None:
    real.pool.add_user("nobody", PASSWORD, groups=())
    with pytest.raises(ClientError, match="No role"):
        exchange(real, tokens(real, "nobody")["IdToken"])


def test_keys_last_as_long_as_they_say(real: RealDeployment) -> None:
    real.front.key_seconds = 600.0
    credentials = exchange(real, tokens(real, ADMIN)["IdToken"])
    left = credentials["Expiration"] - datetime.now(UTC)
    assert timedelta(minutes=9) < left < timedelta(minutes=11)
    assert call(real, credentials).status == 200
    real.emulator.control("expire_keys", access_key=credentials["AccessKeyId"])
    assert call(real, credentials).error_type == "ExpiredTokenException"


def test_refresh_tokens_can_expire(real: RealDeployment) -> None:
    refresh_token = tokens(real, ADMIN)["RefreshToken"]

    def renew() -> Any:
        return cognito(real, "cognito-idp").initiate_auth(
            ClientId=real.pool.site.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )

    assert renew()["AuthenticationResult"]["IdToken"]
    real.front.renewals = False
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        renew()
    assert tokens(real, ADMIN)


def test_what_is_secret_is_known_to_the_test(real: RealDeployment) -> None:
    result = tokens(real, ADMIN)
    credentials = exchange(real, result["IdToken"])
    wanted = {PASSWORD, result["RefreshToken"], result["IdToken"], credentials["SecretKey"]}
    assert wanted | {credentials["SessionToken"]} <= set(real.secrets)


def test_the_network_is_lost_to_all_of_it(real: RealDeployment) -> None:
    real.network(up=False)
    with pytest.raises(ConnectionClosedError):
        tokens(real, ADMIN)
    with pytest.raises(ConnectionRefusedError):
        send("GET", real.site + "/env.js", {})
    real.network(up=True)
    assert tokens(real, ADMIN)


def test_both_clocks_can_be_wrong(real: RealDeployment) -> None:
    real.skew(900.0)
    credentials = exchange(real, tokens(real, ADMIN)["IdToken"])
    assert credentials["Expiration"] - datetime.now(UTC) > timedelta(minutes=70)
    reply = call(real, credentials)
    assert reply.error_type == "InvalidSignatureException"
    real.skew(0.0)
    assert call(real, credentials).status == 200


def test_a_keyring_in_a_file_outlives_the_run(tmp_path: Path) -> None:
    def run(program: str) -> str:
        environment = {"PATH": "/usr/bin:/bin", **keyring_environment(tmp_path / "keyring.json")}
        command = [sys.executable, "-c", f"import keyring; {program}"]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    run("keyring.set_password('drtui', 'ada', 'secret')")
    there = "print(keyring.get_password('drtui', 'ada'))"
    assert run(f"{there}; keyring.delete_password('drtui', 'ada')") == "secret"
    assert run(there) == "None"
    assert (tmp_path / "keyring.json").stat().st_mode & 0o777 == 0o600


def test_drtui_signs_in_and_pauses_by_the_address_of_the_site_alone(
    real: RealDeployment, tmp_path: Path, forks: Forks
) -> None:
    home = tmp_path / "home"
    environment = clean_environment(home) | real.environment(tmp_path / "keyring.json")
    drtui = Drtui(home, environment, real.secrets, forks)
    drtui("account", "add", "event", "--site", real.site)
    stdin = f"{PASSWORD}\n".encode()
    drtui("account", "sign-in", "--user", ADMIN, "--password-stdin", stdin=stdin)
    [racer] = racers(real.emulator.profiles(), 1)
    assert racer in drtui.users()
    drtui("users", "pause", "--yes", *named(racer))
    assert limits(real.emulator.profiles()[racer]) == (0, 0)
    assert not [each for each in real.secrets if each in "".join(drtui.heard)]
