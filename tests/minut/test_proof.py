"""What proves that a delivery comes from Minut."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
import hashlib
import hmac

from multidict import CIMultiDict
import pytest

from custom_components.point.minut.parsing import Json
from custom_components.point.minut.proof import (
    BODY,
    MAX_HEADERS,
    MAX_STRINGS,
    Proof,
    Verification,
    verify,
    without_secrets,
)

TOKEN = "the-token"
SECRET = "the-secret"
CONTENT = b'{"hook_id": "k1"}'
PAYLOAD: Json = {"hook_id": "k1"}
SHA256 = hmac.new(SECRET.encode(), CONTENT, hashlib.sha256).hexdigest()
SHA1 = hmac.new(SECRET.encode(), CONTENT, hashlib.sha1).hexdigest()
OTHER_BODY = hmac.new(SECRET.encode(), CONTENT + b" ", hashlib.sha256).hexdigest()
OTHER_SECRET = hmac.new(b"other", CONTENT, hashlib.sha256).hexdigest()


def judged(
    headers: Mapping[str, str], *, secret: str | None = SECRET, pinned: Proof | None = None
) -> Verification:
    return verify(CIMultiDict(headers), CONTENT, PAYLOAD, token=TOKEN, secret=secret, pinned=pinned)


def proven(proof: Proof) -> Verification:
    return Verification(is_accepted=True, proof=proof)


BY_SHA256 = Proof("hmac-sha256", "x-minut-signature")
BY_SHA1 = Proof("hmac-sha1", "x-minut-signature")
BY_TOKEN = Proof("token", "authorization")
UNVERIFIED = Verification(is_accepted=True)
REFUSED = Verification(is_accepted=False)


@pytest.mark.parametrize(
    ("signature", "scheme"),
    [
        (SHA256, BY_SHA256),
        (SHA1, BY_SHA1),
        (f"sha256={SHA256}", BY_SHA256),
        (f"sha1={SHA1}", BY_SHA1),
        (SHA256.upper(), BY_SHA256),
        (f" {SHA256} ", BY_SHA256),
    ],
    ids=["sha256", "sha1", "sha256=", "sha1=", "upper case", "blanks"],
)
def test_a_signature_over_the_body_proves_it(signature: str, scheme: Proof) -> None:
    """Predecessor's defect 52: nothing was verified."""
    assert judged({"X-Minut-Signature": signature}) == proven(scheme)
    assert judged({"x-minut-signature": signature}, pinned=scheme) == proven(scheme)


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", OTHER_BODY, OTHER_SECRET, SHA256[:-1], SHA256 + "0", "é", "\udcff"],
    ids=repr,
)
def test_another_signature_proves_nothing(signature: str) -> None:
    """The scheme is not certain: until it is pinned it refuses nothing either."""
    headers = {"X-Minut-Signature": signature}
    assert judged(headers) == UNVERIFIED
    assert not judged(headers, pinned=BY_SHA256).is_accepted


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_no_signature_counts(secret: str | None) -> None:
    forged = hmac.new(b"", CONTENT, hashlib.sha256).hexdigest()
    assert judged({"X-Minut-Signature": SHA256}, secret=secret) == UNVERIFIED
    assert judged({"X-Minut-Signature": forged}, secret=secret) == UNVERIFIED


@pytest.mark.parametrize(
    "authorization", [TOKEN, f"Bearer {TOKEN}", f"bearer {TOKEN}", f" {TOKEN} "]
)
def test_the_token_proves_it(authorization: str) -> None:
    headers = {"Authorization": authorization}
    assert judged(headers) == proven(BY_TOKEN)
    assert judged(headers, secret=None, pinned=BY_TOKEN) == proven(BY_TOKEN)


@pytest.mark.parametrize(
    "authorization",
    ["other", "Bearer", "Bearer other", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é", "\udcff"],
    ids=repr,
)
def test_another_token_is_wrong(authorization: str) -> None:
    assert judged({"Authorization": authorization}) == REFUSED


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "  "}])
def test_no_header_proves_nothing(headers: dict[str, str]) -> None:
    assert judged(headers) == UNVERIFIED
    assert not judged(headers, pinned=BY_TOKEN).is_accepted


def test_the_signature_outweighs_a_wrong_token() -> None:
    headers = {"X-Minut-Signature": SHA256, "Authorization": "other"}
    assert judged(headers) == proven(BY_SHA256)


def test_the_token_outweighs_an_unknown_signature() -> None:
    headers = {"X-Minut-Signature": "base64=", "Authorization": TOKEN}
    assert judged(headers) == proven(BY_TOKEN)


@pytest.mark.parametrize("pinned", [BY_SHA256, BY_SHA1, BY_TOKEN], ids=str)
def test_once_pinned_only_that_scheme_will_do(pinned: Proof) -> None:
    shown = {
        BY_SHA256: {"X-Minut-Signature": SHA256},
        BY_SHA1: {"X-Minut-Signature": SHA1},
        BY_TOKEN: {"Authorization": TOKEN},
    }
    accepted = {proof for proof in shown if judged(shown[proof], pinned=pinned).is_accepted}
    assert accepted == {pinned}
    everything = {"X-Minut-Signature": SHA256, "Authorization": TOKEN}
    assert judged(everything, pinned=pinned).is_accepted is (pinned is not BY_SHA1)


# Wherever it is

