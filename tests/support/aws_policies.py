"""The policies that docs/aws-permissions.md gives, by the feature that needs them."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs" / "aws-permissions.md"


@cache
def policies() -> dict[str, dict[str, Any]]:
    """The policies of the document, by the title of their section."""
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        title = section.partition("\n")[0].strip()
        blocks = re.findall(r"^```json\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
        if blocks:
            [block] = blocks
            found[title] = json.loads(block)
    return found


def actions(statement: dict[str, Any]) -> list[str]:
    """What a statement allows."""
    named: list[str] = statement["Action"]
    return named


def allowed(feature: str) -> set[str]:
    """What the policy of a feature allows."""
    return {one for each in policies()[feature]["Statement"] for one in actions(each)}
