"""The OAuth server: signing in, consent, tokens (API notes 2)."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from html import escape
from pathlib import Path
from string import Template
from typing import Literal

from yarl import URL

from simulator.api.call import Reply
from simulator.backend.tokens import PERMISSIONS, Grant, invalid_grant
from simulator.cloud import Cloud
from simulator.formats import ApiError, JsonObject
from simulator.world.world import Account

TEMPLATE = Path(__file__).with_name("authorize.html")


@dataclass(frozen=True, slots=True)
class Form:
    """A request to the OAuth server."""

    cloud: Cloud
    query: Mapping[str, str]
    fields: Mapping[str, str]
    """The body, form-encoded or JSON."""
    is_json: bool
    permissions: Sequence[str]
    """The checked boxes; none if the form was posted without the page."""
    authorization: str
    """The header of that name, or an empty text."""


def authorize(form: Form) -> Reply:
    """Show the login page, and after it the consent page (API notes 2.2)."""
    if problem := _problem(form):
        return _page(form, "The app's request is not valid", f"<p>{escape(problem)}</p>", 400)
    if form.cloud.switches.auto_consent:
        return _allow(form, form.cloud.account, frozenset(PERMISSIONS))
    if "email" not in form.query:
        return _page(form, "Log in", _login(form))
    if account := _account(form, form.query["email"]):
        return _page(form, "Allow access?", _consent(account))
    return _page(form, "Log in", "<p>There is no such account.</p>" + _login(form), 401)


def decide(form: Form) -> Reply:
    """Handle the consent form. Tests need only one POST with `decision=allow`.

    `email` selects the account (default: the first one). Without any `permission` all are granted.
    """
    if problem := _problem(form):
        return _page(form, "The app's request is not valid", f"<p>{escape(problem)}</p>", 400)
    if form.fields.get("decision") != "allow":
        return _redirect(form, {"error": "access_denied"})
    email = form.fields.get("email") or form.query.get("email") or form.cloud.account.email
    account = _account(form, email)
    if account is None:
        return _page(form, "Log in", "<p>There is no such account.</p>" + _login(form), 401)
    granted = form.permissions or ([] if "chosen" in form.fields else PERMISSIONS)
    return _allow(form, account, frozenset(granted) & frozenset(PERMISSIONS))


def issue_token(form: Form) -> Reply:
    """Answer POST /oauth/token (API notes 2.3)."""
    _check_client(form)
    if _request_format(form) != "form" and form.fields.get("response_type") != "token":
        raise ApiError(400, "invalid_request", "response_type must be token", oauth=True)
    grant_type = form.fields.get("grant_type", "")
    issue = _GRANT_TYPES.get(grant_type)
    if issue is None:
        raise ApiError(400, "unsupported_grant_type", grant_type or "missing", oauth=True)
    return Reply(issue(form))


def revoke(form: Form) -> Reply:
    """Revoke a token. An unknown one is not an error (RFC 7009)."""
    _check_client(form)
    form.cloud.tokens.revoke(form.fields.get("token") or _field(form, "refresh_token"))
    return Reply({})


def _problem(form: Form) -> str | None:
    query, cloud = form.query, form.cloud
    redirect_uri = query.get("redirect_uri", "")
    if query.get("client_id") != cloud.client_id:
        return "client_id is not known."
    if not URL(redirect_uri).scheme:
        return "redirect_uri is missing."
    if cloud.redirect_uris is not None and redirect_uri not in cloud.redirect_uris:
        return "redirect_uri is not the one registered for this client."
    if query.get("response_type") != "code":
        return "response_type must be code."
    return None


def _allow(form: Form, account: Account, permissions: frozenset[str]) -> Reply:
    grant = Grant(account.user_id, form.cloud.client_id, permissions)
    redirect_uri = form.query["redirect_uri"]
    return _redirect(form, {"code": form.cloud.tokens.code(grant, redirect_uri, form.cloud.time())})


def _redirect(form: Form, answer: dict[str, str]) -> Reply:
    if "state" in form.query:
        answer["state"] = form.query["state"]
    target = URL(form.query["redirect_uri"]).extend_query(answer)
    return Reply(status=302, headers={"Location": str(target)})


def _account(form: Form, email: str) -> Account | None:
    accounts = form.cloud.world.accounts.values()
    return next((account for account in accounts if account.email == email), None)


def _page(form: Form, title: str, content: str, status: int = 200) -> Reply:
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    client = escape(form.query.get("client_id", ""))
    return Reply(
        html=template.substitute(title=title, content=content, client=client), status=status
    )


def _login(form: Form) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in form.query.items()
        if name != "email"
    )
    emails = "".join(
        f'<option value="{escape(account.email)}">'
        for account in form.cloud.world.accounts.values()
    )
    return f"""<form method="get">{hidden}
        <label>E-mail <input name="email" type="email" list="accounts" required
          value="{escape(form.cloud.account.email)}"></label>
        <datalist id="accounts">{emails}</datalist>
        <label>Password <input type="password" value="password"></label>
        <p class="hint">Any password will do.</p>
        <div class="row"><button class="primary">Log in</button></div></form>"""


def _consent(account: Account) -> str:
    boxes = "".join(
        f'<label class="check"><input type="checkbox" name="permission" value="{name}" checked>'
        f" {escape(text)}</label>"
        for name, text in PERMISSIONS.items()
    )
    return f"""<p>Logged in as <b>{escape(account.fullname)}</b>. The app will be able to:</p>
        <form method="post"><input type="hidden" name="chosen" value="yes">
        <input type="hidden" name="email" value="{escape(account.email)}">{boxes}
        <div class="row"><button name="decision" value="deny">Deny</button>
        <button class="primary" name="decision" value="allow">Allow</button></div></form>"""


def _request_format(form: Form) -> Literal["form", "basic", "json"]:
    if form.is_json:
        return "json"
    return "basic" if form.authorization.lower().startswith("basic ") else "form"


def _check_client(form: Form) -> None:
    """Accept the client by HTTP Basic or in the body."""
    if _request_format(form) not in form.cloud.switches.token_requests:
        raise ApiError(401, "invalid_client", "the request names no client", oauth=True)
    given = form.fields.get("client_id", ""), form.fields.get("client_secret", "")
    scheme, _, encoded = form.authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
        except Base64Error, UnicodeDecodeError:
            client_id = secret = ""
        given = client_id, secret
    expected = form.cloud.client_id, form.cloud.client_secret
    if not all(
        compare_digest(a.encode(), b.encode()) for a, b in zip(given, expected, strict=True)
    ):
        raise ApiError(401, "invalid_client", "unknown client or wrong secret", oauth=True)


def _field(form: Form, name: str) -> str:
    value = form.fields.get(name)
    if not value:
        raise ApiError(400, "invalid_request", f"{name} is missing", oauth=True)
    return value


def _by_code(form: Form) -> JsonObject:
    cloud = form.cloud
    code, redirect_uri = _field(form, "code"), _field(form, "redirect_uri")
    grant = cloud.tokens.exchange(code, redirect_uri, cloud.client_id, cloud.time())
    return cloud.tokens.response(grant, cloud.time())


def _by_refresh_token(form: Form) -> JsonObject:
    tokens = form.cloud.tokens
    grant, successor = tokens.refresh(_field(form, "refresh_token"), form.cloud.client_id)
    return tokens.response(grant, form.cloud.time(), refresh_token=successor)


def _by_client(form: Form) -> JsonObject:
    """Issue a token for the account that owns the client, without refresh token."""
    grant = Grant(form.cloud.account.user_id, form.cloud.client_id)
    return form.cloud.tokens.response(grant, form.cloud.time(), for_user=False)


def _by_password(form: Form) -> JsonObject:
    account = _account(form, _field(form, "username"))
    if account is None or account.password != _field(form, "password"):
        raise invalid_grant("wrong username or password", 401)
    grant = Grant(account.user_id, form.cloud.client_id)
    return form.cloud.tokens.response(grant, form.cloud.time())


_GRANT_TYPES: dict[str, Callable[[Form], JsonObject]] = {
    "authorization_code": _by_code,
    "refresh_token": _by_refresh_token,
    "client_credentials": _by_client,
    "password": _by_password,
}
