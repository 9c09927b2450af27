"""The page /api/minut, to which Minut redirects the browser, and the sign-ins that wait for it.

The user may close the dialog before the redirect. The frontend then deletes the flow, unless it
existed before the dialog. In both cases the account is linked once the user has agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from http import HTTPStatus
import re
from typing import Any, Final

from aiohttp.web import Request, Response
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigFlowContext,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2Implementation
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.language import matches
from yarl import URL

from ..const import DOMAIN

CALLBACK_PATH: Final = "/api/minut"

LIFETIME: Final = timedelta(hours=1)
"""Maximum time that the user may spend at Minut."""

IMPLEMENTATION: Final = "implementation"
ANSWER: Final = "answer"

ERROR: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""The error codes that are displayed and logged (RFC 6749, 4.1.2.1)."""

REJECTIONS: Final = {
    "access_denied": "user_rejected_authorize",
    "server_error": "oauth_failed",
    "temporarily_unavailable": "oauth_failed",
}
"""Abort reasons by error code (RFC 6749, 4.1.2.1). The other codes mean a wrong client."""

SUCCESSES: Final = {"reauth_successful", "reconfigure_successful"}

LANGUAGES: Final = ("da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv")
"""Languages of the translations."""

LINK: Final = re.compile(r"\[([^\]]+)\]\(((?:https://|/)[^)]+)\)")
"""A Markdown link, which the page has to render."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingLink:
    """A sign-in that waits for Minut's redirect."""

    flow_id: str
    entry_id: str | None
    implementation: AbstractOAuth2Implementation
    redirect_uri: str
    expires_at: datetime


_PENDING: Final[HassKey[dict[str, PendingLink]]] = HassKey(f"{DOMAIN}_pending_links")
"""By the `state` parameter."""


@callback
def async_add_pending_link(
    hass: HomeAssistant,
    authorize_url: str,
    *,
    flow_id: str,
    entry_id: str | None,
    implementation: AbstractOAuth2Implementation,
) -> None:
    """Store a sign-in that has started at an authorize URL, in place of the flow's former one.

    Its key is the `state` parameter, which Home Assistant signs and Minut returns: any other
    state belongs to no sign-in of ours.
    """
    query = URL(authorize_url).query
    async_discard_pending_link(hass, flow_id)
    hass.data[_PENDING][query["state"]] = PendingLink(
        flow_id=flow_id,
        entry_id=entry_id,
        implementation=implementation,
        redirect_uri=query["redirect_uri"],
        expires_at=dt_util.utcnow() + LIFETIME,
    )


@callback
def async_discard_pending_link(hass: HomeAssistant, flow_id: str) -> None:
    """Discard the sign-in of a flow after its callback, so that it cannot be replayed."""
    now = dt_util.utcnow()
    hass.data[_PENDING] = {
        state: link
        for state, link in hass.data.get(_PENDING, {}).items()
        if link.flow_id != flow_id and link.expires_at > now
    }


@callback
def _async_pop_pending_link(hass: HomeAssistant, state: str) -> PendingLink | None:
    link = hass.data.get(_PENDING, {}).pop(state, None)
    return link if link and link.expires_at > dt_util.utcnow() else None


def rejection(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Return the abort reason for an answer with an error, and its error code for the text."""
    code = str(answer["error"])
    if not ERROR.fullmatch(code):  # dialogs show it, logs too
        code = "unknown_error"
    return REJECTIONS.get(code, "authorize_error"), code


async def async_result_text(hass: HomeAssistant, result: ConfigFlowResult, language: str) -> str:
    """Return the text for the result of a flow that no dialog displays."""
    reason = result.get("reason")
    if result["type"] is not FlowResultType.ABORT or reason in SUCCESSES:
        return await _async_text(hass, language, "create_entry.default")
    domain = result.get("translation_domain", DOMAIN)
    text = await _async_text(hass, language, f"abort.{reason}", domain)
    return text.format_map(result.get("description_placeholders") or {})


async def _async_answer_text(hass: HomeAssistant, answer: dict[str, Any], language: str) -> str:
    """Return the text for an answer that a dialog is going to handle."""
    if "error" not in answer:
        return await _async_text(hass, language, "progress.callback")
    reason, code = rejection(answer)
    return (await _async_text(hass, language, f"abort.{reason}")).format(error=code)


async def _async_text(hass: HomeAssistant, language: str, key: str, domain: str = DOMAIN) -> str:
    texts = await async_get_translations(hass, language, "config", [domain])
    return texts[f"component.{domain}.config.{key}"]


class MinutCallbackView(HomeAssistantView):
    """The redirect address of the client in YAML."""

    requires_auth = False
    url = CALLBACK_PATH
    name = "api:minut"

    async def get(self, request: Request) -> Response:
        """Handle Minut's answer: an authorization code or an error."""
        hass = request.app[KEY_HASS]
        language = _language(hass, request)
        answer: dict[str, Any] = {
            key: request.query[key] for key in ("code", "error") if key in request.query
        }
        link = _async_pop_pending_link(hass, request.query.get("state", "")) if answer else None
        if link is None or not _has_entry(hass, link):
            text = await _async_text(hass, language, "error.invalid_callback")
            return _page(text, language, HTTPStatus.BAD_REQUEST)
        answer["state"] = {"flow_id": link.flow_id, "redirect_uri": link.redirect_uri}
        try:
            await hass.config_entries.flow.async_configure(link.flow_id, answer)
        except UnknownFlow:
            result = await _async_restart(hass, link, answer)
            return _page(await async_result_text(hass, result, language), language)
        text = await _async_answer_text(hass, answer, language)
        return _page(text, language, script="window.close()")


def _has_entry(hass: HomeAssistant, link: PendingLink) -> bool:
    """Return whether the entry to link again, if any, still exists."""
    return link.entry_id is None or hass.config_entries.async_get_entry(link.entry_id) is not None


async def _async_restart(
    hass: HomeAssistant, link: PendingLink, answer: dict[str, Any]
) -> ConfigFlowResult:
    """Finish in a new flow. The first one was deleted with its dialog: only this page is left."""
    context = ConfigFlowContext(source=SOURCE_USER)
    if link.entry_id is not None:
        context = ConfigFlowContext(source=SOURCE_RECONFIGURE, entry_id=link.entry_id)
    return await hass.config_entries.flow.async_init(
        DOMAIN,
        context=context,
        data={IMPLEMENTATION: link.implementation, ANSWER: answer},
    )


def _language(hass: HomeAssistant, request: Request) -> str:
    """Return the first language of the browser, else Home Assistant's, that has translations."""
    accepted = request.headers.get("Accept-Language", "").split(",")
    wanted = [tag for each in accepted if (tag := each.partition(";")[0].strip()) not in ("", "*")]
    found = (matches(tag, LANGUAGES) for tag in [*wanted, hass.config.language])
    return next((languages[0] for languages in found if languages), "en")


def _page(
    text: str, language: str, status: HTTPStatus = HTTPStatus.OK, *, script: str = ""
) -> Response:
    content = LINK.sub(r'<a href="\2">\1</a>', escape(text))
    return Response(
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        text=(
            f'<!DOCTYPE html><html lang="{language}"><head><title>Minut Point</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="color-scheme" content="light dark"></head>'
            '<body style="font:1.1em sans-serif;max-width:34em;margin:4em auto;padding:0 1em">'
            f"<p>{content}</p><script>{script}</script></body></html>"
        ),
    )
