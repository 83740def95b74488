"""moto's server for tests, in a process of its own: AWS as far as a sign-in needs it.

    with running_moto() as moto:
        moto.url                                # for AWS_ENDPOINT_URL
        pool = moto.deployment()                # a user pool, its client and an identity pool
        pool.site                               # the record that describes it
        pool.add_user("ada", "Secret-123", groups=("dr-admins",))
        pool.add_user("bob", "Secret-123", permanent=False)     # a first sign-in
        pool.wants_codes("ada")                 # SOFTWARE_TOKEN_MFA
        moto.make_stack("races", {"ApiEndpoint1A": "https://…"})
        moto.user_keys("ada")                   # of a new IAM user
        moto.role_keys("Admin")                 # of a session of a new role

Each deployment is new, so that tests share one server. It is a process because importing moto
changes boto3 for the whole process that does it.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import boto3
from botocore.config import Config

from drtui.domain.sites import Site
from tests.support.program_forks import ForkedProgram

REGION = "us-east-1"
ACCESS_KEY = "TESTACCESSKEY12345"  # what moto's identity pools always give
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_PROGRAM = "tests.support.moto_forks"


class MotoDeployment:
    """What Cognito holds of one deployment."""

    def __init__(self, moto: "RunningMoto", api_url: str) -> None:
        self._users = moto.client("cognito-idp")
        pool = self._users.create_user_pool(PoolName="deepracer")["UserPool"]["Id"]
        client = self._users.create_user_pool_client(
            UserPoolId=pool,
            ClientName="site",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        identities = moto.client("cognito-identity").create_identity_pool(
            IdentityPoolName="deepracer", AllowUnauthenticatedIdentities=False
        )["IdentityPoolId"]
        self.site = Site(api_url, pool, client, identities, REGION)

    def add_user(
        self,
        name: str,
        password: str,
        *,
        groups: tuple[str, ...] = ("dr-admins",),
        permanent: bool = True,
        email: str | None = None,
    ) -> None:
        """Add a user; one whose password is not permanent has to choose another first.

        The email is verified where it is given.
        """
        pool = self.site.user_pool_id
        self._users.admin_create_user(
            UserPoolId=pool,
            Username=name,
            TemporaryPassword=password,
            UserAttributes=[
                {"Name": "email", "Value": email or f"{name}@example.com"},
                *([{"Name": "email_verified", "Value": "true"}] if email else []),
            ],
        )
        if permanent:
            self._users.admin_set_user_password(
                UserPoolId=pool, Username=name, Password=password, Permanent=True
            )
        for group in groups:
            with suppress(self._users.exceptions.GroupExistsException):
                self._users.create_group(UserPoolId=pool, GroupName=group)
            self._users.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)

    def disable(self, name: str) -> None:
        """Let a user not sign in any more."""
        self._users.admin_disable_user(UserPoolId=self.site.user_pool_id, Username=name)

    def wants_codes(self, name: str, password: str) -> None:
        """Let a user's sign-in ask for the code of an app."""
        result = self._users.initiate_auth(
            ClientId=self.site.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )["AuthenticationResult"]
        token = result["AccessToken"]
        self._users.associate_software_token(AccessToken=token)
        self._users.verify_software_token(AccessToken=token, UserCode="123456")
        self._users.set_user_mfa_preference(
            AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )


class RunningMoto:
    """The server's process."""

    def __init__(self, process: ForkedProgram, url: str) -> None:
        self.process = process
        self.url = url
        self._session = boto3.Session("testing", "testing", region_name=REGION)
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of one of its services, with keys that it does not check."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self._session.client(
                service,  # type: ignore[call-overload]  # by name, for any service
                region_name=region,
                endpoint_url=self.url,
                config=Config(proxies={}),
            )
        return self._clients[service, region]

    def deployment(self, api_url: str = "https://api.example.com/prod") -> MotoDeployment:
        """Make the pools of another deployment."""
        return MotoDeployment(self, api_url)

    def user_keys(self, name: str, path: str = "/") -> tuple[str, str]:
        """Make an IAM user, and return its access key and secret key."""
        iam = self.client("iam")
        iam.create_user(UserName=name, Path=path)
        keys = iam.create_access_key(UserName=name)["AccessKey"]
        return keys["AccessKeyId"], keys["SecretAccessKey"]

    def role_keys(self, name: str, path: str = "/", session: str = "ada") -> tuple[str, str, str]:
        """Make a role, and return access key, secret key and token of a session of it."""
        role = self.client("iam").create_role(
            RoleName=name, Path=path, AssumeRolePolicyDocument="{}"
        )["Role"]
        keys = self.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName=session)
        held = keys["Credentials"]
        return held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"]

    def make_stack(self, name: str, outputs: Mapping[str, str]) -> None:
        """Make a stack with such outputs, and with one resource, since it needs one."""
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {key: {"Value": value} for key, value in outputs.items()},
        }
        self.client("cloudformation").create_stack(
            StackName=name, TemplateBody=json.dumps(template)
        )

    def stop(self) -> None:
        """Stop it: the end of its input tells it to."""
        self.process.stdin.close()
        try:
            self.process.wait(_STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            self.process.wait(_STOP_SECONDS)
        self.process.stdout.close()


@contextmanager
def running_moto() -> Iterator[RunningMoto]:
    """Start a server, wait until it listens, and stop it in the end."""
    environment = os.environ | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
    process = ForkedProgram(_PROGRAM, None, environment)
    try:
        moto = RunningMoto(process, _ready_line(process))
    except BaseException:
        process.kill()
        process.wait(_STOP_SECONDS)
        raise
    try:
        yield moto
    finally:
        moto.stop()


def _ready_line(process: ForkedProgram) -> str:
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if selector.select(timeout=0.2):
                line = process.stdout.readline()
                if line:
                    return str(json.loads(line))
                break
    message = f"moto did not get ready (exit code {process.poll()})."
    raise AssertionError(message)
