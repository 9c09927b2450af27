"""State of the OAuth server: codes, access tokens, refresh tokens (API notes 2)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
import hmac
import json

from simulator.backend.switches import Switches
from simulator.formats import ApiError, JsonObject
from simulator.world.world import Account, Ids

PERMISSIONS = {
    "devices": "See and configure your Points and their readings",
    "homes": "See your homes, arm and disarm them",
    "events": "See events and be notified of them",
    "guests": "See and manage stays",
}
"""Permissions that a user can grant. Their real names are not known."""

CODE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Grant:
    """The permissions that a user granted to a client."""

    user_id: str
    client_id: str
    permissions: frozenset[str] = frozenset(PERMISSIONS)


@dataclass(frozen=True, slots=True)
class _Code:
    grant: Grant
    redirect_uri: str
    expires_at: datetime


def invalid_grant(description: str, status: int = 400) -> ApiError:
    """Return the refusal of a code, a refresh token or a password."""
    return ApiError(status, "invalid_grant", description, oauth=True)


class Tokens:
    """All valid codes and tokens."""

    def __init__(self, switches: Switches, ids: Ids) -> None:
        self._switches = switches
        self._ids = ids
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, tuple[Grant, datetime]] = {}
        self._refresh: dict[str, Grant] = {}

    def code(self, grant: Grant, redirect_uri: str, now: datetime) -> str:
        """Issue a code that can be exchanged once, within ten minutes."""
        code = self._ids.digits("code", 32)
        self._codes[code] = _Code(grant, redirect_uri, now + CODE_LIFETIME)
        return code

    def exchange(self, code: str, redirect_uri: str, client_id: str, now: datetime) -> Grant:
        """Return the grant of a code. The redirect URI must be the one that it was issued for."""
        issued = self._codes.pop(code, None)
        if issued is None or issued.expires_at <= now or issued.grant.client_id != client_id:
            raise invalid_grant("unknown or expired code")
        if issued.redirect_uri != redirect_uri:
            raise invalid_grant("redirect_uri differs from the one of the authorization")
        return issued.grant

    def refresh(self, token: str, client_id: str) -> tuple[Grant, str]:
        """Return the grant of a refresh token, and the refresh token that replaces it."""
        if self._switches.refuse_refresh:
            raise invalid_grant("refresh token revoked", self._switches.refuse_refresh)
        grant = self._refresh.get(token)
        if grant is None or grant.client_id != client_id:
            raise invalid_grant("unknown or expired refresh token")
        if not self._switches.rotate_refresh_tokens:
            return grant, token
        if not self._switches.keep_old_refresh_tokens:
            del self._refresh[token]
        return grant, self._new_refresh_token(grant)

    def response(
        self,
        grant: Grant,
        now: datetime,
        *,
        refresh_token: str | None = None,
        for_user: bool = True,
    ) -> JsonObject:
        """Return a token response; without `for_user` the short one of client_credentials."""
        lifetime = int(self._switches.token_lifetime.total_seconds())
        body: JsonObject = {
            "access_token": self._new_access_token(grant, now),
            "token_type": "Bearer",
        }
        if self._switches.expires_in_token:
            body["expires_in"] = str(lifetime) if self._switches.expires_in_as_text else lifetime
        if for_user:
            if self._switches.refresh_token_in_token:
                body["refresh_token"] = refresh_token or self._new_refresh_token(grant)
            if self._switches.user_id_in_token:
                body["user_id"] = grant.user_id
        if self._switches.scope_in_token is not None:
            body["scope"] = self._switches.scope_in_token
        return {wrapper: body} if (wrapper := self._switches.token_wrapper) else body

    def grant_of(self, access_token: str, now: datetime) -> Grant | None:
        """Return the grant of an access token; None if it is unknown or expired."""
        grant, expires_at = self._access.get(access_token, (None, now))
        return grant if expires_at > now else None

    def revoke(self, token: str) -> None:
        """Revoke a token; a refresh token together with the access tokens of its grant."""
        grant = self._refresh.pop(token, None)
        self._access.pop(token, None)
        if grant is not None:
            self._drop(lambda other: other is grant)

    def expire(self, account: Account | None = None) -> None:
        """Expire all access tokens, of one account or of all: a 401 in the middle of a session."""
        self._drop(lambda grant: account is None or grant.user_id == account.user_id)

    def revoke_all(self, account: Account | None = None) -> None:
        """Revoke access and refresh tokens, as when the user withdraws the permission."""
        self.expire(account)
        for token, grant in list(self._refresh.items()):
            if account is None or grant.user_id == account.user_id:
                del self._refresh[token]

    def _drop(self, condition: Callable[[Grant], bool]) -> None:
        for token, (grant, _) in list(self._access.items()):
            if condition(grant):
                del self._access[token]

    def _new_refresh_token(self, grant: Grant) -> str:
        token = self._ids.digits("refresh", 32)
        self._refresh[token] = grant
        return token

    def _new_access_token(self, grant: Grant, now: datetime) -> str:
        """Return a JWT with the claims of API notes 2.3."""
        expires_at = now + self._switches.token_lifetime
        claims: JsonObject = {
            "userId": grant.user_id,
            "roles": ["user"],
            "orgId": None,
            "scope": " ".join(sorted(grant.permissions)),
            "clientId": grant.client_id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "iss": "Minut, Inc.",
            "jti": self._ids.digits("token", 8),
        }
        signed = f"{_base64({'alg': 'HS256', 'typ': 'JWT'})}.{_base64(claims)}"
        signature = hmac.digest(b"simulated", signed.encode(), sha256)
        token = f"{signed}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"
        if not self._switches.jwt:
            token = sha256(token.encode()).hexdigest()
        self._access[token] = (grant, expires_at)
        return token


def _base64(value: JsonObject) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
