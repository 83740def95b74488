"""Amazon SES for tests of whole runs: moto lacks GetAccount, and does not say what was sent.

with serving_ses() as ses:
    ses.environment             # leads calls of SES here, whatever AWS_ENDPOINT_URL says
    ses.sent[0]["Content"]      # what was asked of SendEmail, in order
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SENDER = "races@example.com"
_ACCOUNT = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "SendQuota": {"Max24HourSend": 50_000.0, "SentLast24Hours": 0.0, "MaxSendRate": 100.0},
}
_IDENTITIES = {
    "EmailIdentities": [
        {"IdentityName": SENDER, "SendingEnabled": True, "VerificationStatus": "SUCCESS"}
    ]
}


class Ses:
    """What was sent, and where it listens."""

    def __init__(self, address: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self.environment = {"AWS_ENDPOINT_URL_SESV2": address}

    @property
    def recipients(self) -> list[str]:
        """Who was sent something, in order."""
        return [one for each in self.sent for one in each["Destination"]["ToAddresses"]]


@contextmanager
def serving_ses() -> Iterator[Ses]:
    """Start it on a free port of this machine, and stop it in the end."""

    class Handler(BaseHTTPRequestHandler):
        """One call."""

        def do_GET(self) -> None:
            self._answer(_ACCOUNT)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path.endswith("/list-identities"):
                self._answer(_IDENTITIES)
                return
            ses.sent.append(asked)
            self._answer({"MessageId": f"message-{len(ses.sent)}"})

        def _answer(self, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        ses = Ses(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield ses
        finally:
            server.shutdown()
            thread.join()
