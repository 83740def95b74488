"""The text of a live race's state for the store."""

import pytest

from drtui.domain.live_documents import without_links


@pytest.mark.parametrize(
    "link",
    [
        "https://bucket.example/v.mp4?X-Amz-Signature=abc",
        "https://cdn.example/v.mp4?Expires=1&Signature=abc&Key-Pair-Id=K1",
        "https://bucket.example/v.mp4?AWSAccessKeyId=A&Expires=1&Signature=abc",
    ],
)
def test_links_that_may_be_signed_are_left_out_whoever_signed_them(link: str) -> None:
    sent = {"video": link, "more": [{"url": link, "laps": 3}, link], "who": "what://ever"}
    assert without_links(sent) == {"more": [{"laps": 3}], "who": "what://ever"}
