"""Names of entities: short enough for a phone, and distinct, in each language."""

from collections import Counter
import json
from pathlib import Path

import pytest

TRANSLATIONS = Path(__file__).parents[2] / "custom_components/point/translations"
LANGUAGES = sorted(path.stem for path in TRANSLATIONS.glob("*.json"))
MAX_LENGTH = {
    "time": 14,  # a field with hours, minutes, and AM or PM stands beside it
    "number": 18,  # a field with a number and its unit
}
MAX_LENGTH_OF_TIMESTAMP = 20
"""The time stands beside it in words, such as "45 minutes ago"."""
MAX_LENGTH_OF_OTHERS = 24
"""About the width of a phone of 390 px, less the icon and a state such as "Unavailable"."""
TIMESTAMPS = {"last_motion", "last_heard_from", "last_push", "grace_period_ends"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_is_too_long_for_a_phone(language: str) -> None:
    texts = json.loads((TRANSLATIONS / f"{language}.json").read_text("utf-8"))["entity"]
    too_long = [
        text["name"]
        for platform, entities in texts.items()
        for key, text in entities.items()
        if len(text["name"])
        > (
            MAX_LENGTH_OF_TIMESTAMP
            if key in TIMESTAMPS
            else MAX_LENGTH.get(platform, MAX_LENGTH_OF_OTHERS)
        )
    ]
    assert too_long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_entities_of_a_device_have_the_same_name(language: str) -> None:
    """The noise of a home and that of its Points share their texts, on devices of their own."""
    texts = json.loads((TRANSLATIONS / f"{language}.json").read_text("utf-8"))["entity"]
    names = Counter(
        text["name"].casefold() for entities in texts.values() for text in entities.values()
    )
    assert [name for name, count in names.items() if count > 1] == []
