"""The door to the sponsor's AWS account: clients by service, calls and pages.

A call is made by the name of the API's own operation, so that the permission which a refusal asks
for can be named, and a test can compare what is really called with the policy in the docs.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from botocore import xform_name
from botocore.client import BaseClient
from botocore.exceptions import ClientError, NoRegionError, ParamValidationError

from drtui.aws.answers import discreet
from drtui.aws.sessions import Timeouts, open_service
from drtui.aws.sponsor import refusals
from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure

_TIMEOUTS: Final = Timeouts(read=20.0)
_REGION: Final = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,20}){2,4}")


class Door:
    """Clients of AWS's services by one profile; safe to use from several threads.

    Args:
        profile: The AWS profile of the sponsor's account; None is boto3's standard chain.
        region: Where the deployment is; a call may name another one.
        user_agent: Sent as it is.
        timeouts: For connections and answers.
    """

    def __init__(
        self,
        profile: str | None,
        region: str | None,
        *,
        user_agent: str,
        timeouts: Timeouts = _TIMEOUTS,
    ) -> None:
        self._profile = profile
        self._region = region
        self._user_agent = user_agent
        self._timeouts = timeouts
        self._clients: dict[tuple[str, str | None], BaseClient] = {}
        self._lock = threading.Lock()

    def call(
        self,
        service: str,
        operation: str,
        members: Mapping[str, object] | None = None,
        *,
        write: bool = False,
        region: str | None = None,
    ) -> Mapping[str, Any]:
        """Make one call and return its answer.

        Args:
            service: As boto3 names it, such as `iam`.
            operation: As the API names it, such as `CreateUser`.
            members: Of the request.
            write: Whether it changes something, so that no answer leaves its outcome unknown.
            region: Another one than the door's, such as `us-east-1` for billing.

        Raises:
            SponsorError: The only exception, without a cause or a context: what botocore raises
                can hold headers, and with them keys.
        """
        given = members or {}
        client: BaseClient | None = None
        try:
            client = self._client(service, region)
            send: Callable[..., Mapping[str, Any]] = getattr(client, xform_name(operation))
            return send(**given)
        except ProblemError as error:
            failure = SponsorError(SponsorFailure.REFUSED, str(error))
        except NoRegionError:
            failure = SponsorError(
                SponsorFailure.NO_CREDENTIALS,
                "No AWS region is known: name it in the AWS profile, or with "
                "“account add --aws-region”.",
            )
        except ParamValidationError:  # what it says repeats values, and passwords are among them
            sentence = (
                f"{service} {operation}: a value is not one that AWS takes; nothing was sent."
            )
            failure = SponsorError(SponsorFailure.REFUSED, sentence)
        except refusals.UnbelievedError as error:
            failure = refusals.unbelieved(service, operation, error, write=write)
        except refusals.ForeignError as error:
            failure = SponsorError(
                SponsorFailure.UNAVAILABLE,
                f"{service} {operation}: something other than AWS answered (HTTP {error}), such as "
                "a proxy.",
            )
        except ClientError as error:
            if error.operation_name == operation:
                failure = refusals.refused(error, service, operation, given, write=write)
            else:
                failure = refusals.not_had(error)
        except Exception as error:  # providers of credentials raise whatever they like
            failure = refusals.broken(error, client, service, write=write)
        if failure.kind is SponsorFailure.NO_CREDENTIALS:
            self._forget()  # the next call finds those that have been renewed outside
        raise failure.with_traceback(None)

    def pages(
        self,
        service: str,
        operation: str,
        items: str,
        members: Mapping[str, object] | None = None,
        *,
        marker: str = "NextToken",
        next_marker: str = "",
        region: str | None = None,
    ) -> Iterator[Mapping[str, Any]]:
        """Yield what a call lists, page after page.

        Args:
            service: See `call`.
            operation: See `call`.
            items: The member of the answer that holds the list.
            members: Of each request.
            marker: The member of the request that asks for the next page.
            next_marker: The member of the answer that holds it; empty is the same name.
            region: See `call`.

        Raises:
            SponsorError: As `call`; `UNAVAILABLE` where a page leads to itself.
        """
        holds = next_marker or marker
        more: dict[str, object] = {}
        while True:
            asked = {**(members or {}), **more}
            answer = self.call(service, operation, asked, region=region)
            yield from answer.get(items) or ()
            token = more.get(marker)
            following = refusals.following_token(service, operation, answer, holds, token)
            if following is None:
                return
            more = {marker: following}

    def _client(self, service: str, region: str | None) -> BaseClient:
        place = service, region or self._region
        with self._lock:
            if place not in self._clients:
                if place[1] is not None and not _REGION.fullmatch(place[1]):
                    raise ProblemError(f"There is no AWS region “{discreet(place[1])}”.")
                client = open_service(
                    service,
                    place[1],
                    signed=True,
                    profile=self._profile,
                    user_agent=self._user_agent,
                    timeouts=self._timeouts,
                )
                client.meta.events.register("before-parse", refusals.check)
                self._clients[place] = client
            return self._clients[place]

    def _forget(self) -> None:
        with self._lock:
            self._clients = {}
