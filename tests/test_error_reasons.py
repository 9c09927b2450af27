"""The reasons in errors are in the language of the system, and each has a text."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.minut import exceptions
from custom_components.point.minut.exceptions import MinutError, MinutNotConfirmedError

from .helpers.house import House

PACKAGE = Path(exceptions.__file__).parents[1]
TEXTS: dict[str, str] = json.loads((PACKAGE / "translations/en.json").read_text(encoding="utf-8"))[
    "selector"
]["reason"]["options"]

# Errors whose texts name no reason, and one of Home Assistant's whose message is only logged.
WITHOUT_REASON = {MinutNotConfirmedError, MinutError}


def raised_reasons() -> Iterator[str]:
    """Yield the reason of each error that the integration creates."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            kind = getattr(exceptions, node.func.id, None)
            if not (isinstance(kind, type) and issubclass(kind, MinutError)):
                continue
            if kind in WITHOUT_REASON:
                continue
            given = {each.arg: each.value for each in node.keywords}.get("reason")
            yield ast.literal_eval(given) if given else kind.reason


def test_each_reason_has_a_text_and_no_other_has() -> None:
    assert set(raised_reasons()) == set(TEXTS)


def test_a_reason_without_a_text_is_told_as_it_is() -> None:
    assert MinutError("no time").text(TEXTS) == "no time"


@pytest.fixture
async def german(house: House) -> House:
    """Return a linked account in a German Home Assistant."""
    house.hass.config.language = "de"
    await house.link()
    return house


async def error_of(house: House) -> str:
    """Return the reason why the events of a home cannot be read."""
    device = house.ha_device(house.home)
    assert device
    with pytest.raises(HomeAssistantError) as caught:
        await house.hass.services.async_call(
            DOMAIN, "get_events", {"device_id": device.id}, blocking=True, return_response=True
        )
    assert caught.value.translation_placeholders
    return caught.value.translation_placeholders["reason"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 503}, "HTTP-Status 503"),
        ({"status": 400}, "HTTP-Status 400"),
        ({"status": 429}, "zu viele Anfragen"),
        ({"status": 200, "body": "<html>"}, "die Antwort ist unverständlich"),
        ({"status": 200, "body": {"error": "Oh no"}}, "ein Fehler in der Antwort"),
    ],
)
async def test_reason_of_an_error_is_translated(
    german: House, fault: dict[str, Any], reason: str
) -> None:
    german.simulator.faults.add(path=f"/homes/{german.home}/events", times=None, **fault)
    assert await error_of(german) == reason


async def test_reason_in_the_check_of_the_connection_is_translated(german: House) -> None:
    german.simulator.faults.add(status=503, times=None)
    answer = await german.hass.services.async_call(
        DOMAIN, "check", {}, blocking=True, return_response=True
    )
    assert answer
    assert "Minut ist nicht erreichbar: HTTP-Status 503." in str(answer["text"])
