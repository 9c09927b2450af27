"""Any content of the store and of the section in configuration.yaml."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from homeassistant.exceptions import HomeAssistantError
from hypothesis import example, given, strategies as st
import orjson
import voluptuous as vol
from yarl import URL

from custom_components.point.auth.yaml import CONFIG_SCHEMA, Configuration
from custom_components.point.const import DOMAIN
from custom_components.point.minut.connection import is_loopback
from custom_components.point.minut.event_types import Lasting, Momentary
from custom_components.point.minut.models import Device, Event, Home
from custom_components.point.state.account import AccountState
from custom_components.point.state.import_progress import FIRST_IMPORT, PASS_PERIOD, ImportProgress
from custom_components.point.state.push import PushStatus
from custom_components.point.state.stays import HomeStays

from .anything import Json, any_json, examples, odd, written
from .cloud import DEVICE, EVENT, HOME, HOME_ANSWER, NOW, POINT, WORDS
from .test_answers import assert_sound

TIME: Final = "2026-11-20T11:30:00+00:00"
STATE: Final[Json] = {
    "seen": ["66bb00112233445566778899", "1"],
    "complete_until": TIME,
    "states": {
        HOME: {
            "disturbance": {"stage": "first_notice", "at": TIME},
            "triggered_at": TIME,
            "changed_by": "Robin",
            "changed_to": "on",
        },
        POINT: {
            "marks": {kind: {"on": True, "at": TIME} for kind in Lasting},
            "mounted": {"on": False, "at": TIME},
            "happened_at": dict.fromkeys(Momentary, TIME),
            "values": {"temperature": {"value": 20.5, "at": TIME}},
        },
    },
}
PUSH: Final[Json] = {
    "last_delivery_at": TIME,
    "renewed_at": TIME,
    "distrusted": "5f0b1",
    "is_silent": True,
    "is_unverified": False,
}
SECONDS: Final = int(NOW.timestamp())
HISTORY: Final[Json] = {
    POINT: {"temperature": [SECONDS - 2_592_000, SECONDS - 86_400, SECONDS, None]},
    HOME: {"humidity": [SECONDS - 2_592_000, SECONDS, SECONDS, SECONDS - 7200]},
}
STAYS: Final[Json] = {"had_stays": True, "told": {"5f0a1 started": TIME}}
YAML: Final[Json] = {"client_id": "abc", "client_secret": "def", "api_url": "https://example.org"}


def on_disk(usual: Json) -> st.SearchStrategy[Json]:
    """Return content that a file can have: without half characters and NaN."""

    def read(value: Json) -> Json:
        try:
            found: Json = orjson.loads(written(value))
        except ValueError:
            return None
        return found

    return odd(usual, *WORDS).map(read)


@examples(150)
@given(on_disk(STATE))
def test_any_state_file_leads_to_an_account_that_shows_nothing_wrong(stored: Json) -> None:
    state = AccountState()
    state.load(stored)
    state.merge_homes([Home.from_json(HOME_ANSWER)], NOW)
    state.merge_devices([Device.from_json(DEVICE)], NOW)
    state.apply(Event.from_json(EVENT), NOW)
    state.confirm(NOW)
    state.end_expired(NOW)
    assert_sound(state)


@examples(200)
@given(on_disk(PUSH))
def test_any_state_file_leads_to_a_hook_that_can_be_renewed(stored: Json) -> None:
    health = PushStatus()
    health.load(stored)
    health.should_have_heard(NOW)
    health.delivered(NOW, is_verified=True)
    if not health.may_replace(NOW):
        assert health.may_replace(NOW + timedelta(days=2))
    orjson.dumps(health.dump())


LONGEST_AGO: Final = [[0, SECONDS, SECONDS, None], [SECONDS, 32_472_144_000, SECONDS, None]]


@examples(400)
@given(on_disk(HISTORY))
@example({POINT: {"temperature": LONGEST_AGO[0]}})
@example({POINT: {"temperature": LONGEST_AGO[1]}})
def test_any_state_file_leads_to_a_bounded_import_of_history(stored: Json) -> None:
    progress = ImportProgress()
    progress.load(stored)
    keys = [(POINT, "temperature"), (HOME, "humidity")]
    for _ in range(20):
        due = progress.due(keys, NOW, NOW)
        for key, span in due:
            assert NOW - 2 * FIRST_IMPORT - PASS_PERIOD <= span.start <= span.end <= NOW
            progress.mark_done(key, span, None, NOW)
        if not due:
            break
    assert not progress.due(keys, NOW, NOW)
    assert 0 <= progress.percent <= 100
    orjson.dumps([progress.dump(), progress.summary()])


@examples(200)
@given(on_disk(STAYS))
def test_any_state_file_leads_to_stays(stored: Any) -> None:
    known = HomeStays()
    known.load(stored if isinstance(stored, dict) else {})
    known.merge(())
    known.new_events(NOW)
    orjson.dumps(known.dump())


@examples(500)
@given(odd(YAML, "client_id", "client_secret", "api_url", "http://localhost", "https://[::1"))
@example({"api_url": "http://localhost@192.0.2.1"})
@example({"api_url": "https://a\r\nb"})
@example({"api_url": "http://127.0.0.1:99999"})
@example({"api_url": "http://localhost%2eexample.org"})
def test_any_section_is_refused_or_leads_to_minut_alone(section: Json) -> None:
    with suppress(vol.Invalid, HomeAssistantError):
        read = Configuration.from_yaml(CONFIG_SCHEMA({DOMAIN: section})[DOMAIN])
        root = URL(read.api_root)
        assert root.host
        assert root.scheme == "https" or is_loopback(root)
        assert not any((root.user, root.query_string, root.fragment))
        if read.client is not None:
            assert read.client.client_id
            assert read.client.client_secret


@examples(300)
@given(any_json("client_id", "api_url", DOMAIN))
def test_no_section_at_all_stops_more_than_itself(section: Json) -> None:
    with suppress(vol.Invalid, HomeAssistantError):
        CONFIG_SCHEMA({DOMAIN: section})