HEX_SECRET = "00112233445566778899aabbccddeeff00112233"
BASE64_SECRET = b64encode(b"any bytes at all!!").decode()
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}
SIGNED = [
    (secret, key, algorithm, encoding, f"hmac-{algorithm}{'-base64' if encoding else ''}{suffix}")
    for secret, key, suffix in (
        (HEX_SECRET, HEX_SECRET.encode(), ""),
        (HEX_SECRET, bytes.fromhex(HEX_SECRET), "-hex-key"),
        (BASE64_SECRET, b"any bytes at all!!", "-base64-key"),
    )
    for algorithm in ALGORITHMS
    for encoding in (None, b64encode, urlsafe_b64encode)
]


@pytest.mark.parametrize("form", ["{}", "sha256={}", "v1:{}", 'keyId="minut", signature="{}"'])
@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: signed[-1])
def test_a_signature_is_found_in_any_header_and_form(
    signed: tuple[str, bytes, str, object, str], form: str
) -> None:
    secret, key, algorithm, encoding, scheme = signed
    digest = hmac.new(key, CONTENT, ALGORITHMS[algorithm]).digest()
    signature = encoding(digest).decode() if callable(encoding) else digest.hex()
    headers = {"X-Other": "x", "Webhook-Signature": form.format(signature)}
    proof = Proof(scheme, "webhook-signature")
    assert judged(headers, secret=secret) == proven(proof)
    assert judged(headers, secret=secret, pinned=proof) == proven(proof)
    elsewhere = {"X-Other": form.format(signature)}
    assert not judged(elsewhere, secret=secret, pinned=proof).is_accepted
    assert not judged(headers, secret="another", pinned=proof).is_accepted


def test_the_strongest_signature_is_pinned() -> None:
    headers = {"A": TOKEN, "B": SHA1, "C": SHA256}
    assert judged(headers) == proven(Proof("hmac-sha256", "c"))


@pytest.mark.parametrize("form", ["{}", "Token {}", "token={}", 'Token token="{}"'])
def test_the_token_is_found_in_any_header_and_form(form: str) -> None:
    headers = {"X-Hook-Token": form.format(TOKEN)}
    assert judged(headers) == proven(Proof("token", "x-hook-token"))


IN_BODY: list[Json] = [
    {"token": TOKEN},
    {"hook_id": "k1", "event": {"type": "x", "auth": [TOKEN]}},
    [{"token": TOKEN}],
]


@pytest.mark.parametrize("payload", IN_BODY, ids=str)
def test_the_token_is_found_in_the_body_and_kept_off_the_bus(payload: Json) -> None:
    proof = Proof("token", BODY)
    for pinned in (None, proof):
        verdict = verify({}, CONTENT, payload, token=TOKEN, secret=SECRET, pinned=pinned)
        assert verdict == proven(proof)
    assert TOKEN not in str(without_secrets(payload, {TOKEN}))
    assert without_secrets(payload, {"other"}) == payload
    assert without_secrets(payload, ()) == payload


def test_secrets_are_removed_wherever_they_are() -> None:
    payload: Json = {
        "hook": {"url": f"https://ha.example/api/webhook/{TOKEN}?x=1", "events": ["*"]},
        "list": [SECRET, {SECRET: 1}, 5, None],
    }
    assert without_secrets(payload, {TOKEN, SECRET}) == {
        "hook": {"events": ["*"]},
        "list": [{}, 5, None],
    }


def test_without_a_token_nothing_is_a_wrong_one() -> None:
    headers = {"Authorization": "Bearer other"}
    assert verify(headers, CONTENT, None, token="", secret="", pinned=None) == UNVERIFIED


@pytest.mark.parametrize("value", ["Signature keyId=x", "Basic eA==", "HMAC abc", "Digest a, b"])
def test_an_authorization_of_another_kind_shows_nothing(value: str) -> None:
    assert judged({"Authorization": value}) == UNVERIFIED
    assert not judged({"Authorization": value}, pinned=BY_TOKEN).is_accepted


def test_only_so_much_is_searched() -> None:
    others = {f"X-{number}": "x" for number in range(MAX_HEADERS)}
    assert judged({**others, "X-Last": TOKEN}) == UNVERIFIED
    assert judged({"X-Long": "x " * 1_000 + TOKEN}) == UNVERIFIED
    far: list[Json] = [*("x",) * MAX_STRINGS, TOKEN]
    verdict = verify({}, CONTENT, far, token=TOKEN, secret=SECRET, pinned=None)
    assert verdict == UNVERIFIED


# What is stored of it


@pytest.mark.parametrize(
    "proof",
    [BY_SHA256, BY_TOKEN, Proof("token", BODY), Proof("hmac-sha512-base64-hex-key", "x-y")],
    ids=str,
)
def test_a_stored_proof_is_read(proof: Proof) -> None:
    assert Proof.from_text(str(proof)) == proof


@pytest.mark.parametrize(
    ("stored", "proof"),
    [("hmac-sha256", BY_SHA256), ("hmac-sha1", BY_SHA1), ("token", BY_TOKEN)],
)
def test_a_proof_of_an_earlier_version_is_read(stored: str, proof: Proof) -> None:
    assert Proof.from_text(stored) == proof


@pytest.mark.parametrize(
    "odd",
    ["", " ", "ed25519 x", "hmac-md5 x", "hmac-sha512", "token a b", "hmac-sha1 (body)", "token é"],
)
def test_any_other_text_is_no_proof(odd: str) -> None:
    assert Proof.from_text(odd) is None
