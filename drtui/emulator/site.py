"""The site's files: where a client finds out how to reach the API and to sign in."""

from dataclasses import dataclass

from drtui.emulator.errors import REGION
from drtui.emulator.model_files import UPLOAD_BUCKET
from drtui.emulator.records import present, to_json
from drtui.emulator.releases import Release


@dataclass(slots=True)
class Site:
    """What env.js says (DeepRacer API facts, "Finding and signing in").

    The emulator has no user pool of its own: until it is told of one, its ids lead nowhere.

    Attributes:
        solution_version: as it is shown; None where it is not said.
        user_pool_id: begins with the region.
        client_id: the user pool's client.
        identity_pool_id: begins with the region and a colon.
    """

    solution_version: str | None
    user_pool_id: str = f"{REGION}_Emulated1"
    client_id: str = "0emulatedclient00000000000"
    identity_pool_id: str = f"{REGION}:00000000-0000-4000-8000-000000000000"

    @classmethod
    def of(cls, release: Release) -> "Site":
        """The site of a deployment of this release."""
        return cls(f"v{release}")

    def environment_script(self, api: str, storage: str) -> bytes:
        """The body of env.js.

        Args:
            api: where the API is.
            storage: where the upload bucket is; real deployments have it at AWS, and do not say.
        """
        config = {
            "apiEndpointUrl": api,
            "userPoolId": self.user_pool_id,
            "userPoolClientId": self.client_id,
            "identityPoolId": self.identity_pool_id,
            "region": REGION,
            "uploadBucketName": UPLOAD_BUCKET,
            "s3Endpoint": storage,
            "iotEndpoint": f"dremulator-ats.iot.{REGION}.amazonaws.com",
            "namespace": "drtui-emulator",
            "solutionVersion": self.solution_version,
        }
        return b"window.EnvironmentConfig = " + to_json(present(config)) + b";\n"
