"""What is made up about models repeats itself and fits together."""

import io
import json
import tarfile
from typing import Any

import pytest

from drtui.emulator.archives import LARGE_ONES, TIMES_LARGER, Archives
from drtui.emulator.model_cards import Card, archived_metadata, card_of
from drtui.emulator.model_metrics import evaluations, training_metrics
from drtui.emulator.records import IMPORTED, Model, Status, new_id, seeded_random


def models(count: int = 600, **fields: Any) -> list[Model]:
    rng = seeded_random(1, "contents")
    made = [Model(new_id(rng), "car", Status.READY, "2026-10-02T00:00:00Z") for _ in range(count)]
    for model in made:
        for name, value in fields.items():
            setattr(model, name, value)
    return made


def metadata(data: bytes) -> Any:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        file = archive.extractfile("model_metadata.json")
        assert file is not None
        return json.load(file)


def test_soft_actor_critic_has_continuous_actions_and_one_episode() -> None:
    cards = [card_of(model) for model in models()]
    assert {each.metadata["agentAlgorithm"] for each in cards} == {"PPO", "SAC"}
    for card in cards:
        if card.metadata["agentAlgorithm"] == "SAC":
            assert "continous" in card.metadata["actionSpace"]
            assert card.metadata["hyperparameters"]["num_episodes_between_training"] == 1


def test_the_archives_metadata_says_what_the_api_says() -> None:
    for model in models(60):
        card = card_of(model)
        archived = archived_metadata(card)
        space = card.metadata["actionSpace"]
        if archived["action_space_type"] == "discrete":
            speeds = [each["speed"] for each in archived["action_space"]]
            assert speeds == [each["speed"] for each in space["discrete"]]
        else:
            assert archived["action_space"]["speed"]["high"] == space["continous"]["highSpeed"]
        assert archived["sensor"] == list(card.metadata["sensors"].values())


def test_a_few_starters_are_shared_and_nothing_imported_is() -> None:
    contents = [card_of(model).content for model in models()]
    shared = [each for each in contents if contents.count(each) > 1]
    assert 10 < len(shared) < 60
    brought = [card_of(model).content for model in models(source=IMPORTED)]
    assert len(set(brought)) == len(brought)


def test_the_same_contents_give_the_same_bytes_of_about_the_wanted_size() -> None:
    cards = [card_of(model) for model in models(4 * LARGE_ONES)]
    archives = Archives(20_000)
    sizes = [len(archives.get(card).data) for card in cards]
    # A tar is filled up to a multiple of 10 KiB.
    large = [size for size in sizes if size > 1.4 * 20_000 + 2 * 10_240]
    assert 0 < len(large) < 12
    assert max(sizes) < 1.4 * TIMES_LARGER * 20_000 + 2 * 10_240
    assert min(sizes) >= 12_000
    again = Archives(20_000)
    assert [again.get(card).etag for card in cards] == [archives.get(card).etag for card in cards]


def test_only_so_much_is_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drtui.emulator.archives._KEPT_BYTES", 40_000)
    archives = Archives(5000)
    built: list[str] = []
    real = archives._size

    def counted(content: str) -> int:
        built.append(content)
        return real(content)

    monkeypatch.setattr(archives, "_size", counted)
    first, *others = [card_of(model) for model in models(40)]
    archives.get(first)
    archives.get(first)
    assert len(built) == 1
    for card in others:
        archives.get(card)
    archives.get(first)
    assert built.count(first.content) == 2


def test_an_imported_models_archive_holds_what_was_brought() -> None:
    (model,) = models(1, source=IMPORTED)
    made = card_of(model)
    model.contents = {
        "metadata": {**made.metadata, "sensors": {"camera": "LEFT_CAMERA"}},
        "track": made.track,
        "car": made.car,
    }
    card: Card = card_of(model)
    assert metadata(Archives(2000).get(card).data)["sensor"] == ["LEFT_CAMERA"]


def test_metrics_repeat_themselves_and_grow() -> None:
    (model,) = models(1)
    whole = training_metrics(model, 1.0)["metrics"]
    half = training_metrics(model, 0.5)["metrics"]
    assert half == whole[: len(half)]
    assert len(half) == len(whole) // 2
    assert all(1 <= each["completion_percentage"] <= 100 for each in whole)
    done = [each["episode_status"] == "Lap complete" for each in whole]
    assert done == [each["completion_percentage"] == 100 for each in whole]
    starts = [each["start_time"] for each in whole]
    assert starts == sorted(starts)


def test_an_evaluation_more_leaves_the_earlier_ones_as_they_were() -> None:
    (model,) = models(1, evaluations=2)
    before = evaluations(model)
    model.evaluations = 3
    assert evaluations(model)[1:] == before
    assert evaluations(model)[0]["createdAt"] > before[0]["createdAt"]
