"""The page to which Minut redirects the browser: what it refuses, and what it says."""

from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from homeassistant.helpers.config_entry_oauth2_flow import _encode_jwt
from homeassistant.helpers.translation import async_get_translations
import jwt
import pytest
from yarl import URL

from custom_components.point.auth import callback
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


# What the page says


@pytest.mark.parametrize("dialog", ["open", "closed"])
async def test_page_says_that_access_was_not_allowed(with_yaml: Person, dialog: str) -> None:
    """It said that Home Assistant is linking the account."""
    step = await with_yaml.begin()
    if dialog == "closed":
        await with_yaml.close(step["flow_id"])
    answer = await with_yaml.answer(step["url"], decision="deny")
    status, page = await with_yaml.come_back(answer)
    assert status == HTTPStatus.OK
    assert "access was not allowed at Minut. To link it" in page
    assert "is linking the account" not in page


@pytest.mark.parametrize("dialog", ["open", "closed"])
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("server_error", "Try again in a few minutes."),
        ("temporarily_unavailable", "Try again in a few minutes."),
        ("unauthorized_client", "the error code unauthorized_client. The API client at Minut"),
        ("invalid_request", "the error code invalid_request. The API client at Minut"),
    ],
)
async def test_each_error_code_of_minut_has_a_sentence(
    with_yaml: Person, dialog: str, code: str, text: str
) -> None:
    step = await with_yaml.begin()
    if dialog == "closed":
        await with_yaml.close(step["flow_id"])
    query = urlencode({"error": code, "state": URL(step["url"]).query["state"]})
    _, page = await with_yaml.come_back(f"/api/minut?{query}")
    assert text in page
    assert "is linking the account" not in page


@pytest.mark.parametrize(
    ("accepted", "configured", "language", "text"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "en", "de", "schließt die Verknüpfung ab"),
        ("sv", "en", "sv", "slutför länkningen"),
        ("no", "en", "nb", "fullfører tilkoblingen"),
        ("pt-BR", "en", "pt", "concluir a associação"),
        ("cs, *;q=0.5, fr;q=0.4", "en", "fr", "termine l&#x27;association"),
        ("cs", "de", "de", "schließt die Verknüpfung ab"),
        ("", "fi", "fi", "viimeistelee liittämisen"),
        (None, "pl", "pl", "kończy łączenie"),
        (None, "cs", "en", "is linking the account"),
        ("<b>, ;;, _-_, " + "x" * 500, "es", "es", "terminando la vinculación"),
    ],
)
async def test_page_speaks_the_language_of_the_browser_or_of_home_assistant(
    with_yaml: Person, accepted: str | None, configured: str, language: str, text: str
) -> None:
    with_yaml.house.hass.config.language = configured
    step = await with_yaml.begin()
    address = await with_yaml.answer(step["url"])
    _, page = await with_yaml.come_back(address, languages=accepted)
    assert f'<html lang="{language}">' in page
    assert text in page
    await with_yaml.end(step["flow_id"])


@pytest.mark.parametrize("languages", ["de", "pl"])
async def test_each_answer_of_the_page_is_translated(with_yaml: Person, languages: str) -> None:
    texts = await async_get_translations(with_yaml.house.hass, languages, "config", [DOMAIN])

    def text(key: str) -> str:
        return escape(texts[f"component.{DOMAIN}.config.{key}"])

    _, page = await with_yaml.come_back("/api/minut", languages=languages)
    assert text("error.invalid_callback") in page

    step = await with_yaml.begin()
    await with_yaml.close(step["flow_id"])
    _, page = await with_yaml.come_back(await with_yaml.answer(step["url"]), languages=languages)
    assert text("create_entry.default") in page

    step = await with_yaml.begin()
    await with_yaml.close(step["flow_id"])
    _, page = await with_yaml.come_back(await with_yaml.answer(step["url"]), languages=languages)
    assert text("abort.already_configured") in page


def test_page_knows_the_languages_of_the_translations() -> None:
    folder = Path(callback.__file__).parents[1] / "translations"
    assert {path.stem for path in folder.iterdir()} == set(callback.LANGUAGES)


def test_links_in_the_texts_of_the_page_lead_to_minut_or_home_assistant() -> None:
    text = "[Minut](https://web.minut.com) [here](/config/x) [no](javascript:alert(1)) <b>"
    page = callback._page(text, "en").text
    assert page
    assert '<a href="https://web.minut.com">Minut</a> <a href="/config/x">here</a>' in page
    assert "[no](javascript:alert(1)) &lt;b&gt;" in page
