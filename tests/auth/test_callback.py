"""The page to which Minut sends the browser back: what it refuses."""

from http import HTTPStatus
from urllib.parse import urlencode

from homeassistant.helpers.config_entry_oauth2_flow import _encode_jwt
import jwt
import pytest
from yarl import URL

from custom_components.point.const import DOMAIN

from ..helpers.person import ADDRESS, Person, arriving, somebody_with_yaml  # noqa: F401 # fixtures among them


async def assert_refused(person: Person, address: URL | str) -> None:
    """Follow an address that must lead to nothing."""
    flows = person.house.hass.config_entries.flow.async_progress()
    status, page = await person.come_back(address)
    await person.house.advance(seconds=10)
    assert status == HTTPStatus.BAD_REQUEST
    assert "Start again in Home Assistant" in page
    assert person.house.hass.config_entries.async_entries(DOMAIN) == []
    assert person.house.hass.config_entries.flow.async_progress() == flows


def with_state(state: str) -> str:
    return "/api/minut?" + urlencode({"code": "abc", "state": state})


@pytest.mark.parametrize(
    "query", ["", "?code=abc", "?state=", "?state=abc&code=abc", "?error=x", "?code=abc&state=%FF"]
)
async def test_answer_without_a_link_is_refused(
    with_yaml: Person, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    await assert_refused(with_yaml, f"/api/minut{query}")
    assert "Traceback" not in caplog.text


async def test_answer_that_says_nothing_is_refused(with_yaml: Person) -> None:
    [card] = with_yaml.cards()
    address = await with_yaml.answer((await with_yaml.submit(card))["url"])
    await assert_refused(with_yaml, address.with_query(state=address.query["state"]))
    status, _ = await with_yaml.come_back(address)  # it has cost the link nothing
    assert status == HTTPStatus.OK
    await with_yaml.house.advance(seconds=10)
    assert len(with_yaml.entries()) == 1


async def test_state_signed_by_another_is_refused(with_yaml: Person) -> None:
    [card] = with_yaml.cards()
    await with_yaml.submit(card)
    content = {"flow_id": card, "redirect_uri": f"{ADDRESS}/api/minut"}
    await assert_refused(with_yaml, with_state(jwt.encode(content, "0" * 32, algorithm="HS256")))


async def test_state_that_no_link_of_ours_was_begun_with_is_refused(with_yaml: Person) -> None:
    """Such as that of another integration's flow: it gets no code from us."""
    content = {"flow_id": with_yaml.cards()[0], "redirect_uri": f"{ADDRESS}/api/minut"}
    await assert_refused(with_yaml, with_state(_encode_jwt(with_yaml.house.hass, content)))


async def test_answer_counts_once(with_yaml: Person) -> None:
    [card] = with_yaml.cards()
    address = await with_yaml.answer((await with_yaml.submit(card))["url"], decision="deny")
    await with_yaml.come_back(address)
    await with_yaml.end(card)
    await assert_refused(with_yaml, address)


async def test_answer_to_a_dialog_that_has_ended_elsewhere_is_refused(with_yaml: Person) -> None:
    [card] = with_yaml.cards()
    address = await with_yaml.answer((await with_yaml.submit(card))["url"], decision="deny")
    # The same answer, by Home Assistant's own redirect.
    await with_yaml.come_back(address.with_path("/auth/external/callback", keep_query=True))
    await with_yaml.end(card)
    await assert_refused(with_yaml, address)


async def test_answer_that_took_too_long_is_refused(with_yaml: Person) -> None:
    [card] = with_yaml.cards()
    address = await with_yaml.answer((await with_yaml.submit(card))["url"])
    await with_yaml.house.advance(minutes=61)
    await assert_refused(with_yaml, address)


async def test_page_takes_nothing_from_the_address(with_yaml: Person) -> None:
    step = await with_yaml.begin()
    await with_yaml.close(step["flow_id"])
    state = URL(step["url"]).query["state"]
    query = urlencode({"error": "<b>boo</b>", "state": state})
    _, page = await with_yaml.come_back(f"/api/minut?{query}")
    assert "boo" not in page


async def test_what_minut_is_said_to_have_answered_does_not_get_into_the_log(
    with_yaml: Person, caplog: pytest.LogCaptureFixture
) -> None:
    [card] = with_yaml.cards()
    state = URL((await with_yaml.submit(card))["url"]).query["state"]
    query = urlencode({"error": "x\r\nERROR forged [link](https://192.0.2.1)", "state": state})
    await with_yaml.come_back(f"/api/minut?{query}")
    await with_yaml.house.advance(seconds=10)
    assert "unknown_error" in caplog.text
    assert "forged" not in caplog.text
