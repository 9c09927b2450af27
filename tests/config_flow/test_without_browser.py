"""Linking an account whose dialog is closed before Minut has answered."""

from http import HTTPStatus

from homeassistant.config_entries import ConfigEntryState
import pytest

from ..helpers.person import Person, arriving, somebody_with_yaml  # noqa: F401 # fixtures among them


async def test_link_from_the_card_finishes_without_its_dialog(with_yaml: Person) -> None:
    [card] = with_yaml.cards()
    step = await with_yaml.submit(card)
    # The frontend keeps the flow of a card when its dialog closes.
    status, page = await with_yaml.come_back(await with_yaml.answer(step["url"]))
    assert status == HTTPStatus.OK
    assert "is linking the account" in page
    assert with_yaml.entries() == []

    await with_yaml.house.advance(seconds=5)

    assert with_yaml.entry.state is ConfigEntryState.LOADED
    assert with_yaml.cards() == []


async def test_link_finishes_though_its_flow_was_deleted_with_the_dialog(
    with_yaml: Person,
) -> None:
    step = await with_yaml.begin()
    await with_yaml.close(step["flow_id"])

    status, page = await with_yaml.come_back(await with_yaml.answer(step["url"]))
    await with_yaml.house.settle()

    assert status == HTTPStatus.OK
    assert "is linked" in page
    assert "window.close" not in page  # nothing else informs the person
    assert with_yaml.entry.state is ConfigEntryState.LOADED


async def test_page_tells_of_a_failure_when_no_dialog_can(with_yaml: Person) -> None:
    with_yaml.house.simulator.faults.add(path="/[!o]*", status=403, times=None)
    step = await with_yaml.begin()
    await with_yaml.close(step["flow_id"])
    _, page = await with_yaml.come_back(await with_yaml.answer(step["url"]))
    assert "Pro plan" in page
    assert '<a href="https://web.minut.com">Minut</a>' in page


async def test_page_tells_of_a_refused_consent_when_no_dialog_can(with_yaml: Person) -> None:
    step = await with_yaml.begin()
    await with_yaml.close(step["flow_id"])
    answer = await with_yaml.answer(step["url"], decision="deny")
    _, page = await with_yaml.come_back(answer)
    assert "choose Allow" in page


async def test_open_dialog_is_not_harmed_by_linking_alone(with_yaml: Person) -> None:
    [card] = with_yaml.cards()
    step = await with_yaml.submit(card)
    await with_yaml.come_back(await with_yaml.answer(step["url"]))
    await with_yaml.house.advance(seconds=4)

    assert (await with_yaml.end(card))["type"] == "create_entry"
    await with_yaml.house.advance(seconds=5)

    assert len(with_yaml.entries()) == 1
    assert with_yaml.house.requests("POST", "/oauth/token") == 1


async def test_failure_without_a_dialog_is_logged_and_the_card_comes_back(
    with_yaml: Person, caplog: pytest.LogCaptureFixture
) -> None:
    [card] = with_yaml.cards()
    step = await with_yaml.submit(card)
    await with_yaml.come_back(await with_yaml.answer(step["url"], decision="deny"))

    await with_yaml.house.advance(seconds=5)

    assert "access was not allowed at Minut" in caplog.text
    [new_card] = with_yaml.cards()
    assert new_card != card
    assert (await with_yaml.link(await with_yaml.submit(new_card)))["type"] == "create_entry"


async def test_dialog_closed_between_answer_and_link_cancels_quietly(with_yaml: Person) -> None:
    step = await with_yaml.begin()
    await with_yaml.come_back(await with_yaml.answer(step["url"]))
    await with_yaml.close(step["flow_id"])
    await with_yaml.house.advance(seconds=5)
    assert with_yaml.entries() == []


async def test_signing_in_again_without_its_dialog_is_no_trouble(
    with_yaml: Person, caplog: pytest.LogCaptureFixture
) -> None:
    [card] = with_yaml.cards()
    await with_yaml.link(await with_yaml.submit(card))
    with_yaml.entry.async_start_reauth(with_yaml.house.hass)
    await with_yaml.house.settle()
    [wish] = with_yaml.cards("reauth")
    step = await with_yaml.submit(wish)
    await with_yaml.come_back(await with_yaml.answer(step["url"]))
    await with_yaml.house.advance(seconds=5)
    assert with_yaml.cards("reauth") == []
    logged = [r for r in caplog.records if r.name == "custom_components.point.auth.flow"]
    assert [record for record in logged if record.levelname == "WARNING"] == []
