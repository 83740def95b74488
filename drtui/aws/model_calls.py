"""The deployment's models over HTTP: implements `domain.model_calls.DeploymentModels`."""

import re
from collections.abc import Mapping
from typing import Final

from drtui.aws import records
from drtui.aws.answers import unbelieved
from drtui.aws.line import Line
from drtui.aws.setup_calls import check_profile_id
from drtui.aws.usable import following_token, usable
from drtui.aws.web import is_safe
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.import_checks import DESCRIPTION, MODEL_NAME
from drtui.domain.model_calls import AssetLink, ListedModel, ModelPage, OwnModel

_MODEL_ID: Final = re.compile(r"[A-Za-z0-9]{15}")
# DeepRacer API facts, POST /importmodel.


class ModelCalls:
    """Implements `DeploymentModels`; safe to use from several threads.

    Args:
        line: Where the signed calls go.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    def all_models(self) -> tuple[ListedModel, ...]:
        """See `DeploymentModels`; a model that is nobody's is left out, and logged."""
        answer = self._line.ask(lambda client: client.list_all_models())
        return usable(answer["models"], _of_somebody, "model")

    def totals(self) -> Mapping[str, int | None]:
        """See `DeploymentModels`."""
        answer = self._line.ask(lambda client: client.list_admin_profiles())
        return dict(usable(answer["profiles"], _total, "profile"))

    def own_models(self, token: str | None = None) -> ModelPage:
        """See `DeploymentModels`."""
        asked = {} if token is None else {"token": token}
        answer = self._line.ask(lambda client: client.list_models(**asked))
        models = usable(answer["models"], records.listed_model, "model")
        return ModelPage(models, following_token(answer, token))

    def own_model(self, model_id: str) -> OwnModel:
        """See `DeploymentModels`; an answer for another model is `UNAVAILABLE`."""
        check_model_id(model_id)
        answer = self._line.ask(lambda client: client.get_model(modelId=model_id))
        document = records.mapping(answer.get("model"))
        listed = records.listed_model(document)
        if listed is None or listed.model_id != model_id:
            raise unbelieved("it is for another model", write=False, status=200)
        return OwnModel(
            listed,
            records.text(document.get("description")) or "",
            records.text(document.get("trainingMetricsUrl")) or "",
            records.mapping(document.get("trainingConfig")),
            document,
        )

    def own_evaluations(self, model_id: str) -> tuple[Mapping[str, object], ...]:
        """See `DeploymentModels`; what is no object among them is left out."""
        check_model_id(model_id)
        answer = self._line.ask(lambda client: client.list_evaluations(modelId=model_id))
        found = answer["evaluations"]
        assert isinstance(found, list), "the answer has been checked for it"
        return tuple(one for one in found if isinstance(one, dict))

    def stop(self, model_id: str) -> None:
        """See `DeploymentModels`.

        The call has no body: none was observed, and nothing but the id is to be said.
        """
        check_model_id(model_id)
        self._line.ask(lambda client: client.stop_model(modelId=model_id), write=True)

    def delete(self, model_id: str) -> None:
        """See `DeploymentModels`."""
        check_model_id(model_id)
        self._line.ask(lambda client: client.delete_model(modelId=model_id), write=True)

    def import_model(self, bucket: str, path: str, name: str, description: str = "") -> str:
        """See `DeploymentModels`.

        Raises:
            DeploymentError: Also `INVALID`, and nothing was sent, for what the deployment would
                refuse.
        """
        if not bucket or not path:
            raise _refusal("Say in which bucket the files are, and where.")
        if not MODEL_NAME.fullmatch(name):
            raise _refusal("A model's name is letters, digits and hyphens, 64 at the most.")
        if not DESCRIPTION.fullmatch(description):
            raise _refusal(
                "A model's description is letters, digits, blanks and hyphens, 255 at the most."
            )
        members = {"s3Bucket": bucket, "s3Path": path, "modelName": name}
        if description:
            members["modelDescription"] = description
        answer = self._line.ask(lambda client: client.import_model(**members), write=True)
        model_id = answer.get("modelId")
        usable_id = isinstance(model_id, str) and _MODEL_ID.fullmatch(model_id)
        return str(model_id) if usable_id else ""

    def asset(self, profile_id: str, model_id: str) -> AssetLink:
        """See `DeploymentModels`; a link that may not be followed is `UNAVAILABLE`."""
        check_profile_id(profile_id)
        check_model_id(model_id)
        answer = self._line.ask(
            lambda client: client.get_asset(modelId=model_id, profileId=profile_id)
        )
        url = answer["url"]
        if not isinstance(url, str) or not is_safe(url, plain=True):
            raise unbelieved("the link is not https", write=False, status=200)
        return AssetLink(url, records.text(answer.get("filename")) or "")


def check_model_id(model_id: str) -> None:
    """Refuse what cannot be a model's id, before anything is sent.

    Raises:
        DeploymentError: `INVALID`.
    """
    if not _MODEL_ID.fullmatch(model_id):
        raise _refusal("The deployment has no such model ids.")


def _refusal(sentence: str) -> DeploymentError:
    return DeploymentError(FailureKind.INVALID, sentence)


def _of_somebody(value: object) -> ListedModel | None:
    model = records.listed_model(value)
    return model if model is not None and model.profile_id else None


def _total(value: object) -> tuple[str, int | None] | None:
    """Return whose and how many; a number below 0 is none."""
    named = records.named_profile(value)
    if named is None:
        return None
    total = records.whole(records.mapping(value).get("totalModelCount"))
    return named.profile_id, None if total is None or total < 0 else total
