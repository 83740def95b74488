"""The program of moto's servers: see `program_forks`.

Importing moto changes boto3 for the whole process that does it.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from moto.server import ThreadedMotoServer

from tests.support.program_forks import begin

_SERVICES: Final = (
    *("budgets", "ce", "cloudformation", "cloudwatch", "cognitoidentity", "cognitoidp"),
    *("iam", "identitystore", "s3", "servicequotas", "sesv2", "sns", "ssoadmin", "sts"),
)
# AWS's own policies, as far as somebody asks for them.
_KEPT: Final = ("DeepRacer", "AdministratorAccess", "IAMUserChangePassword")


def _keep_few_policies() -> None:
    models: Any = import_module("moto.iam.models")
    known = json.loads(models.aws_managed_policies_data)
    ours = {name: each for name, each in known.items() if any(part in name for part in _KEPT)}
    models.aws_managed_policies_data = json.dumps(ours)


def _run(options: Any) -> None:
    del options
    with Path(os.devnull).open("w") as unread:  # a line for each request
        os.dup2(unread.fileno(), sys.stderr.fileno())
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    sys.stdout.write(json.dumps(f"http://{host}:{port}") + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    for name in _SERVICES:
        import_module(f"moto.{name}.models")
        import_module(f"moto.{name}.urls")
    _keep_few_policies()
    begin(_run)
