"""Deliveries of any bytes and headers."""

from hashlib import sha256
import hmac
import string
from typing import Final

from hypothesis import example, given, strategies as st
from multidict import CIMultiDict
import orjson

from custom_components.point.minut.models import Device, Home
from custom_components.point.minut.proof import Proof, verify
from custom_components.point.minut.webhook import MalformedDeliveryError, parse
from custom_components.point.state.account import AccountState

from .anything import Json, any_json, examples, odd, written
from .cloud import DEVICE, EVENT, HOME_ANSWER, NOW, WORDS
from .test_answers import assert_sound

DELIVERY: Final[Json] = {"hook_id": "5f0b1", "event": EVENT, "extra": [1, {"a": None}]}
SECRET: Final = "secret"
TOKEN: Final = "the-token-that-we-have-chosen"

bodies: Final = st.one_of(
    st.binary(max_size=60),
    any_json("hook_id", "event").map(lambda body: written(body).encode()),
    odd(DELIVERY, *WORDS).map(lambda body: written(body).encode()),
    odd(DELIVERY, *WORDS).map(lambda body: written(body).encode("utf-16")),
    odd(DELIVERY, *WORDS).map(lambda body: written(body).encode()[:-3]),
)


@examples(1000)
@given(bodies)
@example(b'{"hook_id": "k", "n": NaN}')
@example(b'{"hook_id": "k", "n": 1e999}')
@example(b'{"hook_id": "k", "n": -Infinity}')
@example(b'{"hook_id": "k", "hook_id": "k", "n": ' + b"9" * 5000 + b"}")
def test_any_body_is_refused_or_can_be_passed_on(body: bytes) -> None:
    """Events on the bus are stored by the recorder and sent to frontends."""
    try:
        delivery = parse(body)
    except MalformedDeliveryError:
        return
    assert delivery.hook_ids or delivery.events
    kept = orjson.loads(orjson.dumps(delivery.payload))  # which would write NaN as null
    assert kept == delivery.payload


@examples(500)
@given(events=st.lists(odd(EVENT, *WORDS), max_size=8), is_delivered=st.booleans())
def test_whatever_is_delivered_shows_nothing_wrong(
    events: list[Json], *, is_delivered: bool
) -> None:
    state = AccountState()
    state.merge_homes([Home.from_json(HOME_ANSWER)], NOW)
    state.merge_devices([Device.from_json(DEVICE)], NOW)
    for event in events:
        try:
            delivery = parse(written({"hook_id": "k", "event": event}).encode())
        except MalformedDeliveryError:
            continue
        for each in delivery.events:
            state.interrupt(each.event, NOW)
            change = state.apply(each.event, NOW, is_delivered=is_delivered)
            assert change.at <= NOW
        assert_sound(state)


PROOFS: Final = [
    Proof("hmac-sha256", "x-minut-signature"),
    Proof("hmac-sha1-base64", "authorization"),
    Proof("token", "authorization"),
    Proof("token", "(body)"),
]

header_values: Final = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=string.hexdigits, min_size=64, max_size=64),
    st.sampled_from(
        ["", "sha256=", "Bearer ", "bearer", "Bearer Bearer tokens", "\udcff", "=" * 100, "token2"]
    ),
)


@examples(500)
@given(
    headers=st.dictionaries(
        st.sampled_from(["Authorization", "X-Minut-Signature", "x-minut-signature"]), header_values
    ),
    body=st.binary(max_size=20),
    pinned=st.sampled_from([None, *PROOFS]),
)
def test_no_header_that_is_guessed_proves_anything(
    headers: dict[str, str], body: bytes, pinned: Proof | None
) -> None:
    verdict = verify(CIMultiDict(headers), body, None, token=TOKEN, secret=SECRET, pinned=pinned)
    signature = hmac.new(SECRET.encode(), body, sha256).hexdigest()
    assert signature not in "".join(headers.values()).lower()
    assert pinned is None or not verdict.is_accepted
    assert pinned is not None or verdict.proof is None
