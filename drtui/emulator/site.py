"""The site's files: where a client finds out how to reach the API."""

from drtui.emulator.errors import REGION
from drtui.emulator.records import to_json

VERSION = "v1.2.5"


def environment_script(api: str) -> bytes:
    """The body of env.js (DeepRacer API facts, "Finding and signing in")."""
    config = {
        "apiEndpointUrl": api,
        "userPoolId": f"{REGION}_Emulated1",
        "userPoolClientId": "0emulatedclient00000000000",
        "identityPoolId": f"{REGION}:00000000-0000-4000-8000-000000000000",
        "region": REGION,
        "uploadBucketName": "dremulator-uploads",
        "iotEndpoint": f"dremulator-ats.iot.{REGION}.amazonaws.com",
        "namespace": "drtui-emulator",
        "solutionVersion": VERSION,
    }
    return b"window.EnvironmentConfig = " + to_json(config) + b";\n"
