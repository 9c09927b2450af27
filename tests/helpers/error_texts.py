"""Check that each error of this integration that a test raises has a text."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from string import Formatter
from typing import Any

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.point.const import DOMAIN

from .documents import ROOT

TEXTS: dict[str, dict[str, str]] = json.loads(
    (ROOT / "custom_components/point/translations/en.json").read_text("utf-8")
)["exceptions"]


@contextmanager
def checked_error_texts() -> Iterator[None]:
    """Fail when an error is created without a text, or without what its text names."""
    create = HomeAssistantError.__init__

    def create_checked(self: HomeAssistantError, *args: object, **options: Any) -> None:
        create(self, *args, **options)
        if self.translation_domain == DOMAIN:
            text = TEXTS.get(str(self.translation_key))
            assert text is not None, f"no text for {self.translation_key}"
            names = {name for _, name, _, _ in Formatter().parse(text["message"]) if name}
            missing = names - set(self.translation_placeholders or {})
            assert not missing, f"{self.translation_key} lacks {missing}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HomeAssistantError, "__init__", create_checked)
        yield
